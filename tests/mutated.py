"""Mutated files of every reader, and what must hold of whatever a reader makes of them.

Tests and benches read the same mutations: made from a generator, out of the invented samples.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from fanal.errors import ReaderError
from fanal.model.tables import READ_TABLES
from fanal.readers import READERS
from fanal.readers.base import Row, Rows, Settings, Source
from fanal.readers.recognise import recognise
from fanal.readers.sources import head
from fanal.store.schema import batch

SAMPLES = Path(__file__).resolve().parent / "contract" / "samples"
#: Bytes that formats give a meaning to.
SHARP = [bytes([code]) for code in b'{}[]",:;|\\\n\r\t\x00#@0e-'] + [
    b"\xff", b"\xc3", b"\\u0000", b"\\ud800", b"null", b"1e999", b'""', b"[[[[", b"9" * 40, b"\xef\xbb\xbf",
    b"{}", b"[]", b"true", b"-1", b'"x":{"x":', b"2024-13-45T99:99:99Z", b"=1+1", b"\xe2\x80\xa8",
]  # fmt: skip
#: Formats of which each line is one record, whatever became of it.
LINES = frozenset({"jsonl", "jetstream"})
_TABLES = {table.name: table for table in READ_TABLES}


@dataclass
class Outcome:
    """What came of many mutated files."""

    lines: Counter[str] = field(default_factory=Counter)
    files: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    broken: list[str] = field(default_factory=list)


def samples() -> Iterator[tuple[str, bytes]]:
    """Yield (name of its reader, content) of each sample."""
    for reader in READERS:
        for path in sorted((SAMPLES / reader.name).iterdir()):
            yield reader.name, path.read_bytes()


def mutated_line(line: bytes, random: np.random.Generator) -> bytes:
    """Return a line with a few bytes put in, left out, doubled or changed."""
    for _ in range(int(random.integers(1, 4))):
        at, to = sorted(int(place) for place in random.integers(0, len(line) + 1, 2))
        to = min(to, at + 40)
        choice = int(random.integers(4))
        if choice == 0:
            line = line[:at] + SHARP[int(random.integers(len(SHARP)))] + line[at:]
        elif choice == 1:
            line = line[:at] + line[to:]
        elif choice == 2:
            line = line[:to] + line[at:]
        else:
            line = line[:at] + bytes([int(random.integers(256))]) + line[at + 1 :]
    return line


def mutated_file(data: bytes, random: np.random.Generator) -> tuple[bytes, int]:
    """Return a file made out of a sample, and how many of its lines were mutated.

    Lines of records are drawn many times; one JSON document over several lines keeps its order.
    """
    lines = data.rstrip(b"\n").split(b"\n")
    if lines[0].strip() in {b"{", b"["}:
        chosen = set(random.integers(0, len(lines), int(random.integers(1, 8))).tolist())
    else:
        drawn = [lines[place] for place in random.integers(0, len(lines), 60).tolist()]
        # a first line with names stays as it is in most files, and so do most lines of a table:
        # where few have the width of the first, nothing tells the separator
        lines = [lines[0], *drawn]
        share = 1.0 if lines[0].startswith(b"{") else 0.3
        first = 1 if random.random() < 0.9 else 0
        chosen = {place for place in range(first, len(lines)) if random.random() < share}
    for place in chosen:
        lines[place] = mutated_line(lines[place], random)
    return b"\n".join(lines) + b"\n", len(chosen)


def read_and_check(name: str, data: bytes) -> bool:
    """Read a file as a reader's, check that the counts add up; return False when it is refused."""
    source = Source(
        name="mutated", path=Path("mutated"), sha256=hashlib.sha256(data).hexdigest(),
        size=len(data), open=lambda: io.BytesIO(data),
    )  # fmt: skip
    tables: dict[str, list[Row]] = {table.name: [] for table in READ_TABLES}
    rows = Rows("fuzz", lambda table, some: tables[table].extend(some))
    try:
        reader = recognise(head(source), name)
        reader.read(source, Settings(mapping={}), rows)
        rows.finish()
    except ReaderError:
        return False
    assert rows.kept == len(tables["posts"])
    assert rows.kept_accounts == len(tables["accounts"])
    assert rows.rejected.total() == len(tables["rejected"])
    if name in LINES:
        records = rows.kept + rows.skipped.total() + rows.rejected.total()
        assert records == _lines_with_content(data)
    for table, some in tables.items():
        batch(_TABLES[table], some)  # every value is of its column's type, and fits
    return True


def read_mutated(random: np.random.Generator, lines_of_each: int) -> Outcome:
    """Mutate at least so many lines of each reader's samples, read them, and count."""
    outcome = Outcome()
    every = list(samples())
    of_reader = Counter(name for name, _ in every)
    for name, data in every:
        wanted = outcome.lines[name] + -(-lines_of_each // of_reader[name])
        while outcome.lines[name] < wanted:
            made, count = mutated_file(data, random)
            began = time.process_time()
            try:
                outcome.refused += not read_and_check(name, made)
            except Exception as error:  # noqa: BLE001 - what nobody foresaw is what is looked for
                digest = hashlib.sha256(made).hexdigest()[:12]
                outcome.broken.append(f"{name}, file {digest}: {type(error).__name__}: {error}")
            taken = time.process_time() - began
            outcome.files += 1
            outcome.lines[name] += count
            if taken > outcome.slowest_s:
                outcome.slowest_s, outcome.slowest = taken, name
    return outcome


def _lines_with_content(data: bytes) -> int:
    data = data.removeprefix(b"\xef\xbb\xbf")
    return sum(not (line == b"" or line.isspace()) for line in data.split(b"\n"))
