"""Reading in tests: what a reader makes of a file, as dicts by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.model.tables import READ_TABLES
from fanal.readers.base import Reader, Row, Rows, Settings, Source
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources

NAMES = {table.name: table.names for table in READ_TABLES}


@dataclass(frozen=True, kw_only=True)
class Read:
    """What came of one file."""

    reader: Reader
    source: Source
    rows: Rows
    posts: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    counts: list[dict[str, Any]]
    removals: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    rejected: list[dict[str, Any]]

    @property
    def records(self) -> int:
        """Kept + skipped + rejected."""
        rows = self.rows
        return rows.kept + rows.skipped.total() + rows.rejected.total()


def read_source(
    source: Source,
    *,
    reader: str | None = None,
    mapping: Mapping[str, Any] | None = None,
    time_unit: str = "",
) -> Read:
    """Return the rows of one source."""
    chosen = recognise(head(source), reader)
    tables: dict[str, list[Row]] = {name: [] for name in NAMES}
    rows = Rows("test", lambda name, some: tables[name].extend(some))
    chosen.read(source, Settings(mapping=mapping or {}, time_unit=time_unit), rows)
    rows.finish()
    found = {
        name: [dict(zip(NAMES[name], row, strict=True)) for row in some]
        for name, some in tables.items()
    }
    return Read(reader=chosen, source=source, rows=rows, **found)


def read_path(path: Path, **how: Any) -> Read:
    """Return the rows of a path that holds one source."""
    (source,) = sources([path])
    return read_source(source, **how)
