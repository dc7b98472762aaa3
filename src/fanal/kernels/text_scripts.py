"""Words that mix scripts, rewritten into one: the look-alikes of another alphabet undone.

1. Letters that look like no letter of another script tell which script the text is in.
2. A word of several scripts goes into the text's script when all its letters can, else into the
   one that all can, else into the one it has most letters of, as far as they can.
3. A word of one other script goes into the text's script only when each of its letters has a twin
   there, and no link, address or number touches it.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, int64, types, uint8, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ, decoded, encoded

#: An entry: script in bits 0 and 1 (1 Latin, 2 Cyrillic, 3 Greek), bit 2 when it has a twin,
#: then 16 bits each for its form in Latin, Cyrillic and Greek (0: none).
_TABLE = types.Array(uint64, 1, "C", readonly=True)


@njit(uint64(_TABLE, int64), cache=True, nogil=True, inline="always")
def _entry(alike: NDArray[np.uint64], value: int) -> int:
    return alike[value] if value < alike.shape[0] else uint64(0)  # type: ignore[no-any-return]


@njit(int64(uint64, int64), cache=True, nogil=True, inline="always")
def _form(entry: int, script: int) -> int:
    return int64((entry >> uint64(16 * script)) & uint64(0xFFFF))  # type: ignore[no-any-return]


@njit(boolean(int64), cache=True, nogil=True, inline="always")
def _joins(c: int) -> bool:
    """Tell whether an ASCII character next to a word makes it a part of a link or a name."""
    return (
        46 <= c <= 58
        or c == 64
        or c == 35
        or c == 95
        or c == 45
        or c == 38
        or c == 63
        or c == 61
    )


@njit(int64(READ, int64, int64, _TABLE), cache=True, nogil=True)
def _script_of(data: NDArray[np.uint8], start: int, end: int, alike: NDArray[np.uint64]) -> int:
    """Return the script of most letters that look like no other (1); 0 when there is none."""
    count = np.zeros(4, np.int64)
    i = start
    while i < end:
        value, size = decoded(data, i, end)
        entry = _entry(alike, value)
        if entry and not entry >> uint64(16):
            count[int64(entry & uint64(3))] += 1
        i += size
    best = 1
    for script in range(2, 4):
        if count[script] > count[best]:
            best = script
    return best if count[best] else 0


@njit(
    int64(READ, int64, int64, _TABLE, int64, int64), cache=True, nogil=True
)  # fmt: skip
def _target(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    alike: NDArray[np.uint64],
    text: int,
    touched: int,
) -> int:
    """Return the script that a word goes into (2, 3); 0: it stays."""
    count = np.zeros(4, np.int64)
    can = np.zeros(4, np.int64)
    letters = twins = 0
    i = start
    while i < end:
        value, size = decoded(data, i, end)
        entry = _entry(alike, value)
        script = int64(entry & uint64(3))
        if script:
            letters += 1
            twins += int64((entry >> uint64(2)) & uint64(1))
            count[script] += 1
            for to in range(1, 4):
                can[to] += to == script or _form(entry, to) != 0
        i += size
    most = 1
    for script in range(2, 4):
        if count[script] > count[most]:
            most = script
    if count[most] == letters:  # 3. of one script
        if most == text or text == 0 or touched or twins < letters or can[text] < letters:
            return 0
        return text
    if text and can[text] == letters:
        return text
    best = 0
    for script in range(1, 4):
        if can[script] == letters and count[script] and (
            best == 0 or count[script] > count[best]
        ):  # fmt: skip
            best = script
    return best or most


@njit(int64(READ, int64, int64, _TABLE, uint8[::1]), cache=True, nogil=True)
def in_one_script(
    data: NDArray[np.uint8],
    start: int,
    end: int,
    alike: NDArray[np.uint64],
    out: NDArray[np.uint8],
) -> int:
    """Write the text with each word in one script.

    Parameters
    ----------
    data, start, end
        The bytes of the text.
    alike
        uint64, of `fanal.claims.characters`: the look-alikes of each code point.
    out
        Room for four bytes per byte.

    Returns
    -------
    int
        How many bytes were written; -1 when no letter changes.
    """
    text = _script_of(data, start, end, alike)
    at = 0
    changed = False
    before = 0
    i = start
    while i < end:
        value, size = decoded(data, i, end)
        if not _entry(alike, value):
            at = encoded(value, out, at)
            before = value
            i += size
            continue
        stop = i
        while stop < end:
            value, size = decoded(data, stop, end)
            invisible = 0x300 <= value < 0x370 or 0x200B <= value <= 0x200F or value == 0x2060
            if not _entry(alike, value) and not invisible:
                break
            stop += size
        touched = int64(_joins(before) or (stop < end and _joins(int64(data[stop]))))
        to = _target(data, i, stop, alike, text, touched)
        while i < stop:
            value, size = decoded(data, i, stop)
            entry = _entry(alike, value)
            form = _form(entry, to) if to and int64(entry & uint64(3)) != to else 0
            changed = changed or form != 0
            before = form or value
            at = encoded(before, out, at)
            i += size
    return at if changed else -1
