"""What habits let expect, against the same in plain numpy, link by link."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.habits import expected_by_habit
from fanal.coordination.links import Links, find_links
from fanal.coordination.ordered import Ordered, ordered
from fanal.kernels.habits import DAY_US, HALF_DAY_US, MOST
from planted_world import planted_world

WINDOW_US = 60_000_000


@pytest.fixture(scope="module")
def found() -> tuple[Ordered, Links]:
    table = planted_world(23, shares=6_000, accounts=600, objects=800).table
    things = table["object"].to_pylist()
    named = pa.array(["x" if str(one).endswith("7") else None for one in things], pa.string())
    tables = {"url": table.append_column("source", named), "text": table.slice(0, 4_000)}
    rows = ordered(actions_of(tables))
    return rows, find_links(rows, [WINDOW_US], Settings(fdr=0.3, threads=2))


def rows_of(rows: Ordered, links: Links, link: int, end: int) -> np.ndarray:
    mine = np.flatnonzero(rows.account == end)
    layer = links.layer[link]
    return mine if layer < 0 else mine[rows.layer_of[rows.object_of[mine]] == layer]


def shared(rows: Ordered, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    things = np.intersect1d(rows.object_of[one], rows.object_of[other])
    return (
        one[np.isin(rows.object_of[one], things)],
        other[np.isin(rows.object_of[other], things)],
    )


def expected(
    rows: Ordered, one: np.ndarray, other: np.ndarray, near: np.ndarray, apart: np.ndarray
) -> float:
    same = near & (rows.object_of[one][:, None] == rows.object_of[other][None, :])
    first, second = np.nonzero(same)
    _, once = np.unique(rows.object_of[one[first]], return_index=True)
    chances = min(
        len(set(rows.post[one[first[once]]])), len(set(rows.post[other[second[once]]]))
    )
    tried = ~near
    return chances * (tried & (apart <= WINDOW_US)).sum() / tried.sum() if tried.any() else 0.0


def tells(rows: Ordered, links: Links, ends: tuple[int, int], thing: int) -> bool:
    near = {
        int(pair[1 - side])
        for pair in zip(links.pair, links.other, strict=True)
        for side in range(2)
        if pair[side] in ends
    }
    there = set(rows.account[rows.starts[thing] : rows.starts[thing + 1]].tolist())
    return bool(rows.source_of[thing] < 0) and len(there & near) < MOST * len(there)


def test_clock_and_age_are_those_of_brute_force(found: tuple[Ordered, Links]) -> None:
    rows, links = found
    assert links.p.size > 50
    clock, age = expected_by_habit(rows, links, np.arange(links.p.size), WINDOW_US, 2)
    for k in range(links.p.size):
        ends = int(links.pair[k]), int(links.other[k])
        one, other = shared(rows, *(rows_of(rows, links, k, end) for end in ends))
        apart = rows.time[one][:, None] - rows.time[other][None, :]
        hour = np.abs((apart + HALF_DAY_US) % DAY_US - HALF_DAY_US)
        assert clock[k] == expected(rows, one, other, np.abs(apart) <= HALF_DAY_US, hour)
        kept = [tells(rows, links, ends, thing) for thing in rows.object_of[one]]
        one, other = shared(rows, one[np.array(kept, bool)], other)
        born = [
            rows.time[some] - rows.time[rows.starts[rows.object_of[some]]]
            for some in (one, other)
        ]
        same = rows.object_of[one][:, None] == rows.object_of[other][None, :]
        apart = np.abs(born[0][:, None] - born[1][None, :])
        assert age[k] == expected(rows, one, other, same, apart)
    assert clock.max() > 0
    assert age.max() > 0
