"""Kernels run wherever they are installed: cache beside the source, in the user's folder, nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fanal
from fanal.kernels import compiled

pytestmark = pytest.mark.slow
PROGRAM = """
import numpy as np
import fanal.kernels.evidence as module
rows = np.arange(4, dtype=np.int32)
chosen, found = np.empty(2, np.int32), np.empty(2, np.int32)
keys = np.array([0 << 32 | 1], np.int64)
marks = module.marked(keys)
n = module.choose(2, rows[0::2].copy(), rows[1::2].copy(), rows, keys, marks, chosen, found)
print(module.__file__, n, chosen[0])
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package in which nothing can be written, not even by root."""
    copy = tmp_path / "site" / "fanal"
    hidden = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(fanal.__file__).parent, copy, ignore=hidden)
    for folder in [copy, *(path for path in copy.rglob("*") if path.is_dir())]:
        (folder / "__pycache__").write_text("in the way of a folder", encoding="utf-8")
    return copy


def run(package: Path, home: Path) -> subprocess.CompletedProcess[str]:
    wanted = {"PYTHONPATH": str(package.parent), "PYTHONWARNINGS": "error"}
    homes = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "USERPROFILE"), str(home))
    environment = os.environ | wanted | homes
    environment.pop("NUMBA_CACHE_DIR", None)
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_where_the_package_is_read_only_the_users_folder_keeps_what_is_compiled(
    package: Path, tmp_path: Path
) -> None:
    done = run(package, tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(package / "kernels" / "evidence.py"), "1", "0"]
    assert done.stderr == ""
    assert list((tmp_path / "home").rglob("*.nbi"))
    assert not list(package.rglob("*.nbi"))


def test_where_nothing_can_be_written_kernels_are_compiled_in_memory_in_silence(
    package: Path, tmp_path: Path
) -> None:
    wall = tmp_path / "wall"
    wall.write_text("no folder", encoding="utf-8")
    done = run(package, wall / "home")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(package / "kernels" / "evidence.py"), "1", "0"]
    assert done.stderr == ""
    assert not list(tmp_path.rglob("*.nbi"))


def test_a_disk_that_is_full_while_the_cache_is_written_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def full(*signature: object, **options: object) -> object:
        asked.append(options.get("cache", False))

        def decorate(function: object) -> object:
            if options.get("cache"):
                raise OSError(28, "No space left on device")
            return function

        return decorate

    monkeypatch.setattr(compiled.numba, "njit", full)
    assert compiled.njit("int64(int64)", cache=True)(len) is len
    assert asked == [True, False]


def test_what_cannot_be_compiled_is_still_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*signature: object, **options: object) -> object:
        raise RuntimeError("no such type")

    monkeypatch.setattr(compiled.numba, "njit", refuse)
    with pytest.raises(RuntimeError, match="no such type"):
        compiled.njit("wrong", cache=True)(len)
