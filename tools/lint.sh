#!/bin/sh
# Every check of the code without running it. All of them run; one that fails fails the whole.
set -u
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=""

check() {
  name=$1
  shift
  printf '== %s\n' "$name"
  "$@" || failed="$failed $name"
}

check 'ruff check' "$bin/ruff" check --quiet .
check 'ruff format' "$bin/ruff" format --check --quiet .
check 'mypy' "$bin/mypy"
check 'import-linter' "$bin/lint-imports" --no-logo
check 'deptry' "$bin/deptry" --no-ansi src

[ -z "$failed" ] || { printf 'lint: failed:%s\n' "$failed"; exit 1; }
echo 'lint: all checks passed'
