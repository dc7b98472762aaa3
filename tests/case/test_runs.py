"""Runs whose results were hurt, erased, asked for again, or computed while parts were replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import fanal.case.coordinating
from fanal.case import Case, create_case
from fanal.case.telling import chosen_run
from fanal.errors import CaseError, StoreError
from fanal.store.retire import remove_input
from made_case import DAY_ONE

HEADER = "id,user_id,created_at,text\n"


def shares(first: int, texts: int, accounts: tuple[int, ...]) -> str:
    """Return lines in which each text is posted by each account within a minute."""
    return "".join(
        f"{10**17 + first + n * 10 + account},{10**8 + account},2024-01-01T10:{n:02d}:00Z,"
        f"https://a.example/{first}-{n}\n"
        for n in range(texts)
        for account in accounts
    )


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = create_case(tmp_path / "a.case")
    for name, lines in (
        ("a", shares(0, 12, (1, 2)) + shares(1000, 30, (3,)) + shares(2000, 30, (4,))),
        ("b", shares(3000, 12, (5, 6)) + shares(4000, 30, (7,))),
    ):
        (tmp_path / f"{name}.csv").write_text(HEADER + lines, encoding="utf-8")
        made.add(tmp_path / f"{name}.csv", now=DAY_ONE)
    return made


def ask(case: Case, **more: Any) -> Any:
    return case.coordinate(**{"layers": ["url"], "now": DAY_ONE, "shuffles": 0} | more)


def same(one: Any, other: Any) -> bool:
    assert one.summary["accounts"] > 1
    names = ("edges", "evidence", "communities", "insufficient")
    return all(getattr(one, name).equals(getattr(other, name)) for name in names)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0x5A
    file.write_bytes(data)


HURTS: dict[str, Callable[[Path], Any]] = {
    "missing": Path.unlink,
    "damaged": lambda file: file.write_bytes(b"PAR1 no more"),
    "one bit": flip,
}


@pytest.mark.parametrize("hurt", HURTS)
@pytest.mark.parametrize("way", ["coordinate", "replay"])
def test_a_result_that_was_hurt_is_made_again(case: Case, hurt: str, way: str) -> None:
    plain = ask(case)
    (run,) = case.runs()
    (file,) = (case.path / "parts").glob("edges-*")
    HURTS[hurt](file)
    assert case.verify() != []
    with pytest.raises(StoreError, match="missing or damaged"):
        case.run(run.id)
    if way == "coordinate":
        assert same(ask(case), plain)
    else:
        done = case.replay(run.id, now=DAY_ONE)
        assert (done.run_id, done.same) == (run.id, False)
        assert "was missing or damaged; it was computed anew" in done.changes[0]
    assert [made.id for made in case.runs()] == [run.id]
    assert case.verify() == []
    assert same(case.run(run.id), plain)


def test_a_hurt_result_over_rows_that_have_changed_is_dropped_by_its_replay(
    case: Case,
) -> None:
    ask(case)
    case.remove(case.inputs()[1].id)
    (file,) = (case.path / "parts").glob("evidence-*")
    file.unlink()
    old = case.runs()[0].id
    done = case.replay(old, now=DAY_ONE)
    assert done.run_id != old
    assert done.changes[1:] == ("No longer read as it was: b.csv.",)
    assert case.verify() == []
    assert chosen_run(case).id == done.run_id


def test_an_erased_run_can_be_replayed_on_what_is_left(case: Case) -> None:
    ask(case)
    case.forget(accounts=["other:100000003"], now=DAY_ONE)
    (run, _) = case.runs()
    assert run.erased
    with pytest.raises(StoreError, match="erased since"):
        case.run(run.id)
    done = case.replay(run.id, now=DAY_ONE)
    assert "was erased with rows that it read" in done.changes[0]
    assert case.run(done.run_id).insufficient.num_rows > 0
    assert "100000003" not in str(case.run(done.run_id).insufficient.to_pylist())
    assert case.verify() == []


def test_a_part_replaced_while_it_is_read_is_read_anew_with_its_own_run(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, met = fanal.case.coordinating.actions_by_layer, list[int]()

    def late(*args: Any) -> Any:
        if not met:
            met.append(1)
            remove_input(case._folder, case.inputs()[1].id)
            case._folder.sweep(2**62)
        return plain(*args)

    monkeypatch.setattr(fanal.case.coordinating, "actions_by_layer", late)
    result = ask(case)
    (run,) = case.runs()
    assert not run.stale
    assert run.inputs == ("a.csv",)
    assert same(ask(case), result)


def test_a_question_asked_again_is_the_latest(case: Case) -> None:
    ask(case)
    ask(case, fdr=0.01)
    first, second = (run.id for run in case.runs())
    assert chosen_run(case).id == second
    ask(case)
    assert chosen_run(case).id == first
    assert [run.id for run in case.runs()] == [second, first]
    ask(case, fdr=0.02)
    assert chosen_run(case).id not in {first, second}
    assert case.verify() == []


def test_a_beginning_of_several_runs_is_refused(case: Case) -> None:
    for number in range(18):  # 17 runs: two begin with the same digit
        ask(case, seed=number)
    beginnings = [run.id[0] for run in case.runs()]
    twice = max(beginnings, key=beginnings.count)
    with pytest.raises(CaseError, match="several runs begin so"):
        chosen_run(case, twice)
    assert chosen_run(case, case.runs()[0].id).id == case.runs()[0].id
    with pytest.raises(CaseError, match="no run"):
        chosen_run(case, "z")
