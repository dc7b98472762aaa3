"""Days on which more accounts of a file were created than its other days let expect.

1. Compared are three spans: all days between the first and the last creation, those within 30
   days of the day, and those within 7. Expected is the largest mean of the other days.
2. p: of the accounts of a span, each falls on any of its days alike; the binomial tail at what
   was counted on the day, the largest of the three, times the number of days (Bonferroni).

The binomial, not Poisson at the mean of the other days: that mean is itself only known from a few
accounts (with ten accounts in five days, Poisson named a day in 11 % of files without any).

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
    found = []
    for place in np.flatnonzero(accounts >= FEWEST):
        day, count = int(days[place]), int(accounts[place])
        # 1. what the other days let expect
        others = [_near(days, accounts, day, reach) for reach in (span, *NEAR_DAYS)]
        rate = max(number / (size - 1) for number, size in others)
        # 2. the tail
        tail = max(binomial_tail(count, count + number, 1 / size) for number, size in others)
        p = min(1.0, tail * span)
        if p <= LEVEL:
            found.append(CreationDay(day=day, accounts=count, expected=rate, p=p))
    return sorted(found, key=lambda one: (one.p, one.day))


def _near(
    days: NDArray[np.int64], accounts: NDArray[np.int64], day: int, reach: int
) -> tuple[int, int]:
    """Return the accounts of the other days within reach, and the days with this one."""
    first, last = max(day - reach, int(days[0])), min(day + reach, int(days[-1]))
    others = (days >= first) & (days <= last) & (days != day)
    return int(accounts[others].sum()), last - first + 1


def binomial_tail(count: int, number: int, share: float) -> float:
    """Return the probability of `count` or more of `number`, each with this chance.

    >>> round(binomial_tail(3, 5, 0.25), 6)
    0.103516
    """
    if count <= 0:
        return 1.0
    if count <= number * share:
        return max(1.0 - sum(_mass(k, number, share) for k in range(count)), 0.0)
    term = _mass(count, number, share)
    total, odds = term, share / (1 - share)
    for k in range(count, number):
        term *= odds * (number - k) / (k + 1)
        total += term
        if term <= total * 1e-15:
            break
    return min(total, 1.0)


def _mass(count: int, number: int, share: float) -> float:
    ways = math.lgamma(number + 1) - math.lgamma(count + 1) - math.lgamma(number - count + 1)
    return math.exp(ways + count * math.log(share) + (number - count) * math.log1p(-share))
