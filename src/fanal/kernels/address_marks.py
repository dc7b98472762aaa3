"""Which rows of a column of text could hold an address: three points, or two colons.

A cheap first look over all rows; a pattern judges the few it leaves.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint8
from numpy.typing import NDArray

from fanal.kernels.compiled import njit


@njit(
    [
        boolean[::1](
            types.Array(uint8, 1, "C", readonly=True),
            types.Array(offset, 1, "C", readonly=True),
        )
        for offset in (int32, int64)
    ],
    cache=True,
    nogil=True,
)
def may_hold_address(
    data: NDArray[np.uint8], offsets: NDArray[np.int32] | NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return whether each row has the points or colons of an address.

    Parameters
    ----------
    data
        uint8: the bytes of all rows, one behind the other.
    offsets
        int32 or int64, shape (n + 1,): where each row begins.
    """
    n = offsets.shape[0] - 1
    found = np.zeros(n, np.bool_)
    for i in range(n):
        points, colons = 0, 0
        for k in range(offsets[i], offsets[i + 1]):
            if data[k] == 46:
                points += 1
            elif data[k] == 58:
                colons += 1
        found[i] = points >= 3 or colons >= 2
    return found
