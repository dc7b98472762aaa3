"""A case from real readers: adding, replacing, previewing, runs and their freshness."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import fanal
from fanal.case import Case, create_case
from fanal.case.adding import Asked
from fanal.case.preview import preview_file
from fanal.case.rejects import first_rejected
from fanal.errors import CaseError, ReaderError, StoreError
from fanal.readers.base import Reader, Rows, Settings, Source
from made_case import DAY_ONE

HEADER = "id,user_id,created_at,text\n"


def line(number: int, account: int = 5, text: str = "hello", minute: int = 0) -> str:
    at = f"2024-01-{1 + minute // 1440:02d}T{minute // 60 % 24:02d}:{minute % 60:02d}:00Z"
    return f"{10**17 + number},{10**8 + account},{at},{text}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "".join(line(n) for n in range(5)) + "1,2\n", encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create_case(tmp_path / "a.case")


def test_adding_tells_kept_and_rejected_and_again_adds_nothing(case: Case, file: Path) -> None:
    (first,) = case.add(file, now=DAY_ONE)
    assert (first.status, first.kept, sum(first.rejected.values())) == ("added", 5, 1)
    assert first.mapping["columns"]["account"] == "user_id"
    (again,) = case.add([file], now=DAY_ONE)
    assert again.status == "already there"
    assert (again.input_id, again.kept) == (first.input_id, 5)
    assert first_rejected(case.path, first.input_id, 9) == ["a.csv:7"]
    assert repr(case) == "<Case 'a': 5 posts from 1 inputs>"
    assert case.inputs()[0].added_at == DAY_ONE


def test_another_mapping_replaces_only_when_asked_to(case: Case, file: Path) -> None:
    (first,) = case.add(file, now=DAY_ONE)
    mapping = dict(first.mapping) | {"platform": "mastodon"}
    with pytest.raises(CaseError, match="in the case already") as refused:
        case.add(file, mapping=mapping, now=DAY_ONE)
    assert "--replace" in refused.value.hint
    asked: list[str] = []
    with pytest.raises(CaseError):
        case.add(file, mapping=mapping, replace=lambda said: bool(asked.append(said)), now=1)
    assert first.input_id in asked[0]
    (second,) = case.add(file, mapping=mapping, replace=True, now=DAY_ONE)
    assert second.status == "replaced"
    assert [item.id for item in case.inputs()] == [second.input_id]
    assert set(case.table("posts").column("platform").to_pylist()) == {"mastodon"}
    assert case.verify() == []


def test_a_unit_of_time_is_part_of_what_an_input_is(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("user_id,time,text\n1,1704067200,a\n", encoding="utf-8")
    case.add(path, now=DAY_ONE)
    with pytest.raises(CaseError):
        case.add(path, time_unit="ms", now=DAY_ONE)


def test_in_a_folder_what_is_no_export_is_told_and_the_rest_is_read(
    case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.csv").write_text(HEADER + line(1), encoding="utf-8")
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    (folder / "c.csv").write_text(HEADER + line(2), encoding="utf-8")
    done = case.add(folder, now=DAY_ONE)
    assert [item.status for item in done] == ["added", "not read", "added"]
    assert "picture" in done[1].notes[0]
    with pytest.raises(ReaderError):
        case.add(folder / "b.png", now=DAY_ONE)
    assert len(case.inputs()) == 2


def test_a_reader_that_fails_half_way_leaves_nothing(
    case: Case, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(source: Source, settings: Settings, rows: Rows) -> None:
        rows.reject("a:1", None, "bad", b"raw")
        rows.finish()
        raise KeyboardInterrupt

    broken = Reader("broken", 1, "t", "b", lambda head: 1.0, read)
    monkeypatch.setattr("fanal.case.adding.recognise", lambda *_: broken)
    with pytest.raises(KeyboardInterrupt):
        case.add(file, now=DAY_ONE)
    assert case.inputs() == []
    assert list((case.path / "parts").iterdir()) == []


def test_progress_tells_the_file_and_how_far_it_is(case: Case, file: Path) -> None:
    seen: list[Any] = []
    case.add(file, now=DAY_ONE, progress=lambda *told: seen.append(told))
    name, _done, total, kept = seen[-1]
    assert (name, kept) == ("a.csv", 5)
    assert total in {0, file.stat().st_size}


def test_a_preview_shows_mapping_and_rows_and_adds_nothing(file: Path) -> None:
    seen = preview_file(file, Asked())
    assert seen.mapping["columns"]["text"] == "text"
    assert [row["account"] for row in seen.rows] == ["other:100000005"] * 5


def test_pseudonyms_are_stable_in_a_case_and_differ_between_cases(
    case: Case, tmp_path: Path
) -> None:
    other = create_case(tmp_path / "b.case")
    first = case.pseudonyms()("x:1")
    assert first == fanal.open_case(case.path).pseudonyms()("x:1")
    assert first != other.pseudonyms()("x:1")
    assert first.startswith("A-")
    assert len(first) == 12
    assert len({case.pseudonyms()(f"x:{n}") for n in range(1000)}) == 1000


def test_a_table_that_does_not_exist_is_told(case: Case) -> None:
    with pytest.raises(CaseError, match="no table 'secrets'"):
        case.table("secrets")
    assert case.table("posts").num_rows == 0


def test_a_case_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="not a case"):
        fanal.open_case(tmp_path / "b.case")


@pytest.fixture
def linked(case: Case, tmp_path: Path) -> Case:
    """A case in which two accounts share every rare link within a minute."""
    shares = [(account, link, link * 700) for link in range(12) for account in (1, 2)]
    shares += [  # what twenty others share, at other times
        (10 + a, 20 + (a * 7 + n * 13) % 60, (a * 977 + n * 1531) % 20_000)
        for a in range(20)
        for n in range(10)
    ]
    rows = [HEADER] + [
        line(number, account, f"https://a.example/{link}", minute)
        for number, (account, link, minute) in enumerate(shares)
    ]
    path = tmp_path / "shares.csv"
    path.write_text("".join(rows), encoding="utf-8")
    case.add(path, now=DAY_ONE)
    return case


def test_a_run_is_kept_and_given_back(linked: Case) -> None:
    result = linked.coordinate(layers=["url"], now=DAY_ONE, shuffles=0)
    (run,) = linked.runs()
    assert (run.command, run.inputs, run.stale, run.erased) == (
        "coordinate", ("shares.csv",), False, False,
    )  # fmt: skip
    again = linked.coordinate(layers=["url"], now=DAY_ONE + 1, shuffles=0)
    assert len(linked.runs()) == 1
    for stored in (again, linked.run(run.id), linked.run(run.id[:6])):
        assert stored.edges.equals(result.edges)
        assert stored.summary == result.summary
    assert linked.verify() == []


def test_a_replay_on_the_same_rows_is_the_same(linked: Case) -> None:
    linked.coordinate(layers=["url"], now=DAY_ONE, shuffles=0)
    done = linked.replay(linked.runs()[0].id, now=DAY_ONE)
    assert (done.same, done.changes) == (True, ())
    assert len(linked.runs()) == 1


def test_a_stale_run_says_so_and_its_replay_says_what_changed(
    linked: Case, tmp_path: Path
) -> None:
    result = linked.coordinate(layers=["url"], now=DAY_ONE, shuffles=0)
    assert result.edges.num_rows > 0
    more = tmp_path / "more.csv"
    rows = [line(900 + n, 40 + n, f"https://a.example/{n}", n) for n in range(12)]
    more.write_text(HEADER + "".join(rows), encoding="utf-8")
    linked.add(more, now=DAY_ONE)
    (run,) = linked.runs()
    assert run.stale
    done = linked.replay(run.id, now=DAY_ONE)
    assert any("more.csv" in change for change in done.changes)
    assert [made.stale for made in linked.runs()] == [True, False]
    assert done.run_id == linked.runs()[1].id


def test_results_are_the_same_at_any_number_of_threads(linked: Case) -> None:
    results = []
    for threads in (1, 2, 4):
        linked.coordinate(now=DAY_ONE, shuffles=0, threads=threads)
        run = linked.runs()[0].id
        results.append(linked.run(run))
        with linked._folder.catalogue.writing() as connection:
            connection.execute("DELETE FROM run")
            connection.execute("DELETE FROM run_input")
            connection.execute("DELETE FROM part WHERE run <> ''")
    assert results[0].edges.equals(results[1].edges)
    assert results[0].evidence.equals(results[2].evidence)


def test_a_run_that_is_not_there_is_told(case: Case) -> None:
    with pytest.raises(CaseError, match="no such run"):
        case.run("abc")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are text")
def test_a_file_whose_name_is_no_text_is_read_and_shown(case: Case, file: Path) -> None:
    odd = file.with_name(os.fsdecode(b"p\xff.csv"))
    file.rename(odd)
    (added,) = case.add(odd, now=DAY_ONE)
    assert (added.name, added.kept) == ("p\\xff.csv", 5)
    assert [item.name for item in case.inputs()] == ["p\\xff.csv"]
    assert preview_file(odd, Asked()).name == "p\\xff.csv"
    assert case.verify() == []


def test_a_case_does_not_read_itself(case: Case, file: Path) -> None:
    case.add(file, now=DAY_ONE)
    for path in (case.path, case.path / "parts"):
        with pytest.raises(CaseError, match="belongs to the case itself"):
            case.add([file, path], now=DAY_ONE)
    around = case.add(file.parent, now=DAY_ONE)
    assert [item.name for item in around] == ["a.csv"]
