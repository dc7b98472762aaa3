"""Records of delimited text out of lines, when quotes cannot be trusted.

1. A block of lines is cut at once; what is whole and well-formed is a batch.
2. A record that takes in several lines must be one also by the letter; the last of a block may go
   on in the next.
3. Where that fails lines are read one by one: a stray quote would swallow the lines up to the next
   one, or the rest of the file. A record of several lines that has the wrong width, or more than
   `MAX_RECORD_BYTES`, loses its first line only, and reading goes on with the second.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fanal.readers.base import Rows
from fanal.readers.lines import Block, Line, in_either, text_of
from fanal.readers.undisturbed import undisturbed

#: A record longer than this is a quote that was never closed.
MAX_RECORD_BYTES: Final = 1024 * 1024
#: Lines read one by one after a fault, before blocks are tried again.
_CAREFUL_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that follow each other.

    Parameters
    ----------
    lines
        The line that each begins at, from 1.
    fields
        Of each record.
    raws
        Bytes of each record.
    """

    lines: Sequence[int]
    fields: Sequence[list[str]]
    raws: Sequence[bytes]

    def columns(self, places: Sequence[int]) -> list[Sequence[str]]:
        """Return the cells of some columns; all records have the same number of fields."""
        columns = list(zip(*self.fields, strict=True))
        return [columns[place] if columns else () for place in places]

    def only(self, places: Sequence[int]) -> Batch:
        """Return some of the records, in order."""
        return Batch(
            [self.lines[place] for place in places],
            [self.fields[place] for place in places],
            [self.raws[place] for place in places],
        )


def batches(found: Iterator[Block], separator: str, name: str, rows: Rows) -> Iterator[Batch]:
    """Yield the records of blocks of lines; reject lines where a quote opens and never closes."""
    supply = _Supply(found)
    width = 0
    while block := supply.take():
        first, lines = block
        # 1. at once
        with undisturbed():
            batch, used, unfinished = _at_once(block, separator, width, rows)
        if batch.fields:
            width = width or len(batch.fields[0])
            yield batch
        rest = lines[used:]
        if not rest or (unfinished and supply.joined(first + used, rest)):
            continue
        # 3. one by one
        supply.give_back(first + used, rest)
        feed = _Feed(supply, rows)
        for record in _one_by_one(feed, width, separator, name, rows):
            width = width or len(record.fields[0])
            yield record
        feed.release()


def _at_once(block: Block, separator: str, width: int, rows: Rows) -> tuple[Batch, int, bool]:
    """Return whole records, how many lines they take, and whether the rest may only go on."""
    first, lines = block
    texts = _texts(first, lines, rows)
    if '"' not in "".join(texts):
        fields = list(csv.reader(texts, delimiter=separator))
        return _batch(first, lines, fields, range(1, len(lines) + 1)), len(lines), False
    fields, ends = _cut(texts, separator)
    width = width or len(next(filter(None, fields), ()))
    # 2. several lines
    whole = _whole(lines, ends, separator, width)
    unfinished = bool(ends) and whole >= len(ends) - 1 and ends[-1] == len(lines)
    if unfinished and whole == len(ends):
        last = lines[ends[-2] if whole > 1 else 0 :]
        whole -= not _is_closed(last, separator)
    used = ends[whole - 1] if whole else 0
    return _batch(first, lines, fields[:whole], ends[:whole]), used, unfinished


def _cut(texts: list[str], separator: str) -> tuple[list[list[str]], list[int]]:
    """Return records, and how many lines were taken when each had ended."""
    fields: list[list[str]] = []
    ends: list[int] = []
    reader = csv.reader(texts, delimiter=separator)
    try:
        for record in reader:
            fields.append(record)
            ends.append(reader.line_num)
    except csv.Error:
        pass
    return fields, ends


def _whole(lines: list[bytes], ends: list[int], separator: str, width: int) -> int:
    """Return how many records come before the first that takes in lines not its own."""
    if not ends or len(ends) == ends[-1]:  # each has one line
        return len(ends)
    for place, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        if end > start + 1 and not _is_one(lines[start:end], separator, width):
            return place
    return len(ends)


def _batch(
    first: int, lines: list[bytes], fields: list[list[str]], ends: Sequence[int]
) -> Batch:
    """Return records as a batch, blank lines left out."""
    if not ends or len(ends) == ends[-1]:
        found = Batch(range(first, first + len(ends)), fields, lines[: len(ends)])
    else:
        starts = [0, *ends[:-1]]
        raws = [
            lines[start] if end == start + 1 else b"".join(lines[start:end])
            for start, end in zip(starts, ends, strict=True)
        ]
        found = Batch([first + start for start in starts], fields, raws)
    if all(fields):
        return found
    return found.only([place for place, record in enumerate(fields) if record])


def _texts(first: int, lines: list[bytes], rows: Rows) -> list[str]:
    try:
        return [line.decode("utf-8") for line in lines]
    except UnicodeDecodeError:
        return [text_of(line, number, rows) for number, line in enumerate(lines, first)]


def _is_one(lines: Sequence[bytes], separator: str, width: int) -> bool:
    """Tell whether lines are one record by the letter: quotes closed, the width of the table."""
    if sum(map(len, lines)) > MAX_RECORD_BYTES:
        return False
    try:
        again = list(csv.reader(map(in_either, lines), delimiter=separator, strict=True))
    except csv.Error:
        return False
    return [len(fields) for fields in again] == [width]


def _is_closed(lines: Sequence[bytes], separator: str) -> bool:
    """Tell whether the quotes of the last record of a block are closed."""
    if not any(b'"' in line for line in lines):
        return True
    try:
        list(csv.reader(map(in_either, lines), delimiter=separator, strict=True))
    except csv.Error:
        return False
    return True


def _one_by_one(
    feed: _Feed, width: int, separator: str, name: str, rows: Rows
) -> Iterator[Batch]:
    while feed.given < _CAREFUL_LINES:
        try:
            for fields in csv.reader(feed, delimiter=separator):
                width = width or len(fields)
                feed.check(width, separator)
                number, raw = feed.taken()
                if fields:
                    yield Batch([number], [fields], [raw])
                if feed.given >= _CAREFUL_LINES:
                    return
        except (_StrayQuoteError, csv.Error):
            number, raw = feed.give_back()
            rows.reject(f"{name}:{number}", None, "a quote opens here and does not close", raw)
        else:
            return


class _StrayQuoteError(Exception):
    """A record took in lines that are not its own."""


class _Supply:
    """Lines in blocks or one by one, with those given back coming first."""

    def __init__(self, found: Iterator[Block]) -> None:
        self._found = found
        self._back: deque[Block] = deque()

    def take(self) -> Block | None:
        """Return the lines that come next, None at the end."""
        return self._back.popleft() if self._back else next(self._found, None)

    def give_back(self, first: int, lines: list[bytes]) -> None:
        """Let lines come again."""
        if lines:
            self._back.appendleft((first, lines))

    def joined(self, first: int, lines: list[bytes]) -> bool:
        """Let lines come again together with those that follow them; False when none do."""
        if sum(map(len, lines)) > MAX_RECORD_BYTES:
            return False
        after = self.take()
        if after is None:
            return False
        if after[0] != first + len(lines):
            self.give_back(*after)
            return False
        self.give_back(first, lines + after[1])
        return True


class _Feed:
    """Lines for the csv module, remembering those of the record being read."""

    def __init__(self, supply: _Supply, rows: Rows) -> None:
        self._supply = supply
        self._rows = rows
        self._ahead: deque[Line] = deque()
        self._record: list[Line] = []
        self._size = 0
        self._odd = False
        #: Lines read, and not given back.
        self.given = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self._size > MAX_RECORD_BYTES:
            raise _StrayQuoteError
        line = self._next()
        if line is None:
            if self._odd:
                raise _StrayQuoteError
            raise StopIteration
        self._record.append(line)
        self._size += len(line[1])
        self._odd ^= bool(line[1].count(b'"') % 2)
        self.given += 1
        return text_of(line[1], line[0], self._rows)

    def _next(self) -> Line | None:
        if not self._ahead:
            block = self._supply.take()
            if block is None:
                return None
            self._ahead.extend(enumerate(block[1], block[0]))
        return self._ahead.popleft()

    def check(self, width: int, separator: str) -> None:
        """Raise when a record of several lines took in lines that are not its own."""
        if len(self._record) > 1:
            lines = [line[1] for line in self._record]
            if not _is_one(lines, separator, width):
                raise _StrayQuoteError

    def taken(self) -> Line:
        """Return the first line's number and all bytes of the record that has just ended."""
        number = self._record[0][0]
        raw = b"".join(line[1] for line in self._record)
        self._forget()
        return number, raw

    def give_back(self) -> Line:
        """Return the first line of the record being read; the others are read again."""
        first, *others = self._record
        self._ahead.extendleft(reversed(others))
        self.given -= len(others)
        self._forget()
        return first

    def release(self) -> None:
        """Give the lines that were not read back to the supply, as blocks."""
        ahead = [*self._ahead]
        self._ahead.clear()
        gaps = [
            place
            for place in range(1, len(ahead))
            if ahead[place][0] != ahead[place - 1][0] + 1
        ]
        for start, end in reversed(list(pairwise([0, *gaps, len(ahead)]))):
            self._supply.give_back(
                ahead[start][0] if ahead else 0, [raw for _, raw in ahead[start:end]]
            )

    def _forget(self) -> None:
        self._record = []
        self._size = 0
        self._odd = False
