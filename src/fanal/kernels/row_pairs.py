"""All pairs of rows of one object within the window, for the peer that lists them all."""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I64 = int64[::1]


@njit(types.UniTuple(int32[::1], 2)(_I64, _I64, int64), cache=True, nogil=True)
def row_pairs(
    starts: NDArray[np.int64], time: NDArray[np.int64], window: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the pairs (earlier row, later row) of each object within the window, inclusive.

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where each object's rows start.
    time
        int64, shape (rows,), ascending within an object, in the unit of `window`.
    window
        Inclusive.

    Returns
    -------
    tuple
        Two int32 arrays of shape (pairs,). O(rows + pairs), memory 8 bytes a pair.
    """
    total = 0
    for o in range(starts.shape[0] - 1):
        head = starts[o]
        for i in range(starts[o], starts[o + 1]):
            while time[i] - time[head] > window:
                head += 1
            total += i - head
    early, late = np.empty(total, np.int32), np.empty(total, np.int32)
    k = 0
    for o in range(starts.shape[0] - 1):
        for i in range(starts[o], starts[o + 1]):
            j = i + 1
            while j < starts[o + 1] and time[j] - time[i] <= window:
                early[k] = i
                late[k] = j
                k += 1
                j += 1
    return early, late
