"""Orders of rows: by time, then by object, and the chains of an account's rows on one object.

1. Order rows by time: least-significant-digit radix sort, stable.
2. Group rows by object: counting sort of that order, stable.
3. Link the rows of one account on one object, each to the one before and the one after.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_DIGIT = 11
_BUCKETS = 1 << _DIGIT


@njit(int32[::1](uint64[::1], uint64), cache=True, nogil=True)
def order_by(keys: NDArray[np.uint64], largest: int) -> NDArray[np.int32]:
    """Return the stable order of unsigned keys (1).

    Parameters
    ----------
    keys
        uint64, shape (n,), n < 2**31.
    largest
        The largest key; digits above it are not visited.

    Returns
    -------
    ndarray
        int32, shape (n,): positions of the keys from small to large; equal keys keep their
        order. O(n) per 11-bit digit.
    """
    n = keys.shape[0]
    order = np.arange(n).astype(np.int32)
    other = np.empty(n, np.int32)
    shift = np.uint64(0)
    while (largest >> shift) != 0:
        starts = np.zeros(_BUCKETS + 1, np.int64)
        for i in range(n):
            starts[np.int64((keys[i] >> shift) & np.uint64(_BUCKETS - 1)) + 1] += 1
        for digit in range(_BUCKETS):
            starts[digit + 1] += starts[digit]
        for k in range(n):
            row = order[k]
            digit = np.int64((keys[row] >> shift) & np.uint64(_BUCKETS - 1))
            other[starts[digit]] = row
            starts[digit] += 1
        order, other = other, order
        shift += np.uint64(_DIGIT)
        if shift >= np.uint64(64):
            break
    return order


@njit(
    types.Tuple((int32[::1], int64[::1]))(int32[::1], int32[::1], int64), cache=True, nogil=True
)
def group_by(
    order: NDArray[np.int32], group: NDArray[np.int32], groups: int
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return `order` regrouped by `group`, stable, and where each group starts (2).

    Parameters
    ----------
    order
        int32, shape (n,): rows in the order to keep within a group.
    group
        int32, shape (rows,): group of each row, 0 to groups - 1.
    groups
        Number of groups.

    Returns
    -------
    tuple
        int32 (n,) and int64 (groups + 1,).
    """
    starts = np.zeros(groups + 1, np.int64)
    for k in range(order.shape[0]):
        starts[group[order[k]] + 1] += 1
    for g in range(groups):
        starts[g + 1] += starts[g]
    free = starts[:groups].copy()
    grouped = np.empty(order.shape[0], np.int32)
    for k in range(order.shape[0]):
        g = group[order[k]]
        grouped[free[g]] = order[k]
        free[g] += 1
    return grouped, starts


@njit(void(int64[::1], int32[::1], int64, int32[::1], int32[::1]), cache=True, nogil=True)
def link_repeats(
    starts: NDArray[np.int64],
    account: NDArray[np.int32],
    accounts: int,
    before: NDArray[np.int32],
    after: NDArray[np.int32],
) -> None:
    """Fill `before` and `after`: an account's neighbouring rows on the same object (3).

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where the rows of each object start.
    account
        int32, shape (rows,): account of each row, rows ordered by object, then time.
    accounts
        Number of accounts.
    before, after
        int32, shape (rows,): filled with row numbers, -1 where there is none.
    """
    last = np.full(accounts, -1, np.int32)
    for o in range(starts.shape[0] - 1):
        for i in range(starts[o], starts[o + 1]):
            previous = last[account[i]]
            before[i] = previous
            after[i] = -1
            if previous >= 0:
                after[previous] = i
            last[account[i]] = i
        for i in range(starts[o], starts[o + 1]):
            last[account[i]] = -1


@njit(boolean[::1](int32[::1], int32[::1]), cache=True, nogil=True)
def opens_bin(before: NDArray[np.int32], time_bin: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which rows are the account's first on their object within their time bin."""
    first = np.empty(before.shape[0], np.bool_)
    for i in range(before.shape[0]):
        first[i] = before[i] < 0 or time_bin[before[i]] != time_bin[i]
    return first


@njit(
    types.UniTuple(int64[:, ::1], 2)(
        int32[::1], int64[::1], boolean[::1], int32[::1], int32[::1], int64, int64
    ),
    cache=True,
    nogil=True,
)
def totals_by_bin(
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
    opens: NDArray[np.bool_],
    layer: NDArray[np.int32],
    time_bin: NDArray[np.int32],
    layers: int,
    bins: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct actions of each layer and time bin, and the sum of their squares.

    Parameters
    ----------
    order, starts
        Rows grouped by account, see `group_by`.
    opens
        bool, shape (rows,), see `opens_bin`: rows that count.
    layer, time_bin
        int32, shape (rows,).
    layers, bins
        How many of each.

    Returns
    -------
    tuple
        int64, shape (layers, bins), twice: sum over accounts of d_a(h), and of d_a(h)^2.
    """
    totals = np.zeros((layers, bins), np.int64)
    squares = np.zeros((layers, bins), np.int64)
    mine = np.zeros((layers, bins), np.int64)
    for a in range(starts.shape[0] - 1):
        for k in range(starts[a], starts[a + 1]):
            row = order[k]
            if opens[row]:
                at = mine[layer[row], time_bin[row]]
                totals[layer[row], time_bin[row]] += 1
                squares[layer[row], time_bin[row]] += 2 * at + 1
                mine[layer[row], time_bin[row]] = at + 1
        for k in range(starts[a], starts[a + 1]):
            mine[layer[order[k]], time_bin[order[k]]] = 0
    return totals, squares
