"""Day rows as bits: one bit for each (country, behind a proxy or not, day) of an account.

1. A row sets one bit. Order, duplicates and bursts cannot matter.
2. Candidates of an account: the countries of its rows, and its store's country.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import float64, int16, int64, uint8, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: Days of history that are used; what is older is kept as an estimate only.
AGES: Final = 365
#: Words of 64 days.
WORDS: Final = 6
#: Countries of one account that are told apart; what it shows beyond is left out.
SLOTS: Final = 32

_I64 = int64[::1]
_I16 = int16[::1]


@njit(int64(uint64), cache=True, nogil=True, inline="always")
def ones(word: int) -> int:
    """Return how many bits of a word are set."""
    x = word - ((word >> uint64(1)) & uint64(0x5555555555555555))
    x = (x & uint64(0x3333333333333333)) + ((x >> uint64(2)) & uint64(0x3333333333333333))
    x = (x + (x >> uint64(4))) & uint64(0x0F0F0F0F0F0F0F0F)
    count: int = int64((x * uint64(0x0101010101010101)) >> uint64(56))
    return count


@njit(uint64(int64, int64), cache=True, nogil=True, inline="always")
def below(word: int, days: int) -> int:
    """Return the bits of a word that stand for ages below `days`."""
    first = word << 6
    bits: int = ~uint64(0)
    if first >= days:
        bits = uint64(0)
    elif first + 64 > days:
        bits = (uint64(1) << uint64(days - first)) - uint64(1)
    return bits


@njit(float64(int64, int64), cache=True, nogil=True, inline="always")
def share_of(part: int, whole: int) -> float:
    """Return part / whole, 0 of nothing."""
    return part / whole if whole > 0 else 0.0


@njit(
    int64(
        int64, int64, _I16, _I16, uint8[::1], _I16, int64, uint64[:, :, ::1], _I16, _I16, _I64
    ),
    cache=True,
    nogil=True,
)
def collect(
    low: int,
    high: int,
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    store: NDArray[np.int16],
    with_store: int,
    bits: NDArray[np.uint64],
    slot: NDArray[np.int16],
    candidate: NDArray[np.int16],
    facts: NDArray[np.int64],
) -> int:
    """Set the bits of one account's rows (1); return how many candidates it has (2)."""
    n = 0
    store_age = AGES
    store_country = int64(-1)
    left_out = 0
    for row in range(low, high):
        a = int64(age[row])
        if a < 0 or a >= AGES:
            continue
        if store[row] >= 0 and (
            a < store_age or (a == store_age and store[row] > store_country)
        ):
            store_age = a
            store_country = int64(store[row])
        c = int64(country[row])
        if c < 0:
            continue
        at = int64(slot[c])
        if at < 0:
            if n == SLOTS:
                left_out += 1
                continue
            at = n
            slot[c] = n
            candidate[n] = c
            bits[n, :, :] = uint64(0)
            n += 1
        bits[at, int64(proxy[row]), a >> 6] |= uint64(1) << uint64(a & 63)
    facts[7] = store_country
    facts[9] = left_out
    if with_store != 0 and store_country >= 0 and slot[store_country] < 0 and n < SLOTS:
        slot[store_country] = n
        candidate[n] = store_country
        bits[n, :, :] = uint64(0)
        n += 1
    for i in range(n):
        slot[candidate[i]] = -1
    # in order of the country's number, so that the order of rows cannot matter
    for i in range(1, n):
        j = i
        while j > 0 and candidate[j - 1] > candidate[j]:
            candidate[j - 1], candidate[j] = candidate[j], candidate[j - 1]
            for f in range(2):
                for w in range(WORDS):
                    bits[j - 1, f, w], bits[j, f, w] = bits[j, f, w], bits[j - 1, f, w]
            j -= 1
    return n
