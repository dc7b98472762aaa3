"""The times of one file of actions as microseconds, whole columns at a time.

1. Check the unit and the zone, whether the column turns out to need them or not.
2. Timestamps: in their zone, or in the one given. Numbers: by the unit given, else by size.
   Texts: value by value, each distinct one once.
3. What is unreadable or implausible becomes null.

A local time that the clock showed twice (autumn) is read as the earlier of the two, one that it
jumped over (spring) by the offset before the jump, both as Python reads them.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import pyarrow as pa
import pyarrow.compute as pc

from fanal.errors import ReaderError
from fanal.model.time import (
    MILLISECONDS_BELOW,
    PLAUSIBLE_FROM_US,
    PLAUSIBLE_UNTIL_US,
    SECONDS_BELOW,
    UNIT_US,
    NoZoneError,
    parse_time,
    plausible,
    time_zone,
)

_US = pa.timestamp("us")
_INT64 = pa.int64()


class TimeColumn:
    """One column of times, and how to read it.

    Parameters
    ----------
    file, title
        Names of the file and of the column, for messages.
    unit
        ``s``, ``ms`` or ``us`` for numbers; empty: by size.
    zone
        IANA zone of times that name none; empty: refuse them.

    Raises
    ------
    ReaderError
        There is no such unit or zone.
    """

    def __init__(self, file: str, title: str, unit: str, zone: str) -> None:
        # 1. unit and zone
        if unit not in {"", *UNIT_US}:
            raise ReaderError(f"{file}: no unit of time {unit!r}.", hint="It is s, ms or us.")
        says_utc = title.lower().replace("-", "_").endswith(("_utc", "(utc)", " utc"))
        self._where = _zone(file, zone or ("UTC" if says_utc else ""))
        self._file, self._title, self._unit, self._zone = file, title, unit, zone
        self.notes: list[str] = []

    def microseconds(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        """Return int64, microseconds since 1970; null where unreadable or implausible.

        Raises
        ------
        ReaderError
            The times name no zone and none was given, or none of them can be read.
        """
        # 2. by kind
        kind = column.type
        if pa.types.is_timestamp(kind) and (kind.tz or self._where is not None):
            return _plausible(self._of_timestamps(column))
        if pa.types.is_integer(kind):
            return _scaled(_below_2_63(column), self._unit)
        if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            return _scaled(column.cast(pa.float64()), self._unit)
        if _all_digits(column):
            return _scaled(column.cast(_INT64), self._unit)
        return self._parsed(column)

    def _of_timestamps(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        if column.type.tz:
            return column.cast(pa.timestamp("us", tz="UTC"), safe=False).cast(_INT64)
        local = column.cast(_US, safe=False)
        if self._where is UTC:
            return local.cast(_INT64)
        early, late = (
            pc.assume_timezone(local, self._zone, ambiguous=which, nonexistent="earliest")
            for which in ("earliest", "latest")
        )
        self._say_twice(pc.sum(pc.not_equal(early, late)).as_py() or 0)
        # of a time jumped over, `early` is the last moment before the jump: its offset is meant
        offset = pc.subtract(pc.local_timestamp(early).cast(_INT64), early.cast(_INT64))
        return pc.subtract(local.cast(_INT64), offset)

    def _parsed(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        encoded = column.combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        times = [self._parse(value) for value in encoded.dictionary.to_pylist()]
        if not any(time is not None for time, _ in times):
            raise ReaderError(
                f"{self._file}: column {self._title!r} holds no time that can be read.",
                hint="Expected: 2024-05-01T12:30:00Z, or seconds since 1970.",
            )
        twice = pa.array([one for _, one in times], pa.bool_()).take(encoded.indices)
        self._say_twice(pc.sum(twice).as_py() or 0)
        values = pa.array([time for time, _ in times], _INT64).take(encoded.indices)
        return pa.chunked_array([values])

    def _parse(self, value: object) -> tuple[int | None, bool]:
        """Return the time of a value, and whether the clock showed it twice."""
        try:
            us, _ = parse_time(value, zone=self._where, unit=self._unit)
        except NoZoneError as error:
            raise ReaderError(
                f"{self._file}: column {self._title!r}: {str(value)[:40]!r} names no time zone.",
                hint="Say it: --time-zone UTC, or --time-zone Europe/Paris.",
            ) from error
        except (ValueError, OverflowError):
            return None, False
        if not plausible(us):
            return None, False
        return us, self._twice(us) and _names_no_zone(value)

    def _twice(self, us: int) -> bool:
        if self._where is None or self._where is UTC:
            return False
        moment = datetime.fromtimestamp(us // 1_000_000, self._where)
        return moment.utcoffset() != moment.replace(fold=1).utcoffset()

    def _say_twice(self, count: int) -> None:
        if count:
            self.notes.append(
                f"{count:,} times lie in the hour that the clocks of {self._zone} show twice; "
                "read as the earlier of the two."
            )


def _zone(file: str, name: str) -> tzinfo | None:
    try:
        return time_zone(name) if name else None
    except ValueError as error:
        raise ReaderError(
            f"{file}: {error}.", hint="Such as --time-zone UTC, or --time-zone Europe/Paris."
        ) from error


def _names_no_zone(value: object) -> bool:
    try:
        parse_time(value)
    except NoZoneError:
        return True
    return False


def _all_digits(column: pa.ChunkedArray) -> bool:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    digits = pc.match_substring_regex(column, "^[0-9]{1,18}$")
    return bool(pc.all(digits, min_count=1).as_py())


def _below_2_63(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type == pa.uint64():
        fits = pc.less(column, pa.scalar(2**63, pa.uint64()))
        column = pc.if_else(fits, column, pa.scalar(None, pa.uint64()))
    return column.cast(_INT64)


def _scaled(values: pa.ChunkedArray, unit: str) -> pa.ChunkedArray:
    """Return numbers as microseconds; 3. those outside of what is plausible, as null."""
    if unit:
        return _times(values, unit)
    seconds = pc.less(values, pa.scalar(int(SECONDS_BELOW), values.type))
    if pc.all(seconds).as_py() is not False:  # the commonest file by far
        return _times(values, "s")
    milliseconds = pc.less(values, pa.scalar(int(MILLISECONDS_BELOW), values.type))
    finer = pc.if_else(milliseconds, _times(values, "ms"), _times(values, "us"))
    return pc.if_else(seconds, _times(values, "s"), finer)


def _times(values: pa.ChunkedArray, unit: str) -> pa.ChunkedArray:
    # checked before the product: what wraps around could look like a time
    factor = UNIT_US[unit]
    first, end = PLAUSIBLE_FROM_US // factor, PLAUSIBLE_UNTIL_US // factor
    fits = pc.and_(
        pc.greater_equal(values, pa.scalar(first, values.type)),
        pc.less(values, pa.scalar(end, values.type)),
    )
    kept = pc.if_else(fits, values, pa.scalar(None, values.type))
    if pa.types.is_floating(values.type):
        return pc.round(pc.multiply(kept, float(factor))).cast(_INT64)
    return pc.multiply(kept, factor)


def _plausible(column: pa.ChunkedArray) -> pa.ChunkedArray:
    fits = pc.and_(
        pc.greater_equal(column, PLAUSIBLE_FROM_US), pc.less(column, PLAUSIBLE_UNTIL_US)
    )
    return pc.if_else(fits, column, pa.scalar(None, _INT64))
