r"""Lines of a stream in bounded memory, and their text.

1. Bytes come in chunks; UTF-16 is turned into UTF-8 on the way, a byte order mark leaves.
2. Lines end with ``\n``, ``\r\n`` or ``\r``, mixed at will (JSON lines: ``\n`` only).
3. A line longer than `MAX_LINE_BYTES` is never held: its start and its hash are.
4. A damaged compressed file gives all lines before the damage, then the damage.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from fanal.readers.base import RAW_KEPT, Rows
from fanal.readers.streams import DAMAGE

#: A page of 500 posts is about 2 MB; a line of 32 MiB is no record.
MAX_LINE_BYTES: Final = 32 * 1024 * 1024
CHUNK_BYTES: Final = 1024 * 1024
_EITHER: Final = "fanal-windows-1252"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line too long to hold: its number, how it begins, its hash, its length in bytes."""

    number: int
    start: bytes
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Where a stream broke off: the line that was being read, what was read of it, and why."""

    number: int
    start: bytes
    reason: str


Line = tuple[int, bytes]
#: The number of the first line, and lines that follow each other.
Block = tuple[int, list[bytes]]


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a stream as UTF-8 (or as they are), without a byte order mark."""
    first = stream.read(CHUNK_BYTES)
    while 0 < len(first) < 4 and (more := stream.read(CHUNK_BYTES)):
        first += more
    if first.startswith(_UTF16):
        yield from _from_utf16(first, stream)
        return
    yield first.removeprefix(codecs.BOM_UTF8)
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def in_utf8(start: bytes) -> bytes:
    """Return the start of a file as `chunks` gives it; a half character at its end is lost."""
    if start.startswith(_UTF16):
        return (
            start[: len(start) // 2 * 2].decode("utf-16", "ignore").encode("utf-8", "replace")
        )
    return start.removeprefix(codecs.BOM_UTF8)


def _from_utf16(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    chunk = first
    while chunk:
        yield decoder.decode(chunk).encode("utf-8", "replace")
        chunk = stream.read(CHUNK_BYTES)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def lines(
    stream: BinaryIO, *, limit: int = MAX_LINE_BYTES, any_end: bool = False
) -> Iterator[Line | LongLine | Damage]:
    """Yield (number from 1, bytes) of each line; memory: one line of at most `limit` bytes.

    Parameters
    ----------
    stream
        Decompressed bytes.
    limit
        Longer lines come as `LongLine`.
    any_end
        True: a lone carriage return ends a line too, and each line keeps its end (CSV, where
        an end inside quotes is data). False: lines end at line feeds and come without them.
    """
    return _Lines(stream, limit, any_end=any_end).run()


class _Lines:
    """The state of `lines`: what is held of a line that has not ended yet."""

    def __init__(self, stream: BinaryIO, limit: int, *, any_end: bool) -> None:
        self._chunks = chunks(stream)
        self._limit = limit
        self._any_end = any_end
        self._number = 1
        self._held: list[bytes] = []
        self._size = 0
        self._hash = hashlib.sha256()

    def run(self) -> Iterator[Line | LongLine | Damage]:
        for found in self.blocks():
            if isinstance(found, LongLine | Damage):
                yield found
            else:
                yield from enumerate(found[1], found[0])

    def blocks(self) -> Iterator[Block | LongLine | Damage]:
        try:
            yield from self._all()
        except DAMAGE as error:
            start = b"".join(self._held)[:RAW_KEPT]
            yield Damage(self._number, start, f"the file breaks off here: {_words(error)}")

    def _all(self) -> Iterator[Block | LongLine]:
        for chunk in self._chunks:
            *whole, rest = self._split(chunk)
            yield from self._all_ended(whole)
            if rest:
                self._hold(rest)
        if self._size:
            yield self._ended(b"")

    def _all_ended(self, pieces: list[bytes]) -> Iterator[Block | LongLine]:
        # only the first can be long, and a file with a limit below a piece is read line by line
        alone = 1 if self._limit > 2 * CHUNK_BYTES else len(pieces)
        for piece in pieces[:alone]:
            yield self._ended(piece)
        if others := pieces[alone:]:
            yield self._number, others
            self._number += len(others)

    def _split(self, chunk: bytes) -> list[bytes]:
        if not self._any_end:
            return chunk.split(b"\n")
        if self._held and self._held[-1].endswith(b"\r") and self._size <= self._limit:
            chunk = self._take() + chunk  # only now it shows what kind of end the return was
        pieces = chunk.splitlines(keepends=True)
        # a return at the very end may be half of \r\n: wait for what follows
        if not pieces or not pieces[-1].endswith(b"\n"):
            return pieces or [b""]
        return [*pieces, b""]

    def _take(self) -> bytes:
        held = b"".join(self._held)
        self._held.clear()
        self._size = 0
        self._hash = hashlib.sha256()
        return held

    def _hold(self, piece: bytes) -> None:
        if self._size <= self._limit < self._size + len(piece):  # too long from here on
            self._hash = hashlib.sha256(b"".join(self._held))
            self._held = [b"".join(self._held)[:RAW_KEPT]]
        if self._size + len(piece) > self._limit:
            self._hash.update(piece)
            self._held = [(b"".join(self._held) + piece[:RAW_KEPT])[:RAW_KEPT]]
        else:
            self._held.append(piece)
        self._size += len(piece)

    def _ended(self, piece: bytes) -> Block | LongLine:
        number = self._number
        self._number += 1
        if not self._held and len(piece) <= self._limit:
            return number, [piece]
        self._hold(piece)
        if self._size > self._limit:
            found = LongLine(number, b"".join(self._held), self._hash.hexdigest(), self._size)
            self._take()
            return found
        return number, [self._take()]


def records(
    stream: BinaryIO,
    name: str,
    rows: Rows,
    *,
    any_end: bool = False,
    limit: int = MAX_LINE_BYTES,
) -> Iterator[Line]:
    """Yield the lines that can be held; reject the others, and a damaged end, by position."""
    for first, some in blocks(stream, name, rows, any_end=any_end, limit=limit):
        yield from enumerate(some, first)


def blocks(
    stream: BinaryIO,
    name: str,
    rows: Rows,
    *,
    any_end: bool = False,
    limit: int = MAX_LINE_BYTES,
) -> Iterator[Block]:
    """Yield what `records` yields, as many lines at once as one piece of the stream holds."""
    for found in _Lines(stream, limit, any_end=any_end).blocks():
        if isinstance(found, LongLine):
            reason = f"a line longer than {limit // (1024 * 1024)} MiB is no record"
            rows.reject(f"{name}:{found.number}", None, reason, found.start, found.sha256)
        elif isinstance(found, Damage):
            rows.reject(f"{name}:{found.number}", None, found.reason, found.start)
            rows.note(f"{name} is damaged: what came before line {found.number} was read.")
        else:
            yield found


def text_of(raw: bytes, number: int, rows: Rows) -> str:
    """Return the text of a line: UTF-8, bytes that are none as Windows-1252 with a note."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        sentence = f"Line {number} is not UTF-8: such bytes were read as Windows-1252."
        rows.note(sentence, once="encoding")
        return in_either(raw)


def in_either(raw: bytes) -> str:
    """Return bytes as UTF-8, and those that are none, one by one, as Windows-1252."""
    try:
        return raw.decode("utf-8", _EITHER)
    except LookupError:  # first use
        codecs.register_error(_EITHER, _as_cp1252)
        return raw.decode("utf-8", _EITHER)


def _as_cp1252(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


def _words(error: BaseException) -> str:
    if isinstance(error, EOFError):
        return "the compressed data is cut short"
    return f"{type(error).__name__}: {str(error)[:80]}"
