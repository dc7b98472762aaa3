"""A stream of JSON cut into the objects that lie at one depth, in bounded memory.

1. Quotes and brackets of a piece are found by numpy; brackets inside quotes do not count.
2. A record is what opens at one depth and closes at it. Memory: one record and one piece.
3. Of a record longer than the limit the beginning is held; what lies between records and is no
   comma is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from fanal.readers.base import RAW_KEPT
from fanal.readers.lines import Line

_QUOTE, _OPEN, _CLOSE = 1, 2, 3
_KIND: Final = np.zeros(256, np.uint8)
_KIND[list(b'"')] = _QUOTE
_KIND[list(b"{[")] = _OPEN
_KIND[list(b"}]")] = _CLOSE
#: What may stand between two records.
_BETWEEN: Final = b" \t\r\n,[]"


class Cutter:
    """Cuts a stream of JSON into the objects that lie at one depth.

    Parameters
    ----------
    depth
        0: objects one after another; 1: a list of objects; 2: a list inside an object; ...
    limit
        Bytes that a record may have.
    """

    def __init__(self, depth: int, limit: int) -> None:
        self._depth, self._limit = depth, limit
        self._inside = 0  # 1: within quotes
        self._level = 0
        self._tail = b""  # a backslash whose fellow is still to come
        self._held: list[bytes] = []
        self._held_size = self._held_lines = 0
        self._in_record = False
        self._line = 1
        self._outer: Line = (1, b"")
        #: What lies between records and should not; at most a thousand pieces.
        self.between: list[Line] = []
        #: Lines and beginnings of records that are too long to hold.
        self.too_long: list[Line] = []

    @property
    def open(self) -> bool:
        """Whether something has begun and not ended, with nothing read of it."""
        return self._in_record or self._level > 0 or bool(self._inside)

    def rest(self) -> Line:
        """Return the line and the beginning of what has not ended."""
        if self._in_record:
            return self._line, b"".join(self._held)[:RAW_KEPT]
        return self._outer

    def feed(self, piece: bytes) -> Iterator[Line]:
        """Yield (line, bytes) of each record that ends in this piece."""
        data = self._tail + piece
        slashes = len(data) - len(data.rstrip(b"\\"))
        cut = len(data) - slashes % 2
        self._tail, data = data[cut:], data[:cut]
        at = 0
        for place, opens in self._edges(data):
            if opens:
                self._gap(data[at:place])
                at = place
                self._in_record = True
            else:
                self._hold(data[at : place + 1])
                at = place + 1
                record = self._record()
                if record is not None:
                    yield record
        if self._in_record:
            self._hold(data[at:])
        else:
            self._gap(data[at:])

    def _edges(self, data: bytes) -> list[tuple[int, bool]]:
        """Return where records open and close, in order, and move the state on."""
        plain = data.replace(b"\\\\", b"__") if b"\\\\" in data else data
        codes = np.frombuffer(plain.replace(b'\\"', b"__"), np.uint8)
        folded = codes | 0x20  # square brackets are curly ones now
        places = np.flatnonzero((codes == 0x22) | (folded == 0x7B) | (folded == 0x7D))
        kinds = _KIND[codes[places]]
        inside = (np.cumsum(kinds == _QUOTE) + self._inside) & 1
        self._inside = int(inside[-1]) if len(inside) else self._inside
        bracket = (kinds != _QUOTE) & (inside == 0)
        places, kinds = places[bracket], kinds[bracket]
        steps = np.where(kinds == _OPEN, 1, -1)
        levels = self._level + np.cumsum(steps)
        if len(levels):
            self._outermost(data, places, levels, steps)
            self._level = int(levels[-1])
        edge = ((steps == 1) & (levels == self._depth + 1)) | (
            (steps == -1) & (levels == self._depth)
        )
        braces = np.frombuffer(data, np.uint8)[places]
        edge &= (braces == 0x7B) | (braces == 0x7D)
        return list(zip(places[edge].tolist(), (steps[edge] == 1).tolist(), strict=True))

    def _outermost(self, data: bytes, places: Any, levels: Any, steps: Any) -> None:
        """Remember where the outermost bracket that is open now began."""
        first = np.flatnonzero((levels == 1) & (steps == 1))
        if len(first):
            place = int(places[first[-1]])
            line = self._line + self._held_lines
            self._outer = (
                line + data.count(b"\n", 0, place),
                data[place : place + RAW_KEPT],
            )

    def _hold(self, piece: bytes) -> None:
        self._held.append(piece)
        self._held_size += len(piece)
        self._held_lines += piece.count(b"\n")
        if self._held_size > self._limit:  # its beginning is enough
            self._held = [b"".join(self._held)[:RAW_KEPT]]

    def _record(self) -> Line | None:
        record = self._line, b"".join(self._held)
        too_long = self._held_size > self._limit
        self._line += self._held_lines
        self._held, self._held_size, self._held_lines = [], 0, 0
        self._in_record = False
        if too_long:
            self.too_long.append(record)
        return None if too_long else record

    def _gap(self, piece: bytes) -> None:
        if self._depth <= 1 and self._level >= 0:
            odd = piece.strip(_BETWEEN)
            if odd and b"{" not in odd and len(self.between) < 1000:
                line = self._line + piece.count(b"\n", 0, piece.find(odd))
                self.between.append((line, odd[:RAW_KEPT]))
        self._line += piece.count(b"\n")
