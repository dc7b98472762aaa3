"""Runs: what was asked, of which parts, and what came out; kept as parts like all else.

1. A run's id is a hash over (command, parameters, version, parts read): asked again over the same
   rows it is the same run, and its stored result is given back.
2. A run is stale when the parts it read are no longer those of the case.
3. A run whose rows were erased while it computed is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.errors import CaseError, StoreError
from fanal.store.faults import plain_faults
from fanal.store.folder import Folder, Snapshot, snapshot_of
from fanal.store.parts import Part, sync_folder, undone_on_failure, write_part
from fanal.store.records import (
    RunInput,
    RunRow,
    canonical,
    list_parts,
    list_run,
    parts_of,
    run_inputs_of,
    runs_of,
)

#: Tables that each command reads: a change of others leaves its runs fresh.
READS: dict[str, tuple[str, ...]] = {"coordinate": ("posts", "posts_patch")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A run with its outputs and the parts it read."""

    row: RunRow
    read: tuple[RunInput, ...]
    tables: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A run in the list of a case: with its freshness, without its outputs."""

    row: RunRow
    read: tuple[RunInput, ...]
    stale: bool


def run_id(
    command: str, parameters: Mapping[str, Any], version: str, read: Sequence[RunInput]
) -> str:
    """Return the id of a run: 16 hex digits over all that its result depends on."""
    # 1. parts by what they hold, in no order
    facts = [command, dict(parameters), version, sorted(item.sha256 for item in read)]
    return hashlib.sha256(canonical(facts).encode()).hexdigest()[:16]


def parts_read(state: Snapshot, command: str) -> tuple[RunInput, ...]:
    """Return what a command reads of a state."""
    names = {item.id: item.name for item in state.inputs}
    return tuple(
        RunInput(
            name=part.table,
            sha256=part.sha256,
            input=part.input,
            input_name=names.get(part.input, ""),
        )
        for part in state.parts
        if part.table in READS[command]
    )


def listed_runs(folder: Folder) -> list[Listed]:
    """Return all runs in the order they were made."""
    with folder.catalogue.reading() as connection:
        state = snapshot_of(connection)
        runs = [(row, run_inputs_of(connection, row.id)) for row in runs_of(connection)]
    return [Listed(row=row, read=read, stale=_is_stale(state, row, read)) for row, read in runs]


def _is_stale(state: Snapshot, row: RunRow, read: Sequence[RunInput]) -> bool:
    # 2. same parts, in any order
    if row.command not in READS:
        return False
    now = parts_read(state, row.command)
    return sorted(item.sha256 for item in now) != sorted(item.sha256 for item in read)


def stored_run(folder: Folder, key: str) -> Stored | None:
    """Return a run with its outputs; None when the case holds no such run."""
    with folder.catalogue.reading() as connection:
        rows = [row for row in runs_of(connection) if row.id == key]
        read = run_inputs_of(connection, key)
        parts = parts_of(connection, run=key)
    if not rows:
        return None
    tables = {part.table: _table(folder.path, part) for part in parts}
    return Stored(row=rows[0], read=read, tables=tables)


def named_run(folder: Folder, name: str) -> str:
    """Return the id of the run that a person means: an id, or the beginning of only one.

    Raises
    ------
    CaseError
        If there is none, or more than one.
    """
    with folder.catalogue.reading() as connection:
        found = [row.id for row in runs_of(connection) if row.id.startswith(name) and name]
    if len(found) == 1 or name in found:
        return name if name in found else found[0]
    said = "several runs begin so" if found else "no such run"
    raise CaseError(
        f"{folder.path}: run {name!r}: {said}.",
        hint=f"`fanal show {folder.path}` lists the runs and their ids.",
    )


def _table(folder: Path, part: Part) -> pa.Table:
    with plain_faults(folder):
        try:
            table = pq.read_table(folder / part.path)
        except pa.ArrowInvalid as error:
            raise StoreError(
                f"{folder}: a stored result is damaged ({part.path}).",
                hint="Replay the run that it belongs to.",
            ) from error
    return table.replace_schema_metadata(None)


def keep_run(
    folder: Folder,
    state: Snapshot,
    row: RunRow,
    tables: Mapping[str, pa.Table],
    check: Callable[[], None] = lambda: None,
) -> None:
    """Keep a run over a state, with its outputs, in one transaction.

    Parameters
    ----------
    check
        Called before the commit; raises to keep nothing.

    Raises
    ------
    StoreError
        If rows of the case were erased since `state`.
    """
    with undone_on_failure(folder.path) as parts:
        for name, table in sorted(tables.items()):
            part = write_part(
                folder.path, name, table.schema, table.to_batches(), run_id=row.id, empty=True
            )
            parts.extend(part for part in (part,) if part is not None)
        check()
    try:
        _commit(folder, state, row, parts)
    finally:  # kept by another command meanwhile, refused, or interrupted when all was done
        folder.discard_unlisted(parts)


def _commit(folder: Folder, state: Snapshot, row: RunRow, parts: Sequence[Part]) -> None:
    sync_folder(folder.path)
    with folder.catalogue.writing() as connection:
        # 3. what was erased must not come back in a result
        if snapshot_of(connection).erasures != state.erasures:
            raise StoreError(
                f"{folder.path}: rows were erased while this was computed; the result is not kept.",
                hint="Give the same command again.",
            )
        if any(other.id == row.id for other in runs_of(connection)):
            return
        folder.check_present(parts)
        list_run(connection, row, parts_read(state, row.command))
        list_parts(connection, parts)
