"""Candidates compared exactly, and joined unless that would only chain texts together.

1. Candidates whose signatures agree in too few slots are passed over.
2. Exact Jaccard of the sets of shingles; where it falls short, the share of the smaller set that
   lies in the other (a text that was cut off).
3. Candidates are joined from the most alike to the least. Each component is spoken for by its most
   copied text; where those of two components are hardly alike, a chain of small changes led from
   one to the other, and they stay apart.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int32, int64, types, uint8, uint16, uint32, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_candidates import agreeing, root_of
from fanal.kernels.text_scores import PLACES, entered, in_common
from fanal.kernels.text_shingles import LONGEST, shingles_of
from fanal.kernels.text_utf8 import READ

_STARTS = types.Array(int64, 1, "C", readonly=True)
JACCARD, CONTAINMENT = 1, 2
#: Scores are kept in steps of 1/65535.
FULL = 65_535


@njit(
    void(
        READ, _STARTS, _STARTS, uint32[:, ::1], int32[::1], int32[::1], int64, int64,
        float64[::1], uint16[::1], uint8[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def compare(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    signatures: NDArray[np.uint32],
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    first: int,
    last: int,
    bars: NDArray[np.float64],
    score: NDArray[np.uint16],
    measure: NDArray[np.uint8],
) -> None:
    """Fill score and measure of the candidates `first` to `last` - 1 (1, 2).

    Parameters
    ----------
    data, starts, ends, signatures
        The texts.
    a, b
        int32, shape (candidates,): their two texts.
    bars
        float64, shape (5,): least agreeing slots, Jaccard, containment, share that the smaller
        set must be of the larger and number of shingles it must have for containment.
    score, measure
        Filled: 0 where a pair is not alike; a score counts 65535 to 1.
    """
    units = np.empty(LONGEST + 2, np.uint32)
    shingles = np.empty(LONGEST + 2, np.uint64)
    other = np.empty(LONGEST + 2, np.uint64)
    table = np.empty(PLACES, np.uint32)
    mark = np.zeros(PLACES, np.int32)
    seen = np.zeros(PLACES, np.int32)
    own_table = np.empty(PLACES, np.uint32)
    own_mark = np.zeros(PLACES, np.int32)
    stamp = entered_at = 0
    inside = -1
    many = size = 0
    for k in range(first, last):
        # 1. signatures
        score[k], measure[k] = 0, 0
        if agreeing(signatures[a[k]], signatures[b[k]]) < bars[0]:
            continue
        # 2. sets
        stamp += 1
        if inside != a[k]:
            inside = a[k]
            many = shingles_of(data, starts[inside], ends[inside], units, shingles)
            size = entered(shingles, many, table, mark, stamp)
            entered_at = stamp
        theirs = shingles_of(data, starts[b[k]], ends[b[k]], units, other)
        their_size = entered(other, theirs, own_table, own_mark, stamp)
        common = in_common(other, theirs, table, mark, entered_at, many, seen, stamp)
        jaccard = common / (size + their_size - common)
        smaller, larger = min(size, their_size), max(size, their_size)
        if jaccard >= bars[1]:
            score[k], measure[k] = round(jaccard * FULL), JACCARD
        elif common >= bars[2] * smaller and smaller >= bars[3] * larger and smaller >= bars[4]:
            score[k], measure[k] = round(common / smaller * FULL), CONTAINMENT


@njit(int64(int32[::1], int64), cache=True, nogil=True)
def _root(parent: NDArray[np.int32], text: int) -> int:
    root = root_of(parent, text)
    while parent[text] != root:
        parent[text], text = root, parent[text]
    return root  # type: ignore[no-any-return]


@njit(
    int64(
        READ, _STARTS, _STARTS, int64[::1], int32[::1], int32[::1], int32[::1],
        float64[::1], int32[::1], int32[::1], int32[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def join(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    copies: NDArray[np.int64],
    a: NDArray[np.int32],
    b: NDArray[np.int32],
    order: NDArray[np.int32],
    bars: NDArray[np.float64],
    parent: NDArray[np.int32],
    speaker: NDArray[np.int32],
    joined: NDArray[np.int32],
) -> int:
    """Join alike texts in the order given, and say which candidates did it (3).

    Parameters
    ----------
    data, starts, ends, copies
        The texts, and how many rows carry each.
    a, b, order
        Candidates, and the order to take them in.
    bars
        float64, shape (2,): least Jaccard, or containment, of those who speak for two components.
    parent, speaker
        int32, shape (texts,): union-find, and the most copied text of each component; changed.
    joined
        int32, shape (candidates,): filled with those that joined two components.

    Returns
    -------
    int
        How many did.
    """
    units = np.empty(LONGEST + 2, np.uint32)
    shingles = np.empty(LONGEST + 2, np.uint64)
    table = np.empty(PLACES, np.uint32)
    mark = np.zeros(PLACES, np.int32)
    seen = np.zeros(PLACES, np.int32)
    stamp = 0
    n = 0
    for at in range(order.shape[0]):
        k = order[at]
        one, other = _root(parent, a[k]), _root(parent, b[k])
        if one == other:
            continue
        mine, theirs = speaker[one], speaker[other]
        if (mine != a[k] or theirs != b[k]) and (mine != b[k] or theirs != a[k]):
            stamp += 2
            many = shingles_of(data, starts[mine], ends[mine], units, shingles)
            size = entered(shingles, many, table, mark, stamp - 1)
            many = shingles_of(data, starts[theirs], ends[theirs], units, shingles)
            their_size = entered(shingles, many, table, mark, stamp)
            first = shingles_of(data, starts[mine], ends[mine], units, shingles)
            common = in_common(shingles, first, table, mark, stamp, many, seen, stamp)
            if common < bars[0] * (size + their_size - common) and (
                common < bars[1] * min(size, their_size)
            ):
                continue
        if one > other:
            one, other = other, one
        parent[other] = one
        more = copies[theirs] > copies[mine] or (
            copies[theirs] == copies[mine] and theirs < mine
        )
        speaker[one] = theirs if more else mine
        joined[n] = k
        n += 1
    return n
