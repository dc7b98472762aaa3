"""Co-actions: two accounts that act on one object within the window, each pair once an object.

Rows are ordered by object, then time. Of all the rows with which two accounts meet on an
object, the two with the smallest delay stand for them (of equals: the earliest).

1. Single meets single: an account with one row on the object scans forward to the window's end
   and meets the later accounts that also have one row.
2. A chain (an account's several rows on the object, see `kernels.sorting.link_repeats`) meets
   everybody: each other row is compared with the chain's nearest row only, so that it is
   visited once however often the account repeats itself.
3. Two chains: the best row pair is remembered, and handed out by the smaller account code.

The enumeration fills a buffer and is called again until the rows are used up: memory is the
buffer's, never the pairs'. Cost: O(rows within windows), some 5 ns each.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint8
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_I64 = int64[::1]
_BEST = int64[:, ::1]


@njit(int64(int64, int64, int64, int64, int64, int64, _BEST, _I32), cache=True, nogil=True)
def _remember(
    chain: int,
    met: int,
    other: int,
    early: int,
    late: int,
    delay: int,
    best: NDArray[np.int64],
    touched: NDArray[np.int32],
) -> int:
    if best[other, 0] == chain:
        if delay > best[other, 1] or (delay == best[other, 1] and early >= best[other, 2]):
            return met
    else:
        best[other, 0] = chain
        touched[met] = other
        met += 1
    best[other, 1] = delay
    best[other, 2] = early
    best[other, 3] = late
    return met


@njit(
    types.UniTuple(int64, 2)(
        int64,
        int64,
        int64,
        _I64,
        boolean[::1],
        _I32,
        _I32,
        _I64,
        _I32,
        _I32,
        uint8[::1],
        _BEST,
        _I32,
        _I32,
        _I32,
    ),
    cache=True,
    nogil=True,
)
def co_actions(
    row: int,
    stop: int,
    window: int,
    starts: NDArray[np.int64],
    skipped: NDArray[np.bool_],
    object_of: NDArray[np.int32],
    account: NDArray[np.int32],
    time: NDArray[np.int64],
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    alone: NDArray[np.uint8],
    best: NDArray[np.int64],
    touched: NDArray[np.int32],
    early: NDArray[np.int32],
    late: NDArray[np.int32],
) -> tuple[int, int]:
    """Fill `early` and `late` with the co-actions that the rows from `row` on open.

    Parameters
    ----------
    row, stop
        First row to visit, and the row before which to stop.
    window
        Microseconds, inclusive.
    starts
        int64, shape (objects + 1,): where each object's rows start.
    skipped
        bool, shape (objects,): objects that are not enumerated.
    object_of, account, time, before, after, alone
        Shape (rows,): object, account, time (microseconds) of each row, the account's
        neighbouring rows on the object (-1: none), and 1 where there is neither.
    best
        int64, shape (accounts, 4), work space: the chain that met the account last (-1 before
        the first call), the smallest delay, its earlier and its later row.
    touched
        int32, shape (accounts,), work space.
    early, late
        int32, shape (capacity,): the two rows of each co-action, the earlier first. Capacity
        exceeds the rows of the largest object.

    Returns
    -------
    tuple
        The row to go on from (`stop` when done) and the number of co-actions filled in.
    """
    filled = 0
    while row < stop:
        o = object_of[row]
        start, end = starts[o], starts[o + 1]
        if skipped[o]:
            row = min(end, stop)
            continue
        if before[row] >= 0:
            row += 1
            continue
        if filled + (end - start) >= early.shape[0]:
            return row, filled
        if after[row] < 0:
            # 1. single meets single
            j = row + 1
            while j < end and time[j] - time[row] <= window:
                early[filled] = row
                late[filled] = j
                filled += alone[j]  # no branch: rows of chains are overwritten
                j += 1
            row += 1
            continue
        # 2. a chain meets everybody
        met = 0
        r = np.int64(row)
        while r >= 0:
            previous, following = np.int64(before[r]), np.int64(after[r])
            j = r - 1
            while j >= start and j > previous and time[r] - time[j] <= window:
                if previous >= 0 and time[j] - time[previous] <= time[r] - time[j]:
                    break
                other = np.int64(account[j])
                if alone[j]:
                    early[filled] = j
                    late[filled] = r
                    filled += 1
                elif other > account[row]:
                    met = _remember(row, met, other, j, r, time[r] - time[j], best, touched)
                j -= 1
            j = r + 1
            while j < end and j != following and time[j] - time[r] <= window:
                if following >= 0 and time[following] - time[j] < time[j] - time[r]:
                    break
                other = np.int64(account[j])
                if alone[j]:
                    early[filled] = r
                    late[filled] = j
                    filled += 1
                elif other > account[row]:
                    met = _remember(row, met, other, r, j, time[j] - time[r], best, touched)
                j += 1
            r = following
        # 3. two chains: the best pair, once
        for k in range(met):
            other = np.int64(touched[k])
            early[filled] = best[other, 2]
            late[filled] = best[other, 3]
            filled += 1
            best[other, 0] = -1
        row += 1
    return row, filled


@njit(int64(int64, _I32, _I32, _I64, int64, _I32, _I32), cache=True, nogil=True)
def within(
    filled: int,
    early: NDArray[np.int32],
    late: NDArray[np.int32],
    time: NDArray[np.int64],
    window: int,
    near_early: NDArray[np.int32],
    near_late: NDArray[np.int32],
) -> int:
    """Copy the co-actions of a buffer that lie within a narrower window, and return how many.

    The two rows that stand for a co-action are its nearest, whatever the window.

    Parameters
    ----------
    filled, early, late
        The buffer of `co_actions`.
    time
        int64, shape (rows,), microseconds.
    window
        Microseconds, inclusive.
    near_early, near_late
        int32, at least as long as `filled`.
    """
    n = 0
    for k in range(filled):
        near_early[n] = early[k]
        near_late[n] = late[k]
        n += time[late[k]] - time[early[k]] <= window
    return n


@njit(int64(int64, _I64, int64, int64, _I32, _I64), cache=True, nogil=True)
def rows_in_windows(
    window: int,
    time: NDArray[np.int64],
    start: int,
    end: int,
    time_bin: NDArray[np.int32],
    by_bin: NDArray[np.int64],
) -> int:
    """Return how many row pairs of one object lie within the window; O(rows).

    Parameters
    ----------
    window
        Microseconds, inclusive.
    time
        int64, shape (rows,), microseconds, ascending from `start` to `end`.
    start, end
        The object's rows.
    time_bin
        int32, shape (rows,).
    by_bin
        int64, shape (bins,): set to the pairs by the bin of their earlier row.

    Returns
    -------
    int
        Pairs of rows, rows of the same account included: never fewer than its co-actions.
    """
    by_bin[:] = 0
    pairs = 0
    beyond = start
    for i in range(start, end):
        while beyond < end and time[beyond] - time[i] <= window:
            beyond += 1
        by_bin[time_bin[i]] += beyond - i - 1
        pairs += beyond - i - 1
    return pairs


@njit(int64(int64, _I64, _I64), cache=True, nogil=True)
def row_pairs_in_windows(
    window: int, time: NDArray[np.int64], starts: NDArray[np.int64]
) -> int:
    """Return how many row pairs of one object lie within the window, over all objects; O(rows).

    Parameters
    ----------
    window, time
        As in `rows_in_windows`.
    starts
        int64, shape (objects + 1,): where each object's rows start.
    """
    pairs = 0
    for o in range(starts.shape[0] - 1):
        beyond = starts[o]
        for i in range(starts[o], starts[o + 1]):
            while beyond < starts[o + 1] and time[beyond] - time[i] <= window:
                beyond += 1
            pairs += beyond - i - 1
    return pairs
