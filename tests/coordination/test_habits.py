"""Links and groups of accounts that keep the same hours to the minute, or are always quick."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.groups import find_groups
from fanal.coordination.habits import HABITS, habits_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered

DAY, HOUR = 86_400, 3_600
WINDOWS = [60_000_000]
CROWD = 1_000
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


def world(seed: int, people: list[Rows], days: int = 40) -> pa.Table:
    """Return what people do beside a crowd that acts on the same objects at any hour."""
    draw = np.random.default_rng(seed)
    what = draw.integers(0, days, 4_000)
    when = what * DAY + draw.uniform(0.02, 23.9, 4_000) * HOUR
    things, accounts, times = (
        np.concatenate(column)
        for column in zip(
            *people, (what, draw.integers(CROWD, 2_000, 4_000), when), strict=True
        )
    )
    return pa.table(
        {
            "object": pa.array([f"tag {one}" for one in things]),
            "account": pa.array(accounts.astype(str)),
            "time": pa.array(np.floor(times).astype(np.int64) * 1_000_000),
        }
    )


def at_nine(draw: np.random.Generator, accounts: int = 8, days: int = 40) -> Rows:
    """Return accounts whose tool posts the day's tag at nine, each on half of the days."""
    who, day = np.nonzero(draw.random((accounts, days)) < 0.5)
    return day, who, day * DAY + 9 * HOUR + draw.uniform(0, 20, who.size)


def together(draw: np.random.Generator, accounts: int = 8, days: int = 40) -> Rows:
    """Return accounts that meet on the tag of every other day, at another hour each time."""
    who, day = np.nonzero(draw.random((accounts, days // 2)) < 0.8)
    hour = draw.uniform(1, 23, days // 2)
    return 2 * day, who, 2 * day * DAY + hour[day] * HOUR + draw.uniform(0, 20, who.size)


def first(draw: np.random.Generator, accounts: int = 8, days: int = 40) -> Rows:
    """Return accounts that are the first on new tags, each for himself, at any hour."""
    who, day = np.nonzero(draw.random((accounts, days)) < 0.5)
    born = draw.uniform(0.0, 0.01, days) * HOUR
    return day, who, day * DAY + born[day] + draw.exponential(15, who.size)


def kept(table: pa.Table) -> tuple[int, dict[str, int]]:
    """Return how many links there are, and how many live with each habit expected."""
    rows, settings = ordered(actions_of({"hashtag": table})), Settings()
    links = find_links(rows, WINDOWS, settings)
    habits = habits_of(rows, links, WINDOWS, settings)
    for p in habits.values():
        assert (p >= links.p).all()
        assert (p <= 1.0).all()
    return links.p.size, {one: int((habits[one] <= links.cutoff).sum()) for one in HABITS}


def verdicts(table: pa.Table) -> list[str]:
    """Return the verdicts on the groups."""
    actions = actions_of({"hashtag": table})
    found = find_groups(actions, ordered(actions), 60.0, Settings())
    names: list[str] = found.summary["verdict"].to_pylist()
    return names


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accounts_that_post_at_nine_sharp_are_explained_by_the_clock(seed: int) -> None:
    table = world(seed, [at_nine(np.random.default_rng(seed))])
    links, left = kept(table)
    assert links >= 20
    assert left["clock"] == 0
    assert "synchronised" not in verdicts(table)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accounts_that_meet_at_changing_hours_are_not_explained(seed: int) -> None:
    table = world(seed, [together(np.random.default_rng(seed))])
    links, left = kept(table)
    assert links == 28
    assert left == {"clock": 28, "age": 28}
    assert verdicts(table) == ["synchronised"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accounts_that_are_always_the_first_are_explained_by_age(seed: int) -> None:
    table = world(seed, [first(np.random.default_rng(seed))])
    links, left = kept(table)
    assert links >= 20
    assert left["age"] == 0
    assert "synchronised" not in verdicts(table)


def test_age_says_nothing_of_objects_that_nobody_else_acts_on() -> None:
    draw = np.random.default_rng(4)
    what, who, when = together(draw)
    links, left = kept(world(4, [(what + 1_000, who, when)]))
    assert links == 28
    assert left == {"clock": 28, "age": 28}


def test_a_named_source_is_left_to_shared_interest() -> None:
    table = world(5, [first(np.random.default_rng(5))])
    named = table.append_column("source", pa.array(["paper"] * table.num_rows))
    links, left = kept(named)
    assert left["age"] == links


def test_without_links_there_is_nothing_to_explain() -> None:
    assert kept(world(6, [])) == (0, {"clock": 0, "age": 0})
