"""Mutated files: no traceback, no row lost from the counts, nothing that hangs.

50,000 mutated lines over all readers; ``bench/fuzz.py`` reads a million.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import numpy as np
import pytest

from fanal.errors import ReaderError
from fanal.readers import READERS
from fanal.readers.base import HEAD_BYTES, Head
from fanal.readers.recognise import recognise
from mutated import mutated_file, read_and_check, samples

SEED = 20_261_121
LINES = 50_000
LINES_OF_EACH = -(-LINES // len(READERS))
#: Seconds of processor time that a file of some tens of lines may take.
SLOWEST_S = 5.0


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_mutated_lines_are_kept_skipped_or_rejected(name: str) -> None:
    random = np.random.default_rng([SEED, len(name), *name.encode()])
    own = [data for reader, data in samples() if reader == name]
    lines = refused = files = 0
    while lines < LINES_OF_EACH:
        data, count = mutated_file(own[files % len(own)], random)
        began = time.process_time()
        refused += not read_and_check(name, data)
        assert time.process_time() - began < SLOWEST_S
        lines += count
        files += 1
    assert refused < files / 2, "most files must be read, or this tests nothing"


def test_the_lines_of_all_readers_are_fifty_thousand() -> None:
    assert LINES_OF_EACH * len(READERS) >= LINES
    assert {name for name, _ in samples()} == {reader.name for reader in READERS}


def noise() -> Iterator[bytes]:
    """Yield bytes that are no file of any kind."""
    random = np.random.default_rng(7)
    for _ in range(1000):
        size = int(random.integers(0, 300))
        data = random.integers(0, 256, size, dtype=np.uint8).tobytes()
        yield bytes(byte % 96 + 32 for byte in data) if size % 3 == 0 else data


def test_any_bytes_are_recognised_or_refused_in_words() -> None:
    for data in noise():
        head = Head("noise", data, complete=len(data) < HEAD_BYTES)
        with contextlib.suppress(ReaderError):
            recognise(head)
