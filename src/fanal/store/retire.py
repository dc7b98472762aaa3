"""An input leaves a case; what it was the first to hold is taken from the duplicates of others.

1. Its parts go off the list.
2. Of each post whose first row went, the earliest duplicate of another input becomes the first.
3. The patch is made anew from the duplicates that are left.
"""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np

from fanal.errors import CaseError
from fanal.store.dedupe import split
from fanal.store.folder import Change, Folder, Snapshot
from fanal.store.parts import Part, undone_on_failure
from fanal.store.patch import PART_STRIDE, fills_table, numbered_sql, write_patch
from fanal.store.query import ADD_MEMORY, by_table, connected, cpu_count

_LAST = 2**62


def remove_input(folder: Folder, input_id: str) -> None:
    """Take an input out of the case, in one transaction.

    Raises
    ------
    CaseError
        If the case holds no such input.
    """

    def work(state: Snapshot) -> Change:
        if all(item.id != input_id for item in state.inputs):
            raise CaseError(
                f"{folder.path}: no input {input_id}.",
                hint=f"`fanal show {folder.path}` lists the inputs and their ids.",
            )
        return retired(folder, state, input_id)

    def also(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM input WHERE id = ?", (input_id,))

    folder.commit(work, also)


def retired(folder: Folder, state: Snapshot, input_id: str) -> Change:
    """Return the change that takes an input out of a state."""
    # 1. its parts
    change = Change(gone=tuple(part.path for part in state.parts if part.input == input_id))
    with undone_on_failure(folder.path) as new:
        change = change.then(_promoted(folder, state.after(change)))
        new.extend(change.new)
        return change.then(patch_anew(folder, state.after(change)))


def _promoted(folder: Folder, state: Snapshot) -> Change:
    # 2. earliest duplicates of posts that have no first row any more
    parts = duplicates_in_order(state)
    if not parts:
        return Change()
    listed = by_table(state.parts)
    with connected(folder.path, listed, threads=cpu_count(), memory=ADD_MEMORY) as connection:
        places = _orphans(connection, folder.path, parts)
    gone: list[str] = []
    with undone_on_failure(folder.path) as new:
        for n in np.unique(places // PART_STRIDE):
            rows = places[places // PART_STRIDE == n] % PART_STRIDE
            gone.append(parts[n].path)
            made = split(folder.path, parts[n], rows, inside="posts", outside="posts_duplicate")
            new.extend(in_its_place(part, parts[n]) for part in made)
    return Change(gone=tuple(gone), new=tuple(new))


def _orphans(
    connection: duckdb.DuckDBPyConnection, folder: Path, parts: list[Part]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    sql = f"""
        WITH later AS ({numbered_sql(folder, parts, ("post",))})
        SELECT min(o) AS o FROM later ANTI JOIN posts_first USING (post)
        GROUP BY post ORDER BY o"""
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        connection.sql(sql).to_arrow_table().column("o").to_numpy()
    )
    return found


def patch_anew(folder: Folder, state: Snapshot) -> Change:
    """Return the change that replaces the patch by one made from all duplicates."""
    # 3. nothing of the old patch is kept
    listed = by_table(state.parts)
    gone = tuple(part.path for part in listed.get("posts_patch", ()))
    parts = duplicates_in_order(state)
    if not parts:
        return Change(gone=gone)
    with connected(folder.path, listed, threads=cpu_count(), memory=ADD_MEMORY) as connection:
        fills_table(connection, folder.path, "posts_first", parts)
        part = write_patch(connection, folder.path, "SELECT * FROM fills")
    return Change(gone=gone, new=() if part is None else (part,))


def duplicates_in_order(state: Snapshot) -> list[Part]:
    """Return the parts of duplicates in the order in which inputs and parts were added."""
    place = {item.id: item.seq for item in state.inputs}
    parts = [part for part in state.parts if part.table == "posts_duplicate"]
    return sorted(parts, key=lambda part: (place.get(part.input, _LAST), part.seq or _LAST))


def in_its_place(new: Part, old: Part) -> Part:
    """Return a new part with the place of the one that it replaces, if it is of its table."""
    return replace(new, seq=old.seq) if new.table == old.table else new
