"""Mutated files: no traceback, no row lost from the counts."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest

from fanal.errors import ReaderError
from fanal.readers import READERS
from fanal.readers.base import HEAD_BYTES, Head
from fanal.readers.recognise import recognise
from reading import read_path

SAMPLES = Path(__file__).resolve().parents[1] / "contract" / "samples"
FILES = [
    pytest.param(path, reader.name, id=f"{reader.name}-{path.name}")
    for reader in READERS
    for path in sorted((SAMPLES / reader.name).iterdir())
]
#: Bytes that formats give a meaning to.
SHARP = [bytes([code]) for code in b'{}[]",:;|\\\n\r\t\x00#@0e-'] + [
    b"\xff", b"\xc3", b"\\u0000", b"\\ud800", b"null", b"1e999", b'""', b"[[[[", b"9" * 40, b"\xef\xbb\xbf",
]  # fmt: skip


def mutated(data: bytes, random: np.random.Generator) -> bytes:
    """Return data with a few bytes inserted, removed, doubled or moved."""
    for _ in range(int(random.integers(1, 5))):
        at, to = sorted(int(place) for place in random.integers(0, len(data) + 1, 2))
        to = min(to, at + 40)
        choice = int(random.integers(4))
        if choice == 0:
            data = data[:at] + SHARP[int(random.integers(len(SHARP)))] + data[at:]
        elif choice == 1:
            data = data[:at] + data[to:]
        elif choice == 2:
            data = data[:to] + data[at:]
        else:
            data = data[:at] + bytes([int(random.integers(256))]) + data[at + 1 :]
    return data


def lines_with_content(data: bytes) -> int:
    """Return how many lines hold more than white space."""
    return sum(not (line == b"" or line.isspace()) for line in data.split(b"\n"))


@pytest.mark.parametrize(("path", "name"), FILES)
def test_mutated_lines_are_kept_skipped_or_rejected(
    path: Path, name: str, tmp_path: Path
) -> None:
    """500 mutations of each sample: 4,000 and more in all."""
    random = np.random.default_rng(20_261_121)
    whole = path.read_bytes() * 3
    other = tmp_path / path.name
    refused = 0
    for _ in range(500):
        data = mutated(whole, random)
        other.write_bytes(data)
        try:
            found = read_path(other, reader=name)
        except ReaderError:
            refused += 1
            continue
        assert found.rows.kept == len(found.posts)
        assert found.rows.rejected.total() == len(found.rejected)
        if name == "jsonl":  # one record a line, whatever became of it
            assert found.records == lines_with_content(data.removeprefix(b"\xef\xbb\xbf"))
        json.dumps([found.posts, found.accounts, found.counts, found.rejected])
    assert refused < 350


def test_any_bytes_are_recognised_or_refused_in_words() -> None:
    random = np.random.default_rng(7)
    for _ in range(1000):
        size = int(random.integers(0, 300))
        data = random.integers(0, 256, size, dtype=np.uint8).tobytes()
        if size % 3 == 0:
            data = bytes(byte % 96 + 32 for byte in data)
        head = Head("noise", data, complete=size < HEAD_BYTES)
        with contextlib.suppress(ReaderError):
            recognise(head)
