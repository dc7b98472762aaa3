"""CSV exports of one program: known by their header, read through a mapping that never changes.

A reader of such files is a tuple of `Header`; the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fanal.errors import ReaderError
from fanal.readers.base import Head, Rows, Settings, Source
from fanal.readers.delimited import delimited_sample, delimited_table, separator_in
from fanal.readers.mapped import Mapped, Table
from fanal.readers.mapping import check_mapping, require
from fanal.readers.sources import head as head_of
from fanal.readers.tabular import read_batches

#: What a user may say of such a file; its columns are known.
_MAY_SAY: Final = ("time_zone", "time_unit", "day_first")


@dataclass(frozen=True, slots=True)
class Header:
    """One header of a program's CSV.

    Parameters
    ----------
    platform
        Prefix of all keys.
    needs
        Names of columns that together are found nowhere else, lower case.
    columns
        Field -> names of columns, the better first; lower case. Fields that `model/tables.py`
        does not know are for `prepare` alone.
    time_zone
        Where the clock of times without a zone stood; empty: not known.
    prepare
        What the format means and does not say.
    """

    platform: str
    needs: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    time_zone: str = ""
    prepare: Callable[[Table], None] | None = None


def header_of(names: Sequence[str], headers: Sequence[Header]) -> Header | None:
    """Return the first header whose columns are there."""
    plain = {name.strip().lower() for name in names}
    return next((header for header in headers if plain >= header.needs), None)


def sniff_headers(head: Head, headers: Sequence[Header]) -> float:
    """Return 1 when a file has one of the headers, else 0."""
    sample = delimited_sample(head)
    return 1.0 if sample is not None and header_of(sample.names, headers) else 0.0


def mapping_of(header: Header, names: Sequence[str], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping of a file with a header, with what the user said."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(name.strip().lower(), name)
    columns = {}
    for field, variants in header.columns.items():
        found = next((by_plain[variant] for variant in variants if variant in by_plain), None)
        if found is not None:
            columns[field] = found
    mapping: dict[str, Any] = {"platform": header.platform, "columns": columns}
    if header.time_zone:
        mapping["time_zone"] = header.time_zone
    return mapping | {key: said[key] for key in _MAY_SAY if key in said}


def read_headers(
    source: Source, settings: Settings, rows: Rows, headers: Sequence[Header]
) -> None:
    """Read a CSV whose header is one of `headers`.

    Raises
    ------
    ReaderError
        The header is none of them, or its times need a zone that nobody said.
    """
    check_mapping(settings.mapping, source.name)
    head = head_of(source)
    sample = delimited_sample(head)
    names = sample.names if sample is not None else ()
    header = header_of(names, headers)
    if header is None:
        shown = ", ".join(sorted(headers[0].needs))
        raise ReaderError(
            f"{source.name}: its first line lacks columns that such a file has; it needs {shown}",
            hint="Without --format, Fanal looks for itself what the file is.",
        )
    mapping = mapping_of(header, names, settings.mapping)
    require(mapping["columns"], names, source.name, mapping)
    mapped = Mapped(source, mapping, settings, rows, header.prepare)
    if sample is not None and "time" in mapping["columns"]:
        mapped.learn(sample.values(mapping["columns"]["time"]))
    read_batches(*delimited_table(source, separator_in(head), rows), mapped)
