"""Cards of a small platform over months: what changes them, what does not, and who is never told."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fanal.about import publish
from fanal.about.day_source import DaySource
from fanal.about.features import home_prior
from fanal.about.memory import CELLS, HELD, SHOWN, Policy, blank
from fanal.about.publishing import publish_day
from fanal.about.quarantine import quarantine
from fanal.about.rows import rows_of
from fanal.about.shield import hidden
from fanal.about.simulate import Simulated, simulate
from fanal.about.state.source import StateSource
from fanal.about.state.telling import stores_of
from fanal.about.state.update import update
from fanal.about.world import changed, reference_world

ON = date(2026, 7, 1)
SECRET = b"a secret of these tests alone"
PUBLIC = Policy(mode="public", k=1, k_leave=1)


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def made() -> Simulated:
    world = changed(reference_world(), {"kinds.always_vpn": 0.26, "kinds.resident": 0.32})
    return simulate(world, 420, 61)


SMALL = Policy(mode="public", k=6, k_leave=4)


def run(source: Any, last: date, days: int, every: int = 1) -> tuple[list[pa.Table], pa.Table]:
    """Publish for some days; return the memory after each, and the last cells."""
    held, cells, found = HELD.empty_table(), CELLS.empty_table(), []
    first = last - timedelta(days=days)
    for n in range(0, days + 1, every):
        on = first + timedelta(days=n)
        left = publish_day(source, held, cells, on=on, secret=SECRET, policy=SMALL)
        changed_now = set(left.changed.to_pylist())
        before = {row["account"]: [row[c] for c in SHOWN] for row in held.to_pylist()}
        after = {row["account"]: [row[c] for c in SHOWN] for row in left.held.to_pylist()}
        nothing = ["withheld", *[None] * 4]
        assert changed_now == {a for a in after if after[a] != before.get(a, nothing)}
        held, cells = left.held, left.cells
        found.append(held)
    return found, cells


@pytest.fixture(scope="module")
def months(made: Simulated) -> tuple[list[pa.Table], pa.Table]:
    return run(DaySource(made.days, made.accounts), made.as_of, 98)


def test_cards_appear_and_none_names_a_small_crowd(months: Any) -> None:
    held, cells = months
    states = Counter(held[-1]["state"].to_pylist())
    assert states["country"] > 120
    assert states["region"] > 0
    told = [row for row in held[-1].to_pylist() if row["state"] == "region"]
    assert min(Counter(row["label"] for row in told).values()) >= 3
    assert set(cells["open"].to_pylist()) == {True}


def test_a_card_changes_only_by_its_own_look_a_cell_or_the_end_of_its_preview(
    months: Any,
) -> None:
    tables, _ = months
    looked, by_cell, ended = 0, 0, 0
    for before, after in pairwise(tables):
        old, new = before.to_pylist(), after.to_pylist()
        moved = [
            (b, a) for b, a in zip(old, new, strict=True)
            if any(b[name] != a[name] for name in SHOWN)
        ]  # fmt: skip
        for b, a in moved:
            if a["number"] != b["number"]:
                looked += 1
                continue
            assert a["country"] == b["country"]
            if b["why"] == "in preview":
                ended += 1
                continue
            by_cell += 1
            mates = [
                (x, y) for x, y in zip(old, new, strict=True)
                if (y["country"], y["channel"]) == (a["country"], a["channel"])
                and x["why"] != "in preview" != y["why"] and x["number"] == y["number"]
            ]  # fmt: skip
            assert {(y["state"], y["shown_channel"]) for _, y in mates} == {
                (a["state"], a["shown_channel"])
            }
    assert ended > 100
    assert looked + by_cell > 0


def test_whoever_is_behind_a_proxy_is_never_told_and_has_no_channel(
    months: Any, made: Simulated
) -> None:
    for table in months[0][::20]:
        theirs = table.filter(table["shield"])
        assert set(theirs["state"].to_pylist()) <= {"withheld"}
        for name in ("country", "channel", "label"):
            assert theirs[name].null_count == theirs.num_rows
    assert months[0][-1].filter(months[0][-1]["shield"]).num_rows > 80


def test_two_weeks_in_one_go_leave_what_daily_publications_leave(
    made: Simulated, months: Any
) -> None:
    tables, cells = months
    late, late_cells = run(DaySource(made.days, made.accounts), made.as_of, 98, every=14)
    assert late[-1].equals(tables[-1])
    assert late_cells.equals(cells)


def test_order_of_rows_and_threads_do_not_matter(made: Simulated) -> None:
    order = np.random.default_rng(3).permutation(made.days.num_rows)
    threads = pa.cpu_count()
    pa.set_cpu_count(1)
    try:
        first, _ = run(DaySource(made.days, made.accounts), made.as_of, 14, every=14)
    finally:
        pa.set_cpu_count(threads)
    shuffled = made.days.take(pa.array(order))
    second, _ = run(DaySource(shuffled, made.accounts), made.as_of, 14, every=14)
    assert second[-1].equals(first[-1])


def test_leaks_of_those_behind_a_proxy_change_no_card_of_anybody(
    made: Simulated, months: Any
) -> None:
    always = made.truth.filter(
        pc.and_(
            pc.equal(made.truth["kind_of_account"], "always_vpn"), made.truth["exit_listed"]
        )
    )["account"]
    plain = pc.and_(
        pc.is_in(made.days["account"], always.combine_chunks()),
        pc.equal(made.days["kind"], "unknown"),
    )
    assert pc.sum(plain).as_py() > 300
    without = made.days.filter(pc.invert(plain))
    sealed, cells = run(DaySource(without, made.accounts), made.as_of, 98, every=14)
    names = ["account", *SHOWN]
    assert sealed[-1].select(names).equals(months[0][-1].select(names))
    assert cells.equals(months[1])


def test_whoever_hides_gives_nothing_to_the_prior_nor_to_votes(made: Simulated) -> None:
    rows = rows_of(made.days, made.as_of)
    who = rows.accounts.filter(pa.array(hidden(rows)))
    plain = pc.and_(pc.is_in(made.days["account"], who), pc.equal(made.days["kind"], "unknown"))
    sealed = rows_of(made.days.filter(pc.invert(plain)), made.as_of)
    assert home_prior(sealed).tolist() == home_prior(rows).tolist()
    names = ["network", "votes", "against", "q", "quarantined"]
    one_, other = (
        quarantine(each, stores_of(each), made.accounts).networks.select(names)
        for each in (rows, sealed)
    )
    assert other.equals(one_)


def test_a_state_tells_what_its_day_rows_tell(made: Simulated, tmp_path: Path) -> None:
    recent = made.days.filter(
        pc.greater_equal(made.days["day"], pa.scalar(made.as_of - timedelta(days=300)))
    )
    update(tmp_path / "state", recent, made.accounts, as_of=made.as_of, partitions=4)
    state, table = StateSource(tmp_path / "state"), DaySource(recent, made.accounts)
    assert state.accounts().equals(table.accounts())
    names = state.accounts().take(pa.array([7, 400, 31, 88, 211]))
    last = pa.array([made.as_of - timedelta(days=n) for n in (14, 45, 30, 21, 28)])
    world = state._of_others(ON)  # the world of the state, for both
    table.others = lambda _: world  # type: ignore[method-assign]
    (one_, days), (other, rows) = state.told(names, last), table.told(names, last)
    assert one_.sort_by("account").equals(other.sort_by("account"))
    held = blank(names, np.full(5, number(ON)))
    for first, second in zip(
        publish.candidates(held, one_, days, last, PUBLIC).values(),
        publish.candidates(held, other, rows, last, PUBLIC).values(),
        strict=True,
    ):
        assert first.equals(second)
    assert state.told(pa.array(["nobody"]), last[:1])[0].num_rows == 0
