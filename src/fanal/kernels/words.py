"""Short texts to numbers: what Arrow's dictionary encoding does, quicker for sorted and few words.

1. A text equal to the one before it has its number: most rows of a table sorted by account.
2. Any other is looked up in a table of hashes (open addressing), where it is compared in full.

Numbers are in order of first appearance. Bytes in, numbers out.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint8, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_FIXED_I32 = types.Array(int32, 1, "C", readonly=True)
_BYTES = types.Array(uint8, 1, "C", readonly=True)


@njit(boolean(_BYTES, int64, int64, int64), cache=True, nogil=True, inline="always")
def _same(data: NDArray[np.uint8], one: int, other: int, size: int) -> bool:
    differs = uint8(0)
    for i in range(size):  # to the end: the compiler takes many bytes at once
        differs |= data[one + i] ^ data[other + i]
    return bool(differs == 0)


@njit(int64(_FIXED_I32, _BYTES, _I32, _I32, _I32), cache=True, nogil=True)
def numbered(
    offsets: NDArray[np.int32],
    data: NDArray[np.uint8],
    place: NDArray[np.int32],
    first: NDArray[np.int32],
    number: NDArray[np.int32],
) -> int:
    """Fill the number of each text.

    Parameters
    ----------
    offsets, data
        An Arrow column of texts: text i is ``data[offsets[i] : offsets[i + 1]]``.
    place
        int32, shape (a power of two,), all -1: room for hashes.
    first
        int32, shape (at least half of `place`,): filled with the row where each number first came.
    number
        int32, shape (texts,): filled.

    Returns
    -------
    int
        Distinct texts; -1 when `place` is more than half full. O(bytes).
    """
    mask = uint64(place.shape[0] - 1)
    limit = place.shape[0] // 2
    n = 0
    before, before_size, last = int64(0), int64(-1), int32(-1)
    for row in range(number.shape[0]):
        at = int64(offsets[row])
        size = int64(offsets[row + 1]) - at
        if size == before_size and _same(data, at, before, size):
            number[row] = last
            before = at
            continue
        mixed = uint64(size) + uint64(0x9E3779B97F4A7C15)
        for i in range(size):
            mixed = (mixed ^ uint64(data[at + i])) * uint64(0x100000001B3)
        mixed ^= mixed >> uint64(29)
        spot = int64(mixed & mask)
        while True:
            found = place[spot]
            if found < 0:
                if n == limit:
                    return -1
                place[spot] = n
                first[n] = row
                found = int32(n)
                n += 1
                break
            start = int64(offsets[first[found]])
            if int64(offsets[first[found] + 1]) - start == size and _same(
                data, at, start, size
            ):
                break
            spot = int64(uint64(spot + 1) & mask)
        number[row] = found
        before, before_size, last = at, size, found
    return n
