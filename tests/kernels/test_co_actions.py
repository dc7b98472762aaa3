"""Co-actions against brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from fanal.coordination.actions import actions_of
from fanal.coordination.evidence import evidence_of
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.pairs import pairs
from fanal.coordination.popularity import each_buffer, popularity
from fanal.kernels.row_pairs import row_pairs

SECOND = 1_000_000
Row = tuple[int, int, int]

rows_of_actions = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 6), st.integers(0, 40)), min_size=1, max_size=60
)


def arranged(rows: list[Row]) -> Ordered:
    objects, accounts, times = zip(*rows, strict=True)
    return ordered(
        actions_of(
            {
                "object": pa.table(
                    {
                        "object": [f"o{o}" for o in objects],
                        "account": [f"a{a}" for a in accounts],
                        "time": pa.array([1_700_000_000 * SECOND + t * SECOND for t in times]),
                    }
                )
            }
        )
    )


def brute_force(rows: Ordered, window_us: int) -> dict[tuple[int, int, int], tuple[int, int]]:
    """(object, account, account) -> (smallest delay, its earlier time)."""
    best: dict[tuple[int, int, int], tuple[int, int]] = {}
    for i, j in combinations(range(rows.time.size), 2):
        a, b = sorted((int(rows.account[i]), int(rows.account[j])))
        delay = int(abs(rows.time[i] - rows.time[j]))
        if rows.object_of[i] != rows.object_of[j] or a == b or delay > window_us:
            continue
        key = (int(rows.object_of[i]), a, b)
        met = (delay, int(min(rows.time[i], rows.time[j])))
        best[key] = min(best.get(key, met), met)
    return best


@given(rows_of_actions, st.integers(0, 25))
def test_co_actions_are_those_of_brute_force(rows: list[Row], window_s: int) -> None:
    data = arranged(rows)
    none = np.zeros(data.layer_of.size, np.bool_)
    met: dict[tuple[int, int, int], tuple[int, int]] = {}
    for filled, early, late in each_buffer(data, window_s * SECOND, none):
        for i, j in zip(early[:filled], late[:filled], strict=True):
            a, b = sorted((int(data.account[i]), int(data.account[j])))
            key = (int(data.object_of[i]), a, b)
            assert key not in met, "a pair is met once an object"
            assert data.time[i] <= data.time[j]
            met[key] = (int(data.time[j] - data.time[i]), int(data.time[i]))
    assert met == brute_force(data, window_s * SECOND)


@given(rows_of_actions, st.integers(0, 25), st.sampled_from([1, 2, 4]))
def test_pairs_are_counted_by_distinct_objects(
    rows: list[Row], window_s: int, threads: int
) -> None:
    data = arranged(rows)
    popular = popularity(data, window_s * SECOND, threads)
    expected: dict[tuple[int, int], list[int]] = {}
    for o, a, b in brute_force(data, window_s * SECOND):
        expected.setdefault((a, b), []).append(int(popular.surprise[o]))
    twice = {pair: units for pair, units in expected.items() if len(units) >= 2}
    found = pairs(data, popular, 1.0, threads)
    listed = zip(
        found.pair.tolist(),
        found.other.tolist(),
        found.objects.tolist(),
        found.surprise.tolist(),
        strict=True,
    )
    assert found.twice == len(twice)
    for a, b, n, s in listed:
        assert (n, s) == (len(twice[a, b]), sum(twice[a, b]))


@given(rows_of_actions, st.integers(0, 25))
def test_popularity_counts_each_object_and_bin(rows: list[Row], window_s: int) -> None:
    data = arranged(rows)
    popular = popularity(data, window_s * SECOND, 2)
    met = brute_force(data, window_s * SECOND)
    by_object = np.bincount([o for o, _, _ in met], minlength=data.layer_of.size)
    assert popular.by_object.tolist() == by_object.tolist()
    assert popular.by_bin.sum() == popular.by_layer.sum() == len(met)


@given(rows_of_actions, st.integers(1, 25))
def test_evidence_holds_every_co_action_of_a_pair(rows: list[Row], window_s: int) -> None:
    data = arranged(rows)
    popular = popularity(data, window_s * SECOND, 1)
    met = brute_force(data, window_s * SECOND)
    wanted = sorted({(a, b) for _, a, b in met})[:3]
    keys = np.array([a << 32 | b for a, b in wanted], np.int64)
    shown = evidence_of(data, popular, keys)
    got = {
        (int(data.object_of[i]), *wanted[link])
        for link, i in zip(shown.link, shown.early, strict=True)
    }
    assert got == {key for key in met if key[1:] in wanted}
    assert shown.link.size == len(got)


@given(rows_of_actions, st.integers(0, 25))
def test_row_pairs_are_all_pairs_of_rows_in_the_window(rows: list[Row], window_s: int) -> None:
    data = arranged(rows)
    early, late = row_pairs(data.starts, data.time, window_s * SECOND)
    got = sorted(zip(early.tolist(), late.tolist(), strict=True))
    assert got == [
        (i, j)
        for i, j in combinations(range(data.time.size), 2)
        if data.object_of[i] == data.object_of[j]
        and data.time[j] - data.time[i] <= window_s * SECOND
    ]


def test_an_account_that_floods_an_object_is_one_co_action() -> None:
    rows = [(0, 0, t) for t in range(30)] + [(0, 1, t) for t in range(0, 30, 3)] + [(0, 2, 5)]
    data = arranged(rows)
    popular = popularity(data, 10 * SECOND, 1)
    assert popular.by_object.tolist() == [3]
    assert data.activity.tolist() == [[1, 1, 1]]
