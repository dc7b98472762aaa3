"""Addresses read from text where it lies: the bytes of an Arrow column, no text is copied.

1. IPv4: four numbers of up to three digits, 0 to 255, no leading zeros, three points.
2. IPv6: groups of up to four hexadecimal digits, once `::` for at least one group of zeros; the
   last two groups may be written as IPv4; behind `%` a zone, which is not kept.
3. ::ffff:a.b.c.d, an IPv4 address as some servers log it, is that IPv4 address.

Everything else is no address. What is one is what Python's `ipaddress` takes.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint8, uint64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_BAD = np.uint64(1 << 32)
_POINT, _COLON, _PERCENT, _ZERO = 46, 58, 37, 48
#: The value of each byte as a hexadecimal digit; 255 of all others.
_DIGITS = np.full(256, 255, np.uint8)
for _value, _digit in enumerate(b"0123456789abcdef"):
    _DIGITS[_digit] = _value
    _DIGITS[ord(chr(_digit).upper())] = _value


@njit(uint64(types.Array(uint8, 1, "C", readonly=True), int64, int64), cache=True, nogil=True)
def _ipv4(data, at, end):  # type: ignore[no-untyped-def]
    """Return the IPv4 address in data[at:end], or _BAD (1)."""
    if end - at < 7 or end - at > 15:
        return _BAD
    address, part, digits, points = np.uint64(0), np.uint64(0), 0, 0
    for i in range(at, end):
        digit = np.uint8(data[i] - np.uint8(_ZERO))
        if digit <= 9:
            if digits != 0 and part == 0:
                return _BAD
            part = part * np.uint64(10) + np.uint64(digit)
            digits += 1
        else:
            if data[i] != _POINT or digits == 0 or part > 255:
                return _BAD
            address = (address << np.uint64(8)) | part
            part = np.uint64(0)
            digits = 0
            points += 1
    if points != 3 or digits == 0 or part > 255:
        return _BAD
    return (address << np.uint64(8)) | part


@njit(int64(types.Array(uint8, 1, "C", readonly=True), int64, int64), cache=True, nogil=True)
def _without_zone(data, at, end):  # type: ignore[no-untyped-def]
    """Return where the address before a zone ends, or -1 (2)."""
    for i in range(at, end):
        if data[i] == _PERCENT:
            if i + 1 == end:
                return -1
            for j in range(i + 1, end):
                if data[j] == _PERCENT:
                    return -1
            return i
    return end


@njit(int64(uint64[::1], int64, int64), cache=True, nogil=True)
def _spread(groups, found, gap):  # type: ignore[no-untyped-def]
    """Move the groups behind `::` to the end; return 1, or 0 when their number is wrong."""
    if gap < 0:
        return 1 if found == 8 else 0
    if found > 7:
        return 0
    for k in range(found - gap):
        groups[7 - k] = groups[found - 1 - k]
    for k in range(gap, 8 - (found - gap)):
        groups[k] = np.uint64(0)
    return 1


@njit(
    int64(types.Array(uint8, 1, "C", readonly=True), int64, int64, uint64[::1]),
    cache=True,
    nogil=True,
)
def _ipv6(data, at, end, groups):  # type: ignore[no-untyped-def]
    """Fill the eight groups of the IPv6 address in data[at:end]; return 1, or 0 (2)."""
    end = _without_zone(data, at, end)
    if end - at < 2 or end - at > 45:
        return 0
    groups[:] = np.uint64(0)
    found, gap, i = 0, -1, at
    if data[at] == _COLON:
        if data[at + 1] != _COLON:
            return 0
        gap = 0
        i = at + 2
    while i < end:
        begin, value = i, np.int64(0)
        while i < end:
            digit = _DIGITS[data[i]]
            if digit == 255 or i - begin > 4:
                break
            value = (value << 4) | np.int64(digit)
            i += 1
        if i < end and data[i] == _POINT:
            last = _ipv4(data, begin, end)
            if last == _BAD or found > 6:
                return 0
            groups[found] = last >> np.uint64(16)
            groups[found + 1] = last & np.uint64(0xFFFF)
            found += 2
            break
        if i == begin or i - begin > 4 or found > 7:
            return 0
        groups[found] = np.uint64(value)
        found += 1
        if i == end:
            break
        if data[i] != _COLON or i + 1 == end:
            return 0
        i += 1
        if data[i] == _COLON:
            if gap >= 0:
                return 0
            gap = found
            i += 1
    return _spread(groups, found, gap)


@njit(
    [
        types.Tuple((uint8[::1], uint64[::1], uint64[::1]))(
            types.Array(uint8, 1, "C", readonly=True),
            types.Array(offset, 1, "C", readonly=True),
        )
        for offset in (int32, int64)
    ],
    cache=True,
    nogil=True,
)
def read_addresses(
    data: NDArray[np.uint8], offsets: NDArray[np.int32] | NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the addresses of a column of text.

    Parameters
    ----------
    data
        uint8: the bytes of all rows, one behind the other.
    offsets
        int32 or int64, shape (n + 1,): where each row begins.

    Returns
    -------
    tuple
        family, uint8 (n,): 4, 6, or 0 for what is no address; high and low, uint64 (n,): the two
        halves; an IPv4 address is in `low`. 0 and 0 for no address.
    """
    n = offsets.shape[0] - 1
    family = np.zeros(n, np.uint8)
    high = np.zeros(n, np.uint64)
    low = np.zeros(n, np.uint64)
    groups = np.zeros(8, np.uint64)
    for i in range(n):
        at, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
        address = _ipv4(data, at, end)
        if address != _BAD:
            family[i] = 4
            low[i] = address
        elif _ipv6(data, at, end, groups) == 1:
            upper = (groups[0] << np.uint64(48)) | (groups[1] << np.uint64(32))
            upper |= (groups[2] << np.uint64(16)) | groups[3]
            lower = (groups[4] << np.uint64(48)) | (groups[5] << np.uint64(32))
            lower |= (groups[6] << np.uint64(16)) | groups[7]
            mapped = upper == 0 and lower >> np.uint64(32) == np.uint64(0xFFFF)
            family[i] = 4 if mapped else 6
            high[i] = upper
            low[i] = lower & np.uint64(0xFFFFFFFF) if mapped else lower
    return family, high, low
