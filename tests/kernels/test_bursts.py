"""Followers, moments and tails of bursts, against brute force and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import betabinom

from fanal.kernels import bursts as kernel
from fanal.kernels.sorting import link_repeats

Rows = list[tuple[int, int, int]]
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 4)), min_size=1, max_size=40
)
I64 = NDArray[np.int64]
I32 = NDArray[np.int32]


def laid(rows: Rows) -> tuple[I64, I64, I32, I32, I32]:
    """Return starts, time, account, before, after of (object, time, account) rows."""
    table = np.array(sorted(rows), np.int64)
    starts = np.searchsorted(table[:, 0], np.arange(4)).astype(np.int64)
    account = table[:, 2].astype(np.int32)
    before, after = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    link_repeats(starts, account, 5, before, after)
    return starts, np.ascontiguousarray(table[:, 1]), account, before, after


def followers_by_hand(starts: I64, time: I64, account: I32, window: int) -> list[int]:
    found = []
    for o in range(3):
        for i in range(starts[o], starts[o + 1]):
            inside = [j for j in range(i, starts[o + 1]) if time[j] - time[i] <= window]
            found.append(len({int(account[j]) for j in inside} - {int(account[i])}))
    return found


@given(ROWS, st.integers(0, 6))
def test_followers_are_the_other_accounts_within_the_window(rows: Rows, window: int) -> None:
    starts, time, account, before, after = laid(rows)
    found = kernel.followers(starts, time, before, after, window)
    assert found.tolist() == followers_by_hand(starts, time, account, window)


@given(ROWS, st.integers(0, 6))
def test_moments_and_the_densest_window_are_those_counted_by_hand(
    rows: Rows, window: int
) -> None:
    starts, time, account, before, after = laid(rows)
    follow = kernel.followers(starts, time, before, after, window)
    accounts, most, opens = (np.zeros(3, np.int64) for _ in range(3))
    share, square = np.zeros(3), np.zeros(3)
    kernel.moments(starts, before, follow, accounts, most, opens, share, square)
    for o in range(3):
        part = slice(starts[o], starts[o + 1])
        mine = follow[part].astype(float)
        n = len(set(account[part].tolist()))
        assert accounts[o] == n
        if n:
            assert most[o] == mine.max() + 1
            assert opens[o] == starts[o] + mine.argmax()
        if n > 1:
            assert share[o] == pytest.approx(mine.mean() / (n - 1))
        if n > 2:
            assert square[o] == pytest.approx((mine * (mine - 1)).mean() / ((n - 1) * (n - 2)))


@given(
    st.integers(2, 60),
    st.integers(1, 80),
    st.floats(1e-4, 0.9),
    st.floats(0.1, 50.0),
    st.data(),
)
def test_the_bound_is_rows_times_scipys_tail(
    accounts: int, more: int, mean: float, strength: float, data: st.DataObject
) -> None:
    most, rows = data.draw(st.integers(1, accounts)), accounts + more
    law = betabinom(accounts - 1, mean * strength, (1 - mean) * strength)
    tails = np.minimum(1.0, rows * np.cumsum(law.pmf(np.arange(accounts))[::-1])[::-1])
    p, expected = kernel.burst_tail(accounts, rows, most, mean, strength)
    assert p == pytest.approx(tails[most - 1], rel=1e-8)
    assert expected == pytest.approx(tails.sum(), rel=1e-8)


def test_the_tail_of_a_large_object_neither_under_nor_overflows() -> None:
    p, expected = kernel.burst_tail(200_000, 200_000, 150_000, 0.01, 7.0)
    tail = betabinom(199_999, 0.07, 6.93).pmf(np.arange(149_999, 200_000)).sum()
    assert p == pytest.approx(200_000 * tail, rel=1e-5)
    assert 1000 < expected < 200_000


def test_moments_do_not_depend_on_how_many_accounts_an_object_has() -> None:
    draw = np.random.default_rng(5)
    means = []
    for accounts in (5, 50):
        rows = [
            (o, int(t), a)
            for o in range(3)
            for a, t in enumerate(draw.integers(0, 1000, accounts))
        ]
        values = []
        for _ in range(200):
            rows = [(o, int(draw.integers(0, 1000)), a) for o, _, a in rows]
            table = np.array(sorted(rows), np.int64)
            starts = np.searchsorted(table[:, 0], np.arange(4)).astype(np.int64)
            none = np.full(len(rows), -1, np.int32)
            time = np.ascontiguousarray(table[:, 1])
            follow = kernel.followers(starts, time, none, none, 100)
            values.append(follow.mean() / (accounts - 1))
        means.append(float(np.mean(values)))
    assert means[0] == pytest.approx(means[1], rel=0.05)
    assert means[0] == pytest.approx(0.095, rel=0.05)


def test_own_tempo_leaves_out_what_lies_near_the_densest_window() -> None:
    time = np.array([0, 1, 2, 3, 100, 101, 500], np.int64)
    starts = np.array([0, 7], np.int64)
    none = np.full(7, -1, np.int32)
    follow = kernel.followers(starts, time, none, none, 5)
    count, share = np.zeros(1), np.zeros(1)
    zero = np.zeros(1, np.int64)
    kernel.own_tempo(zero, starts, time, none, follow, zero, 5, count, share)
    assert count.tolist() == [3.0]
    assert share.tolist() == [0.5]
    assert kernel.rows_within(zero, zero, starts, time, 5).tolist() == [4]
