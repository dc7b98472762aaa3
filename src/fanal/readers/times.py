"""Times of a table: cells of one column, read as the mapping says, or taken from ids.

1. Said by the column; when the first cannot be told for want of a zone or of the order of day and
   month, the file is refused; a single unreadable one is the fault of its record.
2. Where a cell is empty: from the id of the post, on platforms whose ids hold it.
3. A file whose times all lie on full minutes (hours, days) has that precision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fanal.errors import ReaderError
from fanal.model.clock import Clock
from fanal.model.keys import UNKNOWN_PLATFORM
from fanal.model.time import (
    PLAUSIBLE_FROM_US,
    PLAUSIBLE_UNTIL_US,
    SECOND_US,
    DayOrMonthError,
    NoZoneError,
    coarseness_s,
    id_time,
    time_zone,
)
from fanal.readers.base import Settings
from fanal.readers.cells import Column, Remembered

_NO_TIME: Final = (None, None)


class Times:
    """Reads the times of one table.

    Parameters
    ----------
    mapping
        ``platform``, ``time_zone``, ``time_unit``, ``day_first``, ``columns``.
    settings
        For ``time_unit``, which goes before the mapping's.
    file
        Its name, for messages.
    """

    def __init__(self, mapping: Mapping[str, Any], settings: Settings, file: str) -> None:
        zone = mapping.get("time_zone")
        clock = Clock(
            zone=time_zone(zone) if zone else None,
            unit=settings.time_unit or mapping.get("time_unit", ""),
            day_first=mapping.get("day_first"),
        )
        self._parse = clock.parse
        self._where = f"{file}, column {mapping['columns'].get('time')}"
        self._platform: str = mapping.get("platform") or UNKNOWN_PLATFORM
        self._coarse_s = 0.0
        self._any_read = False
        self._cells = Remembered(self._cell)

    def learn(self, times: Sequence[Any]) -> None:
        """Learn from the first times of a file whether all lie on full minutes, hours or days."""
        read = []
        for value in times:
            try:
                read.append(self._parse(value)[0])
            except ValueError:
                continue
        # 3. precision
        self._coarse_s = coarseness_s(read)

    def read(
        self, column: Column | None, post_ids: Sequence[str | None], bad: dict[int, Any]
    ) -> tuple[Iterable[Any], ...]:
        """Return time, claimed time, its source, its precision, whether it fits, as columns.

        Parameters
        ----------
        column
            Cells; None when the table has no such column.
        post_ids
            Native ids of the posts.
        bad
            Place -> (field, reason): takes the cells that hold no time.

        Raises
        ------
        ReaderError
            Nothing can be read until someone says the zone, or the order of day and month.
        """
        # 1. the column
        read = self._cells.of(column) if column is not None else [_NO_TIME] * len(post_ids)
        if str in set(map(type, read)):
            for place, one in enumerate(read):
                if type(one) is str:
                    bad.setdefault(place, ("time", one))
                    read[place] = _NO_TIME
        claimed = [us for us, _ in read]
        sources: list[str | None] = ["field"] * len(read)
        # 2. the id
        if None in claimed:
            for place, us in enumerate(claimed):
                if us is None:
                    held = id_time(self._platform, post_ids[place])
                    read[place] = held or _NO_TIME
                    sources[place] = "id" if held else None
        times = [us for us, _ in read]
        first, last = PLAUSIBLE_FROM_US, PLAUSIBLE_UNTIL_US
        fits = [us is not None and first <= us < last for us in times]
        return times, claimed, sources, [precision for _, precision in read], fits

    def optional(self, value: Any) -> int | None:
        """Return microseconds, or None where a cell holds no time."""
        if value is None or value == "":
            return None
        try:
            return self._parse(value)[0]
        except (ValueError, OverflowError):
            return None

    def _cell(self, value: Any) -> tuple[int | None, float | None] | str:
        """Return a cell's time and its precision, or why it has none that can be read."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return _NO_TIME
        try:
            us, precision = self._parse(value)
        except (NoZoneError, DayOrMonthError) as error:
            if not self._any_read:
                raise self._refusal(error) from error
            return "a time that cannot be told without more"
        except (ValueError, OverflowError):
            return "not a time"
        self._any_read = True
        if precision < self._coarse_s and us % int(self._coarse_s * SECOND_US) == 0:
            precision = self._coarse_s
        return us, precision

    def _refusal(self, error: ValueError) -> ReaderError:
        if isinstance(error, DayOrMonthError):
            return ReaderError(
                f"{self._where}: {error}",
                hint="Say which: day_first = true (or false) in the mapping.",
            )
        return ReaderError(
            f"{self._where}: {error}; a wrong zone would shift every co-action",
            hint='Say where its clock stood: time_zone = "UTC" (or "Europe/Paris") in the mapping.',
        )
