"""Candidates: the account pairs that co-act on at least two objects.

1. Count the co-actions of each object and of each (layer, time bin).
2. Sieve: one byte per hash of a pair, 2 bits for its co-actions (up to two) and 6 bits for its
   surprise (half nats, rounded up, up to 31.5 nats). Pairs that share a byte only add to it.
3. Table: pairs met twice whose surprise could be significant at the expected number of
   co-actions of these two accounts are counted exactly, with the sum of their surprise.

Sieve and table work on one part of the pairs' hashes at a time, so that their memory is set by
the caller and every thread has a part of its own: no two threads write the same counter, and
sums are integers, hence equal at any thread count.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_I64 = int64[::1]
_OBJECTS_SHIFT = np.int64(40)  # objects above, surprise (lattice units) below
_SURPRISE_MASK = np.int64((1 << 40) - 1)
_EMPTY = np.int64(-1)
_COARSE = 4  # lattice units in a half nat
_COARSE_MOST = 63


@njit(uint64(uint64), cache=True, nogil=True)
def _mix(key: int) -> int:
    # splitmix64's finaliser: Steele, Lea & Flood (2014), doi:10.1145/2660193.2660195
    z = key + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(int64(int64, int64), cache=True, nogil=True)
def _pair_key(one: int, other: int) -> int:
    if one < other:
        return (one << np.int64(32)) | other
    return (other << np.int64(32)) | one


@njit(void(int64, _I32, _I32, _I32, _I32, int64, int64, _I64, _I64), cache=True, nogil=True)
def count_co_actions(
    filled: int,
    early: NDArray[np.int32],
    object_of: NDArray[np.int32],
    layer_of: NDArray[np.int32],
    time_bin: NDArray[np.int32],
    bins: int,
    first: int,
    by_object: NDArray[np.int64],
    by_bin: NDArray[np.int64],
) -> None:
    """Add `filled` co-actions to the counts of their objects and of their bins (1).

    Parameters
    ----------
    filled
        Co-actions in the buffer.
    early
        int32: the earlier row of each; its bin is the co-action's bin.
    object_of, time_bin
        int32, shape (rows,).
    layer_of
        int32, shape (objects,).
    bins
        Number of time bins.
    first
        The object that `by_object` starts with.
    by_object
        int64, added to.
    by_bin
        int64, shape (layers * bins,), added to.
    """
    for k in range(filled):
        o = object_of[early[k]]
        by_object[o - first] += 1
        by_bin[layer_of[o] * bins + time_bin[early[k]]] += 1


@njit(
    void(int64, _I32, _I32, _I32, _I32, _I32, int64, int64, uint8[::1]), cache=True, nogil=True
)
def sieve(
    filled: int,
    early: NDArray[np.int32],
    late: NDArray[np.int32],
    account: NDArray[np.int32],
    object_of: NDArray[np.int32],
    surprise: NDArray[np.int32],
    part: int,
    parts: int,
    counters: NDArray[np.uint8],
) -> None:
    """Count the buffer's pairs of one hash part, and their surprise, in one byte each (2).

    Parameters
    ----------
    filled, early, late
        The buffer of `kernels.co_actions.co_actions`.
    account, object_of
        int32, shape (rows,).
    surprise
        int32, shape (objects,): lattice units.
    part, parts
        Which part of the hashes, of how many (a power of two).
    counters
        uint8, a power of two of them.
    """
    mask = np.uint64(counters.shape[0] - 1)
    for k in range(filled):
        h = _mix(np.uint64(_pair_key(account[early[k]], account[late[k]])))
        if np.int64((h >> np.uint64(48)) & np.uint64(parts - 1)) != part:
            continue
        slot = np.int64(h & mask)
        units = np.int64(surprise[object_of[early[k]]])
        counter = np.int64(counters[slot])
        met = min(2, (counter & 3) + 1)
        weight = min(_COARSE_MOST, (counter >> 2) + (units + _COARSE - 1) // _COARSE)
        counters[slot] = np.uint8(weight << 2 | met)


@njit(int64(int64, int64, float64[:, ::1], float64, int32[:, ::1]), cache=True, nogil=True)
def _critical(
    one: int,
    other: int,
    log_activity: NDArray[np.float64],
    buckets_per_log: float,
    critical: NDArray[np.int32],
) -> int:
    """Return the least surprise at which a pair could be significant, lattice units."""
    needed = np.int64(0)
    for layer in range(log_activity.shape[0]):
        expected = log_activity[layer, one] + log_activity[layer, other]
        if expected == -np.inf:
            continue
        bucket = np.int64(np.floor(expected * buckets_per_log)) + critical.shape[1] // 2
        bucket = min(max(bucket, np.int64(0)), np.int64(critical.shape[1] - 1))
        needed = max(needed, np.int64(critical[layer, bucket]))
    return needed


@njit(
    int64(
        int64,
        _I32,
        _I32,
        _I32,
        _I32,
        _I32,
        float64[:, ::1],
        float64,
        int32[:, ::1],
        int64,
        int64,
        uint8[::1],
        int64[:, ::1],
        int64,
    ),
    cache=True,
    nogil=True,
)
def tabulate(
    filled: int,
    early: NDArray[np.int32],
    late: NDArray[np.int32],
    account: NDArray[np.int32],
    object_of: NDArray[np.int32],
    surprise: NDArray[np.int32],
    log_activity: NDArray[np.float64],
    buckets_per_log: float,
    critical: NDArray[np.int32],
    part: int,
    parts: int,
    counters: NDArray[np.uint8],
    table: NDArray[np.int64],
    used: int,
) -> int:
    """Add the buffer's pairs that pass the sieve to the table (3).

    Parameters
    ----------
    filled, early, late, account, object_of, surprise, part, parts, counters
        As in `sieve`.
    log_activity
        float64, shape (layers, accounts): log of distinct actions times sqrt(2 P) / m, so that
        two of them add up to the log of the expected co-actions; -inf for none.
    buckets_per_log, critical
        The smallest significant surprise (lattice units) by layer and bucket of the expected
        number of co-actions, see `kernels.null_model.critical_surprise`.
    table
        int64, shape (a power of two, 2): pair key (-1: free) and objects << 40 | surprise.
        It must have more than `filled` free slots.
    used
        Slots in use.

    Returns
    -------
    int
        Slots in use afterwards.
    """
    mask = np.uint64(counters.shape[0] - 1)
    slots = np.uint64(table.shape[0] - 1)
    for k in range(filled):
        one, other = np.int64(account[early[k]]), np.int64(account[late[k]])
        key = _pair_key(one, other)
        h = _mix(np.uint64(key))
        if np.int64((h >> np.uint64(48)) & np.uint64(parts - 1)) != part:
            continue
        counter = np.int64(counters[np.int64(h & mask)])
        if counter & 3 < 2:
            continue
        if counter >> 2 < _COARSE_MOST:
            needed = _critical(one, other, log_activity, buckets_per_log, critical)
            if (counter >> 2) * _COARSE < needed:
                continue
        slot = (h >> np.uint64(8)) & slots
        while table[np.int64(slot), 0] != key and table[np.int64(slot), 0] != _EMPTY:
            slot = (slot + np.uint64(1)) & slots
        at = np.int64(slot)
        if table[at, 0] == _EMPTY:
            table[at, 0] = key
            used += 1
        table[at, 1] += (np.int64(1) << _OBJECTS_SHIFT) + surprise[object_of[early[k]]]
    return used


@njit(void(int64[:, ::1], int64[:, ::1]), cache=True, nogil=True)
def move(table: NDArray[np.int64], larger: NDArray[np.int64]) -> None:
    """Move a table's pairs into a larger, empty table.

    Parameters
    ----------
    table, larger
        As in `tabulate`.
    """
    slots = np.uint64(larger.shape[0] - 1)
    for i in range(table.shape[0]):
        if table[i, 0] == _EMPTY:
            continue
        slot = (_mix(np.uint64(table[i, 0])) >> np.uint64(8)) & slots
        while larger[np.int64(slot), 0] != _EMPTY:
            slot = (slot + np.uint64(1)) & slots
        larger[np.int64(slot), 0] = table[i, 0]
        larger[np.int64(slot), 1] = table[i, 1]


@njit(
    types.Tuple((_I64, int64))(int64[:, ::1], float64[:, ::1], float64, int32[:, ::1]),
    cache=True,
    nogil=True,
)
def notable(
    table: NDArray[np.int64],
    log_activity: NDArray[np.float64],
    buckets_per_log: float,
    critical: NDArray[np.int32],
) -> tuple[NDArray[np.int64], int]:
    """Return the table's slots whose pairs could be significant, and how many were met twice.

    Parameters
    ----------
    table, log_activity, buckets_per_log, critical
        As in `tabulate`.

    Returns
    -------
    tuple
        int64 slots, and the number of pairs in the table with at least two common objects.
    """
    kept = np.empty(1024, np.int64)
    n = 0
    twice = 0
    for i in range(table.shape[0]):
        if table[i, 0] == _EMPTY or (table[i, 1] >> _OBJECTS_SHIFT) < 2:
            continue
        twice += 1
        a = table[i, 0] >> np.int64(32)
        b = table[i, 0] & np.int64(0xFFFFFFFF)
        needed = _critical(a, b, log_activity, buckets_per_log, critical)
        if (table[i, 1] & _SURPRISE_MASK) < needed:
            continue
        if n == kept.shape[0]:
            grown = np.empty(2 * n, np.int64)
            grown[:n] = kept
            kept = grown
        kept[n] = i
        n += 1
    return kept[:n], twice
