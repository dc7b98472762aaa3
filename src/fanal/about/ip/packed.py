"""The compiled file: ranges as columns of differences, compressed. Same ranges, same bytes.

1. A JSON line: names of the codes, sources, number of rows of each column.
2. For IPv4, then IPv6, the distance from each start to the next, as odd number times power of
   two: the power; half the odd number up to 254; the halves from 255 on, 16 bytes each.
3. The codes, lower bytes, then upper bytes.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fanal.about.ip.ranges import Ranges, Steps
from fanal.about.ip.sources import Source

_FILTERS = [
    {
        "id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME,
        "dict_size": 1 << 23, "lc": 3, "lp": 0, "pb": 0,
    }
]  # fmt: skip
_LARGE = 255


def pack(ranges: Ranges, sources: tuple[Source, ...]) -> bytes:
    """Return the compiled file of ranges and where they come from."""
    columns = [column for steps in (ranges.ipv4, ranges.ipv6) for column in _columns(steps)]
    head = {
        "names": ranges.names,
        "sources": [source.as_row() for source in sources],
        "columns": [len(column) for column in columns],
    }
    line = json.dumps(head, sort_keys=True).encode("ascii") + b"\n"
    return lzma.compress(line + b"".join(columns), lzma.FORMAT_XZ, filters=_FILTERS)


def unpack(packed: bytes) -> tuple[Ranges, tuple[Source, ...]]:
    """Return what `pack` was given."""
    line, _, body = lzma.decompress(packed, lzma.FORMAT_XZ).partition(b"\n")
    head = json.loads(line)
    ends = np.cumsum([0, *head["columns"]]).tolist()
    columns = [body[at:end] for at, end in pairwise(ends)]
    ranges = Ranges(tuple(head["names"]), _steps(columns[:5]), _steps(columns[5:]))
    return ranges, tuple(Source(**row) for row in head["sources"])


def _columns(steps: Steps) -> Iterator[bytes]:
    """Return the five columns of one family (2, 3)."""
    starts = [
        (high << 64) | low
        for high, low in zip(steps.high.tolist(), steps.low.tolist(), strict=True)
    ]
    gaps = [after - before for before, after in pairwise(starts)]
    powers = [(gap & -gap).bit_length() - 1 for gap in gaps]
    halves = [gap >> power >> 1 for gap, power in zip(gaps, powers, strict=True)]
    yield bytes(powers)
    yield bytes(min(half, _LARGE) for half in halves)
    yield b"".join(half.to_bytes(16, "little") for half in halves if half >= _LARGE)
    yield (steps.code & 0xFF).astype(np.uint8).tobytes()
    yield (steps.code >> 8).astype(np.uint8).tobytes()


def _steps(columns: list[bytes]) -> Steps:
    power, half, lower, upper = (
        np.frombuffer(columns[column], np.uint8) for column in (0, 1, 3, 4)
    )
    large = np.frombuffer(columns[2], "<u8").reshape(-1, 2)
    low, high = half.astype(np.uint64), np.zeros(len(half), np.uint64)
    low[half == _LARGE], high[half == _LARGE] = large[:, 0], large[:, 1]
    one = np.uint64(1)
    high, low = (high << one) | (low >> np.uint64(63)), (low << one) | one
    high, low = _shifted(high, low, power.astype(np.uint64))
    code = lower.astype(np.uint16) | (upper.astype(np.uint16) << 8)
    return Steps(*_summed(high, low), code.astype(np.uint16))


def _shifted(
    high: NDArray[np.uint64], low: NDArray[np.uint64], power: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return numbers of 128 bits times 2**power."""
    few = np.minimum(power, 63)
    many = np.where(power >= 64, power - np.uint64(64), 0)
    carried = np.where(few > 0, low >> (np.uint64(64) - np.maximum(few, 1)), 0)
    return (
        np.where(power < 64, (high << few) | carried, low << many),
        np.where(power < 64, low << few, np.uint64(0)),
    )


def _summed(
    high: NDArray[np.uint64], low: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return 0 and the running sums of numbers of 128 bits."""
    lower = np.append(np.uint64(0), np.cumsum(low, dtype=np.uint64))
    carry = np.append(False, lower[1:] < lower[:-1]).astype(np.uint64)
    upper = np.append(np.uint64(0), np.cumsum(high, dtype=np.uint64))
    return upper + np.cumsum(carry, dtype=np.uint64), lower
