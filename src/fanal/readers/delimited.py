"""Delimited text (CSV, TSV, ``;``, ``|``): records with the line they begin at.

1. The separator is the one that cuts the first lines into equally many fields.
2. A stray quote would swallow the lines up to the next one, or the rest of the file: a record of
   several lines that has the wrong width, or more than `MAX_RECORD_BYTES`, loses its first line
   only, and reading goes on with the second.
3. A record with too few or too many fields, or with NUL bytes, is rejected.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fanal.readers.base import Head, Rows, Source
from fanal.readers.columns import Sample
from fanal.readers.lines import Line, in_either, records, text_of

SEPARATORS: Final = (",", "\t", ";", "|")
#: A record longer than this is a quote that was never closed.
MAX_RECORD_BYTES: Final = 1024 * 1024
#: Records looked at to guess columns.
SAMPLE_RECORDS: Final = 1000


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line it begins at, its fields, and its bytes."""

    line: int
    fields: list[str]
    raw: bytes


def delimited_sample(head: Head) -> Sample | None:
    """Return names and first records, or None when the head is no table with a first line."""
    text = _text(head)
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
    return separator_of((_text(head) or "").splitlines(keepends=True)) or ","


def allow_long_fields() -> None:
    """Let the csv module take fields as long as a record may be."""
    csv.field_size_limit(MAX_RECORD_BYTES * 2)


def delimited_records(source: Source, separator: str, rows: Rows) -> Iterator[Record]:
    """Yield the records of a source, the first line (names) among them."""
    allow_long_fields()
    with source.open() as stream:
        feed = _Feed(records(stream, source.name, rows, any_end=True), rows)
        yield from _records(feed, separator, source.name, rows)


def _records(feed: _Feed, separator: str, name: str, rows: Rows) -> Iterator[Record]:
    width = 0
    ended = False
    while not ended:
        try:
            for fields in csv.reader(feed, delimiter=separator):
                width = width or len(fields)
                feed.check(width, separator)
                number, raw = feed.taken()
                if fields:
                    yield Record(number, fields, raw)
            ended = True
        except (_StrayQuoteError, csv.Error):
            # 2. one line is lost, not the file
            number, raw = feed.give_back()
            rows.reject(f"{name}:{number}", None, "a quote opens here and does not close", raw)


def checked(
    found: Iterator[Record], width: int, source: Source, rows: Rows
) -> Iterator[Record]:
    """Yield the records with `width` fields and no NUL; reject the others."""
    for record in found:
        # 3. shape
        if len(record.fields) != width:
            reason = "too few columns" if len(record.fields) < width else "too many columns"
            rows.reject(f"{source.name}:{record.line}", None, reason, record.raw)
        elif b"\x00" in record.raw:
            rows.reject(f"{source.name}:{record.line}", None, "NUL bytes", record.raw)
        else:
            yield record


class _StrayQuoteError(Exception):
    """A record took in lines that are not its own."""


class _Feed:
    """Lines for the csv module, remembering those of the record being read."""

    def __init__(self, lines: Iterator[Line], rows: Rows) -> None:
        self._lines = lines
        self._rows = rows
        self._again: deque[Line] = deque()
        self._record: list[Line] = []
        self._size = 0
        self._odd = False

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._size > MAX_RECORD_BYTES:
            raise _StrayQuoteError
        try:
            line = self._again.popleft() if self._again else next(self._lines)
        except StopIteration:
            if self._odd:
                raise _StrayQuoteError from None
            raise
        self._record.append(line)
        self._size += len(line[1])
        self._odd ^= bool(line[1].count(b'"') % 2)
        return text_of(line[1], line[0], self._rows)

    def check(self, width: int, separator: str) -> None:
        """Raise when a record of several lines took in lines that are not its own."""
        if len(self._record) < 2:
            return
        lines = [in_either(line[1]) for line in self._record]
        try:
            again = list(csv.reader(lines, delimiter=separator, strict=True))
        except csv.Error as error:
            raise _StrayQuoteError from error
        if [len(fields) for fields in again] != [width]:
            raise _StrayQuoteError

    def taken(self) -> Line:
        """Return the first line's number and all bytes of the record that has just ended."""
        number = self._record[0][0]
        raw = (
            self._record[0][1]
            if len(self._record) == 1
            else b"".join(line[1] for line in self._record)
        )
        self._forget()
        return number, raw

    def give_back(self) -> Line:
        """Return the first line of the record being read; the others are read again."""
        first, *others = self._record
        self._again.extendleft(reversed(others))
        self._forget()
        return first

    def _forget(self) -> None:
        self._record = []
        self._size = 0
        self._odd = False


def _text(head: Head) -> str | None:
    data = head.data
    if not head.complete:  # the last line may be cut
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
