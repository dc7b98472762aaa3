"""Logs as delimited text (CSV, TSV, ``;``, ``|``); a record is a line.

1. The first line names the columns.
2. A block without quotes is cut at once; so is one with quotes in which nothing is odd.
3. Else its lines are read one by one: a stray quote costs its own line only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv

from fanal.about.reading.base import Cells, Log, Places, Tally
from fanal.about.reading.blocks import blocks
from fanal.errors import ReaderError
from fanal.readers.delimited import separator_of

_FEW, _MANY, _QUOTES = "too few columns", "too many columns", "quotes that do not match"

Choice = Callable[[Sequence[str]], Mapping[str, str]]


def delimited_cells(log: Log, choose: Choice, tally: Tally) -> Iterator[Cells]:
    """Yield the rows of a delimited log.

    Parameters
    ----------
    choose
        Names of the columns -> field to column; raises ReaderError when some are missing.
    """
    table: _Table | None = None
    for number, block in blocks(log, tally):
        if table is None:
            table, used = _begun(log, block, choose, tally)
            if block[used:]:
                yield from table.cells(number + 1, block[used:])
        else:
            yield from table.cells(number, block)


def _begun(log: Log, block: bytes, choose: Choice, tally: Tally) -> tuple[_Table, int]:
    # 1. names
    text = block[: 256 * 1024].decode("utf-8", "replace")
    lines = text.splitlines(keepends=True)[:200]
    separator = separator_of(lines)
    if separator is None:
        raise ReaderError(
            f"{log.name}: no table: no separator cuts its lines into equally many columns",
            hint="A log needs a first line with names, separated by , ; | or tabulators.",
        )
    names = [name.strip() for name in next(csv.reader(lines[:1], delimiter=separator))]
    columns = choose(names)
    places = {field: names.index(column) for field, column in columns.items()}
    end = block.find(b"\n") + 1 or len(block)
    return _Table(log.name, separator, len(names), places, tally), end


class _Table:
    """Cuts blocks of one file into the cells of some columns."""

    def __init__(
        self, file: str, separator: str, width: int, places: Mapping[str, int], tally: Tally
    ) -> None:
        self._file, self._separator, self._width = file, separator, width
        self._places, self._tally = places, tally
        names = [str(place) for place in range(width)]
        used = [names[place] for place in dict.fromkeys(places.values())]
        self._read = pa.csv.ReadOptions(column_names=names, use_threads=False)
        self._convert = pa.csv.ConvertOptions(
            include_columns=used,
            column_types=dict.fromkeys(used, pa.binary()),
            check_utf8=False,
        )

    def cells(self, number: int, block: bytes) -> Iterator[Cells]:
        found = self._at_once(number, block)
        yield from self._one_by_one(number, block) if found is None else [found]

    def _at_once(self, number: int, block: bytes) -> Cells | None:
        """2. Return the rows of a block, None when something in it is odd."""
        if not _is_utf8(block):  # the reader shows odd rows as text, and complains on stderr
            return None
        quoted = b'"' in block
        count = block.count(b"\n") + (not block.endswith(b"\n"))
        odd: list[tuple[int | None, int, bool]] = []

        def invalid(row: pa.csv.InvalidRow) -> str:
            odd.append((row.number, row.actual_columns, not row.text.strip()))
            return "skip"

        self._read.block_size = len(block) + 1
        parse = pa.csv.ParseOptions(
            delimiter=self._separator,
            quote_char='"' if quoted else False,
            ignore_empty_lines=False,
            invalid_row_handler=invalid,
        )
        try:
            table = pa.csv.read_csv(pa.py_buffer(block), self._read, parse, self._convert)
        except pa.ArrowException:
            return None
        if (odd and quoted) or len(table) + len(odd) != count:
            return None
        lines = np.arange(number, number + count, dtype=np.int64)
        found = self._without(odd, lines, table)
        return found if found is None else _without_blank(found, number, block)

    def _without(
        self, odd: list[tuple[int | None, int, bool]], lines: Places, table: pa.Table
    ) -> Cells | None:
        if any(place is None for place, _, _ in odd):
            return None
        places = np.array([place for place, _, _ in odd], np.int64) - 1
        for reason, many in ((_FEW, False), (_MANY, True)):
            wrong = [(width > self._width) == many and not blank for _, width, blank in odd]
            self._tally.reject(self._file, "", reason, lines[places[np.array(wrong, bool)]])
        columns = {
            field: table.column(str(place)).combine_chunks()
            for field, place in self._places.items()
        }
        return Cells(columns=columns, lines=np.delete(lines, places))

    def _one_by_one(self, number: int, block: bytes) -> Iterator[Cells]:
        """3. Yield the rows of a block, each line by itself."""
        kept: list[list[str]] = []
        lines: list[int] = []
        wrong: dict[str, list[int]] = {_FEW: [], _MANY: [], _QUOTES: []}
        for line, raw in enumerate(block.split(b"\n"), number):
            fields, reason = self._fields(raw)
            if reason:
                wrong[reason].append(line)
            elif fields:
                kept.append(fields)
                lines.append(line)
        for reason, some in wrong.items():
            self._tally.reject(self._file, "", reason, np.array(some, np.int64))
        columns = {
            field: pa.array(
                [row[place].encode("utf-8", "surrogateescape") for row in kept], pa.binary()
            )
            for field, place in self._places.items()
        }
        yield Cells(columns=columns, lines=np.array(lines, np.int64))

    def _fields(self, raw: bytes) -> tuple[list[str], str]:
        """Return the fields of one line (none when it is blank), or what is wrong with it."""
        text = raw.removesuffix(b"\r").decode("utf-8", "surrogateescape")
        if not text.strip():
            return [], ""
        try:
            found = list(csv.reader([text], delimiter=self._separator, strict=True))
        except csv.Error:
            return [], _QUOTES
        fields = found[0] if len(found) == 1 else []
        if len(fields) == self._width:
            return fields, ""
        return [], _FEW if len(fields) < self._width else _MANY


def _without_blank(found: Cells, number: int, block: bytes) -> Cells:
    """Leave out lines without anything, which the reader takes for rows of empty cells."""
    if not (b"\n\n" in block or b"\n\r\n" in block or block[:1] in b"\r\n"):
        return found
    raws = block.split(b"\n")
    blank = [line for line, raw in enumerate(raws, number) if raw in {b"", b"\r"}]
    kept = ~np.isin(found.lines, blank)
    columns = {field: cells.filter(pa.array(kept)) for field, cells in found.columns.items()}
    return Cells(columns=columns, lines=found.lines[kept])


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
