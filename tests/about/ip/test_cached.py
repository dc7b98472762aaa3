"""The cache: built once, whole or not at all, and never needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanal.about.ip import cached

WORDS = {"names": ["", "FR"], "sources": []}


def arrays() -> cached.Arrays:
    """Return arrays of several forms, one of them empty."""
    return {
        "wide": np.arange(6, dtype=np.uint64).reshape(2, 3),
        "none": np.zeros((0, 256), np.uint8),
        "odd": np.arange(7, dtype=np.uint8),
    }


class Builder:
    """Counts how often it is asked to build."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> tuple[dict[str, Any], cached.Arrays]:
        """Build."""
        self.times += 1
        return WORDS, arrays()


def same(found: tuple[dict[str, Any], cached.Arrays]) -> bool:
    """Return whether what came back is what was built."""
    return found[0] == WORDS and all(
        np.array_equal(found[1][name], array) and found[1][name].dtype == array.dtype
        for name, array in arrays().items()
    )


def test_what_was_built_is_mapped_the_next_time(tmp_path: Path) -> None:
    build = Builder()
    path = tmp_path / "new" / "a.table"
    assert same(cached.kept(path, build))
    again = cached.kept(path, build)
    assert same(again)
    assert build.times == 1
    assert isinstance(again[1]["wide"].base, np.memmap)
    assert [one.name for one in path.parent.iterdir()] == ["a.table"]


DAMAGE = {
    "empty": lambda whole: b"",
    "a byte short": lambda whole: whole[:-1],
    "head alone": lambda whole: whole[:4096],
    "half a head": lambda whole: whole[:20],
    "other bytes": lambda whole: whole[:-3] + b"xyz",
    "another form": lambda whole: whole.replace(cached.FORM.encode(), b"fanal-ip-0"),
    "another head": lambda whole: b"[]\n" + whole,
    "not text": lambda whole: b"\xff\x00" + whole,
    "longer": lambda whole: whole + b"\x00",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_built_anew(tmp_path: Path, damage: Any) -> None:
    build = Builder()
    path = tmp_path / "a.table"
    cached.kept(path, build)
    path.write_bytes(damage(path.read_bytes()))
    assert same(cached.kept(path, build))
    assert build.times == 2
    assert same(cached.kept(path, build))
    assert build.times == 2


def test_where_nothing_can_be_written_tables_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    assert same(cached.kept(tmp_path / "file" / "a.table", Builder()))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cached.tempfile, "mkstemp", full)
    assert same(cached.kept(tmp_path / "a.table", Builder()))
    assert not (tmp_path / "a.table").exists()


def test_a_file_that_breaks_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", broken)
    assert same(cached.kept(tmp_path / "a.table", Builder()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes all")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert same(cached.kept(tmp_path / "a.table", Builder()))


def test_the_folder_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(cached.sys, "platform", "linux")
    assert cached.cache_folder() == tmp_path / "fanal" / "ip"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setattr(cached.sys, "platform", "win32")
    assert cached.cache_folder() == tmp_path / "local" / "fanal" / "ip"
    monkeypatch.setattr(cached.sys, "platform", "darwin")
    assert cached.cache_folder().parts[-4:] == ("Library", "Caches", "fanal", "ip")


def test_two_processes_that_build_at_once_agree(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, numpy\n"
        "from fanal.about.ip import load\n"
        "print(load(pathlib.Path(sys.argv[1])).countries(numpy.arange(0, 2**32, 65521, "
        "dtype='uint32')).sum())\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "cache")]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        for _ in range(2)
    ]
    sums = {one.communicate()[0] for one in running}
    assert [one.returncode for one in running] == [0, 0]
    assert len(sums) == 1
    names = sorted(one.name.split("-")[0] for one in (tmp_path / "cache").iterdir())
    assert names == ["country", "kind"]
