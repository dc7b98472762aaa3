"""The import contracts hold, and each of them fails when it is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

#: Each break of the house: file, line added, contract that must fail.
BREAKS = {
    "imports flow down": (
        "model/tables.py",
        "from fanal.readers import base",
        "data flows up, imports flow down",
    ),
    "siblings": (
        "reports/__init__.py",
        "import fanal.exports",
        "data flows up, imports flow down",
    ),
    "a new room": ("rumours.py", "ROOM = 1", "data flows up, imports flow down"),
    "a kernel opens files": ("kernels/__init__.py", "import os", "kernels and model are pure"),
    "a kernel knows tables": (
        "kernels/__init__.py",
        "import pyarrow",
        "kernels and model are pure",
    ),
    "hidden in a function": (
        "kernels/__init__.py",
        "def late() -> None:\n    import duckdb",
        "kernels and model are pure",
    ),
    "a second home for DuckDB": (
        "coordination/__init__.py",
        "import duckdb",
        "only store/ knows databases",
    ),
    "a second home for SQLite": (
        "cli/common.py",
        "import sqlite3",
        "only store/ knows databases",
    ),
}


def verdict(folder: Path) -> tuple[int, str]:
    """Run import-linter on a copy of the house."""
    program = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports;"
        "sys.exit(lint_imports(no_cache=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the sources and of the contracts."""
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(house: Path) -> None:
    code, said = verdict(house)
    assert code == 0, said


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_a_broken_contract_fails(house: Path, name: str) -> None:
    file, line, contract = BREAKS[name]
    path = house / "src" / "fanal" / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    code, said = verdict(house)
    assert code == 1, said
    (judged,) = [one for one in said.splitlines() if contract in one and "BROKEN" in one]
    assert judged
