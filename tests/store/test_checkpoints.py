"""Pieces of a run under way: whole or not there, gone when they should be."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from fanal.store.checkpoints import Checkpoints
from fanal.store.folder import FORGOTTEN_AFTER_US
from made_case import add_rows, new_case, post

ARRAYS = {"keys": np.arange(5), "p": np.array([0.1, 1e-300])}


def test_what_is_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    Checkpoints(tmp_path, "abc").put("window-0", ARRAYS)
    found = Checkpoints(tmp_path, "abc").get("window-0")
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        assert found[name].tolist() == array.tolist()


def test_another_run_meets_nothing(tmp_path: Path) -> None:
    Checkpoints(tmp_path, "abc").put("window-0", ARRAYS)
    assert Checkpoints(tmp_path, "abd").get("window-0") is None
    assert Checkpoints(tmp_path, "abc").get("window-01") is None
    assert Checkpoints(tmp_path, "abc").get("window") is None


def test_a_later_piece_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path, "abc")
    kept.put("shuffles", {"links": np.array([1])})
    kept.put("shuffles", {"links": np.array([1, 2])})
    found = kept.get("shuffles")
    assert found is not None
    assert found["links"].tolist() == [1, 2]
    assert kept.names() == ["shuffles"]


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "other"])
def test_a_damaged_piece_is_thrown_away(tmp_path: Path, harm: str) -> None:
    kept = Checkpoints(tmp_path, "abc")
    kept.put("window-0", ARRAYS)
    (file,) = (tmp_path / "cache" / "run-abc").iterdir()
    data = file.read_bytes()
    harmed = {
        "flip": data[:100] + bytes([data[100] ^ 1]) + data[101:],
        "cut": data[:-7],
        "empty": b"",
        "other": b"no arrays at all",
    }
    file.write_bytes(harmed[harm])
    assert kept.get("window-0") is None
    assert not file.exists()


def test_arrays_that_would_run_code_are_not_even_written(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path, "abc")
    import io

    sink = io.BytesIO()
    np.savez(sink, keys=np.array([{"any": "thing"}], dtype=object))
    kept.put("window-0", ARRAYS)
    (file,) = (tmp_path / "cache" / "run-abc").iterdir()
    from fanal.store.checkpoints import _digest

    file.unlink()
    file.with_name(f"window-0.{_digest(sink.getvalue())}.npz").write_bytes(sink.getvalue())
    assert kept.get("window-0") is None


def test_where_nothing_can_be_written_nothing_is_kept_and_nothing_said(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way", encoding="utf-8")
    kept = Checkpoints(tmp_path, "abc")
    kept.put("window-0", ARRAYS)
    assert kept.get("window-0") is None
    assert kept.names() == []
    kept.forget("window")
    kept.drop()


def test_a_full_disk_leaves_no_half_of_a_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as stream:
            stream.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    kept = Checkpoints(tmp_path, "abc")
    kept.put("window-0", ARRAYS)
    assert list((tmp_path / "cache" / "run-abc").iterdir()) == []


def test_pieces_whose_names_begin_so_are_let_go(tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path, "abc")
    for name in ("shuffle-1-part-0", "shuffle-1-part-1", "shuffle-10-part-0", "shuffles"):
        kept.put(name, ARRAYS)
    kept.forget("shuffle-1-")
    assert kept.names() == ["shuffle-10-part-0", "shuffles"]
    kept.drop()
    assert not (tmp_path / "cache" / "run-abc").exists()


def test_a_run_nobody_came_back_for_is_swept_after_a_week(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a.csv", [post("x:1")])
    for name in ("old", "new"):
        Checkpoints(folder.path, name).put("window-0", ARRAYS)
    now = 1_800_000_000_000_000
    old, new = (folder.path / "cache" / f"run-{name}" for name in ("old", "new"))
    os.utime(old, ns=((now - FORGOTTEN_AFTER_US) * 1000 - 10**9,) * 2)
    os.utime(new, ns=((now - FORGOTTEN_AFTER_US) * 1000 + 10**9,) * 2)
    folder.sweep(now)
    assert not old.exists()
    assert new.exists()


def test_erasing_takes_the_pieces_along(tmp_path: Path) -> None:
    from fanal.case import Case

    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a.csv", [post("x:1"), post("x:2", account="x:9")])
    Checkpoints(folder.path, "abc").put("window-0", ARRAYS)
    Case(folder).forget(accounts=["x:9"], now=1)
    assert not (folder.path / "cache").exists() or not list((folder.path / "cache").iterdir())
