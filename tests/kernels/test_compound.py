"""Tails of compound Poisson sums against scipy and against convolution; strata against brute force."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy.stats import poisson

from fanal.kernels import sorting, strata
from fanal.kernels.compound import log_chernoff, log_upper_tail
from fanal.kernels.null_model import EARLY_LOG_P


def convolved_tail(intensity: np.ndarray, surprise: int) -> float:
    """Sum the law of the sum over the number of jumps, each law by convolution."""
    rate = intensity[1:].sum()
    jump = np.append(0.0, intensity[1:] / rate)
    law, tail = np.ones(1), 0.0
    for jumps in range(int(rate + 40 * np.sqrt(rate) + 60)):
        tail += poisson.pmf(jumps, rate) * law[surprise:].sum()
        law = np.convolve(law, jump)
    return float(tail)


@pytest.mark.parametrize("rate", [1e-4, 0.02, 0.7, 5.0, 300.0, 2000.0])
@pytest.mark.parametrize("deviations", [1.0, 3.0, 6.0, 8.0])
def test_with_jumps_of_one_the_tail_is_that_of_poisson(rate: float, deviations: float) -> None:
    count = int(np.ceil(rate + deviations * np.sqrt(rate)))
    expected = poisson.logsf(count - 1, rate)
    found = log_upper_tail(np.array([0.0, rate]), count)
    if found >= EARLY_LOG_P:
        assert found == pytest.approx(expected, rel=1e-9)
    else:
        assert expected <= found


@pytest.mark.parametrize("seed", range(8))
def test_the_tail_is_that_of_the_convolutions(seed: int) -> None:
    draw = np.random.default_rng(seed)
    intensity = draw.gamma(0.3, 0.5, 40)
    intensity[draw.random(40) < 0.5] = 0.0
    intensity[-1] += 0.01
    mean = intensity @ np.arange(40)
    for surprise in (int(mean) + 1, int(1.5 * mean) + 10, int(3 * mean) + 40):
        found = np.exp(log_upper_tail(intensity, surprise))
        assert found == pytest.approx(convolved_tail(intensity, surprise), rel=1e-8)


def test_a_mixture_has_the_sum_of_the_intensities() -> None:
    one, other = np.array([0.0, 0.4, 0.0, 0.2]), np.array([0.0, 0.0, 0.3, 0.0])
    law = [np.diff([1 - np.exp(log_or_zero(m, x)) for x in range(61)]) for m in (one, other)]
    summed = np.convolve(*law)
    tail = 1.0 - summed[:12].sum()
    assert np.exp(log_upper_tail(one + other, 12)) == pytest.approx(tail, rel=1e-6)


def log_or_zero(intensity: np.ndarray, surprise: int) -> float:
    """Return the logarithm of the tail, by convolution: it holds below the mean, too."""
    return float(np.log(convolved_tail(intensity, surprise)))


def test_the_chernoff_bound_is_never_below_the_tail() -> None:
    intensity = np.array([0.0, 0.5, 0.0, 0.0, 0.3, 0.01])
    for surprise in range(2, 40):
        assert log_chernoff(intensity, surprise) >= log_upper_tail(intensity, surprise)


def test_far_out_the_bound_stands_and_up_to_the_mean_nothing_is_surprising() -> None:
    intensity = np.array([0.0, 0.0, 2.0])
    assert log_upper_tail(intensity, 4) == 0.0
    assert log_upper_tail(intensity, 400) == log_chernoff(intensity, 400) < EARLY_LOG_P
    assert log_upper_tail(np.zeros(3), 1) == -np.inf


def test_more_intensity_is_never_more_surprising() -> None:
    draw = np.random.default_rng(3)
    for _ in range(50):
        less = draw.gamma(0.2, 0.3, 30)
        more = less + draw.gamma(0.2, 0.3, 30)
        surprise = int(draw.integers(1, 200))
        assert log_upper_tail(more, surprise) >= log_upper_tail(less, surprise) - 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_actions_kept_apart_and_objects_that_tell_of_taste_are_those_of_brute_force(
    seed: int,
) -> None:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 12, 30)
    starts = np.append(0, np.cumsum(sizes)).astype(np.int64)
    time = np.concatenate([np.sort(draw.integers(0, 400, size)) for size in sizes])
    before = np.where(draw.random(time.size) < 0.2, 0, -1).astype(np.int32)
    kept, tells = strata.apart(starts, time, before, 60, 0.5)
    for o, (start, stop) in enumerate(pairwise(starts.tolist())):
        mine = [row for row in range(start, stop) if before[row] < 0]
        expected: list[int] = []
        for row in mine:
            if not expected or time[row] - time[expected[-1]] > 60:
                expected.append(row)
        assert [row for row in mine if kept[row]] == expected
        pairs = list(combinations(mine, 2))
        met = sum(time[b] - time[a] <= 60 for a, b in pairs)
        assert tells[o] == (len(expected) >= 2 and met <= 0.5 * len(pairs))


@pytest.mark.parametrize("seed", range(4))
def test_what_accounts_do_in_strata_is_counted_one_by_one(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rows, accounts, sets, ages = 300, 12, 5, 3
    account = draw.integers(0, accounts, rows).astype(np.int32)
    # three rows an object, sometimes two of one account; every third object has no stratum
    object_of = np.arange(rows) // 3
    stratum = np.where(object_of % 3 == 0, -1, object_of % sets).astype(np.int32)
    age = (np.arange(rows) % 3).astype(np.int32)
    before = np.full(rows, -1, np.int32)
    for row in range(rows):
        for earlier in range(3 * object_of[row], row):
            if account[earlier] == account[row]:
                before[row] = earlier
    wanted = draw.random(accounts) < 0.5
    by_account = sorting.group_by(np.arange(rows, dtype=np.int32), account, accounts)
    starts, which, objects, by_age, pairs, meetings = strata.interests(
        *by_account, stratum, age, before, wanted, sets, ages
    )
    acts = np.zeros((accounts, sets, ages))
    distinct = np.zeros((accounts, sets))
    for row in np.flatnonzero(stratum >= 0):
        acts[account[row], stratum[row], age[row]] += 1
        distinct[account[row], stratum[row]] += before[row] < 0
    for a in range(accounts):
        mine = slice(starts[a], starts[a + 1])
        there = np.flatnonzero(distinct[a]) if wanted[a] else np.zeros(0, int)
        assert which[mine].tolist() == there.tolist()
        assert objects[mine].tolist() == distinct[a][there].tolist()
        assert by_age[mine].tolist() == acts[a][there].tolist()
    others = ~np.eye(accounts, dtype=bool)
    for s in range(sets):
        assert pairs[s] == np.outer(distinct[:, s], distinct[:, s])[others].sum()
        for i, j in np.ndindex(ages, ages):
            assert meetings[s, i, j] == np.outer(acts[:, s, i], acts[:, s, j])[others].sum()
