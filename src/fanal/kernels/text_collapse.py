"""Equal texts to one: a table of hashes where equal hashes are compared byte for byte.

1. A text is looked up by its hash (open addressing); one that is there counts one more copy.
2. A new one is appended to the store, which holds each different text once.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ

_HASHES = types.Array(uint64, 1, "C", readonly=True)
_ENDS = types.Array(int64, 1, "C", readonly=True)


@njit(boolean(READ, int64, READ, int64, int64), cache=True, nogil=True)
def _same(
    one: NDArray[np.uint8], at: int, other: NDArray[np.uint8], there: int, size: int
) -> bool:
    differs = uint8(0)
    for i in range(size):
        differs |= one[at + i] ^ other[there + i]
    return bool(differs == 0)


@njit(void(_HASHES, int64, int32[::1]), cache=True, nogil=True)
def place_all(hashes: NDArray[np.uint64], n: int, place: NDArray[np.int32]) -> None:
    """Fill a larger table, all -1, with the `n` texts of the store."""
    mask = place.shape[0] - 1
    for i in range(n):
        spot = int64(hashes[i] & uint64(mask))
        while place[spot] >= 0:
            spot = (spot + 1) & mask
        place[spot] = i


@njit(
    int64(
        READ, _ENDS, _HASHES, int64, int64, int32[::1],
        uint8[::1], int64[::1], uint64[::1], int64[::1], int64[::1], int32[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def collapse(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    first_row: int,
    n: int,
    place: NDArray[np.int32],
    store: NDArray[np.uint8],
    starts: NDArray[np.int64],
    store_hash: NDArray[np.uint64],
    copies: NDArray[np.int64],
    first: NDArray[np.int64],
    number: NDArray[np.int32],
) -> int:
    """Collapse one piece: number its texts, and append the new ones to the store (1, 2).

    Parameters
    ----------
    data, offsets, hashes
        The piece.
    first_row
        Row of the file that the piece begins with.
    n
        Texts in the store so far.
    place
        int32, shape (a power of two, at least twice the texts that may come,): -1 where free.
    store, starts, store_hash, copies, first
        The store: bytes, where each text starts (one more than texts), its hash, how many rows
        carry it, the first of them. There must be room for the whole piece.
    number
        int32, shape (rows of the piece,): filled.

    Returns
    -------
    int
        Texts in the store. O(bytes).
    """
    mask = place.shape[0] - 1
    for row in range(number.shape[0]):
        at, size = offsets[row], offsets[row + 1] - offsets[row]
        spot = int64(hashes[row] & uint64(mask))
        while True:
            found = int64(place[spot])
            if found < 0:
                place[spot] = n
                found = n
                store_hash[n] = hashes[row]
                first[n] = first_row + row
                for i in range(size):
                    store[starts[n] + i] = data[at + i]
                starts[n + 1] = starts[n] + size
                n += 1
                break
            if (
                store_hash[found] == hashes[row]
                and starts[found + 1] - starts[found] == size
                and _same(data, at, store, starts[found], size)
            ):
                break
            spot = (spot + 1) & mask
        copies[found] += 1
        number[row] = found
    return n
