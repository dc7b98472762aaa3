"""The co-actions of chosen pairs, out of all that are met."""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_I64 = int64[::1]


_MARKS = boolean[::1]
#: Marks for each key: so many foreign pairs are looked up in vain, one in eight.
_MARKS_PER_KEY = 8


@njit(int64(int64, int64), cache=True, nogil=True)
def _mark(key: int, marks: int) -> int:
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed >> np.uint64(32)) & np.uint64(marks - 1))


@njit(_MARKS(_I64), cache=True, nogil=True)
def marked(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return marks that tell most pairs that are not among `keys` at one look.

    Parameters
    ----------
    keys
        As in `choose`.

    Returns
    -------
    ndarray
        bool, a power of two of them, at least eight a key.
    """
    size = 64
    while size < _MARKS_PER_KEY * keys.shape[0]:
        size *= 2
    marks = np.zeros(size, np.bool_)
    for key in keys:
        marks[_mark(key, size)] = True
    return marks


@njit(int64(int64, _I32, _I32, _I32, _I64, _MARKS, _I32, _I32), cache=True, nogil=True)
def choose(
    filled: int,
    early: NDArray[np.int32],
    late: NDArray[np.int32],
    account: NDArray[np.int32],
    keys: NDArray[np.int64],
    marks: NDArray[np.bool_],
    chosen: NDArray[np.int32],
    link: NDArray[np.int32],
) -> int:
    """Find the buffer's co-actions whose pair is one of `keys`.

    Parameters
    ----------
    filled, early, late
        The buffer of `kernels.co_actions.co_actions`.
    account
        int32, shape (rows,).
    keys
        int64, ascending: ``pair << 32 | other``, the smaller account code first.
    marks
        What `marked` gives for them.
    chosen, link
        int32, shape (at least filled,): filled with positions in the buffer and in `keys`.

    Returns
    -------
    int
        How many were found; O(filled + found log keys).
    """
    n = 0
    for k in range(filled):
        a = np.int64(account[early[k]])
        b = np.int64(account[late[k]])
        key = (a << np.int64(32)) | b if a < b else (b << np.int64(32)) | a
        if not marks[_mark(key, marks.shape[0])]:
            continue
        low, high = 0, keys.shape[0]
        while low < high:
            middle = (low + high) // 2
            if keys[middle] < key:
                low = middle + 1
            else:
                high = middle
        if low < keys.shape[0] and keys[low] == key:
            chosen[n] = k
            link[n] = low
            n += 1
    return n
