"""Where the texts of a group differ from its most copied one, word by word: slots and their entropy.

1. Words; an ideograph, a kana and a letter of scripts without spaces is a word of its own.
2. The longest common subsequence of words aligns a text with the most copied one.
3. What stands in a text at each place of that one: the same word, or whatever stands between its
   neighbours. A place that a text lacks (it was cut off) says nothing.
   A most copied text of at most `_SHORT` words has places between and around them, too: what
   others put there (a signature under all that a channel posts).
4. Entropy in bits of what stands at a place, over posts. A place is a slot when no filling has
   half of the posts, and fixed when one has four fifths.
5. A text is of a known form when it has the form's fixed words in their order, and at most two
   other words for each of its slots.

Cost: at most `SAMPLE` texts of a group and `WORDS` words of each are looked at.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int16, int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ, decoded, mixed

WORDS, SAMPLE = 128, 256
_STARTS = types.Array(int64, 1, "C", readonly=True)
FIXED, VARIES = 1, 2
_HALF, _MOSTLY = 0.5, 0.8
#: Words of a most copied text that is but the form of others: a signature, a greeting.
_SHORT = 6


@njit(boolean(int64), cache=True, nogil=True, inline="always")
def _stands_alone(c: int) -> bool:
    if c < 0x0E00:
        return False
    if c >= 0x3040:
        return c < 0xA000 or 0xF900 <= c < 0xFB00 or 0x20000 <= c < 0x33480
    return c < 0x0F00 or 0x1000 <= c < 0x10A0 or 0x1780 <= c < 0x1800


@njit(int64(READ, int64, int64, uint64[::1]), cache=True, nogil=True)
def words_of(data: NDArray[np.uint8], start: int, end: int, words: NDArray[np.uint64]) -> int:
    """Fill hashes of the words of a folded text, as many as fit, and return how many (1)."""
    n = 0
    value = uint64(0)
    i = start
    while i < end and n < words.shape[0]:
        c, size = decoded(data, i, end)
        i += size
        alone = _stands_alone(c)
        if (c == 32 or alone) and value:
            words[n] = value
            n += 1
            value = uint64(0)
        if alone and n < words.shape[0]:
            words[n] = mixed(uint64(c) + uint64(1))
            n += 1
        elif c != 32:
            value = mixed(value ^ uint64(c) ^ uint64(0x9E3779B97F4A7C15))
    if value and n < words.shape[0]:
        words[n] = value
        n += 1
    return n


@njit(
    void(uint64[::1], int64, uint64[::1], int64, int16[:, ::1], uint64[::1], uint64[::1]),
    cache=True,
    nogil=True,
)
def _fillings(
    words: NDArray[np.uint64],
    m: int,
    other: NDArray[np.uint64],
    k: int,
    room: NDArray[np.int16],
    filling: NDArray[np.uint64],
    gaps: NDArray[np.uint64],
) -> None:
    """Fill what stands in `other` at each place of `words`; 0 where nothing does (2, 3).

    And in `gaps` what was put in before each of them, and behind the last; 1 where nothing was.
    """
    gaps[: m + 1] = uint64(1)
    head = 0
    while head < m and head < k and words[head] == other[head]:
        filling[head] = words[head]
        head += 1
    tail = 0
    while tail < m - head and tail < k - head and words[m - 1 - tail] == other[k - 1 - tail]:
        filling[m - 1 - tail] = words[m - 1 - tail]
        tail += 1
    rows, columns = m - tail, k - tail
    for i in range(rows, head - 1, -1):
        for j in range(columns, head - 1, -1):
            if i == rows or j == columns:
                room[i, j] = 0
            elif words[i] == other[j]:
                room[i, j] = room[i + 1, j + 1] + 1
            else:
                room[i, j] = max(room[i + 1, j], room[i, j + 1])
    i = j = head
    while i < rows:
        gap_i, gap = i, uint64(0)
        while i < rows and not (
            j < columns and words[i] == other[j] and room[i, j] == room[i + 1, j + 1] + 1
        ):
            if j < columns and room[i, j + 1] >= room[i + 1, j]:
                gap = mixed(gap ^ other[j])
                j += 1
            else:
                i += 1
        while i == rows and j < columns:
            gap = mixed(gap ^ other[j])
            j += 1
        if gap_i == i and gap:
            gaps[i] = gap
        for at in range(gap_i, i):
            filling[at] = gap
        if i < rows:
            filling[i] = words[i]
            i += 1
            j += 1
    if j < columns:
        gaps[i] = mixed(other[j] + uint64(3) * other[columns - 1])


@njit(
    types.UniTuple(float64, 2)(uint64[::1], int64[::1], int64, uint64[::1], int64[::1]),
    cache=True,
    nogil=True,
)
def _entropy(
    filling: NDArray[np.uint64],
    weight: NDArray[np.int64],
    n: int,
    table: NDArray[np.uint64],
    count: NDArray[np.int64],
) -> tuple[float, float]:
    """Return entropy in bits and the share of the commonest filling of one place (4)."""
    mask = table.shape[0] - 1
    count[:] = 0
    total = 0
    for k in range(n):
        if filling[k] == 0:
            continue
        spot = int64(filling[k]) & mask
        while count[spot] and table[spot] != filling[k]:
            spot = (spot + 1) & mask
        table[spot] = filling[k]
        count[spot] += weight[k]
        total += weight[k]
    if total == 0:
        return 0.0, 1.0
    bits, most = 0.0, 0
    for spot in range(mask + 1):
        if count[spot]:
            share = count[spot] / total
            bits -= share * np.log2(share)
            most = max(most, count[spot])
    return bits, most / total


@njit(
    void(
        READ, _STARTS, _STARTS, int64[::1], int32[::1], int64[::1], int32[::1], int32[::1],
        float64[::1], uint8[:, ::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def slots_of(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    copies: NDArray[np.int64],
    texts: NDArray[np.int32],
    group_starts: NDArray[np.int64],
    speakers: NDArray[np.int32],
    which: NDArray[np.int32],
    entropy: NDArray[np.float64],
    places: NDArray[np.uint8],
) -> None:
    """Fill what varies in some groups (1 to 4).

    Parameters
    ----------
    data, starts, ends, copies
        Folded texts, and the posts that carry each.
    texts, group_starts
        The texts of group g are ``texts[group_starts[g] : group_starts[g + 1]]``.
    speakers
        int32, shape (groups,): the most copied text of each.
    which
        int32, shape (n,): the groups to look at.
    entropy
        float64, shape (n,): of the most varied slot, bits; 0 without one; filled.
    places
        uint8, shape (n, `WORDS`), or (0, `WORDS`): `FIXED` or `VARIES` for each word of the most
        copied text, 0 behind its end; filled where it has rows.
    """
    words = np.empty(WORDS, np.uint64)
    other = np.empty(WORDS, np.uint64)
    room = np.empty((WORDS + 1, WORDS + 1), np.int16)
    filling = np.empty(WORDS, np.uint64)
    gaps = np.empty(WORDS + 1, np.uint64)
    at = np.empty((WORDS + _SHORT + 1, SAMPLE + 1), np.uint64)
    weight = np.empty(SAMPLE + 1, np.int64)
    table = np.empty(4 * SAMPLE, np.uint64)
    count = np.empty(4 * SAMPLE, np.int64)
    for w in range(which.shape[0]):
        g = which[w]
        entropy[w] = 0.0
        speaker = speakers[g]
        m = words_of(data, starts[speaker], ends[speaker], words)
        n = 0
        for t in range(group_starts[g], group_starts[g + 1]):
            text = texts[t]
            if n >= SAMPLE and text != speaker:
                continue
            k = words_of(data, starts[text], ends[text], other)
            _fillings(words, m, other, k, room, filling, gaps)
            at[:m, n] = filling[:m]
            if m <= _SHORT:
                at[m : 2 * m + 1, n] = gaps[: m + 1]
            weight[n] = copies[text]
            n += 1
        for place in range(2 * m + 1 if m <= _SHORT else m):
            bits, most = _entropy(at[place], weight, n, table, count)
            if most < _HALF:
                entropy[w] = max(entropy[w], bits)
            if places.shape[0] and place < m:
                places[w, place] = FIXED if most >= _MOSTLY else VARIES


@njit(
    void(
        READ, _STARTS, _STARTS, int32[::1], uint64[:, ::1], int32[:, ::1], int64[::1], int64[::1],
        uint8[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def of_a_form(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    texts: NDArray[np.int32],
    forms: NDArray[np.uint64],
    sizes: NDArray[np.int32],
    posts: NDArray[np.int64],
    most: NDArray[np.int64],
    fits: NDArray[np.uint8],
) -> None:
    """Fill which texts are a known form with other fillings (5).

    Parameters
    ----------
    data, starts, ends
        Folded texts.
    texts, posts
        int32 and int64, shape (n,): texts to look at, and the posts of each one's group.
    forms
        uint64, shape (forms, `WORDS`): the fixed words of each in their order; sorted by the first.
    sizes
        int32, shape (forms, 2): fixed words, and slots.
    most
        int64, shape (forms,): posts that a group of this form may have.
    fits
        uint8, shape (n,): 1 or 0; filled.
    """
    words = np.empty(WORDS, np.uint64)
    firsts = forms[:, 0].copy()
    for k in range(texts.shape[0]):
        fits[k] = 0
        m = words_of(data, starts[texts[k]], ends[texts[k]], words)
        for i in range(m):
            form = np.searchsorted(firsts, words[i])
            while form < firsts.shape[0] and firsts[form] == words[i] and not fits[k]:
                fixed, slots = int64(sizes[form, 0]), int64(sizes[form, 1])
                others = m - fixed
                if posts[k] <= most[form] and 0 < others <= 2 * slots:
                    found, j = 1, i + 1
                    while found < fixed and j < m:
                        found += words[j] == forms[form, found]
                        j += 1
                    fits[k] = found == fixed
                form += 1
