"""JSON objects one by one, out of lines, lists, nested lists or objects written one after another.

1. JSON lines are read line by line: damage costs one line.
2. Other files are cut by their brackets: quotes and brackets of a piece are found by numpy, and a
   record is what opens at one depth and closes at it. Memory: one record and one piece.
3. What lies between records and is no comma, a record that never closes, or one longer than the
   limit, is rejected with its place; nothing is dropped in silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import numpy as np

from fanal.readers.base import RAW_KEPT, Head, Rows, Source
from fanal.readers.lines import MAX_LINE_BYTES, Line, chunks, records
from fanal.readers.streams import DAMAGE
from fanal.readers.undisturbed import undisturbed

_ANY: Final = msgspec.json.Decoder()
_QUOTE, _OPEN, _CLOSE = 1, 2, 3
_KIND: Final = np.zeros(256, np.uint8)
_KIND[list(b'"')] = _QUOTE
_KIND[list(b"{[")] = _OPEN
_KIND[list(b"}]")] = _CLOSE
#: Bytes of records that are made rows of at once.
_STRETCH_BYTES: Final = 2 * 1024 * 1024
#: Lines looked at to tell JSON lines from JSON over several lines; the first may be damaged.
_FIRST_LINES: Final = 20
#: What may stand between two records.
_BETWEEN: Final = b" \t\r\n,[]"
_END_OF_FILE: Final = "the JSON does not end: it is cut short, or a bracket is missing"


def is_lines(head: Head) -> bool:
    """Tell whether a file holds one whole JSON object on one of its first lines."""
    start = head.data.lstrip()
    if not start.startswith(b"{"):
        return False
    lines = start.split(b"\n")
    whole = lines if head.complete else lines[:-1]
    return any(isinstance(decoded(line), dict) for line in whole[:_FIRST_LINES])


def depth_of(head: Head, keys: tuple[str, ...] = ()) -> int | None:
    """Return at which depth the records of a file lie; None: no JSON objects.

    Parameters
    ----------
    head
        The beginning of the file.
    keys
        Names of lists that hold records inside an object: ``{"statuses": [{...}]}`` is depth 2.
    """
    start = head.data.lstrip()
    if re.match(rb"\[\s*\{", start):
        return 1
    if not start.startswith(b"{"):
        return None
    for key in keys:
        found = re.search(rb'"' + key.encode() + rb'"\s*:\s*\[', start)
        if found:
            return _depth_at(start[: found.end()])
    return 0


def _depth_at(start: bytes) -> int:
    bare = re.sub(rb'"(?:[^"\\]|\\.)*"', b"", start)
    return sum(map(bare.count, (b"{", b"["))) - sum(map(bare.count, (b"}", b"]")))


def first_object(head: Head, keys: tuple[str, ...] = ()) -> dict[str, Any] | None:
    """Return the first record of a head, None when there is none in it."""
    depth = depth_of(head, keys)
    if depth is None:
        return None
    if depth == 0 and is_lines(head):
        found = (decoded(line) for line in head.data.lstrip().split(b"\n")[:_FIRST_LINES])
        return next((one for one in found if isinstance(one, dict)), None)
    cutter = Cutter(depth, MAX_LINE_BYTES)
    for _, raw in cutter.feed(head.data):
        one = decoded(raw)
        return one if isinstance(one, dict) else None
    return None


def decoded(raw: bytes) -> Any:
    """Return what JSON text holds, None when it is none."""
    try:
        return _ANY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def json_records(
    source: Source,
    head: Head | None,
    rows: Rows,
    keys: tuple[str, ...] = (),
    *,
    depth: int | None = None,
    shown: Callable[[bytes], bytes] = bytes,
) -> Iterator[Line]:
    """Yield (line at which it begins, bytes) of each JSON object of a file.

    Parameters
    ----------
    source, head
        The file and its beginning.
    rows
        Takes what cannot be taken apart.
    keys
        As for `depth_of`.
    depth
        Where records lie, when that is known (`head` may then be None).
    shown
        What is kept of a rejected record: some files hold what must not be kept.
    """
    if depth is None and head is not None:
        depth = depth_of(head, keys)
    with source.open() as stream:
        if depth is None or (depth == 0 and head is not None and is_lines(head)):
            # 1. lines
            for number, raw in records(stream, source.name, rows):
                if raw and not raw.isspace():
                    yield number, raw
            return
        # 2. brackets
        yield from cut(stream, source.name, rows, Cutter(depth, MAX_LINE_BYTES), shown)


def each_record(found: Iterator[Line], rows: Rows, take: Callable[[int, bytes], None]) -> None:
    """Call `take` with each record, and hand full tables on; Python's search for garbage waits."""
    for some in _stretches(found):
        with undisturbed():
            for number, raw in some:
                take(number, raw)
                rows.flush_if_full()


def _stretches(found: Iterator[Line]) -> Iterator[list[Line]]:
    some: list[Line] = []
    size = 0
    for line in found:
        some.append(line)
        size += len(line[1])
        if size > _STRETCH_BYTES:
            yield some
            some, size = [], 0
    yield some


def cut(
    stream: Any,
    name: str,
    rows: Rows,
    cutter: Cutter,
    shown: Callable[[bytes], bytes] = bytes,
) -> Iterator[Line]:
    """Yield what a cutter cuts out of a stream; reject what it cannot.

    Parameters
    ----------
    stream, name
        The file and what messages call it.
    rows
        Takes the rejects.
    shown
        What of a rejected piece may be kept.
    """

    def reject(number: int, reason: str, raw: bytes) -> None:
        digest = hashlib.sha256(raw).hexdigest()
        rows.reject(f"{name}:{number}", None, reason, shown(raw), digest)

    try:
        for chunk in chunks(stream):
            yield from cutter.feed(chunk)
            if cutter.lost is not None:
                break
    except DAMAGE as error:
        number, raw = cutter.rest()
        reject(number, f"the file breaks off here: {error!s:.80}", raw)
        rows.note(f"{name} is damaged: what came before line {number} was read.")
        return
    finally:
        # 3. what is no record
        for number, raw in cutter.between:
            reject(number, "not a JSON object", raw)
    if cutter.lost is not None:
        number, raw = cutter.lost
        limit = MAX_LINE_BYTES // (1024 * 1024)
        reason = f"no record ends within {limit} MiB: the rest of the file was not read"
        reject(number, reason, raw)
    elif cutter.open:
        number, raw = cutter.rest()
        reject(number, _END_OF_FILE, raw)


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
        self._held_size = 0
        self._in_record = False
        self._line = 1
        self._outer: Line = (1, b"")
        #: What lies between records and should not; at most a thousand pieces.
        self.between: list[Line] = []
        #: The record that is too long, with its line.
        self.lost: Line | None = None

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
                yield self._record()
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
            line = self._line + sum(held.count(b"\n") for held in self._held)
            self._outer = (
                line + data.count(b"\n", 0, place),
                data[place : place + RAW_KEPT],
            )

    def _hold(self, piece: bytes) -> None:
        self._held.append(piece)
        self._held_size += len(piece)
        if self._held_size > self._limit and self.lost is None:
            self.lost = (self._line, b"".join(self._held)[:RAW_KEPT])

    def _record(self) -> Line:
        raw = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        line = self._line
        self._line += raw.count(b"\n")
        self._held, self._held_size, self._in_record = [], 0, False
        return line, raw

    def _gap(self, piece: bytes) -> None:
        if self._depth <= 1 and self._level >= 0:
            odd = piece.strip(_BETWEEN)
            if odd and b"{" not in odd and len(self.between) < 1000:
                line = self._line + piece.count(b"\n", 0, piece.find(odd))
                self.between.append((line, odd[:RAW_KEPT]))
        self._line += piece.count(b"\n")
