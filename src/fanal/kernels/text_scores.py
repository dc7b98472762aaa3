"""How alike two folded texts are, exactly: Jaccard and containment of their sets of shingles.

1. The shingles of one text go into a table (32 bits each, open addressing).
2. Those of the other are looked up, each different one counted once.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint32, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_shingles import LONGEST, shingles_of
from fanal.kernels.text_utf8 import READ

#: Places of a table: a power of two above twice `LONGEST`.
PLACES = 1 << 15


@njit(int64(int64), cache=True, nogil=True, inline="always")
def _mask(many: int) -> int:
    size = int64(256)
    while size < 2 * many:
        size *= 2
    return size - 1  # type: ignore[no-any-return]


@njit(int64(uint64[::1], int64, uint32[::1], int32[::1], int64), cache=True, nogil=True)
def entered(
    shingles: NDArray[np.uint64],
    many: int,
    table: NDArray[np.uint32],
    mark: NDArray[np.int32],
    stamp: int,
) -> int:
    """Enter a text's shingles into a table (1).

    Parameters
    ----------
    shingles, many
        Of `shingles_of`.
    table, mark
        Values, and the stamp of who entered each; an entry with another stamp is free.
    stamp
        Of this text, never used before on this table.

    Returns
    -------
    int
        Different shingles.
    """
    different = 0
    mask = _mask(many)
    for k in range(many):
        value = uint32(shingles[k])
        spot = int64(value) & mask
        while mark[spot] == stamp and table[spot] != value:
            spot = (spot + 1) & mask
        if mark[spot] != stamp:
            mark[spot] = stamp
            table[spot] = value
            different += 1
    return different


@njit(
    int64(uint64[::1], int64, uint32[::1], int32[::1], int64, int64, int32[::1], int64),
    cache=True,
    nogil=True,
)
def in_common(
    shingles: NDArray[np.uint64],
    many: int,
    table: NDArray[np.uint32],
    mark: NDArray[np.int32],
    stamp: int,
    entered_many: int,
    seen: NDArray[np.int32],
    other: int,
) -> int:
    """Return how many different shingles of another text are in the table (2).

    Parameters
    ----------
    shingles, many
        Of the other text.
    table, mark, stamp, entered_many
        Of the text that was entered, and how many shingles it had.
    seen
        As `mark`: who saw each entry last.
    other
        Stamp of the other text, never used before on `seen`.
    """
    common = 0
    mask = _mask(entered_many)
    for k in range(many):
        value = uint32(shingles[k])
        spot = int64(value) & mask
        while mark[spot] == stamp and table[spot] != value:
            spot = (spot + 1) & mask
        if mark[spot] == stamp and seen[spot] != other:
            seen[spot] = other
            common += 1
    return common


@njit(types.UniTuple(int64, 3)(READ, int64, int64, READ, int64, int64), cache=True, nogil=True)
def common_and_sizes(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    other: NDArray[np.uint8],
    other_start: int,
    other_end: int,
) -> tuple[int, int, int]:
    """Return the shingles two texts have in common, those of the one and those of the other."""
    units = np.empty(LONGEST + 2, np.uint32)
    shingles = np.empty(LONGEST + 2, np.uint64)
    table = np.empty(PLACES, np.uint32)
    mark = np.zeros(PLACES, np.int32)
    seen = np.zeros(PLACES, np.int32)
    many = shingles_of(other, other_start, other_end, units, shingles)
    theirs = entered(shingles, many, table, mark, 1)
    first = shingles_of(data, start, end, units, shingles)
    mine = entered(shingles, first, table, mark, 2)
    many = shingles_of(other, other_start, other_end, units, shingles)
    return in_common(shingles, many, table, mark, 2, first, seen, 1), mine, theirs
