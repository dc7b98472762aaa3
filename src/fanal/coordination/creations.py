"""Days on which more accounts of a file were created than its other days let expect.

1. Expected on a day: the largest of three means, over all other days between the first and the
   last creation, over those within 30 days of it, and over those within 7.
2. p: the Poisson tail at what was counted, times the number of days (Bonferroni).

A description of a file, not of the world: how its accounts were collected shapes it, and a
platform's own busy days are in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Days on either side that a day is compared with.
NEAR_DAYS = (30, 7)
#: Fewer accounts make no cluster.
FEWEST = 3
#: The largest corrected p that is shown.
LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class CreationDay:
    """A day with more creations than expected.

    Parameters
    ----------
    day
        Days since 1970.
    accounts, expected
        Created on it; expected from the other days.
    p
        Corrected for the number of days.
    """

    day: int
    accounts: int
    expected: float
    p: float


def creation_days(days: NDArray[np.int64], accounts: NDArray[np.int64]) -> list[CreationDay]:
    """Return the days that stand out, the smallest p first.

    Parameters
    ----------
    days
        int64, ascending, distinct: days since 1970 on which an account was created.
    accounts
        int64: how many on each.

    Returns
    -------
    list
        Empty where all were created on one day: nothing is there to compare with.
    """
    if days.size < 2:
        return []
    span = int(days[-1] - days[0]) + 1
    total = int(accounts.sum())
    found = []
    for place in np.flatnonzero(accounts >= FEWEST):
        day, count = int(days[place]), int(accounts[place])
        # 1. what the other days let expect
        overall = (total - count) / (span - 1)
        rate = max(overall, *(_mean_near(days, accounts, day, reach) for reach in NEAR_DAYS))
        # 2. the tail
        p = min(1.0, poisson_tail(count, rate) * span)
        if p <= LEVEL:
            found.append(CreationDay(day=day, accounts=count, expected=rate, p=p))
    return sorted(found, key=lambda one: (one.p, one.day))


def _mean_near(
    days: NDArray[np.int64], accounts: NDArray[np.int64], day: int, reach: int
) -> float:
    first, last = max(day - reach, int(days[0])), min(day + reach, int(days[-1]))
    others = (days >= first) & (days <= last) & (days != day)
    return int(accounts[others].sum()) / max(last - first, 1)


def poisson_tail(count: int, rate: float) -> float:
    """Return the probability of `count` or more where `rate` is expected.

    >>> round(poisson_tail(3, 1.0), 6)
    0.080301
    """
    if count <= 0:
        return 1.0
    if rate <= 0:
        return 0.0
    if count <= rate:
        below = sum(_mass(k, rate) for k in range(count))
        return max(1.0 - below, 0.0)
    term = _mass(count, rate)
    total, k = term, count
    while term > total * 1e-15:
        k += 1
        term *= rate / k
        total += term
    return min(total, 1.0)


def _mass(count: int, rate: float) -> float:
    return math.exp(count * math.log(rate) - rate - math.lgamma(count + 1))
