"""JSON objects one by one, out of lines, lists, nested lists or objects written one after another.

1. JSON lines are read line by line: damage costs one line.
2. Other files are cut by their brackets (`readers/cutter.py`): one record is in memory.
3. What lies between records and is no comma, a record that never closes, or one longer than the
   limit, is rejected with its place; nothing is dropped in silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from fanal.readers.base import Head, Rows, Source
from fanal.readers.cutter import Cutter
from fanal.readers.lines import MAX_LINE_BYTES, Line, chunks, records
from fanal.readers.streams import DAMAGE
from fanal.readers.undisturbed import undisturbed

_ANY: Final = msgspec.json.Decoder()
#: Bytes of records that are made rows of at once.
_STRETCH_BYTES: Final = 2 * 1024 * 1024
#: Lines looked at to tell JSON lines from JSON over several lines; the first may be damaged.
_FIRST_LINES: Final = 20
_TOO_LONG: Final = f"a record longer than {MAX_LINE_BYTES // (1024 * 1024)} MiB"
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
            while cutter.too_long:
                number, raw = cutter.too_long.pop()
                reject(number, _TOO_LONG, raw)
    except DAMAGE as error:
        number, raw = cutter.rest()
        reject(number, f"the file breaks off here: {error!s:.80}", raw)
        rows.note(f"{name} is damaged: what came before line {number} was read.")
        return
    finally:
        # 3. what is no record
        for number, raw in cutter.between:
            reject(number, "not a JSON object", raw)
    if cutter.open:
        number, raw = cutter.rest()
        reject(number, _END_OF_FILE, raw)


__all__ = [
    "Cutter", "cut", "decoded", "depth_of", "each_record", "first_object", "is_lines",
    "json_records",
]  # fmt: skip
