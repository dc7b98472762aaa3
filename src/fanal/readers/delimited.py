"""Delimited text (CSV, TSV, ``;``, ``|``): records with the line they begin at.

1. The separator is the one that cuts the first lines into equally many fields.
2. Quotes, and what a stray one costs: readers/quoted.py.
3. A record with too few or too many fields, or with NUL bytes, is rejected.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from fanal.readers.base import Head, Rows, Source
from fanal.readers.columns import Sample
from fanal.readers.lines import blocks, in_either
from fanal.readers.quoted import MAX_RECORD_BYTES, Batch, batches

SEPARATORS: Final = (",", "\t", ";", "|")
#: Records looked at to guess columns.
SAMPLE_RECORDS: Final = 1000


def delimited_sample(head: Head) -> Sample | None:
    """Return names and first records, or None when the head is no table with a first line."""
    return _sample_of(head.data, complete=head.complete)


@lru_cache(maxsize=2)  # several readers ask about one head
def _sample_of(data: bytes, *, complete: bool) -> Sample | None:
    text = _text(data, complete=complete)
    if text is None:
        return None
    lines = text.splitlines(keepends=True)
    separator = separator_of(lines)
    if separator is None:
        return None
    allow_long_fields()
    found = list(_leniently(csv.reader(lines, delimiter=separator)))
    if not found:
        return None
    names = tuple(name.strip() for name in found[0])
    same = [record for record in found[1:] if len(record) == len(names)]
    return Sample(names, same[:SAMPLE_RECORDS])


def separator_of(lines: list[str]) -> str | None:
    """Return the separator of a table's first lines, None when there is none."""
    best, best_count = None, 1
    allow_long_fields()
    for separator in SEPARATORS:
        found = list(_leniently(csv.reader(lines[:200], delimiter=separator)))
        # 1. a first line of names, and equally many fields in most records
        if found and len(found[0]) > best_count and _are_names(found[0]):
            alike = sum(len(record) == len(found[0]) for record in found)
            if alike >= 0.5 * len(found):
                best, best_count = separator, len(found[0])
    return best


def _are_names(first: list[str]) -> bool:
    """Tell whether a first line can be names of columns: short, mostly distinct, hardly any empty."""
    names = [name.strip() for name in first]
    alike = len(names) - len(set(names))
    return 3 * alike <= len(names) and names.count("") <= 1 and max(map(len, names)) <= 100


def separator_in(head: Head) -> str:
    """Return the separator of a head that is a table."""
    return (
        separator_of((_text(head.data, complete=head.complete) or "").splitlines(keepends=True))
        or ","
    )


def allow_long_fields() -> None:
    """Let the csv module take fields as long as a record may be."""
    csv.field_size_limit(MAX_RECORD_BYTES * 2)


def delimited_batches(source: Source, separator: str, rows: Rows) -> Iterator[Batch]:
    """Yield the records of a source in batches, the first line (names) among them."""
    allow_long_fields()
    with source.open() as stream:
        found = blocks(stream, source.name, rows, any_end=True)
        yield from batches(found, separator, source.name, rows)


def delimited_table(
    source: Source, separator: str, rows: Rows
) -> tuple[list[str], Iterator[Batch]]:
    """Return the names of a table's columns, and its records; those of other shapes are rejected."""
    found = delimited_batches(source, separator, rows)
    first = next(found)
    names = [name.strip() for name in first.fields[0]]
    rest = first.only(range(1, len(first.fields)))
    return names, checked(chain([rest], found), len(names), source, rows)


def checked(found: Iterable[Batch], width: int, source: Source, rows: Rows) -> Iterator[Batch]:
    """Yield the records with `width` fields and no NUL; reject the others."""
    for batch in found:
        # 3. shape
        nul = b"\x00" in b"".join(batch.raws)
        if not nul and set(map(len, batch.fields)) <= {width}:
            yield batch
            continue
        good = []
        for place, fields in enumerate(batch.fields):
            raw = batch.raws[place]
            if reason := _unfit(len(fields), width, raw):
                rows.reject(f"{source.name}:{batch.lines[place]}", None, reason, raw)
            else:
                good.append(place)
        yield batch.only(good)


def _unfit(count: int, width: int, raw: bytes) -> str:
    if count != width:
        return "too few columns" if count < width else "too many columns"
    return "NUL bytes" if b"\x00" in raw else ""


def _text(data: bytes, *, complete: bool) -> str | None:
    if not complete:  # the last line may be cut
        data = data[: max(data.rfind(b"\n"), data.rfind(b"\r")) + 1]
    if not data.strip() or data[:1] in {b"{", b"["} or data.count(b"\x00") > len(data) // 20:
        return None
    return in_either(data)


def _leniently(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        for record in reader:
            if record:
                yield record
    except csv.Error:
        return
