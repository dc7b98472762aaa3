"""Ctrl-C at the worst moment: right after a commit went through, or right before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import fanal.store.catalogue
from fanal.case import Case
from fanal.store.folder import Folder
from fanal.store.records import RunRow
from fanal.store.runs import keep_run
from made_case import DAY_ONE, add_rows, new_case, post

ROW = RunRow(
    id="ab" * 8, command="coordinate", parameters={}, version="1", made_at=1, summary={}
)
#: Each command that commits, on a case of two inputs that share a post.
COMMANDS: dict[str, Callable[[Folder], Any]] = {
    "add": lambda folder: add_rows(folder, "c", [post("x:1", text="t"), post("x:9")]),
    "coordinate": lambda folder: keep_run(
        folder, folder.snapshot(), ROW, {"edges": pa.table({"source": ["x:1"]})}
    ),
    "remove": lambda folder: Case(folder).remove(folder.snapshot().inputs[0].id),
    "forget": lambda folder: Case(folder).forget(posts=["x:1"], now=DAY_ONE),
}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = new_case(tmp_path / "a.case")
    add_rows(made, "a", [post("x:1"), post("x:2")])
    add_rows(made, "b", [post("x:1", lang="fr"), post("x:3")])
    return made


class Interrupted(sqlite3.Connection):
    """A connection that is interrupted once, right before or right after its COMMIT."""

    after = True
    left = 0

    def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
        if sql != "COMMIT" or not Interrupted.left:
            return super().execute(sql, *rest)
        Interrupted.left -= 1
        if Interrupted.after:
            super().execute(sql)
        raise KeyboardInterrupt


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    plain = sqlite3.connect

    def arm(after: bool) -> None:
        Interrupted.after, Interrupted.left = after, 1
        monkeypatch.setattr(
            fanal.store.catalogue.sqlite3,
            "connect",
            lambda *args, **named: plain(*args, factory=Interrupted, **named),
        )

    return arm


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interruption_right_after_a_commit_destroys_nothing(
    folder: Folder, interrupt: Callable[[bool], None], command: str
) -> None:
    before = folder.listed()
    interrupt(True)
    with pytest.raises(KeyboardInterrupt):
        COMMANDS[command](folder)
    assert folder.listed() != before, "the commit went through"
    assert Case(folder).verify() == []
    if command == "forget":
        assert folder.unlisted() == [], "what was erased is gone although interrupted"


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interruption_right_before_a_commit_leaves_nothing(
    folder: Folder, interrupt: Callable[[bool], None], command: str
) -> None:
    before = folder.listed()
    interrupt(False)
    with pytest.raises(KeyboardInterrupt):
        COMMANDS[command](folder)
    assert folder.listed() == before
    assert folder.unlisted() == []
    assert Case(folder).verify() == []


def test_what_cannot_be_asked_for_is_left_to_the_sweep(
    folder: Folder, interrupt: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: Any) -> Any:
        raise fanal.errors.StoreError("no answer")

    interrupt(True)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "listed", gone)
        with pytest.raises(KeyboardInterrupt):
            COMMANDS["add"](folder)
    assert Case(folder).verify() == []
