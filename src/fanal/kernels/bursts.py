"""Bursts on one object: how many accounts follow an action, and how surprising the most is.

1. Followers: distinct other accounts with an action on the object within the window after each
   row, the row's own time included. Two pointers, O(rows).
2. Moments: of an object with n accounts, the mean over its rows of c / (n - 1) and of
   c (c - 1) / ((n - 1)(n - 2)), c the followers: estimates of the mean and the mean square of the
   share of the others that follow an action, whose bias does not depend on n.
3. Tail: followers of an action of an object with n accounts are beta-binomial out of n - 1
   (Skellam 1948, doi:10.1111/j.2517-6161.1948.tb00014.x). The chance that any of the r rows
   opens a window with k accounts is at most r times the tail at k - 1, whatever their
   dependence; the sum of that bound over k bounds the expected largest number.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64, int32, int64, types, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_I64 = int64[::1]
_F64 = float64[::1]


@njit(_I32(_I64, _I64, _I32, _I32, int64), cache=True, nogil=True)
def followers(
    starts: NDArray[np.int64],
    time: NDArray[np.int64],
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    window: int,
) -> NDArray[np.int32]:
    """Return how many other accounts act on the object within the window after each row (1).

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where each object's rows start.
    time
        int64, shape (rows,), ascending within an object, in the unit of `window`.
    before, after
        int32, shape (rows,): the account's neighbouring rows on the object, -1: none.
    window
        Inclusive.

    Returns
    -------
    ndarray
        int32, shape (rows,). Of rows with equal times the earlier sees the later.
    """
    found = np.empty(time.shape[0], np.int32)
    for o in range(starts.shape[0] - 1):
        stop = starts[o + 1]
        tail, accounts = starts[o], 0
        for head in range(starts[o], stop):
            while tail < stop and time[tail] - time[head] <= window:
                if before[tail] < head:
                    accounts += 1
                tail += 1
            accounts -= 1  # the row's own account, unless it comes again in the window
            again = 0 <= after[head] < tail
            found[head] = accounts
            if again:
                accounts += 1
    return found


@njit(void(_I64, _I32, _I32, _I64, _I64, _I64, _F64, _F64), cache=True, nogil=True)
def moments(
    starts: NDArray[np.int64],
    before: NDArray[np.int32],
    follow: NDArray[np.int32],
    accounts: NDArray[np.int64],
    most: NDArray[np.int64],
    opens: NDArray[np.int64],
    share: NDArray[np.float64],
    square: NDArray[np.float64],
) -> None:
    """Fill in what is known of each object (2).

    Parameters
    ----------
    starts, before, follow
        As in `followers`, and what it returns.
    accounts
        int64, shape (objects,): filled with the distinct accounts n.
    most, opens
        int64, shape (objects,): filled with the largest number of accounts within the window
        and the first row that opens one with so many.
    share, square
        float64, shape (objects,): filled with the two moments; 0 below 2 and 3 accounts.
    """
    for o in range(starts.shape[0] - 1):
        n, first, second = 0, 0, 0
        most[o], opens[o] = 0, starts[o]
        for i in range(starts[o], starts[o + 1]):
            if before[i] < 0:
                n += 1
            c = int64(follow[i])
            first += c
            second += c * (c - 1)
            if c + 1 > most[o]:
                most[o] = c + 1
                opens[o] = i
        rows = starts[o + 1] - starts[o]
        accounts[o] = n
        share[o] = first / (rows * float(n - 1)) if n > 1 else 0.0
        square[o] = second / (rows * float(n - 1) * float(n - 2)) if n > 2 else 0.0


@njit(types.UniTuple(float64, 2)(int64, int64, int64, float64, float64), cache=True, nogil=True)
def burst_tail(
    accounts: int, rows: int, most: int, mean: float, strength: float
) -> tuple[float, float]:
    """Return the bound on p of one object, and on the expected largest number of accounts (3).

    Parameters
    ----------
    accounts, rows
        n, at least 2, and r, of the object.
    most
        Largest number of accounts within the window, 1 to n.
    mean
        Expected share of the other accounts that follow an action, strictly between 0 and 1.
    strength
        a + b of the beta law, above 0: large when objects are alike.
    """
    others = accounts - 1
    a, b = mean * strength, (1.0 - mean) * strength
    log_p = (
        math.lgamma(a + others)
        - math.lgamma(a)
        + math.lgamma(strength)
        - math.lgamma(strength + others)
    )
    tail, p, expected = 0.0, 1.0, 1.0
    for k in range(others, 0, -1):
        tail += math.exp(log_p)
        expected += min(1.0, rows * tail)
        if k == most - 1:
            p = min(1.0, rows * tail)
        log_p += math.log(k * (b + others - k) / ((others - k + 1) * (a + k - 1)))
    return p, expected


@njit(
    void(_I64, _I64, _I64, _F64, _F64, _F64, _F64),
    cache=True,
    nogil=True,
)
def burst_tails(
    accounts: NDArray[np.int64],
    rows: NDArray[np.int64],
    most: NDArray[np.int64],
    mean: NDArray[np.float64],
    strength: NDArray[np.float64],
    p: NDArray[np.float64],
    expected: NDArray[np.float64],
) -> None:
    """Raise `p` and `expected` to `burst_tail` of each object, where that is larger (3)."""
    for o in range(accounts.shape[0]):
        one, largest = burst_tail(accounts[o], rows[o], most[o], mean[o], strength[o])
        p[o] = max(p[o], one)
        expected[o] = max(expected[o], largest)


@njit(_I64(_I64, _I64, _I64, _I64, int64), cache=True, nogil=True)
def rows_within(
    opens: NDArray[np.int64],
    objects: NDArray[np.int64],
    starts: NDArray[np.int64],
    time: NDArray[np.int64],
    window: int,
) -> NDArray[np.int64]:
    """Return the rows of each of `objects` within the window that its row in `opens` opens."""
    found = np.zeros(objects.shape[0], np.int64)
    for k in range(objects.shape[0]):
        i = opens[k]
        while i < starts[objects[k] + 1] and time[i] - time[opens[k]] <= window:
            i += 1
        found[k] = i - opens[k]
    return found


@njit(void(_I64, _I64, _I64, _I32, _I32, _I64, int64, _F64, _F64), cache=True, nogil=True)
def own_tempo(
    objects: NDArray[np.int64],
    starts: NDArray[np.int64],
    time: NDArray[np.int64],
    before: NDArray[np.int32],
    follow: NDArray[np.int32],
    opens: NDArray[np.int64],
    window: int,
    count: NDArray[np.float64],
    share: NDArray[np.float64],
) -> None:
    """Fill in the tempo of each object further than the window from its densest window's start.

    Parameters
    ----------
    objects, opens
        int64, shape (tested,): objects, and the row that opens each one's densest window.
    starts, time, before, follow, window
        As in `followers`, and what it returns.
    count, share
        float64, shape (tested,): filled with the rows that lie outside, and the sum over them
        of the share of the accounts outside that follow; 0 with fewer than two such accounts.
    """
    for k in range(objects.shape[0]):
        start = time[opens[k]]
        outside, accounts, total = 0, 0, 0
        for i in range(starts[objects[k]], starts[objects[k] + 1]):
            if abs(time[i] - start) > window:
                outside += 1
                total += follow[i]
                if before[i] < 0 or abs(time[before[i]] - start) <= window:
                    accounts += 1
        count[k] = outside if accounts > 1 else 0.0
        share[k] = total / float(accounts - 1) if accounts > 1 else 0.0
