"""Rows of the catalogue as Python values, and the SQL that reads and writes them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fanal.store.parts import Part

#: Tables of a catalogue, format 1. `mark` holds what a person notes on an account or a post.
DEFINITION = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE input (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  sha256 TEXT NOT NULL, size INTEGER NOT NULL, reader TEXT NOT NULL,
  reader_version INTEGER NOT NULL, mapping TEXT NOT NULL, added_at INTEGER NOT NULL,
  filled INTEGER NOT NULL, skipped TEXT NOT NULL, rejected TEXT NOT NULL,
  notes TEXT NOT NULL, blind_spot TEXT NOT NULL, version TEXT NOT NULL);
CREATE TABLE part (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  rows INTEGER NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  input TEXT NOT NULL, run TEXT NOT NULL, schema INTEGER NOT NULL);
CREATE TABLE run (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL,
  parameters TEXT NOT NULL, version TEXT NOT NULL, made_at INTEGER NOT NULL,
  summary TEXT NOT NULL, erased INTEGER NOT NULL DEFAULT 0);
CREATE TABLE run_input (
  run TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
  input TEXT NOT NULL, input_name TEXT NOT NULL, PRIMARY KEY (run, position));
CREATE TABLE mark (
  subject TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, made_at INTEGER NOT NULL,
  PRIMARY KEY (subject, kind));
"""
TABLES = ("setting", "input", "part", "run", "run_input", "mark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file in a case: what it is, how it was read, what became of its records.

    Parameters
    ----------
    id
        16 hex digits over (content, reader, its version, mapping).
    name, sha256, size
        The file; bytes on disk.
    mapping
        ``{"mapping": {...}, "time_unit": "..."}``; empty for readers of a fixed shape.
    added_at
        Microseconds since 1970, UTC.
    kept, duplicates
        Posts of this file in the case; of these, rows of posts that were known already.
    filled
        Posts of which this file filled gaps when it was added.
    skipped, rejected
        Records by kind, and by reason.
    """

    id: str
    name: str
    sha256: str
    size: int
    reader: str
    reader_version: int
    mapping: Mapping[str, Any]
    added_at: int
    kept: int = 0
    duplicates: int = 0
    filled: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    blind_spot: str = ""
    version: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run as the catalogue holds it: what was asked, of what, and its summary."""

    id: str
    command: str
    parameters: Mapping[str, Any]
    version: str
    made_at: int
    summary: Mapping[str, Any]
    erased: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInput:
    """One part that a run read, and the file it came from."""

    name: str
    sha256: str
    input: str
    input_name: str


def canonical(value: Any) -> str:
    """Return JSON in one spelling: keys in order, no spaces, nothing lost to ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def parts_of(connection: sqlite3.Connection, *, run: str | None = "") -> tuple[Part, ...]:
    """Return listed parts, in order: of no run (the data), of one run, or all (None)."""
    sql = "SELECT path, name, rows, bytes, sha256, input, run, schema, seq FROM part"
    rows = (
        connection.execute(f"{sql} ORDER BY seq")
        if run is None
        else connection.execute(f"{sql} WHERE run = ? ORDER BY seq", (run,))
    )
    names = ("path", "table", "rows", "bytes", "sha256", "input", "run", "schema", "seq")
    return tuple(Part(**dict(zip(names, row, strict=True))) for row in rows)


def list_parts(connection: sqlite3.Connection, parts: Iterable[Part]) -> None:
    """List parts: in the place of the part each stands for (its `seq`), else at the end."""
    connection.executemany(
        "INSERT INTO part (path, name, rows, bytes, sha256, input, run, schema, seq)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                p.path,
                p.table,
                p.rows,
                p.bytes,
                p.sha256,
                p.input,
                p.run,
                p.schema,
                p.seq or None,
            )
            for p in parts
        ],
    )


def unlist_parts(connection: sqlite3.Connection, paths: Iterable[str]) -> None:
    """Take parts off the list; their files stay until swept."""
    connection.executemany("DELETE FROM part WHERE path = ?", [(path,) for path in paths])


def inputs_of(connection: sqlite3.Connection) -> tuple[Input, ...]:
    """Return the inputs in the order they were added, with their present counts."""
    counted = dict[tuple[str, str], int]()
    for input_id, name, rows in connection.execute(
        "SELECT input, name, sum(rows) FROM part WHERE run = '' GROUP BY input, name"
    ):
        counted[input_id, name] = rows
    rows = connection.execute(
        "SELECT id, name, sha256, size, reader, reader_version, mapping, added_at, filled,"
        " skipped, rejected, notes, blind_spot, version, seq FROM input ORDER BY seq"
    ).fetchall()
    return tuple(_input(row, counted) for row in rows)


def _input(row: Sequence[Any], counted: Mapping[tuple[str, str], int]) -> Input:
    again = counted.get((row[0], "posts_duplicate"), 0)
    return Input(
        id=row[0],
        name=row[1],
        sha256=row[2],
        size=row[3],
        reader=row[4],
        reader_version=row[5],
        mapping=json.loads(row[6]),
        added_at=row[7],
        kept=counted.get((row[0], "posts"), 0) + again,
        duplicates=again,
        filled=row[8],
        skipped=json.loads(row[9]),
        rejected=json.loads(row[10]),
        notes=tuple(json.loads(row[11])),
        blind_spot=row[12],
        version=row[13],
        seq=row[14],
    )


def list_input(connection: sqlite3.Connection, item: Input) -> None:
    """List an input."""
    connection.execute(
        "INSERT INTO input (id, name, sha256, size, reader, reader_version, mapping, added_at,"
        " filled, skipped, rejected, notes, blind_spot, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            item.id,
            item.name,
            item.sha256,
            item.size,
            item.reader,
            item.reader_version,
            canonical(item.mapping),
            item.added_at,
            item.filled,
            canonical(item.skipped),
            canonical(item.rejected),
            canonical(list(item.notes)),
            item.blind_spot,
            item.version,
        ),
    )


def runs_of(connection: sqlite3.Connection) -> tuple[RunRow, ...]:
    """Return the runs in the order they were last asked for."""
    rows = connection.execute(
        "SELECT id, command, parameters, version, made_at, summary, erased, seq"
        " FROM run ORDER BY seq"
    )
    return tuple(
        RunRow(
            id=row[0],
            command=row[1],
            parameters=json.loads(row[2]),
            version=row[3],
            made_at=row[4],
            summary=json.loads(row[5]),
            erased=bool(row[6]),
            seq=row[7],
        )
        for row in rows
    )


def list_run(connection: sqlite3.Connection, run: RunRow, read: Sequence[RunInput]) -> None:
    """List a run and the parts it read."""
    connection.execute(
        "INSERT INTO run (id, command, parameters, version, made_at, summary)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            run.id,
            run.command,
            canonical(run.parameters),
            run.version,
            run.made_at,
            canonical(run.summary),
        ),
    )
    connection.executemany(
        "INSERT INTO run_input (run, position, name, sha256, input, input_name)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(run.id, n, r.name, r.sha256, r.input, r.input_name) for n, r in enumerate(read)],
    )


def unlist_run(connection: sqlite3.Connection, run: str) -> None:
    """Take a run off the list, and its outputs."""
    connection.execute("DELETE FROM part WHERE run = ?", (run,))
    connection.execute("DELETE FROM run_input WHERE run = ?", (run,))
    connection.execute("DELETE FROM run WHERE id = ?", (run,))


def run_inputs_of(connection: sqlite3.Connection, run: str) -> tuple[RunInput, ...]:
    """Return the parts that a run read, in order."""
    rows = connection.execute(
        "SELECT name, sha256, input, input_name FROM run_input WHERE run = ? ORDER BY position",
        (run,),
    )
    return tuple(RunInput(name=a, sha256=b, input=c, input_name=d) for a, b, c, d in rows)


def setting_of(connection: sqlite3.Connection, name: str, default: str = "") -> str:
    """Return a setting of the case."""
    row = connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
    return default if row is None else str(row[0])


def set_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a setting of the case."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
