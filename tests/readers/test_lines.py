"""Lines in bounded memory."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.readers import lines as module
from fanal.readers.base import Rows
from fanal.readers.lines import MAX_LINE_BYTES, Damage, LongLine, lines, records

MIB = 1024 * 1024


class Long(io.RawIOBase):
    """A stream of one line: a start, `mib` MiB of one letter, an end."""

    def __init__(self, mib: int) -> None:
        super().__init__()
        self._pieces = iter(
            [b'{"id": "1"}\n{"text": "', *[b"x" * MIB] * mib, b'"}\n{"id": "2"}\n']
        )

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece."""
        return next(self._pieces, b"")


def taken(
    rows_from: BinaryIO, limit: int = MAX_LINE_BYTES
) -> tuple[list[tuple[int, bytes]], Rows]:
    """Return the lines kept, and the sink with the others."""
    rows = Rows("test", lambda _name, _rows: None)
    return list(records(rows_from, "f", rows, limit=limit)), rows


@pytest.mark.slow
def test_a_line_of_one_gigabyte_is_rejected_and_never_held() -> None:
    tracemalloc.start()
    kept, rows = taken(cast("BinaryIO", Long(1024)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [number for number, _ in kept] == [1, 3]
    assert peak < 3 * MAX_LINE_BYTES
    ((_, position, _, reason, raw, _),) = rows.rejects
    assert position == "f:2"
    assert reason == "a line longer than 32 MiB is no record"
    assert len(raw) == 4096


def test_a_long_line_is_hashed_whole() -> None:
    whole = b'{"text": "' + b"x" * (64 * MIB) + b'"}'
    kept, rows = taken(io.BytesIO(b"a\n" + whole + b"\nb\n"))
    assert kept == [(1, b"a"), (3, b"b")]
    ((_, position, _, _, raw, digest),) = rows.rejects
    assert position == "f:2"
    assert digest == hashlib.sha256(whole).hexdigest()
    assert raw == whole[:4096].decode()


def test_a_long_line_at_the_end_needs_no_end() -> None:
    found = list(lines(io.BytesIO(b"a\n" + b"y" * 100), limit=50))
    assert isinstance(found[1], LongLine)
    assert (found[1].number, found[1].size) == (2, 100)


@given(
    st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\r", b'"', b"x" * 30])),
    st.integers(1, 7),
)
def test_lines_do_not_depend_on_where_chunks_end(pieces: list[bytes], size: int) -> None:
    data = b"".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_BYTES", size)
        kept_ends = [line[1] for line in lines(io.BytesIO(data), any_end=True)]  # type: ignore[index]
        at_feeds = [line[1] for line in lines(io.BytesIO(data))]  # type: ignore[index]
    assert kept_ends == data.splitlines(keepends=True)
    assert at_feeds == data.removesuffix(b"\n").split(b"\n") if data else not at_feeds


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(1, 9))
def test_long_lines_are_found_wherever_chunks_end(sizes: list[int], size: int) -> None:
    whole = [bytes([65 + n % 26]) * length for n, length in enumerate(sizes)]
    data = b"".join(line + b"\n" for line in whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_BYTES", size)
        found = list(lines(io.BytesIO(data), limit=20))
    assert len(found) == len(whole)
    for line, expected in zip(found, whole, strict=True):
        if len(expected) > 20:
            assert isinstance(line, LongLine)
            assert line.sha256 == hashlib.sha256(expected).hexdigest()
        else:
            assert isinstance(line, tuple)
            assert line[1] == expected


def test_a_stream_that_fails_gives_its_lines_and_then_the_damage() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(4)
            if not data:
                raise EOFError("end")
            return data

    *kept, damage = lines(Failing(b"one\ntwo\nthr"))
    assert kept == [(1, b"one"), (2, b"two")]
    assert isinstance(damage, Damage)
    assert (damage.number, damage.start) == (3, b"thr")
