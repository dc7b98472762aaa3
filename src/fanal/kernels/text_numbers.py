"""The numbers that a text names."""

from __future__ import annotations

import numpy as np
from numba import boolean, int64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import READ


@njit(int64(READ, int64, int64, int64[::1]), cache=True, nogil=True)
def numbers_of(data: NDArray[np.uint8], start: int, end: int, found: NDArray[np.int64]) -> int:
    """Fill the words of a folded text that are digits only, as many as fit; return how many."""
    n = 0
    i = start
    while i < end and n < found.shape[0]:
        value, digits = int64(0), True
        while i < end and data[i] != 32:
            digits = digits and 48 <= data[i] <= 57
            value = value * 10 + int64(data[i]) - 48
            i += 1
        i += 1
        if digits:
            found[n] = value
            n += 1
    return n


@njit(boolean(int64[::1], int64, int64[::1], int64), cache=True, nogil=True)
def has_more(one: NDArray[np.int64], many: int, other: NDArray[np.int64], others: int) -> bool:
    """Tell whether the one names a number that the other does not."""
    for i in range(many):
        there = False
        for j in range(others):
            there = there or one[i] == other[j]
        if not there:
            return True
    return False
