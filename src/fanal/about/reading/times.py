"""The times of a log, whole columns at a time.

1. Timestamps: as they are, in their zone or the one given. Numbers: by the unit given, else by
   size. Texts: the two usual shapes by a kernel, others by `model.time`, each distinct one once.
2. Local times need a zone: a log in which the first time names none is refused without one.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.reading.texts import Mask, absent, bytes_of, text_column
from fanal.errors import ReaderError
from fanal.kernels.time_text import LOCAL, READ, UNREAD, read_times
from fanal.model.time import (
    MILLISECONDS_BELOW,
    SECONDS_BELOW,
    UNIT_US,
    NoZoneError,
    parse_time,
    time_zone,
)

_US = pa.timestamp("us")
Moments = NDArray[np.int64]


class Times:
    """Reads the times of one log.

    Parameters
    ----------
    file
        Its name, for messages.
    unit
        ``s``, ``ms`` or ``us`` for numbers; empty: by size.
    zone
        IANA zone of times that name none; empty: refuse them.

    Raises
    ------
    ReaderError
        There is no such unit or zone.
    """

    def __init__(self, file: str, unit: str, zone: str) -> None:
        if unit not in {"", *UNIT_US}:
            raise ReaderError(f"no unit of time {unit!r}", hint="It is s, ms or us.")
        try:
            self._where: tzinfo | None = time_zone(zone) if zone else None
        except ValueError as error:
            raise ReaderError(str(error), hint="Such as Europe/Paris, or UTC.") from error
        self._file, self._unit, self._zone = file, unit, zone
        self._any_read = False

    def microseconds(self, column: pa.Array) -> tuple[Moments, Mask]:
        """Return microseconds since 1970, int64 (n,), and which cells hold a time.

        Raises
        ------
        ReaderError
            The times name no zone, and none was given.
        """
        kind = column.type
        if pa.types.is_timestamp(kind):
            return self._of_timestamps(column)
        if pa.types.is_date(kind):
            return _filled(column.cast(_US).cast(pa.int64()))
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            return self._of_numbers(column)
        return self._of_texts(*text_column(column))

    def _of_timestamps(self, column: pa.Array) -> tuple[Moments, Mask]:
        if column.type.tz:
            return _filled(column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.int64()))
        if self._where is None:
            raise self._refusal()
        return _filled(self._moved(column.cast(_US, safe=False)))

    def _of_numbers(self, column: pa.Array) -> tuple[Moments, Mask]:
        values, there = _filled(
            column, np.float64 if pa.types.is_floating(column.type) else None
        )
        there = there & np.isfinite(values) & (np.abs(values.astype(np.float64)) < 9e18)
        size = np.where(there, values, 0)
        factor: Any = UNIT_US.get(self._unit)
        if factor is None:
            factor = np.where(
                size < SECONDS_BELOW, UNIT_US["s"], np.where(size < MILLISECONDS_BELOW, 1000, 1)
            )
        fits = np.abs(size.astype(np.float64)) * factor < 9e18
        return np.where(fits, size * np.where(fits, factor, 0), -1).astype(np.int64), there

    def _of_texts(self, column: pa.Array, bad: Mask) -> tuple[Moments, Mask]:
        times, how = read_times(*bytes_of(column), UNIT_US.get(self._unit, 0))
        how[absent(column) | bad] = UNREAD
        local = np.flatnonzero(how == LOCAL)
        self._any_read = self._any_read or bool((how == READ).any())
        if local.size and self._where is None and not self._any_read:
            raise self._refusal()
        if local.size and self._where is not None:
            clocks = pa.array(times[local]).cast(_US)
            times[local] = self._moved(clocks).to_numpy(zero_copy_only=False)
            how[local] = READ
        self._parse(column, np.flatnonzero(how == UNREAD), times, how)
        return times, how == READ

    def _parse(
        self,
        column: pa.Array,
        places: NDArray[np.int64],
        times: Moments,
        how: NDArray[np.uint8],
    ) -> None:
        """Fill in what the kernel does not read."""
        if not places.size:
            return
        encoded = column.take(pa.array(places)).dictionary_encode()
        read = [self._one(value) for value in encoded.dictionary.to_pylist()]
        found = pa.array(read, pa.int64()).take(encoded.indices)
        values, there = _filled(found)
        times[places[there]] = values[there]
        how[places[there]] = READ

    def _one(self, value: str) -> int | None:
        try:
            us = parse_time(value, zone=self._where, unit=self._unit)[0]
        except NoZoneError:
            if self._any_read:
                return None
            raise self._refusal() from None
        except (ValueError, OverflowError):
            return None
        self._any_read = True
        return us

    def _moved(self, local: pa.Array) -> pa.Array:
        """Return microseconds UTC of local times in the zone given."""
        if self._where is UTC:
            return local.cast(pa.int64())
        moved = pc.assume_timezone(
            local, self._zone, ambiguous="earliest", nonexistent="earliest"
        )
        return moved.cast(pa.int64())

    def _refusal(self) -> ReaderError:
        return ReaderError(
            f"{self._file}: its times name no time zone; a wrong one would move days",
            hint="Say where its clock stood: --time-zone UTC, or --time-zone Europe/Paris.",
        )


def _filled(column: pa.Array, kind: Any = None) -> tuple[NDArray[Any], Mask]:
    there = ~absent(column)
    values = column.fill_null(0).to_numpy(zero_copy_only=False)
    return values if kind is None else values.astype(kind), there
