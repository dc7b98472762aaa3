"""A stream of text cut into blocks of whole lines, with the number of the first."""

from __future__ import annotations

from collections.abc import Iterator

from fanal.about.reading.base import Log, Tally, at_line
from fanal.errors import ReaderError
from fanal.readers.streams import DAMAGE

#: Bytes read at once: some 100,000 rows.
BLOCK_BYTES = 8 * 1024 * 1024
#: A longer line is no record.
MAX_LINE_BYTES = 1024 * 1024
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def blocks(log: Log, tally: Tally) -> Iterator[tuple[int, bytes]]:
    """Yield (number of the first line, whole lines); a damaged end is noted and ends it."""
    number = 1
    try:
        for block in _whole_lines(log):
            if block.find(b"\n") < 0 and len(block) > MAX_LINE_BYTES:
                tally.reject(log.name, "", "a line longer than 1 MiB", at_line(number))
            else:
                yield number, block
            number += max(block.count(b"\n"), 1)
    except DAMAGE:
        tally.reject(log.name, "", "the file breaks off here", at_line(number))
        tally.note(f"{log.name} is damaged: what came before about line {number:,} was read.")


def _whole_lines(log: Log) -> Iterator[bytes]:
    rest = b""
    with log.open() as stream:
        first = True
        while piece := stream.read(BLOCK_BYTES):
            data = rest + piece
            if first and len(data) >= 3:
                data, first = _begun(log.name, data), False
            end = data.rfind(b"\n") + 1
            whole, rest = data[:end], data[end:]
            if whole:
                yield whole
            if len(rest) > BLOCK_BYTES:
                rest = rest[: MAX_LINE_BYTES + 1]  # no record: what follows is not kept
    if rest.strip():
        yield rest


def _begun(name: str, data: bytes) -> bytes:
    if data.startswith(_UTF16_MARKS):
        raise ReaderError(f"{name}: UTF-16 text", hint="Save it as UTF-8.")
    return data.removeprefix(_UTF8_MARK)
