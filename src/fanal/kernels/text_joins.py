"""Candidates compared exactly, and joined unless that would only chain texts together.

1. Candidates whose signatures agree in too few slots are passed over.
2. Exact Jaccard of the sets of shingles; where it falls short, the share of the smaller set that
   lies in the other (a text that was cut off). Texts that name different numbers, each at least
   one that the other lacks, only share their form unless they are alike but for these: the dollar
   at 101 and at 105 are two pieces of news.
3. Candidates are joined from the most alike to the least. Each component is spoken for by its most
   copied text; where those of two components are hardly alike, a chain of small changes led from
   one to the other, and they stay apart.
4. Two partitions: groups, and families, which join those that share their form, too. Families show
   which texts are templates.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int32, int64, types, uint8, uint16, uint32, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_candidates import agreeing, root_of
from fanal.kernels.text_numbers import has_more, numbers_of
from fanal.kernels.text_scores import PLACES, entered, in_common
from fanal.kernels.text_shingles import LONGEST, shingles_of
from fanal.kernels.text_utf8 import READ

_STARTS = types.Array(int64, 1, "C", readonly=True)
JACCARD, CONTAINMENT, FORM = 1, 2, 3
#: Scores are kept in steps of 1/65535.
FULL = 65_535
#: Shingles of a text for which the bar of the settings holds; shorter texts must be more alike, up
#: to this Jaccard at the fewest shingles a text can have: one word is much of them.
_LONG, _SHORTEST, _SHORT_JACCARD = 40, 16, 0.65
#: Jaccard of texts that differ in a number or two and nothing else; numbers that are looked at.
_SAME_BUT_NUMBERS, _NUMBERS = 0.8, 32


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
    mine, others = np.empty(_NUMBERS, np.int64), np.empty(_NUMBERS, np.int64)
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
        short = max(0.0, (_LONG - smaller) / (_LONG - _SHORTEST))
        form = False
        if jaccard < _SAME_BUT_NUMBERS:
            n = numbers_of(data, starts[a[k]], ends[a[k]], mine)
            m = numbers_of(data, starts[b[k]], ends[b[k]], others)
            form = has_more(mine, n, others, m) and has_more(others, m, mine, n)
        if jaccard >= bars[1] + short * (_SHORT_JACCARD - bars[1]):
            score[k], measure[k] = round(jaccard * FULL), JACCARD
        elif common >= bars[2] * smaller and smaller >= bars[3] * larger and smaller >= bars[4]:
            score[k], measure[k] = round(common / smaller * FULL), CONTAINMENT
        if form and measure[k]:
            measure[k] = FORM


@njit(int64(int32[::1], int64), cache=True, nogil=True)
def _root(parent: NDArray[np.int32], text: int) -> int:
    root = root_of(parent, text)
    while parent[text] != root:
        parent[text], text = root, parent[text]
    return root  # type: ignore[no-any-return]


@njit(
    boolean(
        READ, _STARTS, _STARTS, int64, int64, float64[::1], uint32[::1], uint64[::1],
        uint32[::1], int32[::1], int32[::1], int64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def _speak_alike(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    one: int,
    other: int,
    bars: NDArray[np.float64],
    units: NDArray[np.uint32],
    shingles: NDArray[np.uint64],
    table: NDArray[np.uint32],
    mark: NDArray[np.int32],
    seen: NDArray[np.int32],
    stamp: int,
) -> bool:
    """Tell whether those who speak for two components are alike (3); uses two stamps."""
    many = shingles_of(data, starts[one], ends[one], units, shingles)
    size = entered(shingles, many, table, mark, stamp - 1)
    many = shingles_of(data, starts[other], ends[other], units, shingles)
    their_size = entered(shingles, many, table, mark, stamp)
    first = shingles_of(data, starts[one], ends[one], units, shingles)
    common = in_common(shingles, first, table, mark, stamp, many, seen, stamp)
    smaller, larger = min(size, their_size), max(size, their_size)
    if common >= bars[0] * (size + their_size - common):
        return True
    return bool(
        common >= bars[1] * smaller and smaller >= bars[2] * larger and smaller >= bars[3]
    )


@njit(
    int64(int64[::1], int32[::1], int32[::1], int64, int64), cache=True, nogil=True
)  # fmt: skip
def _unite(
    copies: NDArray[np.int64],
    parent: NDArray[np.int32],
    speaker: NDArray[np.int32],
    one: int,
    other: int,
) -> int:
    """Make one component of two roots, and let its most copied text speak for it."""
    if one > other:
        one, other = other, one
    mine, theirs = speaker[one], speaker[other]
    parent[other] = one
    if copies[theirs] > copies[mine] or (copies[theirs] == copies[mine] and theirs < mine):
        speaker[one] = theirs
    return one


@njit(
    int64(
        READ, _STARTS, _STARTS, int64[::1], int32[::1], int32[::1], uint8[::1], int32[::1],
        float64[::1], int32[:, ::1], int32[:, ::1], int32[::1],
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
    measure: NDArray[np.uint8],
    order: NDArray[np.int32],
    bars: NDArray[np.float64],
    parent: NDArray[np.int32],
    speaker: NDArray[np.int32],
    joined: NDArray[np.int32],
) -> int:
    """Join alike texts in the order given, and say which candidates did it (3, 4).

    Parameters
    ----------
    data, starts, ends, copies
        The texts, and how many rows carry each.
    a, b, measure, order
        Candidates, and the order to take them in.
    bars
        float64, shape (4,): of those who speak for two components, least Jaccard; or containment,
        share of the smaller set, and its shingles.
    parent, speaker
        int32, shape (2, texts): union-find, and the most copied text of each component; of the
        groups, then of the families; changed.
    joined
        int32, shape (candidates,): filled with those that joined two groups, or two families by
        `FORM`.

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
        which = int64(measure[k] == FORM)
        one, other = _root(parent[which], a[k]), _root(parent[which], b[k])
        if one == other:
            continue
        mine, theirs = speaker[which, one], speaker[which, other]
        if (mine != a[k] or theirs != b[k]) and (mine != b[k] or theirs != a[k]):
            stamp += 2
            if not _speak_alike(
                data,
                starts,
                ends,
                mine,
                theirs,
                bars,
                units,
                shingles,
                table,
                mark,
                seen,
                stamp,
            ):
                continue
        _unite(copies, parent[which], speaker[which], one, other)
        if not which:
            one, other = _root(parent[1], a[k]), _root(parent[1], b[k])
            if one != other:
                _unite(copies, parent[1], speaker[1], one, other)
        joined[n] = k
        n += 1
    return n
