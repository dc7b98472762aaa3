"""Readers look on while a writer adds, removes and sweeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

import fanal.store.adding
import fanal.store.erase
from fanal.case import Case
from fanal.errors import StoreError
from fanal.store.folder import Folder
from fanal.store.retire import remove_input
from made_case import add_rows, new_case, post, posts_in


def test_readers_see_whole_files_only_while_a_writer_adds(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    stop, wrong, looks = Event(), list[Any](), list[int]()

    def look() -> None:
        while not stop.is_set():
            table = Case(Folder(folder.path)).table("posts", threads=1)
            counts = table.group_by("source_input").aggregate([([], "count_all")])
            sizes = set(counts.column("count_all").to_pylist())
            looks.append(len(counts))
            if sizes - {50}:
                wrong.append(sizes)

    readers = [Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(8):
        add_rows(folder, f"{number}", [post(f"x:{number}-{n}") for n in range(50)], batch=20)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(looks) >= 2
    assert looks == sorted(looks) or max(looks) <= 8
    assert len(posts_in(folder)) == 400


def test_many_writers_at_once_all_land(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    failed = list[BaseException]()

    def write(number: int) -> None:
        try:
            rows = [post(f"x:{n}", text=str(number)) for n in range(number, number + 10)]
            add_rows(Folder(folder.path), f"{number}", rows)
        except BaseException as error:  # noqa: BLE001 - told by the assertion below
            failed.append(error)

    writers = [Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    assert [row["post"] for row in posts_in(folder)] == sorted(f"x:{n}" for n in range(13))
    assert sum(item.kept for item in folder.snapshot().inputs) == 40
    assert folder.unlisted() == []
    assert Case(folder).verify() == []


def test_a_reader_whose_part_was_swept_asks_once_more(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    old = add_rows(folder, "a", [post("x:1")])
    add_rows(folder, "b", [post("x:2")])
    assert old is not None
    before = folder.snapshot()
    remove_input(folder, old.id)
    assert folder.sweep(2**62) == 1
    late = Folder(folder.path)
    plain, states = late.snapshot, [before]
    late.snapshot = lambda: states.pop() if states else plain()  # type: ignore[method-assign]
    assert [row["post"] for row in posts_in(late)] == ["x:2"]


def test_a_part_that_is_really_gone_is_told_at_the_second_time(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1")])
    for file in (folder.path / "parts").iterdir():
        file.unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        posts_in(folder)


def test_a_writer_that_waits_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_case(tmp_path / "a.case")
    monkeypatch.setattr("fanal.store.catalogue.WAIT_S", 0.01)
    with (
        folder.catalogue.writing(),
        pytest.raises(StoreError, match="another command has been writing"),
    ):
        add_rows(Folder(folder.path), "a", [post("x:1")])


def test_a_case_in_a_folder_with_strange_characters_works(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "it's [1] a *?% dossier.case")
    add_rows(folder, "a", [post("x:1"), post("x:1", text="t")])
    assert [row["text"] for row in posts_in(folder)] == ["t"]
    assert Case(folder).verify() == []


def test_forget_clears_files_only_while_nobody_can_list_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1"), post("x:2")])
    free, plain = list[bool](), (Path.iterdir, Path.unlink)

    def look() -> None:
        with closing(sqlite3.connect(folder.catalogue.file, timeout=0)) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                free.append(False)
            else:
                free.append(True)

    def iterdir(path: Path) -> Any:
        look()
        return plain[0](path)

    def unlink(path: Path, missing_ok: bool = False) -> None:
        look()
        plain[1](path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "iterdir", iterdir)
        patch.setattr(Path, "unlink", unlink)
        Case(folder).forget(posts=["x:1"], now=1)
    assert free == [False, False], "listed and deleted under the write lock"
    assert folder.unlisted() == []


def test_a_file_cleared_away_while_it_is_added_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1")])
    plain = fanal.store.adding.without_known

    def late(*args: Any, **named: Any) -> Any:
        Case(folder).forget(posts=["x:1"], now=1)
        return plain(*args, **named)

    monkeypatch.setattr(fanal.store.adding, "without_known", late)
    with pytest.raises(StoreError, match="cleared away by another one"):
        add_rows(folder, "b", [post("x:2")])
    assert Case(folder).verify() == []
    assert [item.name for item in folder.snapshot().inputs] == ["a"]


@pytest.mark.parametrize("other", ["remove", "forget"])
def test_forget_overtaken_by_another_command_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    folder = new_case(tmp_path / "a.case")
    first = add_rows(folder, "a", [post("x:1"), post("x:2")])
    add_rows(folder, "b", [post("x:2"), post("x:3")])
    assert first is not None
    plain, met = fanal.store.erase.what_goes, list[int]()

    def late(*args: Any) -> Any:
        found = plain(*args)
        if not met:
            met.append(1)
            if other == "remove":
                remove_input(folder, first.id)
            Case(folder).forget(posts=["x:3"], now=1)
        return found

    monkeypatch.setattr(fanal.store.erase, "what_goes", late)
    Case(folder).forget(posts=["x:2"], now=2)
    assert [row["post"] for row in posts_in(folder)] == ["x:1"] * (other == "forget")
    assert Case(folder).verify() == []
