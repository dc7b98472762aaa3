"""Groups over time: a planted sequence of what happens to groups is told as it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination.evolution import EVOLUTION, evolution, period_days
from fanal.coordination.result import EVIDENCE

START = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)  # a Monday
Row = dict[str, Any]


def met(accounts: Iterable[str], day: int) -> list[Row]:
    """All pairs of these accounts meet on one object on that day, five seconds apart."""
    time = START + timedelta(days=day)
    return [
        {
            "source": a, "target": b, "layer": "url", "object": f"o{day}", "source_post": None,
            "target_post": None, "source_time": time, "target_time": time + timedelta(seconds=5),
            "delay_s": 5.0, "weight": 8.0, "counted": True,
        }
        for a, b in combinations(sorted(accounts), 2)
    ]  # fmt: skip


def told(rows: list[Row]) -> list[tuple[int, int, int, str, int | None]]:
    """Return (day, group, accounts, event, other) of each row of the evolution."""
    table = evolution(pa.Table.from_pylist(rows, EVIDENCE))
    assert table.schema == EVOLUTION
    return [
        ((row["day"] - START.date()).days, row["matched"], row["accounts"], row["event"], row["other"])
        for row in table.to_pylist()
    ]  # fmt: skip


def test_a_planted_sequence_is_told_as_it_was() -> None:
    red, blue = [f"r{n}" for n in range(6)], [f"b{n}" for n in range(4)]
    rows = met(red, 0)
    rows += met(red, 1) + met(blue, 1)
    rows += met([*red, "r6", "r7"], 2) + met(blue[:3], 2)
    rows += met([*red, "r6", "r7", *blue], 3)  # blue joins red
    rows += met([*red, "r6", "r7"], 4) + met(blue, 4)  # and leaves again
    for day in (5, 7, 11):
        rows += met(blue, day)  # red is not seen any more
    assert told(rows) == [
        (0, 0, 6, "born", None),
        (1, 0, 6, "stayed", None),
        (1, 1, 4, "born", None),
        (2, 0, 8, "grew", None),
        (2, 1, 3, "shrank", None),
        (3, 0, 12, "grew", None),
        (3, 1, 0, "merged", 0),
        (4, 0, 8, "shrank", None),
        (4, 2, 4, "split", 0),
        (5, 0, 0, "gone", None),
        (5, 2, 4, "stayed", None),
        (7, 2, 4, "stayed", None),
        (11, 2, 4, "stayed", None),
    ]


def test_a_group_that_rests_for_six_days_is_the_same_group_afterwards() -> None:
    red, blue = ["a", "b", "c", "d"], ["e", "f", "g"]
    rows = met(red, 0) + met(blue, 1) + met(red, 7) + met(blue, 7)
    assert told(rows) == [
        (0, 0, 4, "born", None),
        (1, 1, 3, "born", None),
        (7, 0, 4, "stayed", None),
        (7, 1, 3, "stayed", None),
    ]


def test_two_accounts_alone_are_no_group_and_no_evidence_is_no_row() -> None:
    assert told(met(["a", "b"], 0)) == []
    assert told([]) == []


def test_a_long_file_is_told_by_weeks_from_monday() -> None:
    short = pa.Table.from_pylist(met("abc", 0) + met("abc", 59), EVIDENCE)
    long = pa.Table.from_pylist(met("abc", 2) + met("abc", 6) + met("abcd", 70), EVIDENCE)
    assert (period_days(short), period_days(long)) == (1, 7)
    days = evolution(long)["day"].to_pylist()
    # gone in the first week without it, and another group when it comes back after a month
    assert days == [date(2024, 5, 6), date(2024, 5, 13), date(2024, 7, 15)]
    assert {day.weekday() for day in days} == {0}


def test_the_period_is_that_of_the_earlier_post() -> None:
    late = met("abc", 0)
    for row in late:
        row["source_time"] = datetime(2024, 5, 7, 0, 0, 2, tzinfo=UTC)
        row["target_time"] = datetime(2024, 5, 6, 23, 59, 58, tzinfo=UTC)
    assert told(late) == [(0, 0, 3, "born", None)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_evidence_changes_nothing(seed: int) -> None:
    rows = [row for day in range(6) for row in met("abcdefg"[day:] + "hij"[:day], day)]
    table = pa.Table.from_pylist(rows, EVIDENCE)
    mixed = table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))
    assert evolution(mixed).equals(evolution(table))


def test_groups_of_changing_attendance_keep_their_numbers() -> None:
    # five groups of ten, of which each account comes with a chance of .8 each day
    draw = np.random.default_rng(3)
    rows = [
        row
        for day in range(14)
        for group in range(5)
        for row in met([f"{group}-{n}" for n in range(10) if draw.random() < 0.8], day)
    ]
    table = evolution(pa.Table.from_pylist(rows, EVIDENCE))
    assert set(table["matched"].to_pylist()) == set(range(5))
    assert table.num_rows == 14 * 5
    assert set(table["event"].to_pylist()) == {"born", "stayed", "grew", "shrank"}
