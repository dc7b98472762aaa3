"""From an address to its code: a country, a kind of network, or any other mark of a range.

A function of addresses is given as where its value changes: starts in order, a code at each, the
first start 0. Code 0 means that nothing is known.

1. IPv4: 16, 8 and 8 bits. The leading 16 bits name a row of 256 cells, the next 8 a cell: a code,
   or a row of 256 codes, one for each address. Rows of one code only are there once.
2. IPv6: the leading 16 bits name a stretch of cells, as many (a power of two) as there are four to
   a change of value. A cell names the first and the last change to look at: a binary search.

DIR-24-8 (Gupta, Lin, McKeown 1998, doi:10.1109/INFCOM.1998.662938) with its first table cut in
two: a third of the memory, and faster: it stays in the processor's cache.
"""

from __future__ import annotations

import numpy as np
from numba import int32, types, uint8, uint16, uint32, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: Addresses under one leading 16 bits, rows and cells of them, see 1.
_CELLS = 256


def _kept(kind: types.Type, dimensions: int = 1) -> types.Array:
    """Return the type of an array that is only read: of a file in memory, or of Arrow."""
    return types.Array(kind, dimensions, "C", readonly=True)


_U8, _U16, _U32, _U64 = (_kept(kind) for kind in (uint8, uint16, uint32, uint64))
_I32 = _kept(int32)
#: Rows and leaves of IPv4: narrow where all codes fit into a byte and all cells into two.
_NARROW, _WIDE = (uint16, uint8), (uint32, uint16)
_SIX = (_U64, _U64, _U16, _U8, _I32, _I32)


@njit(types.UniTuple(types.int64, 2)(_U32), cache=True, nogil=True)
def rows_needed(starts: NDArray[np.uint32]) -> tuple[int, int]:
    """Return how many /16 and how many /24 a change of value falls inside (1).

    Parameters
    ----------
    starts
        uint32, shape (n,), rising, the first 0.
    """
    middle, leaf, last16, last24 = 0, 0, -1, -1
    for k in range(starts.shape[0]):
        if starts[k] & 0xFFFF and np.int64(starts[k] >> 16) != last16:
            last16 = np.int64(starts[k] >> 16)
            middle += 1
        if starts[k] & 0xFF and np.int64(starts[k] >> 8) != last24:
            last24 = np.int64(starts[k] >> 8)
            leaf += 1
    return middle, leaf


@njit(
    [
        void(_U32, _U16, uint32, uint32[::1], rows[:, ::1], leaves[:, ::1])
        for rows, leaves in (_NARROW, _WIDE)
    ],
    cache=True,
    nogil=True,
)
def fill_ipv4(
    starts: NDArray[np.uint32],
    codes: NDArray[np.uint16],
    count: int,
    top: NDArray[np.uint32],
    rows: NDArray[np.uint16] | NDArray[np.uint32],
    leaves: NDArray[np.uint8] | NDArray[np.uint16],
) -> None:
    """Fill the three tables of IPv4 (1). O(2**16 * 256) at most, some 20 ms.

    Parameters
    ----------
    starts, codes
        uint32 and uint16, shape (n,): where the value changes, and to what.
    count
        Codes are smaller than this.
    top
        uint32, shape (65536,), filled: the row of each leading 16 bits.
    rows
        uint16 or uint32, shape (count + `rows_needed`, 256), filled; row c < count is code c throughout. A
        cell is a code, or `count` plus the number of a leaf.
    leaves
        uint8 (with rows of uint16) or uint16 (with uint32), shape (`rows_needed`, 256), filled: the code of each address.
    """
    for code in range(count):
        rows[code, :] = code
    row, leaf, k, n = np.int64(count) - 1, -1, 0, starts.shape[0]
    for block in range(65_536):
        first = np.int64(block) << 16
        while k + 1 < n and starts[k + 1] <= first:
            k += 1
        if k + 1 == n or starts[k + 1] >= first + 65_536:
            top[block] = codes[k]
            continue
        row += 1
        top[block] = row
        for cell in range(_CELLS):
            at = first + (cell << 8)
            while k + 1 < n and starts[k + 1] <= at:
                k += 1
            if k + 1 == n or starts[k + 1] >= at + _CELLS:
                rows[row, cell] = codes[k]
                continue
            leaf += 1
            rows[row, cell] = np.int64(count) + leaf
            for one in range(_CELLS):
                while k + 1 < n and starts[k + 1] <= at + one:
                    k += 1
                leaves[leaf, one] = codes[k]


@njit(inline="always")
def _ipv4(address, count, top, rows, leaves):  # type: ignore[no-untyped-def]
    found = rows[top[address >> np.uint32(16)], (address >> np.uint32(8)) & np.uint32(255)]
    if found >= count:
        return np.uint16(leaves[found - count, address & np.uint32(255)])
    return found


@njit(
    [
        void(_U32, uint32, _U32, _kept(rows, 2), _kept(leaves, 2), uint16[::1])
        for rows, leaves in (_NARROW, _WIDE)
    ],
    cache=True,
    nogil=True,
)
def look_up_ipv4(
    addresses: NDArray[np.uint32],
    count: int,
    top: NDArray[np.uint32],
    rows: NDArray[np.uint16] | NDArray[np.uint32],
    leaves: NDArray[np.uint8] | NDArray[np.uint16],
    out: NDArray[np.uint16],
) -> None:
    """Fill `out` with the code of each IPv4 address; tables as `fill_ipv4` makes them."""
    for i in range(addresses.shape[0]):
        out[i] = _ipv4(addresses[i], count, top, rows, leaves)


@njit(types.Tuple((uint8[::1], int32[::1]))(_U64), cache=True, nogil=True)
def ipv6_stretches(high: NDArray[np.uint64]) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Return how finely each leading 16 bits are cut (2).

    Parameters
    ----------
    high
        uint64, shape (n,): upper halves of the starts, rising.

    Returns
    -------
    tuple
        bits, uint8 (65536,): 2**bits cells each, 0 to 20; first, int32 (65537,): where its cells
        begin, and their sum. At most 65,536 + 8 n cells.
    """
    changes = np.zeros(65_536, np.int64)
    for k in range(high.shape[0]):
        changes[np.int64(high[k] >> np.uint64(48))] += 1
    bits = np.zeros(65_536, np.uint8)
    first = np.zeros(65_537, np.int32)
    for block in range(65_536):
        while bits[block] < 20 and (1 << bits[block]) < 4 * changes[block]:
            bits[block] += 1
        first[block + 1] = first[block] + (1 << bits[block])
    return bits, first


@njit(void(_U64, _U64, _U8, _I32, int32[::1]), cache=True, nogil=True)
def fill_ipv6(
    high: NDArray[np.uint64],
    low: NDArray[np.uint64],
    bits: NDArray[np.uint8],
    first: NDArray[np.int32],
    cells: NDArray[np.int32],
) -> None:
    """Fill the cells of IPv6 (2).

    Parameters
    ----------
    high, low
        uint64, shape (n,): the starts, rising, the first 0.
    bits, first
        As `ipv6_stretches` returns them.
    cells
        int32, shape (first[-1] + 1,), filled: the change in force where each cell begins; n - 1
        behind the last.
    """
    k, n = 0, high.shape[0]
    for block in range(65_536):
        width = np.uint64(48) - np.uint64(bits[block])
        for cell in range(1 << bits[block]):
            at = (np.uint64(block) << np.uint64(48)) + (np.uint64(cell) << width)
            while k + 1 < n and (high[k + 1] < at or (high[k + 1] == at and low[k + 1] == 0)):
                k += 1
            cells[first[block] + cell] = k
    cells[first[65_536]] = n - 1


@njit(inline="always")
def _ipv6(high, low, starts_high, starts_low, codes, bits, first, cells):  # type: ignore[no-untyped-def]
    block = np.int64(high >> np.uint64(48))
    cut = np.uint64(bits[block])
    inside = (high >> (np.uint64(48) - cut)) & ((np.uint64(1) << cut) - np.uint64(1))
    cell = np.int64(first[block]) + np.int64(inside)
    below, above = np.int64(cells[cell]), np.int64(cells[cell + 1])
    while below < above:
        middle = (below + above + 1) >> 1
        if starts_high[middle] < high or (
            starts_high[middle] == high and starts_low[middle] <= low
        ):
            below = middle
        else:
            above = middle - 1
    return codes[below]


@njit(void(_U64, _U64, *_SIX, uint16[::1]), cache=True, nogil=True)
def look_up_ipv6(
    high: NDArray[np.uint64],
    low: NDArray[np.uint64],
    starts_high: NDArray[np.uint64],
    starts_low: NDArray[np.uint64],
    codes: NDArray[np.uint16],
    bits: NDArray[np.uint8],
    first: NDArray[np.int32],
    cells: NDArray[np.int32],
    out: NDArray[np.uint16],
) -> None:
    """Fill `out` with the code of each IPv6 address, given as two halves."""
    for i in range(high.shape[0]):
        out[i] = _ipv6(high[i], low[i], starts_high, starts_low, codes, bits, first, cells)


@njit(
    [
        void(
            *(_U8, _U64, _U64, uint32, _U32, _kept(rows, 2), _kept(leaves, 2)),
            *(*_SIX, uint16, uint16[::1]),
        )
        for rows, leaves in (_NARROW, _WIDE)
    ],
    cache=True,
    nogil=True,
)
def look_up_mixed(
    family: NDArray[np.uint8],
    high: NDArray[np.uint64],
    low: NDArray[np.uint64],
    count: int,
    top: NDArray[np.uint32],
    rows: NDArray[np.uint16] | NDArray[np.uint32],
    leaves: NDArray[np.uint8] | NDArray[np.uint16],
    starts_high: NDArray[np.uint64],
    starts_low: NDArray[np.uint64],
    codes: NDArray[np.uint16],
    bits: NDArray[np.uint8],
    first: NDArray[np.int32],
    cells: NDArray[np.int32],
    unreadable: int,
    out: NDArray[np.uint16],
) -> None:
    """Fill `out` with the code of each address of either family, as `read_addresses` gives them.

    Parameters
    ----------
    family
        uint8, shape (n,): 4, 6, or 0 for what is no address; that gets the code `unreadable`.
    high, low
        uint64, shape (n,): an IPv4 address is in `low`.
    """
    for i in range(family.shape[0]):
        if family[i] == 4:
            out[i] = _ipv4(np.uint32(low[i]), count, top, rows, leaves)
        elif family[i] == 6:
            out[i] = _ipv6(high[i], low[i], starts_high, starts_low, codes, bits, first, cells)
        else:
            out[i] = unreadable
