"""Runs: what was asked, of which parts, and what came out; kept as parts like all else.

1. A run's id is a hash over (command, parameters, version, parts read): asked again over the same
   rows it is the same run, and its stored result is given back.
2. A run is stale when the parts it read are no longer those of the case.
3. A run whose rows were erased while it computed is not kept.
4. A run whose outputs are not as they were written is as good as none: asked again, it is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.errors import CaseError, StoreError
from fanal.store.faults import plain_faults
from fanal.store.folder import Folder, Snapshot, snapshot_of
from fanal.store.parts import Part, is_as_written, sync_folder, undone_on_failure, write_part
from fanal.store.records import (
    RunInput,
    RunRow,
    canonical,
    list_parts,
    list_run,
    parts_of,
    run_inputs_of,
    runs_of,
    unlist_run,
)

#: Tables that each command reads: a change of others leaves its runs fresh.
READS: dict[str, tuple[str, ...]] = {"coordinate": ("posts", "posts_patch", "removals")}


class LostResultError(StoreError):
    """The outputs of a run are missing or damaged, or were erased."""


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
    """Return all runs in the order they were last asked for."""
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
    """Return a run with its outputs; None when the case holds no such run.

    Raises
    ------
    LostResultError
        If its outputs are not what was written.
    """
    run = run_row(folder, key)
    if run is None:
        return None
    with folder.catalogue.reading() as connection:
        parts = parts_of(connection, run=key)
    if run.row.erased and not parts:
        raise LostResultError(
            f"{folder.path}: rows that run {key} read have been erased since, and its result"
            " with them.",
            hint=f"`fanal replay {folder.path} {key}` makes it again of what is left.",
        )
    return replace(run, tables={part.table: _table(folder.path, part) for part in parts})


def run_row(folder: Folder, key: str) -> Stored | None:
    """Return a run without its outputs; None when the case holds no such run."""
    with folder.catalogue.reading() as connection:
        rows = [row for row in runs_of(connection) if row.id == key]
        read = run_inputs_of(connection, key)
    return Stored(row=rows[0], read=read, tables={}) if rows else None


def count_as_latest(folder: Folder, key: str) -> None:
    """Put a run that was asked for again at the end of the list, if the case can be written."""
    with folder.catalogue.reading() as connection:
        if runs_of(connection)[-1].id == key:
            return
    with suppress(StoreError), folder.catalogue.writing() as connection:
        connection.execute(
            "UPDATE run SET seq = (SELECT max(seq) + 1 FROM run) WHERE id = ?", (key,)
        )


def drop_outputs(folder: Folder, key: str) -> None:
    """Take the outputs of a run off the list; the run itself stays."""
    with folder.catalogue.writing() as connection:
        folder.unlist(connection, [part.path for part in parts_of(connection, run=key)])


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
    # 4. every byte is looked at: a flipped one can change a number
    if not is_as_written(folder, part):
        raise LostResultError(
            f"{folder}: a stored result is missing or damaged ({part.path}).",
            hint=f"`fanal replay {folder} {part.run}` makes it again.",
        )
    with plain_faults(folder):
        return pq.read_table(folder / part.path).replace_schema_metadata(None)


def keep_run(
    folder: Folder,
    state: Snapshot,
    row: RunRow,
    tables: Mapping[str, pa.Table],
    check: Callable[[], None] = lambda: None,
) -> None:
    """Keep a run over a state, with its outputs, in one transaction.

    A run of the same id is left as it is, or replaced when its outputs are not as written.

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


def _is_whole(folder: Path, old: Sequence[Part], new: Sequence[Part]) -> bool:
    """Return whether a stored run has all its outputs, as they were written."""
    # 4. whoever asks the same at the same time keeps one
    tables = {part.table for part in old}
    return tables >= {part.table for part in new} and all(
        is_as_written(folder, part) for part in old
    )


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
            old = parts_of(connection, run=row.id)
            if _is_whole(folder.path, old, parts):
                return
            folder.unlist(connection, [part.path for part in old])
            unlist_run(connection, row.id)
        folder.check_present(parts)
        list_run(connection, row, parts_read(state, row.command))
        list_parts(connection, parts)
