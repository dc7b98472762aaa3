"""Which of many texts share character 5-grams with one text.

1. A gram is five code points of a folded text (UTF-8), as one polynomial in 64 bits; a shorter
   text is one gram.
2. The grams of the text asked for lie in a table of open addresses; how many different ones of
   them each other text has is counted in one pass over its bytes.
3. How many different grams a text has in all is counted exactly, for the few that matter.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: Code points of a gram.
GRAM = 5
_P = np.uint64(0x9E3779B97F4A7C15)
_P4 = np.uint64(pow(0x9E3779B97F4A7C15, 4, 2**64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
#: Texts come mapped from disk, which nobody may write to.
_TEXTS = types.Array(uint8, 1, "C", readonly=True)
_OFFSETS = types.Array(int64, 1, "C", readonly=True)


@njit(int64(_TEXTS, int64, int64, uint64[::1]), cache=True, nogil=True)
def _grams_into(data: NDArray[np.uint8], begin: int, end: int, out: NDArray[np.uint64]) -> int:
    """Write the grams of one text into `out` in their order; return how many (1)."""
    window = np.zeros(GRAM, np.uint64)
    value, letters, count, slot, at = np.uint64(0), 0, 0, 0, begin
    while at < end:
        byte = data[at]
        at += 1
        wide = 0 if byte < 0x80 else (1 if byte < 0xE0 else (2 if byte < 0xF0 else 3))
        point = np.uint64(byte & (0x7F if wide == 0 else 0x3F >> wide))
        for _ in range(wide):
            if at < end:
                point = (point << np.uint64(6)) | np.uint64(data[at] & 0x3F)
                at += 1
        point += np.uint64(1)
        value = (value - window[slot] * _P4) * _P + point
        window[slot] = point
        slot = slot + 1 if slot + 1 < GRAM else 0
        letters += 1
        if letters >= GRAM or at >= end:
            out[count] = value
            count += 1
    return count


@njit(uint64[::1](_TEXTS, int64, int64), cache=True, nogil=True)
def grams_of(data: NDArray[np.uint8], begin: int, end: int) -> NDArray[np.uint64]:
    """Return the grams of ``data[begin:end]`` in their order, repeated ones repeated.

    Parameters
    ----------
    data
        UTF-8.
    begin, end
        Bytes of one text.
    """
    out = np.empty(max(end - begin, 1), np.uint64)
    return out[: _grams_into(data, begin, end, out)]


@njit(
    void(_TEXTS, _OFFSETS, int64, int64, uint64[::1], int32[::1]),
    cache=True,
    nogil=True,
)
def count_shared(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    first: int,
    last: int,
    keys: NDArray[np.uint64],
    shared: NDArray[np.int32],
) -> None:
    """Count the different grams that texts ``first`` to ``last - 1`` share with the table (2).

    Parameters
    ----------
    data, offsets
        Folded texts, UTF-8; text i is ``data[offsets[i]:offsets[i + 1]]``.
    keys
        The table (`table_of`); its length is a power of two.
    shared
        Filled at the places of these texts.
    """
    mask = np.uint64(len(keys) - 1)
    met = np.full(len(keys), -1, np.int64)
    longest = 1
    for text in range(first, last):
        longest = max(longest, offsets[text + 1] - offsets[text])
    grams = np.empty(longest, np.uint64)
    for text in range(first, last):
        hits = 0
        for value in grams[: _grams_into(data, offsets[text], offsets[text + 1], grams)]:
            place = ((value * _MIX) >> np.uint64(32)) & mask
            while keys[place] != 0 and keys[place] != value:
                place = (place + np.uint64(1)) & mask
            if keys[place] == value and met[place] != text:
                met[place] = text
                hits += 1
        shared[text] = hits


@njit("uint64[::1](uint64[::1])", cache=True, nogil=True)
def table_of(grams: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return grams, each once, in a table of open addresses at most an eighth full; 0 is empty."""
    size = 64
    while size < 8 * len(grams):
        size *= 2
    keys = np.zeros(size, np.uint64)
    mask = np.uint64(size - 1)
    for value in grams:
        place = ((value * _MIX) >> np.uint64(32)) & mask
        while keys[place] != 0 and keys[place] != value:
            place = (place + np.uint64(1)) & mask
        keys[place] = value
    return keys


@njit(int64[::1](_TEXTS, _OFFSETS, int64[::1]), cache=True, nogil=True)
def count_different(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], texts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many different grams each of some texts has (3)."""
    found = np.empty(len(texts), np.int64)
    for row in range(len(texts)):
        grams = np.sort(grams_of(data, offsets[texts[row]], offsets[texts[row] + 1]))
        different = 0
        for place in range(len(grams)):
            if place == 0 or grams[place] != grams[place - 1]:
                different += 1
        found[row] = different
    return found
