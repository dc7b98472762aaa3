"""Which hashes of 256 bits are nearly the same: each with one that stands for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from fanal.kernels.compiled import njit

#: 64-bit words of a hash.
WORDS = 4


@njit("int64(uint64)", cache=True, nogil=True, inline="always")
def _ones(word: Any) -> Any:
    """Return the number of set bits (Warren, Hacker's Delight, 2nd edition, 5-1)."""
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + (
        (word >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit("int64[:](uint64[:,:], int64)", cache=True, nogil=True)
def standing_for(hashes: Any, distance: Any) -> Any:
    """Return, for each hash, the row of the one that stands for it.

    A hash is stood for by the nearest of the earlier ones that stand for themselves and differ in
    at most `distance` bits, of equals the first; else it stands for itself. So nothing is joined
    through a chain, and who comes first decides.

    Parameters
    ----------
    hashes
        uint64, shape (n, 4), the most important first.
    distance
        Bits, 0 to 256.

    Returns
    -------
    ndarray
        int64, shape (n,). O(n times those that stand for themselves): 1 s for 10,000 hashes of
        which no two are alike, 19 s for 50,000.
    """
    n = hashes.shape[0]
    stands = np.empty(n, np.int64)
    first = np.empty(n, np.int64)
    kept = 0
    for row in range(n):
        nearest = distance + 1
        stands[row] = row
        for k in range(kept):
            bits = 0
            for word in range(WORDS):
                bits += _ones(hashes[row, word] ^ hashes[first[k], word])
                if bits >= nearest:
                    break
            if bits < nearest:
                nearest = bits
                stands[row] = first[k]
        if stands[row] == row:
            first[kept] = row
            kept += 1
    return stands
