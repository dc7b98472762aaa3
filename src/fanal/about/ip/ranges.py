"""Ranges of addresses as a function of the address: sorted, laid over each other, merged.

1. Overlaps: of ranges around one address the row that comes last stands.
2. A function is kept as where its value changes; neighbours of one value are one.
3. One function over another: where the upper one says something, it stands.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

_HALF = (1 << 64) - 1
#: One behind the last address of each family.
ENDS = {4: 1 << 32, 6: 1 << 128}


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Where a function of addresses changes (2).

    Parameters
    ----------
    high, low
        uint64, shape (n,): the two halves of each start, rising; the first is 0. IPv4 has high 0.
    code
        uint16, shape (n,): the value from there on; 0 says nothing.
    """

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    code: NDArray[np.uint16]

    def __len__(self) -> int:
        """Return how many steps there are."""
        return len(self.code)

    def covered_ipv4(self) -> int:
        """Return how many IPv4 addresses have a value."""
        ends = np.append(self.low[1:], np.uint64(ENDS[4]))
        return int((ends - self.low)[self.code != 0].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """What a source says of addresses: `names[code]`; `names[0]` is empty, nothing known."""

    names: tuple[str, ...]
    ipv4: Steps
    ipv6: Steps


def steps_of(rows: Iterable[tuple[int, int, int]], family: int) -> Steps:
    """Return the function that ranges describe, overlaps decided (1).

    Parameters
    ----------
    rows
        First address, last address and code of each range, in the order of the source.
    family
        4 or 6.
    """
    numbered = sorted(
        ((first, last, -row, code) for row, (first, last, code) in enumerate(rows)),
        key=itemgetter(0, 2),
    )
    starts: list[int] = []
    codes: list[int] = []
    for start, code in _changes(numbered):
        if starts and starts[-1] == start:
            starts.pop()
            codes.pop()
        if (codes[-1] if codes else None) != code and start < ENDS[family]:
            starts.append(start)
            codes.append(code)
    return Steps(
        np.array([start >> 64 for start in starts], np.uint64),
        np.array([start & _HALF for start in starts], np.uint64),
        np.array(codes, np.uint16),
    )


def _changes(rows: list[tuple[int, int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield (address, code from there on): of the open ranges, that of the last row."""
    yield 0, 0
    opened: list[tuple[int, int, int]] = []
    for first, last, row, code in rows:
        yield from _closed(opened, first)
        heapq.heappush(opened, (row, last, code))
        yield first, opened[0][2]
    yield from _closed(opened, ENDS[6] + 1)


def _closed(opened: list[tuple[int, int, int]], before: int) -> Iterator[tuple[int, int]]:
    """Take out the ranges on top that end before an address, and yield what then is on top."""
    while opened and opened[0][1] < before:
        last = opened[0][1]
        while opened and opened[0][1] <= last:
            heapq.heappop(opened)
        yield last + 1, opened[0][2] if opened else 0


def over(below: Steps, above: Steps) -> Steps:
    """Return `above` where it says something, else `below` (3)."""
    high, low, lower, upper = _both(below, above)
    return _merged(high, low, np.where(upper != 0, upper, lower))


def outside(kept: Steps, masked: Steps) -> Steps:
    """Return `kept`, with nothing said wherever `masked` says something."""
    high, low, lower, upper = _both(kept, masked)
    return _merged(high, low, np.where(upper != 0, np.uint16(0), lower))


def recoded(steps: Steps, codes: NDArray[np.uint16]) -> Steps:
    """Return the function with each code c replaced by codes[c]."""
    return _merged(steps.high, steps.low, codes[steps.code])


def _both(
    one: Steps, other: Steps
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint16], NDArray[np.uint16]]:
    high, low = np.append(one.high, other.high), np.append(one.low, other.low)
    order = np.lexsort((low, high))
    high, low = high[order], low[order]
    last = np.append((high[1:] != high[:-1]) | (low[1:] != low[:-1]), True)
    n = len(one)
    of_one = np.maximum.accumulate(np.where(order < n, order, 0))[last]
    of_other = np.maximum.accumulate(np.where(order >= n, order - n, 0))[last]
    return high[last], low[last], one.code[of_one], other.code[of_other]


def _merged(
    high: NDArray[np.uint64], low: NDArray[np.uint64], code: NDArray[np.uint16]
) -> Steps:
    kept = np.append(True, code[1:] != code[:-1])
    return Steps(high[kept], low[kept], code[kept].astype(np.uint16))
