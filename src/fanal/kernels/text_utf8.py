"""UTF-8 one character at a time, and a hash of bytes; nothing here fails on bytes that are not."""

from __future__ import annotations

import numpy as np
from numba import int64, types, uint8, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: Bytes that are only read, such as an Arrow buffer.
READ = types.Array(uint8, 1, "C", readonly=True)


@njit(types.UniTuple(int64, 2)(READ, int64, int64), cache=True, nogil=True, inline="always")
def decoded(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return the code point at `i` and its bytes; U+FFFD and 1 for what is no UTF-8."""
    c = int64(data[i])
    if c < 0x80:
        return c, int64(1)
    if c < 0xE0:
        if c >= 0xC2 and i + 1 < end:
            return ((c & 0x1F) << 6) | (int64(data[i + 1]) & 0x3F), int64(2)
    elif c < 0xF0:
        if i + 2 < end:
            two = (int64(data[i + 1]) & 0x3F) << 6
            return ((c & 0x0F) << 12) | two | (int64(data[i + 2]) & 0x3F), int64(3)
    elif c < 0xF5 and i + 3 < end:
        three = ((int64(data[i + 1]) & 0x3F) << 12) | ((int64(data[i + 2]) & 0x3F) << 6)
        value = ((c & 0x07) << 18) | three | (int64(data[i + 3]) & 0x3F)
        if value < 0x110000:
            return value, int64(4)
    return int64(0xFFFD), int64(1)


@njit(int64(int64, uint8[::1], int64), cache=True, nogil=True, inline="always")
def encoded(value: int, out: NDArray[np.uint8], at: int) -> int:
    """Write a code point at `at` and return where the next goes."""
    if value < 0x80:
        out[at] = value
        return at + 1
    if value < 0x800:
        out[at] = 0xC0 | (value >> 6)
        out[at + 1] = 0x80 | (value & 0x3F)
        return at + 2
    if value < 0x10000:
        out[at] = 0xE0 | (value >> 12)
        out[at + 1] = 0x80 | ((value >> 6) & 0x3F)
        out[at + 2] = 0x80 | (value & 0x3F)
        return at + 3
    out[at] = 0xF0 | (value >> 18)
    out[at + 1] = 0x80 | ((value >> 12) & 0x3F)
    out[at + 2] = 0x80 | ((value >> 6) & 0x3F)
    out[at + 3] = 0x80 | (value & 0x3F)
    return at + 4


@njit(uint64(uint64), cache=True, nogil=True, inline="always")
def mixed(value: int) -> int:
    """Return 64 bits that all depend on all of `value` (the finisher of MurmurHash3)."""
    value ^= value >> uint64(33)
    value *= uint64(0xFF51AFD7ED558CCD)
    value ^= value >> uint64(33)
    value *= uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> uint64(33))  # type: ignore[no-any-return]


@njit(uint64(READ, int64, int64), cache=True, nogil=True)
def hash_of(data: NDArray[np.uint8], start: int, end: int) -> int:
    """Return FNV-1a of the bytes from `start` to `end`, mixed."""
    value = uint64(0xCBF29CE484222325)
    for k in range(start, end):
        value = (value ^ uint64(data[k])) * uint64(0x100000001B3)
    return mixed(value)  # type: ignore[no-any-return]
