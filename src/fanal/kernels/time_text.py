"""Times read from text where it lies: the bytes of an Arrow column, no text is copied.

1. Numbers of up to 18 digits, with a fraction or without: seconds below 1e11, milliseconds below
   1e14, else microseconds; a unit insists.
2. ISO 8601: ``2024-05-01``, then ``T`` or a space, hours and minutes, seconds, a fraction, and
   ``Z``, ``UTC`` or an offset such as ``+02``, ``+0200``, ``+02:00``.
Everything else is left to ``model/time.py``, which is slower and knows more shapes.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint8
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: What was found in a cell: a moment; a local time, whose zone must be known; nothing readable.
READ, LOCAL, UNREAD = 0, 1, 2

_DAY_US, _HOUR_US, _MINUTE_US, _SECOND_US = 86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000
_POINT, _COLON, _DASH, _SPACE = 46, 58, 45, 32
#: What `_days` says of a date that does not exist; and 2100, where all that is plausible ends.
_NO_DATE, _PAST_ALL_US = -(1 << 40), 4_102_444_800_000_000
_BYTES = types.Array(uint8, 1, "C", readonly=True)


# Helpers of single bytes take bytes: an array handed over costs more than what is read of it.
@njit(inline="always")
def _pair(tens, ones):  # type: ignore[no-untyped-def]
    """Return the number of two digits, -1 when one is none."""
    first, second = np.int64(tens) - 48, np.int64(ones) - 48
    if first < 0 or first > 9 or second < 0 or second > 9:
        return np.int64(-1)
    return first * 10 + second


@njit(int64(int64, int64, int64), cache=True, nogil=True)
def _days(year, month, day):  # type: ignore[no-untyped-def]
    """Return days since 1970-01-01 of a date (Hinnant, days_from_civil); `_NO_DATE` for none."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    # 31, 30, 31 ... up to July, then again from August on
    length = 30 + ((month + (month >> 3)) & 1)
    if month == 2:
        length = 29 if leap else 28
    if month < 1 or month > 12 or day < 1 or day > length:
        return np.int64(_NO_DATE)
    shifted = year - 1 if month <= 2 else year
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


@njit(types.UniTuple(int64, 2)(_BYTES, int64, int64, int64), cache=True, nogil=True)
def _number(data, at, end, factor):  # type: ignore[no-untyped-def]
    """Return (microseconds, READ or UNREAD) of digits (1)."""
    value, digits = np.int64(0), 0
    while at < end and 48 <= data[at] <= 57 and digits <= 18:
        value = value * 10 + np.int64(data[at]) - 48
        at += 1
        digits += 1
    fraction, unit = np.int64(0), np.int64(_SECOND_US)
    if digits and at < end and data[at] == _POINT:
        at += 1
        while at < end and 48 <= data[at] <= 57:
            if unit > 1:
                fraction = fraction * 10 + np.int64(data[at]) - 48
                unit //= 10
            at += 1
    if digits == 0 or digits > 18 or at != end:
        return np.int64(0), np.int64(UNREAD)
    if factor == 0:
        factor = np.int64(_SECOND_US)
        if value >= 100_000_000_000_000:
            factor = np.int64(1)
        elif value >= 100_000_000_000:
            factor = np.int64(1000)
    value = min(value, np.int64(_PAST_ALL_US) // factor + 1)
    return value * factor + fraction * unit * factor // _SECOND_US, np.int64(READ)


@njit(types.UniTuple(int64, 2)(_BYTES, int64, int64), cache=True, nogil=True)
def _offset(data, at, end):  # type: ignore[no-untyped-def]
    """Return (microseconds east of UTC, READ, LOCAL or UNREAD) of what follows a clock (2)."""
    if at == end:
        return np.int64(0), np.int64(LOCAL)
    if data[at] == _SPACE:
        at += 1
    length = end - at
    if length == 1 and data[at] in (90, 122):  # Z
        return np.int64(0), np.int64(READ)
    if length == 3 and data[at] == 85 and data[at + 1] == 84 and data[at + 2] == 67:  # UTC
        return np.int64(0), np.int64(READ)
    if length not in (3, 5, 6) or data[at] not in (43, 45):
        return np.int64(0), np.int64(UNREAD)
    hours, minutes = _pair(data[at + 1], data[at + 2]), np.int64(0)
    if length > 3:
        minutes = _pair(data[end - 2], data[end - 1])
    if hours < 0 or hours > 15 or minutes < 0 or minutes > 59:
        return np.int64(0), np.int64(UNREAD)
    if length == 6 and data[at + 3] != _COLON:
        return np.int64(0), np.int64(UNREAD)
    east = hours * _HOUR_US + minutes * _MINUTE_US
    return -east if data[at] == 45 else east, np.int64(READ)


@njit(types.UniTuple(int64, 2)(_BYTES, int64, int64), cache=True, nogil=True)
def _iso(data, at, end):  # type: ignore[no-untyped-def]
    """Return (microseconds, READ, LOCAL or UNREAD) of an ISO time (2)."""
    unread = (np.int64(0), np.int64(UNREAD))
    if end - at < 10 or data[at + 4] != _DASH or data[at + 7] != _DASH:
        return unread
    century, rest = _pair(data[at], data[at + 1]), _pair(data[at + 2], data[at + 3])
    month, day = _pair(data[at + 5], data[at + 6]), _pair(data[at + 8], data[at + 9])
    days = np.int64(_NO_DATE)
    if century >= 0 and rest >= 0 and month >= 0 and day >= 0:
        days = _days(century * 100 + rest, month, day)
    if days == _NO_DATE:
        return unread
    us = days * _DAY_US
    if end - at == 10:
        return us, np.int64(READ)  # a day needs no zone: it is taken as it stands
    if end - at < 16 or data[at + 10] not in (84, _SPACE) or data[at + 13] != _COLON:
        return unread
    hours, minutes = _pair(data[at + 11], data[at + 12]), _pair(data[at + 14], data[at + 15])
    seconds = np.int64(0)
    at += 16
    if end - at >= 3 and data[at] == _COLON:
        seconds = _pair(data[at + 1], data[at + 2])
        at += 3
        if at < end and data[at] in (_POINT, 44):
            at += 1
            unit = np.int64(_SECOND_US)
            while at < end and 48 <= data[at] <= 57:
                unit //= 10
                us += (np.int64(data[at]) - 48) * unit
                at += 1
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59 or seconds < 0 or seconds > 60:
        return unread
    us += hours * _HOUR_US + minutes * _MINUTE_US + seconds * _SECOND_US
    if at + 1 == end and data[at] == 90:  # by far the commonest
        return us, np.int64(READ)
    east, how = _offset(data, at, end)
    return us - east, how


@njit(
    [
        types.Tuple((int64[::1], uint8[::1]))(
            _BYTES, types.Array(offset, 1, "C", readonly=True), int64
        )
        for offset in (int32, int64)
    ],
    cache=True,
    nogil=True,
)
def read_times(
    data: NDArray[np.uint8], offsets: NDArray[np.int32] | NDArray[np.int64], factor: int
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return the times of a column of text.

    Parameters
    ----------
    data
        uint8: the bytes of all rows, one behind the other.
    offsets
        int32 or int64, shape (n + 1,): where each row begins.
    factor
        Microseconds in the unit of numbers; 0: by their size.

    Returns
    -------
    tuple
        microseconds since 1970, int64 (n,), of local times as if their clock showed UTC, 0 where
        unread; and `READ`, `LOCAL` or `UNREAD`, uint8 (n,).
    """
    n = offsets.shape[0] - 1
    times = np.zeros(n, np.int64)
    how = np.zeros(n, np.uint8)
    for i in range(n):
        at, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
        while at < end and data[at] <= 32:
            at += 1
        while at < end and data[end - 1] <= 32:
            end -= 1
        if at + 4 < end and data[at + 4] == _DASH:
            times[i], how[i] = _iso(data, at, end)
        else:
            times[i], how[i] = _number(data, at, end, factor)
    return times, how
