"""A case that was hurt, a disk that is full, a folder that cannot be written: clear sentences."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import fanal.store.parts
from fanal.case import Case, create_case, open_case
from fanal.errors import CaseError, StoreError
from fanal.store import catalogue as catalogue_module
from fanal.store.folder import Folder
from fanal.store.retire import remove_input
from made_case import DAY_ONE, add_rows, new_case, oracle, post, posts_in

POSTS = [post("x:1", text="one"), post("x:2", text="two"), post("x:1", lang="fr")]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = new_case(tmp_path / "a.case")
    add_rows(made, "a.csv", POSTS)
    return made


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 0x5A
    file.write_bytes(data)


def test_an_unhurt_case_has_no_problem(folder: Folder) -> None:
    assert open_case(folder.path).verify() == []


def test_a_flipped_byte_in_a_part_names_part_input_and_remedy(folder: Folder) -> None:
    part = next(part for part in folder.snapshot().parts if part.table == "posts")
    flip(folder.path / part.path, 60)
    (said,) = open_case(folder.path).verify()
    assert part.path in said
    assert "a.csv" in said
    assert f"fanal remove {folder.path} {part.input}" in said


def test_a_missing_part_is_named_and_a_question_says_verify(folder: Folder) -> None:
    part = next(part for part in folder.snapshot().parts if part.table == "posts")
    (folder.path / part.path).unlink()
    (said,) = open_case(folder.path).verify()
    assert said.startswith(f"{part.path} is missing.")
    with pytest.raises(StoreError, match="fanal verify"):
        open_case(folder.path).table("posts")


def test_any_flipped_byte_of_the_catalogue_is_found_or_harmless(folder: Folder) -> None:
    file = folder.path / "case.sqlite"
    whole = file.read_bytes()
    before = posts_in(folder)
    harmless = 0
    for place in range(0, len(whole), 397):
        flip(file, place)
        try:
            said = open_case(folder.path).verify()
        except StoreError as error:
            said = [str(error)]
        if not said:
            harmless += 1
            assert posts_in(folder) == before
        assert all("Traceback" not in text and text.endswith(".") for text in said)
        file.write_bytes(whole)
    assert harmless < len(range(0, len(whole), 397))


def test_a_changed_row_of_the_catalogue_is_found_and_nothing_is_built_on_it(
    folder: Folder,
) -> None:
    connection = sqlite3.connect(folder.path / "case.sqlite")
    connection.execute("UPDATE part SET rows = 7 WHERE name = 'posts'")
    connection.commit()
    connection.close()
    assert any("do not match its seal" in said for said in open_case(folder.path).verify())
    with pytest.raises(StoreError, match="damaged"):
        add_rows(folder, "b.csv", [post("x:9")])
    assert len(folder.unlisted()) == 0


@pytest.mark.parametrize(
    "content", [b"", b"no database at all, but long enough to look at" * 9]
)
def test_a_catalogue_that_is_none_gives_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "case.sqlite").write_bytes(content)
    if content:
        with pytest.raises(StoreError, match="damaged"):
            open_case(tmp_path)
    else:  # what a kill leaves before the first commit
        assert open_case(tmp_path).inputs() == []


def test_a_missing_folder_and_a_folder_that_is_no_case_are_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a case"):
        open_case(tmp_path / "nosuch.case")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(StoreError, match="not a case"):
        open_case(tmp_path / "letters")
    with pytest.raises(CaseError, match="is no case"):
        create_case(tmp_path / "letters")


def test_a_case_is_not_made_over_another(folder: Folder) -> None:
    with pytest.raises(CaseError, match="there already"):
        create_case(folder.path)


def test_a_newer_format_is_refused_with_the_version_to_install(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder.catalogue.writing() as connection:
        connection.execute("PRAGMA user_version = 1")
    monkeypatch.setattr(catalogue_module, "FORMAT", 0)
    with pytest.raises(StoreError, match=r"format 1.*Install fanal >= \d"):
        open_case(folder.path)


def test_a_part_of_a_newer_schema_is_refused(folder: Folder) -> None:
    with folder.catalogue.writing() as connection:
        connection.execute("UPDATE part SET schema = 99")
    with pytest.raises(StoreError, match=r"schema 99.*Install fanal"):
        open_case(folder.path).table("posts")


def test_a_part_of_an_older_schema_is_read_with_nulls_for_what_it_lacks(folder: Folder) -> None:
    from fanal.store.parts import file_sha256

    part = next(part for part in folder.snapshot().parts if part.table == "posts")
    file = folder.path / part.path
    table = pq.read_table(file)
    table = table.drop_columns(["client", "media_hashes"])
    pq.write_table(table.replace_schema_metadata({"fanal.schema": "0"}), file)
    with folder.catalogue.writing() as connection:
        connection.execute(
            "UPDATE part SET schema = 0, sha256 = ?, bytes = ? WHERE path = ?",
            (file_sha256(file), file.stat().st_size, part.path),
        )
    assert posts_in(folder) == oracle([("a.csv", POSTS)])
    add_rows(folder, "b.csv", [post("x:2", client="web"), post("x:3", client="app")])
    assert [row["client"] for row in posts_in(folder)] == [None, "web", "app"]
    assert open_case(folder.path).verify() == []


class FullFile:
    """A file on a disk with room for `room` bytes."""

    def __init__(self, file: Any, room: int) -> None:
        self._file, self._room = file, room

    def write(self, data: Any) -> int:
        self._room -= memoryview(data).nbytes
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return int(self._file.write(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("room", [0, 10, 2000])
def test_a_full_disk_is_told_and_leaves_the_case_as_it_was(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    plain = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        file = plain(path, mode, *rest, **named)
        return FullFile(file, room) if mode == "xb" else file

    before = posts_in(folder)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        with pytest.raises(StoreError, match="the disk is full"):
            add_rows(folder, "b.csv", [post("x:1", text="b"), post("x:7", text="b" * 400)])
    assert folder.unlisted() == []
    assert posts_in(folder) == before
    add_rows(folder, "b.csv", [post("x:7")])
    assert open_case(folder.path).verify() == []


def refusal(step: Callable[[], object]) -> str:
    """Return what a step refuses with, or nothing when it goes through."""
    try:
        step()
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("step", ["add", "remove", "forget"])
def test_a_disk_that_fills_half_way_leaves_no_file_and_the_case_as_it_was(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Every write of each command fails in turn."""
    add_rows(folder, "b.csv", [post("x:1", client="web"), post("x:1", text="b"), post("x:3")])
    case, before, retired = open_case(folder.path), posts_in(folder), folder.unlisted()
    steps = {
        "add": lambda: add_rows(folder, "c", [post("x:2", lang="c"), post("x:8")] * 2),
        "remove": lambda: case.remove(case.inputs()[0].id),
        "forget": lambda: case.forget(posts=["x:1"], now=DAY_ONE),
    }
    plain, failed = pq.ParquetWriter.close, 0
    for lasting in range(20):
        left = [lasting]

        def close(writer: Any, left: list[int] = left) -> None:
            plain(writer)
            left[0] -= 1
            if left[0] == -1:
                raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(pq.ParquetWriter, "close", close)
            said = refusal(steps[step])
        if not said:
            break
        failed += 1
        assert "the disk is full" in said
        assert folder.unlisted() == retired
        assert posts_in(folder) == before
        assert case.verify() == []
    assert failed >= 2
    assert case.verify() == []


def test_a_full_disk_at_the_commit_is_told(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(fanal.store.adding, "list_input", full)
        with pytest.raises(StoreError, match="the disk is full"):
            add_rows(folder, "b.csv", [post("x:7")])
    assert folder.unlisted() == []
    assert open_case(folder.path).verify() == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 1 MB; only the superuser can have one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        pytest.skip("needs the superuser on Linux, to mount a small disk")
    made = [mount, "-t", "tmpfs", "-o", "size=1m", "fanal-test", str(place)]
    if subprocess.run(made, check=False, capture_output=True).returncode:
        pytest.skip("this system does not let a disk be mounted")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(file: Path) -> None:
    with suppress(OSError), file.open("wb", buffering=0) as ballast:
        while ballast.write(b"x" * 512):
            pass


def test_a_really_full_disk_is_told(small_disk: Path) -> None:
    folder = new_case(small_disk / "a.case")
    add_rows(folder, "a", POSTS)
    noise = [post(f"x:{n}", text=os.urandom(2000).hex()) for n in range(100, 600)]
    with pytest.raises(StoreError, match="the disk is full"):
        add_rows(folder, "b", noise, batch=100)
    assert posts_in(folder) == oracle([("a", POSTS)])
    assert folder.unlisted() == []
    fill(small_disk / "ballast")  # not even room for the catalogue's journal
    with pytest.raises(StoreError, match="the disk is full"):
        add_rows(folder, "c", [post("x:9")])
    (small_disk / "ballast").unlink()
    add_rows(folder, "c", [post("x:9")])
    assert open_case(folder.path).verify() == []


def test_a_read_only_disk_can_be_read_and_says_why_not_written(small_disk: Path) -> None:
    folder = new_case(small_disk / "a.case")
    add_rows(folder, "a", POSTS)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    case = open_case(folder.path)
    assert case.table("posts").num_rows == 2
    assert case.verify() == []
    with pytest.raises(StoreError, match="cannot be written"):
        add_rows(folder, "b", [post("x:9")])
    with pytest.raises(StoreError, match="cannot be written"):
        remove_input(folder, case.inputs()[0].id)
    with pytest.raises(StoreError, match="cannot be written"):
        create_case(small_disk / "b.case")


def test_a_folder_that_may_not_be_written_says_so(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(StoreError, match="cannot be written"):
        add_rows(folder, "b.csv", [post("x:7")])


def hold(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Windows: a file that somebody reads cannot be deleted, here `times` times."""
    plain, left = Path.unlink, [times]

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "used by another process", str(path))
        plain(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    monkeypatch.setattr(fanal.store.parts, "DELETE_PAUSE_S", 0)


def test_a_file_held_for_a_moment_is_deleted_all_the_same(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, 2)
    assert Case(folder).forget(posts=["x:2"], now=DAY_ONE).left_behind == ()
    assert folder.unlisted() == []


def test_a_file_held_for_long_is_left_said_and_swept_later(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        hold(patch, 10**6)
        done = Case(folder).forget(posts=["x:2"], now=DAY_ONE)
    assert done.left_behind
    assert open_case(folder.path).verify() == []
    left = [file.name for file in folder.unlisted()]
    assert {f"parts/{name}" for name in left} == set(done.left_behind)
    written = max(file.stat().st_mtime_ns for file in folder.unlisted()) // 1000
    assert folder.sweep(written + 3600 * 10**6) == 0
    assert folder.sweep(written + 25 * 3600 * 10**6) == len(left)
    assert folder.unlisted() == []


def test_a_sweep_leaves_what_a_writer_is_writing(folder: Folder) -> None:
    young = folder.path / "parts" / "posts-young.parquet"
    young.write_bytes(b"half")
    written = young.stat().st_mtime_ns // 1000
    assert folder.sweep(written + 10**6) == 0
    assert young.exists()


def test_a_file_is_swept_a_day_after_it_left_the_list_however_old_it_is(folder: Folder) -> None:
    now = time.time_ns() // 1000
    for file in (folder.path / "parts").iterdir():
        os.utime(file, (1_000_000, 1_000_000))
    remove_input(folder, folder.snapshot().inputs[0].id)
    left = folder.unlisted()
    assert left
    assert folder.sweep(now + 10**6) == 0
    assert folder.sweep(now + 25 * 3600 * 10**6) == len(left)
