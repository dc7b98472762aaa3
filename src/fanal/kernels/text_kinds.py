"""How a text differs from the most copied text of its group.

1. Positions of the shingles of the most copied text go into a table.
2. Reordered: what both have is nearly all of both, and a fair part of it lies far from where the
   rest lies. Cut off: shorter, and nearly all of it is in the other. Edited: any other.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint8, uint32, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_scores import PLACES, entered, in_common
from fanal.kernels.text_shingles import LONGEST, shingles_of
from fanal.kernels.text_utf8 import READ

_STARTS = types.Array(int64, 1, "C", readonly=True)
SAME, EDITED, CUT_OFF, REORDERED = 0, 1, 2, 3
#: Reordered: least share of both in common, least share of it that moved, and how far: shingles
#: and share of the text. Cut off: largest share of the other's size, least share in the other.
_IN_COMMON, _MOVED, _FAR, _FAR_SHARE = 0.75, 0.15, 12, 0.15
_SHORTER, _INSIDE = 0.9, 0.85


@njit(
    int64(uint64[::1], int64, uint64[::1], int64, uint32[::1], int32[::1], int32[::1]),
    cache=True,
    nogil=True,
)
def _moved(
    shingles: NDArray[np.uint64],
    many: int,
    other: NDArray[np.uint64],
    others: int,
    table: NDArray[np.uint32],
    place: NDArray[np.int32],
    shift: NDArray[np.int32],
) -> int:
    """Return how many shingles of `other` that `shingles` has once lie far from their place (1)."""
    mask = int64(256)
    while mask < 2 * many:
        mask *= 2
    place[:mask] = -1
    mask -= 1
    for k in range(many):
        value = uint32(shingles[k])
        spot = int64(value) & mask
        while place[spot] >= 0 and table[spot] != value:
            spot = (spot + 1) & mask
        if place[spot] < 0:
            place[spot], table[spot] = k, value
    n = 0
    for k in range(others):
        value = uint32(other[k])
        spot = int64(value) & mask
        while place[spot] >= 0 and table[spot] != value:
            spot = (spot + 1) & mask
        if place[spot] >= 0:
            shift[n] = k - place[spot]
            n += 1
    if n == 0:
        return 0
    usual = np.sort(shift[:n])[n // 2]
    far = max(_FAR, _FAR_SHARE * many)
    moved = 0
    for k in range(n):
        moved += abs(shift[k] - usual) > far
    return moved


@njit(
    void(READ, _STARTS, _STARTS, int32[::1], int32[::1], int64, int64, uint8[::1]),
    cache=True,
    nogil=True,
)
def kinds_of(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    texts: NDArray[np.int32],
    speakers: NDArray[np.int32],
    first: int,
    last: int,
    kind: NDArray[np.uint8],
) -> None:
    """Fill the kind of each text against the one that speaks for its group (1, 2).

    Parameters
    ----------
    data, starts, ends
        Folded texts.
    texts, speakers
        int32, shape (n,): a text, and the most copied one of its group; best in groups together.
    first, last
        The part of them to do.
    kind
        uint8, shape (n,): filled with 0 the same, 1 edited, 2 cut off, 3 reordered.
    """
    units = np.empty(LONGEST + 2, np.uint32)
    shingles = np.empty(LONGEST + 2, np.uint64)
    other = np.empty(LONGEST + 2, np.uint64)
    table = np.empty(PLACES, np.uint32)
    mark = np.zeros(PLACES, np.int32)
    seen = np.zeros(PLACES, np.int32)
    own_table = np.empty(PLACES, np.uint32)
    own_mark = np.zeros(PLACES, np.int32)
    positions = np.empty(PLACES, np.uint32)
    place = np.empty(PLACES, np.int32)
    shift = np.empty(LONGEST + 2, np.int32)
    stamp = entered_at = 0
    inside = -1
    many = size = 0
    for k in range(first, last):
        text = texts[k]
        if text == speakers[k]:
            kind[k] = SAME
            continue
        stamp += 1
        if inside != speakers[k]:
            inside = speakers[k]
            many = shingles_of(data, starts[inside], ends[inside], units, shingles)
            size = entered(shingles, many, table, mark, stamp)
            entered_at = stamp
        mine = shingles_of(data, starts[text], ends[text], units, other)
        my_size = entered(other, mine, own_table, own_mark, stamp)
        common = in_common(other, mine, table, mark, entered_at, many, seen, stamp)
        kind[k] = EDITED
        if common >= _IN_COMMON * max(size, my_size):
            moved = _moved(shingles, many, other, mine, positions, place, shift)
            if moved >= _MOVED * common:
                kind[k] = REORDERED
                continue
        if my_size <= _SHORTER * size and common >= _INSIDE * my_size:
            kind[k] = CUT_OFF
