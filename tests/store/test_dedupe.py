"""Posts met before: the first row wins, gaps are filled, nothing is lost; against plain Python."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fanal.store.adding
import fanal.store.dedupe
from fanal.case import Case
from fanal.errors import CaseError
from fanal.store.folder import Folder
from fanal.store.retire import remove_input
from made_case import DAY_ONE, Row, add_rows, new_case, oracle, post, posts_in

KEYS = ["x:1", "x:2", "x:3", "x:4", "bsky:5"]


@st.composite
def posts(draw: st.DrawFn) -> Row:
    text = st.none() | st.sampled_from(["a", "b", ""])
    time = draw(st.none() | st.integers(DAY_ONE, DAY_ONE + 9))
    urls = draw(st.none() | st.lists(st.sampled_from(["u", "v"]), max_size=2))
    return post(
        draw(st.sampled_from(KEYS)),
        time=time,
        time_claimed=time,
        time_source=None if time is None else "field",
        time_plausible=draw(st.booleans()),
        text=draw(text),
        lang=draw(text),
        repost_of=draw(text),
        urls=urls,
        url_keys=None if urls is None else [url + "-key" for url in urls],
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Any]:
    """Files added, and numbers of files removed, in any order."""
    steps: list[Any] = []
    present: list[str] = []
    for n in range(draw(st.integers(1, 5))):
        if present and draw(st.booleans()) and draw(st.booleans()):
            steps.append(present.pop(draw(st.integers(0, len(present) - 1))))
        else:
            present.append(f"file-{n}")
            steps.append((present[-1], draw(st.lists(posts(), min_size=1, max_size=8))))
    return steps


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=histories(), remembered=st.sampled_from([0, 2, 100]))
def test_any_history_of_adding_and_removing_gives_what_plain_python_gives(
    history: list[Any], remembered: int
) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(fanal.store.dedupe, "KEYS_REMEMBERED", remembered)
        folder = new_case(Path(name) / "a.case")
        present: dict[str, list[Row]] = {}
        for step in history:
            if isinstance(step, str):
                gone = next(item for item in folder.snapshot().inputs if item.name == step)
                remove_input(folder, gone.id)
                del present[step]
            else:
                add_rows(folder, *step)
                present[step[0]] = step[1]
            assert posts_in(folder) == oracle(list(present.items()))
            kept = {item.name: item.kept for item in folder.snapshot().inputs}
            assert kept == {name: len(rows) for name, rows in present.items()}
        assert Case(folder).verify() == []


def test_posts_without_an_id_are_never_merged(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    added = add_rows(folder, "a", [post("file:aa:1", text="x"), post("file:aa:1", text="x")])
    assert added is not None
    assert (added.kept, added.duplicates) == (2, 0)
    assert len(posts_in(folder)) == 2


def test_fills_are_counted_once_a_post(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1"), post("x:2", text="known")])
    added = add_rows(
        folder, "b", [post("x:1", text="t"), post("x:1", lang="fr"), post("x:2", text="other")]
    )
    assert added is not None
    assert (added.kept, added.duplicates, added.filled) == (3, 3, 1)
    assert [(row["text"], row["lang"]) for row in posts_in(folder)] == [
        ("t", "fr"),
        ("known", None),
    ]


def test_the_same_input_adds_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1")])
    files = sorted((folder.path / "parts").iterdir())
    assert add_rows(folder, "a", [post("x:1")]) is None
    assert sorted((folder.path / "parts").iterdir()) == files


def test_replacing_takes_the_old_out_and_the_new_in_at_once(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    old = add_rows(folder, "a", [post("x:1", text="old"), post("x:2")])
    add_rows(folder, "b", [post("x:1", text="b")])
    assert old is not None
    again = [post("x:1", text="new"), post("x:3")]
    add_rows(folder, "a2", again, replaces=old.id, same_as="a")
    assert posts_in(folder) == oracle([("b", [post("x:1", text="b")]), ("a2", again)])
    assert [item.name for item in folder.snapshot().inputs] == ["b", "a2"]


def test_a_file_added_meanwhile_with_another_mapping_is_refused(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    add_rows(folder, "a", [post("x:1")])
    with pytest.raises(CaseError, match="another mapping"):
        add_rows(folder, "a2", [post("x:1")], same_as="a")
    assert folder.unlisted() == []


def test_removing_what_is_not_there_says_so(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    with pytest.raises(CaseError, match="no input nosuch"):
        remove_input(folder, "nosuch")


def test_rows_are_the_same_at_any_number_of_threads(tmp_path: Path) -> None:
    folder = new_case(tmp_path / "a.case")
    for name in "abc":
        rows = [post(f"x:{n % 700}", text=name if n % 3 else None, time=n) for n in range(1500)]
        add_rows(folder, name, rows, batch=400)
    tables = [Case(folder).table("posts", threads=threads) for threads in (1, 2, 4)]
    assert tables[0].num_rows == 700
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_parts_do_not_depend_on_the_number_of_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = []
    for count in (1, 2, 4):
        monkeypatch.setattr(fanal.store.adding, "cpu_count", lambda count=count: count)
        folder = new_case(tmp_path / f"{count}.case")
        for name in "abc":
            rows = [post(f"x:{n % 70}", text=name if n % 3 else None) for n in range(150)]
            add_rows(folder, name, rows, batch=40)
        hashes.append([part.sha256 for part in folder.snapshot().parts])
    assert hashes[0] == hashes[1] == hashes[2]


def test_two_writers_at_once_both_land(tmp_path: Path) -> None:
    """The second reads the list before the first commits; its work is done again."""
    folder = new_case(tmp_path / "a.case")
    mine, theirs = [post("x:1", text="mine"), post("x:2")], [post("x:1"), post("x:3")]
    late = Folder(folder.path)
    plain = late.snapshot
    asked: list[int] = []

    def overtaken() -> Any:
        state = plain()
        if not asked:
            asked.append(1)
            add_rows(folder, "theirs", theirs)
        return state

    late.snapshot = overtaken  # type: ignore[method-assign]
    added = add_rows(late, "mine", mine)
    assert added is not None
    assert added.duplicates == 1
    assert posts_in(folder) == oracle([("theirs", theirs), ("mine", mine)])
    assert folder.unlisted() == []


@pytest.mark.parametrize("way", ["remove", "forget"])
def test_rows_of_a_file_keep_their_order_when_one_of_them_leaves_it(
    tmp_path: Path, way: str
) -> None:
    """Rows known to the case and rows repeated in the file lie in two parts of duplicates."""
    folder = new_case(tmp_path / "a.case")
    first = add_rows(folder, "a", [post("x:5")])
    second = add_rows(folder, "b", [post("x:1")])
    assert first is not None
    assert second is not None
    both = [post("x:5"), post("x:1", text="first"), post("x:1", text="second", lang="fr")]
    add_rows(folder, "c", both)
    if way == "remove":
        remove_input(folder, first.id)
    else:
        Case(folder).forget(posts=["x:5"], now=DAY_ONE)
    remove_input(folder, second.id)
    (left,) = [row for row in posts_in(folder) if row["post"] == "x:1"]
    assert (left["text"], left["lang"]) == ("first", "fr")
    assert Case(folder).verify() == []
