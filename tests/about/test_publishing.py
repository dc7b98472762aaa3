"""Cards over time: the clock, what is held, who is told together, what a poller sees."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.about import publish
from fanal.about.clock import first_waits, gaps_and_lags
from fanal.about.crowds import crowds
from fanal.about.memory import CANDIDATE, CELLS, SHOWN, Policy, blank, with_columns
from fanal.about.publish import due, would_show

ON = date(2026, 7, 1)
SECRET = b"a secret of these tests alone"
PUBLIC = Policy(mode="public", k=1, k_leave=1)
GAP, LAG = publish.GAP_DAYS, publish.LAG_DAYS


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


# the clock


def test_gaps_and_lags_are_even_in_their_ranges_and_the_same_each_time() -> None:
    names = [f"a{n}" for n in range(6000)]
    looks = np.full(6000, 4, np.int32)
    gap, lag = gaps_and_lags(names, looks, SECRET, GAP, LAG)
    assert (gap.min(), gap.max(), lag.min(), lag.max()) == (30, 90, 14, 45)
    assert abs(gap.mean() - 60) < 1
    assert abs(np.corrcoef(gap, lag)[0, 1]) < 0.05
    again, _ = gaps_and_lags(names[5:9], looks[5:9], SECRET, GAP, LAG)
    assert again.tolist() == gap[5:9].tolist()
    other, _ = gaps_and_lags(names, looks, b"another secret of 16", GAP, LAG)
    later, _ = gaps_and_lags(names, looks + 1, SECRET, GAP, LAG)
    assert abs(np.corrcoef(gap, other)[0, 1]) < 0.05
    assert abs(np.corrcoef(gap, later)[0, 1]) < 0.05


def test_a_new_account_waits_as_if_the_clock_had_always_run() -> None:
    """A look falls on 1 day in 60, and so it does on each of the first thirty."""
    waits = first_waits([f"a{n}" for n in range(30_000)], SECRET, GAP)
    assert (waits.min(), waits.max()) == (0, 89)
    counts = np.bincount(waits, minlength=90)
    assert abs(counts[:30].sum() / 30_000 - 30 / 60) < 0.01
    assert abs(waits.mean() - 32.0) < 0.5


# one account over time


def plain_days(
    country: str, low: int, high: int, kind: str = "unknown"
) -> list[tuple[Any, ...]]:
    """Return a day in two from `low` to `high` days before ON."""
    return [(ON - timedelta(days=n), country, kind) for n in range(low, high, 2)]


def look(held: pa.Table, days: list[tuple[Any, ...]], *, country: str | None = "FR",
         refusal: str | None = None, p: float = 0.99, policy: Policy = PUBLIC,
         on: date = ON, cells: pa.Table | None = None) -> publish.Published:  # fmt: skip
    """Look at account `a` on its turn, by an estimate that says what is given."""
    names = held["account"].to_pylist()
    table = pa.table(
        {
            "account": pa.array(["a"] * len(days), pa.string()),
            "day": pa.array([one[0] for one in days], pa.date32()),
            "country": pa.array([one[1] for one in days], pa.string()),
            "kind": pa.array([one[2] for one in days], pa.string()),
            "client": pa.array(["web"] * len(days), pa.string()),
        }
    )
    found = pa.table(
        {
            "account": pa.array(names),
            "country": pa.array([country] * len(names), pa.string()),
            "probability": pa.array([p] * len(names)),
            "refusal": pa.array([refusal] * len(names), pa.string()),
        }
    )
    empty = CELLS.empty_table() if cells is None else cells
    return publish.publish(held, empty, found, table, on=on, secret=SECRET, policy=policy)


def memory(country: str | None = None, **more: Any) -> pa.Table:
    held = blank(pa.array(["a"]), np.array([number(ON)]))
    if country:
        more |= {"country": pa.array([country]), "reason": pa.nulls(1, pa.string())}
        more.setdefault("first_on", pa.array([ON - timedelta(days=99)]))
    return with_columns(held, **more)


def one(found: publish.Published) -> dict[str, Any]:
    rows: list[dict[str, Any]] = found.held.to_pylist()
    return rows[0]


HOME = plain_days("FR", 0, 300)
MOVED = plain_days("BE", 0, 200) + plain_days("FR", 200, 360)


def test_what_is_later_than_the_evidence_is_not_looked_at() -> None:
    held = memory()
    _, last = due(held, ON, SECRET)
    lag = (ON - last[0].as_py()).days
    assert LAG[0] <= lag <= LAG[1]
    fresh = [row for row in HOME if (ON - row[0]).days >= lag]
    later = [(ON - timedelta(days=n), "SN", "tor") for n in range(lag)]
    assert look(held, fresh + later).held.equals(look(held, fresh).held)
    on_time = [(ON - timedelta(days=n), "SN", "tor") for n in range(lag, lag + 180)]
    assert one(look(held, fresh + on_time))["reason"] == "proxy days"


def test_the_next_look_is_a_gap_after_this_one_was_due_not_after_it_was_made() -> None:
    held = memory()
    prompt, late = look(held, HOME), look(held, HOME, on=ON + timedelta(days=6))
    assert prompt.held["next_on"].equals(late.held["next_on"])
    wait = (one(prompt)["next_on"] - ON).days
    assert GAP[0] <= wait <= GAP[1]
    assert one(prompt)["number"] == 1


@pytest.mark.parametrize(
    ("before", "days", "says", "after", "reason"),
    [
        (None, HOME, {}, "FR", None),
        (None, HOME, {"refusal": "conflicting"}, None, "conflicting"),
        (None, HOME, {"p": 0.89}, None, "not probable enough"),
        ("FR", HOME, {"refusal": "conflicting"}, "FR", None),
        ("FR", HOME, {"refusal": "dormant"}, "FR", None),
        ("FR", HOME, {"p": 0.2}, "FR", None),
        ("FR", HOME, {"refusal": "quarantined network"}, None, "quarantined network"),
        ("FR", HOME, {"refusal": "no day in the year"}, None, "no day in the year"),
        ("FR", plain_days("FR", 0, 300, "tor"), {}, None, "proxy days"),
        ("FR", MOVED, {"country": "BE"}, "BE", None),
        ("FR", MOVED, {"country": "BE", "p": 0.5}, None, "not probable enough"),
        ("FR", plain_days("BE", 0, 75) + plain_days("FR", 75, 360),
         {"country": "BE", "p": 0.5}, "FR", None),
    ],
)  # fmt: skip
def test_a_held_country_stays_until_another_has_it_all_or_it_is_lost(
    before: str | None, days: Any, says: dict[str, Any], after: str | None, reason: str | None
) -> None:
    found = one(look(memory(before), days, **says))
    assert (found["country"], found["reason"]) == (after, reason)
    if after is None:
        assert found["channel"] is None


def test_a_held_channel_changes_at_three_quarters_of_the_year() -> None:
    held = memory("FR", channel=pa.array(["app"]))
    assert one(look(held, HOME))["channel"] == "web"
    assert one(look(memory(), HOME))["shown_channel"] is None  # in preview


# who may see it


@pytest.mark.parametrize(
    ("mode", "asked", "first", "why"),
    [
        ("private", 90, 90, "private mode"),
        ("opt-in", None, 90, "the holder did not ask"),
        ("opt-in", 29, 90, "in preview"),
        ("opt-in", 90, 29, "in preview"),
        ("opt-in", 30, 30, None),
        ("public", None, 29, "in preview"),
        ("public", None, 30, None),
    ],
)
def test_modes_and_thirty_days_of_preview(
    mode: str, asked: int | None, first: int, why: str | None
) -> None:
    dates = {
        name: pa.array([None if ago is None else ON - timedelta(days=ago)], pa.date32())
        for name, ago in (("asked_on", asked), ("first_on", first))
    }
    found = one(look(memory("FR", **dates), HOME, policy=replace(PUBLIC, mode=mode)))
    assert found["why"] == why
    assert found["label"] == (None if why else "FR")


def test_a_first_card_is_its_holders_alone_though_he_sees_what_it_will_be() -> None:
    left = look(memory(), HOME)
    assert one(left)["first_on"] == ON
    assert [one(left)[name] for name in SHOWN] == ["withheld", *[None] * 4]
    assert would_show(left.held, left.cells, PUBLIC)["label"].to_pylist() == ["FR"]
    assert len(left.changed) == 0


def test_wishes_and_the_risk_list_begin_at_the_region_or_end_at_nothing() -> None:
    for wish, risk, state, label, why in (
        ("region", (), "region", "Western Europe", "the holder's wish"),
        ("nothing", (), "withheld", None, "the holder's wish"),
        (None, ("FR",), "region", "Western Europe", "risk list"),
        ("nothing", ("FR",), "withheld", None, "the holder's wish"),
    ):
        held = memory("FR", wish=pa.array([wish], pa.string()), created=pa.array([2019]))
        policy = replace(PUBLIC, risk=frozenset(risk))
        found = one(look(held, HOME, policy=policy))
        assert (found["state"], found["label"], found["why"]) == (state, label, why)
        assert found["shown_channel"] is None
        assert found["shown_created"] == (None if label is None else 2019)


@pytest.mark.parametrize("days", [HOME, plain_days("FR", 0, 300, "tor")])
def test_of_who_wants_nothing_told_no_candidate_is_kept(days: Any) -> None:
    """Not at a look, not between looks; the next look after the wish finds it again."""
    known = {"created": pa.array([2019]), "renamed": pa.array(["2026-01"])}
    held = memory("FR", wish=pa.array(["nothing"]), channel=pa.array(["web"]), **known)
    left = look(held, days)
    later = with_columns(held, next_on=pa.array([ON + timedelta(days=9)]))
    for found in (one(left), one(look(later, []))):
        assert [found[name] for name in CANDIDATE] == [None] * len(CANDIDATE)
        assert (found["state"], found["why"]) == ("withheld", "the holder's wish")
    assert one(left)["number"] == 1
    free = with_columns(
        left.held, wish=pa.nulls(1, pa.string()), next_on=pa.array([ON]), **known
    )
    found, behind = one(look(free, days)), days is not HOME
    assert (found["country"], found["shield"]) == (None if behind else "FR", behind)
    assert (found["created"], found["renamed"]) == (2019, "2026-01")


def test_a_first_country_under_the_wish_begins_no_preview() -> None:
    found = one(look(memory(wish=pa.array(["nothing"])), HOME))
    assert (found["country"], found["first_on"]) == (None, None)


def test_a_month_of_a_new_handle_is_told_when_k_share_it_and_as_of_the_own_look() -> None:
    def told(accounts: int, months: list[str | None], next_on: date = ON) -> Counter[Any]:
        names = pa.array([f"a{n:02d}" for n in range(accounts)])
        held = with_columns(
            blank(names, np.full(accounts, number(next_on))),
            country=pa.array(["FR"] * accounts),
            renamed=pa.array((months * accounts)[:accounts], pa.string()),
            first_on=pa.array([ON - timedelta(days=99)] * accounts),
        )
        policy = Policy(mode="public", k=20, k_leave=15)
        return Counter(look(held, HOME, policy=policy, refusal="conflicting").held[
            "shown_renamed"
        ].to_pylist())  # fmt: skip

    assert told(40, ["2026-01", "2026-02"]) == {"2026-01": 20, "2026-02": 20}
    assert told(38, ["2026-01", "2026-02"]) == {None: 38}


# together


@given(
    rounds=st.lists(
        st.lists(st.integers(0, 5), min_size=0, max_size=60), min_size=1, max_size=6
    )
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_cell_is_open_with_fewer_than_k_leave_and_none_opens_below_k(
    rounds: list[list[int]],
) -> None:
    policy, was = Policy(k=8, k_leave=5), frozenset[Any]()
    pairs = [
        ("FR", "web"),
        ("FR", "app"),
        ("FR", None),
        ("BE", "web"),
        ("BE", None),
        ("SN", "x"),
    ]
    for drawn in rounds:
        label = pa.array([pairs[n][0] for n in drawn], pa.string())
        channel = pa.array([pairs[n][1] for n in drawn], pa.string())
        found = crowds(label, channel, np.ones(len(drawn), bool), was, policy)
        cells = Counter(
            (pairs[n][0], pairs[n][1] if level == 0 else None)
            for n, level in zip(drawn, found.level.tolist(), strict=True)
            if level >= 0
        )
        assert set(cells) == set(found.open)
        assert all(count >= policy.k_leave for count in cells.values())
        assert all(count >= policy.k for cell, count in cells.items() if cell not in was)
        for place, count in Counter(label.to_pylist()).items():
            told = {level >= 0 for n, level in zip(drawn, found.level, strict=True)
                    if pairs[n][0] == place}  # fmt: skip
            assert len(told) == 1  # all of a place, or none of it
            assert told == {True} or count < policy.k
        was = frozenset(found.open)
