"""Where the texts of a group differ from its most copied one, word by word: slots and their entropy.

1. Words; an ideograph, a kana and a letter of scripts without spaces is a word of its own.
2. The longest common subsequence of words aligns a text with the most copied one.
3. What stands in a text at each place of that one: the same word, or whatever stands between its
   neighbours. A place that a text lacks (it was cut off) says nothing.
4. Entropy in bits of what stands at a place, over posts. A place is a slot when no filling has
   half of the posts, and fixed when one has four fifths.

Cost: at most `SAMPLE` texts of a group and `WORDS` words of each are looked at.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int16, int32, int64, types, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ, decoded, mixed

WORDS, SAMPLE = 128, 256
_STARTS = types.Array(int64, 1, "C", readonly=True)
_HALF, _FIXED = 0.5, 0.8


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
    void(uint64[::1], int64, uint64[::1], int64, int16[:, ::1], uint64[::1]),
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
) -> None:
    """Fill what stands in `other` at each place of `words`; 0 where nothing does (2, 3)."""
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
        for at in range(gap_i, i):
            filling[at] = gap
        if i < rows:
            filling[i] = words[i]
            i += 1
            j += 1


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
        READ, _STARTS, _STARTS, int64[::1], int32[::1], int64[::1], int32[::1], int64, int64,
        float64[::1], int32[::1], int32[::1],
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
    first: int,
    last: int,
    entropy: NDArray[np.float64],
    slots: NDArray[np.int32],
    fixed: NDArray[np.int32],
) -> None:
    """Fill the slots of the groups `first` to `last` - 1 (1 to 4).

    Parameters
    ----------
    data, starts, ends, copies
        Folded texts, and the posts that carry each.
    texts, group_starts
        The texts of group g are ``texts[group_starts[g] : group_starts[g + 1]]``.
    speakers
        int32, shape (groups,): the most copied text of each.
    entropy
        float64, shape (groups,): of the most varied slot, bits; 0 without one; filled.
    slots, fixed
        int32, shape (groups,): places of each sort; filled.
    """
    words = np.empty(WORDS, np.uint64)
    other = np.empty(WORDS, np.uint64)
    room = np.empty((WORDS + 1, WORDS + 1), np.int16)
    filling = np.empty(WORDS, np.uint64)
    at = np.empty((WORDS, SAMPLE + 1), np.uint64)
    weight = np.empty(SAMPLE + 1, np.int64)
    table = np.empty(4 * SAMPLE, np.uint64)
    count = np.empty(4 * SAMPLE, np.int64)
    for g in range(first, last):
        entropy[g], slots[g], fixed[g] = 0.0, 0, 0
        speaker = speakers[g]
        m = words_of(data, starts[speaker], ends[speaker], words)
        n = 0
        for t in range(group_starts[g], group_starts[g + 1]):
            text = texts[t]
            if n == SAMPLE and text != speaker:
                continue
            k = words_of(data, starts[text], ends[text], other)
            _fillings(words, m, other, k, room, filling)
            at[:m, n] = filling[:m]
            weight[n] = copies[text]
            n += 1
            if n > SAMPLE:
                break
        for place in range(m):
            bits, most = _entropy(at[place], weight, n, table, count)
            if most < _HALF:
                slots[g] += 1
                entropy[g] = max(entropy[g], bits)
            elif most >= _FIXED:
                fixed[g] += 1
