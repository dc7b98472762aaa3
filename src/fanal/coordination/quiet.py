"""Accounts about which a run can say nothing: too quiet ever to reach significance.

1. The best an account can do on n objects: co-act on the n most surprising of its own.
2. The partner who makes that least expected acts on exactly these:
   lambda = s_a n 2P / (m^2 - sum s^2), s being draws.
3. If for no n, 2 or more, one layer's tail is at most the cutoff, no link of the account could
   have been found. In a look at several layers, all surprise of the other layers is added, and
   the account is too quiet where that helps in none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.pairs import critical_surprises
from fanal.coordination.popularity import Popularity
from fanal.kernels.critical import bucket_of

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


def too_quiet(rows: Ordered, popular: Popularity, cutoff: float) -> NDArray[np.bool_]:
    """Return which accounts could not be linked to anyone in this look at the rows.

    Parameters
    ----------
    rows, popular
        The rows, and what `popularity` gives for the window.
    cutoff
        The largest p that counts as a link.

    Returns
    -------
    ndarray
        bool, shape (accounts,); true for accounts without a row as well. O(rows log rows).
    """
    # 1. the best an account can do
    first = np.flatnonzero(rows.before < 0)
    objects = rows.object_of[first]
    first, objects = (
        first[popular.by_object[objects] > 0],
        objects[popular.by_object[objects] > 0],
    )
    account, layer = rows.account[first].astype(np.int64), rows.layer_of[objects]
    best = np.bincount(account, weights=popular.surprise[objects], minlength=rows.accounts)
    critical = critical_surprises(rows, popular, cutoff)
    able = np.zeros(rows.accounts, np.bool_)
    for number in range(rows.layers):
        mine = layer == number
        who, number_of, reached = _best_of(account[mine], popular.surprise[objects[mine]])
        # 2., 3. against the least expected partner
        expected = rows.draws[number][who] * number_of * popular.rate[number]
        bucket = bucket_of(expected)
        others = best[who] - _sum_of(who, reached, rows.accounts)[who]
        enough = reached + others >= critical[number, bucket]
        able[who[enough & ((number_of > 1) | (others > 0))]] = True
    return ~able | (np.bincount(account, minlength=rows.accounts) < 2)


def _best_of(account: I64, surprise: NDArray[np.int32]) -> tuple[I64, I64, F64]:
    """Return, ordered by account, n = 1, 2, ... and the surprise of its n best objects."""
    order = np.lexsort((-surprise, account))
    account, units = account[order], surprise[order].astype(np.float64)
    place = np.arange(account.size)
    start = np.searchsorted(account, account)
    sums = np.concatenate([[0.0], np.cumsum(units)])
    return account, place - start + 1, sums[place + 1] - sums[start]


def _sum_of(account: I64, reached: F64, accounts: int) -> F64:
    """Return the surprise of all objects of each account, from what `_best_of` gives."""
    total = np.zeros(accounts)
    np.maximum.at(total, account, reached)
    return total
