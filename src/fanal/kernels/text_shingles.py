"""Sets of five characters in a row, and a signature of each set.

1. A folded text becomes units: a character is one, an ideograph or kana two (it says about as much
   as two letters); at most `LONGEST` of them are looked at.
2. Every five units in a row are hashed to 64 bits.
3. One-permutation MinHash: the upper 6 bits choose one of 64 slots, a slot keeps its smallest 32
   bits; an empty slot borrows from a full one drawn by a hash of its place.

Li, Owen, Zhang (2012), "One Permutation Hashing", NIPS 25. Shrivastava (2017), "Optimal
Densification for Fast and Accurate Minwise Hashing", ICML, PMLR 70:3154.
"""

from __future__ import annotations

import numpy as np
from numba import int64, types, uint8, uint32, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ, decoded, mixed

#: Characters of a shingle, slots of a signature.
SIZE, SLOTS = 5, 64
#: Units of a text that are looked at: a text of a megabyte is compared by its beginning.
LONGEST = 10_000
#: Units, and full slots, below which a text says too little to be compared.
FEWEST_UNITS, FEWEST_SLOTS = 20, 8
_EMPTY = 0xFFFFFFFF
_STARTS = types.Array(int64, 1, "C", readonly=True)


@njit(int64(READ, int64, int64, uint32[::1]), cache=True, nogil=True)
def units_of(data: NDArray[np.uint8], start: int, end: int, units: NDArray[np.uint32]) -> int:
    """Fill the units of a text and return how many there are (1)."""
    n = 0
    i = start
    while i < end and n < LONGEST:
        first = data[i]
        if first < 0x80:
            units[n] = first
            n += 1
            i += 1
            continue
        value, size = decoded(data, i, end)
        units[n] = value
        n += 1
        if value >= 0x3040 and (
            value < 0xA000 or 0xF900 <= value < 0xFB00 or 0x20000 <= value < 0x33480
        ):
            units[n] = value + 0x200000
            n += 1
        i += size
    return n


@njit(int64(READ, int64, int64, uint32[::1], uint64[::1]), cache=True, nogil=True)
def shingles_of(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    units: NDArray[np.uint32],
    shingles: NDArray[np.uint64],
) -> int:
    """Fill the hashes of a text's shingles, in their order, and return how many (2).

    Parameters
    ----------
    data, start, end
        Folded bytes.
    units, shingles
        Room for ``LONGEST + 2`` each.
    """
    n = units_of(data, start, end, units)
    many = n - SIZE + 1
    for i in range(many):
        one = (uint64(units[i]) << uint64(42)) ^ (uint64(units[i + 1]) << uint64(21))
        one ^= uint64(units[i + 2])
        two = (uint64(units[i + 3]) << uint64(23)) ^ uint64(units[i + 4])
        value = (one ^ (two * uint64(0x9E3779B97F4A7C15))) * uint64(0xFF51AFD7ED558CCD)
        value ^= value >> uint64(32)
        value *= uint64(0xC4CEB9FE1A85EC53)
        shingles[i] = value ^ (value >> uint64(29))
    return max(many, 0)  # type: ignore[no-any-return]


@njit(int64(uint32[::1]), cache=True, nogil=True)
def _fill_empty(slots: NDArray[np.uint32]) -> int:
    """Let empty slots borrow; return how many were full (3)."""
    full = uint64(0)
    many = 0
    for i in range(SLOTS):
        if slots[i] != _EMPTY:
            full |= uint64(1) << uint64(i)
            many += 1
    if many == 0:
        return 0
    for i in range(SLOTS):
        if (full >> uint64(i)) & uint64(1):
            continue
        tried = uint64(i) << uint64(32)
        while True:
            tried += uint64(1)
            other = mixed(tried) >> uint64(58)
            if (full >> other) & uint64(1):
                slots[i] = slots[int64(other)]
                break
    return many


@njit(
    void(READ, _STARTS, _STARTS, int64, int64, uint32[:, ::1], uint8[::1]),
    cache=True,
    nogil=True,
)
def sign_rows(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    first: int,
    last: int,
    signatures: NDArray[np.uint32],
    says: NDArray[np.uint8],
) -> None:
    """Fill signatures of the texts `first` to `last` - 1 (1 to 3).

    Parameters
    ----------
    data, starts, ends
        Folded texts: text i is ``data[starts[i] : ends[i]]``.
    signatures
        uint32, shape (texts, 64): filled.
    says
        uint8, shape (texts,): 1 where a text says enough to be compared; filled. O(bytes).
    """
    units = np.empty(LONGEST + 2, np.uint32)
    shingles = np.empty(LONGEST + 2, np.uint64)
    for row in range(first, last):
        slots = signatures[row]
        slots[:] = _EMPTY
        many = shingles_of(data, starts[row], ends[row], units, shingles)
        for k in range(many):
            slot = int64(shingles[k] >> uint64(58))
            value = uint32((shingles[k] >> uint64(20)) & uint64(0xFFFFFFFE))
            slots[slot] = min(slots[slot], value)
        full = _fill_empty(slots)
        says[row] = many > FEWEST_UNITS - SIZE and full >= FEWEST_SLOTS
