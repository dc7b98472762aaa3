# Each target sets up what it needs (tools/setup.sh): uv when present, else venv + pip.
# JOBS: processes for the tests.
.POSIX:
JOBS = 2
BIN = .venv/bin
TEST_ENV = PYTHONWARNDEFAULTENCODING=1

help:
	@echo 'make demo       a made-up world with known truth: found, missed, innocents not accused'
	@echo 'make test       all tests but the long kill test, browser included'
	@echo 'make test-kill  100 kill -9 at random moments of add and coordinate, of publish on each database'
	@echo 'make lint       ruff, mypy, import-linter, deptry'
	@echo 'make bench      every file of bench/, as one table'
	@echo 'make bench-large  10 million shares, 100 million connections, 13 months of cards; up to 8 GB, hours'
	@echo 'make ip-table   compile the lists of networks anew from their packages (npm, pip)'
	@echo 'make wheel      build the wheel and run it from an empty environment'
	@echo 'make clean      remove .venv and what tools left behind'

demo: .venv/.ready-run
	@$(BIN)/fanal demo

test: .venv/.ready-test
	@tools/browser.sh
	@tools/postgres.sh
	@$(TEST_ENV) $(BIN)/python -m pytest -n $(JOBS) --dist loadscope

test-kill: .venv/.ready-test
	@$(TEST_ENV) $(BIN)/python -m pytest -m kill

lint: .venv/.ready-lint
	@tools/lint.sh

bench: .venv/.ready-bench
	@$(BIN)/python bench/run.py

bench-large: .venv/.ready-bench
	@$(BIN)/python bench/run.py large reader_memory_large about_ingest_large about_attack about_cards

wheel: .venv/.ready-test
	@tools/try-wheel.sh

ip-table: .venv/.ready-run
	@$(BIN)/python tools/build_ip_table.py

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

.venv/.ready-run: pyproject.toml tools/setup.sh
	@tools/setup.sh run

.venv/.ready-lint: pyproject.toml tools/setup.sh
	@tools/setup.sh lint

.venv/.ready-test: pyproject.toml tools/setup.sh
	@tools/setup.sh test

.venv/.ready-bench: pyproject.toml tools/setup.sh
	@tools/setup.sh bench

.PHONY: help demo test test-kill lint bench bench-large ip-table wheel clean
