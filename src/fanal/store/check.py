"""Is a case what was written? Every problem is one sentence with what to do.

1. The catalogue: SQLite's own check, then the seal over its rows.
2. Each listed part: there, of its size, with its hash and number of rows, of a known schema.
3. The references between rows: no part of an input or run that the catalogue does not know.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.errors import StoreError
from fanal.store.catalogue import is_sealed
from fanal.store.folder import Folder
from fanal.store.parts import Part, file_sha256
from fanal.store.records import Input, inputs_of, parts_of, runs_of
from fanal.store.schema import SCHEMA_KEY

_COPY = "Put back a copy of the case folder, or make a new case and add the files again."


def problems(folder: Folder) -> list[str]:
    """Return what is wrong with a case, one sentence each; empty when all is as written.

    Cost: every part is read once (about 1 GB/s).
    """
    try:
        with folder.catalogue.reading() as connection:
            found = list(_catalogue_problems(folder.path, connection))
            inputs = {item.id: item for item in inputs_of(connection)}
            runs = {row.id for row in runs_of(connection)}
            parts = parts_of(connection, run=None)
    except StoreError as error:
        return [str(error)]
    except (ValueError, TypeError) as error:  # JSON that is none
        return [f"{folder.path}: the catalogue of this case is damaged ({error}). {_COPY}"]
    for part in parts:
        found.extend(_part_problems(folder.path, part, inputs))
        found.extend(_reference_problems(folder.path, part, inputs, runs))
    return found


def _catalogue_problems(folder: Path, connection: sqlite3.Connection) -> Iterator[str]:
    # 1. pages, then rows
    said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if said != ["ok"]:
        yield f"{folder}: the catalogue of this case is damaged ({said[0]}). {_COPY}"
    if not is_sealed(connection):
        yield (
            f"{folder}: the catalogue of this case is damaged: its rows do not match its seal."
            f" {_COPY}"
        )


def _part_problems(folder: Path, part: Part, inputs: dict[str, Input]) -> Iterator[str]:
    # 2. the file itself
    file = folder / part.path
    what_to_do = _remedy(folder, part, inputs)
    try:
        size = file.stat().st_size
        digest = file_sha256(file)
    except FileNotFoundError:
        yield f"{part.path} is missing. {what_to_do}"
        return
    except OSError as error:
        yield f"{part.path} cannot be read ({error.strerror or error}). {what_to_do}"
        return
    if (size, digest) != (part.bytes, part.sha256):
        yield f"{part.path} is not what was written ({size:,} bytes). {what_to_do}"
        return
    yield from _content_problems(file, part, what_to_do)


def _content_problems(file: Path, part: Part, what_to_do: str) -> Iterator[str]:
    try:
        metadata = pq.read_metadata(file)
    except (pa.ArrowException, OSError) as error:
        yield f"{part.path} is no Parquet file ({error}). {what_to_do}"
        return
    schema = (metadata.metadata or {}).get(SCHEMA_KEY, b"").decode()
    if metadata.num_rows != part.rows or schema != str(part.schema):
        yield (
            f"{part.path} holds {metadata.num_rows:,} rows of schema {schema or 'none'}, the"
            f" catalogue says {part.rows:,} of schema {part.schema}. {what_to_do}"
        )


def _remedy(folder: Path, part: Part, inputs: dict[str, Input]) -> str:
    if part.run:
        return f"It is a result of run {part.run}: `fanal replay {folder} {part.run}`."
    if part.input in inputs:
        name = inputs[part.input].name
        return (
            f"It came from {name}: `fanal remove {folder} {part.input}`, then `fanal add` {name}"
            " again."
        )
    return "It is made from the other parts: remove any input and add it again."


def _reference_problems(
    folder: Path, part: Part, inputs: dict[str, Input], runs: set[str]
) -> Iterator[str]:
    # 3. rows that point at nothing
    if (part.input and part.input not in inputs) or (part.run and part.run not in runs):
        yield f"{folder}: {part.path} belongs to nothing that the catalogue knows. {_COPY}"
