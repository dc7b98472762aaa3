"""One file into a case: rows staged as parts, then listed in one transaction.

1. Rows stream into staged parts; nothing lists them yet.
2. Posts known already are set aside (`dedupe`), their values fill gaps (`patch`).
3. One commit lists input and parts; when another writer was faster, 2 is done again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from fanal.errors import CaseError
from fanal.model.tables import READ_TABLES
from fanal.store.dedupe import Seen, without_known
from fanal.store.folder import Change, Folder, Snapshot
from fanal.store.parts import Part, PartWriter, undone_on_failure
from fanal.store.patch import fills_table, merged_sql, write_patch
from fanal.store.query import ADD_MEMORY, by_table, connected, cpu_count
from fanal.store.records import Input, list_input
from fanal.store.retire import retired
from fanal.store.schema import arrow_schema, batch

_TABLES = {table.name: table for table in READ_TABLES}


class Staging:
    """Parts of one input while it is read; `take` is what a reader's sink flushes into.

    Parameters
    ----------
    folder
        The case.
    input_id
        The input that the rows come from.
    """

    def __init__(self, folder: Folder, input_id: str) -> None:
        self._folder, self._input = folder, input_id
        self._writers: dict[str, PartWriter] = {}
        self._seen = Seen()

    def take(self, name: str, rows: list[tuple[Any, ...]]) -> None:
        """Write rows of a table; posts met before in this file go to duplicates."""
        # 1. nothing but a list append per row happens in Python
        if name == "posts":
            first, again = self._seen.parted(rows)
            self._write("posts", name, first)
            self._write("posts_duplicate", name, again)
        else:
            self._write(name, name, rows)

    def _write(self, part: str, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._writer(part, table).write(batch(_TABLES[table], rows))

    def _writer(self, part: str, table: str) -> PartWriter:
        if part not in self._writers:
            schema = arrow_schema(_TABLES[table])
            self._writers[part] = PartWriter(
                self._folder.path, part, schema, input_id=self._input
            )
        return self._writers[part]

    def close(self) -> tuple[Part, ...]:
        """Bring all to the disk; return the staged parts, first rows before duplicates."""
        try:
            parts = tuple(self._writers[name].close() for name in sorted(self._writers))
        except BaseException:
            self.abort()
            raise
        self._writers.clear()
        self._seen = Seen()  # what comes next needs the room
        pa.default_memory_pool().release_unused()
        return parts

    def abort(self) -> None:
        """Leave nothing of what was staged."""
        for writer in self._writers.values():
            writer.abort()
        self._writers.clear()


@dataclass(slots=True)
class Adding:
    """One input on its way into the case.

    Parameters
    ----------
    folder
        The case.
    item
        The input; its counts of posts come from its parts.
    staged
        Its parts, not listed yet.
    replaces
        Id of an input that leaves in the same transaction; empty for none.
    """

    folder: Folder
    item: Input
    staged: tuple[Part, ...]
    replaces: str = ""
    _filled: int = field(default=0, init=False)

    def commit(self) -> Input | None:
        """List the input and return it with its counts; None when it was there already.

        Raises
        ------
        CaseError
            If another command added the same file with another mapping meanwhile.
        """
        try:
            state = self.folder.commit(self._change, self._list, kept=self.staged)
        except BaseException:
            self.folder.discard_unlisted(self.staged)
            raise
        self.folder.discard_unlisted(self.staged)
        if state is None:
            return None
        found = [item for item in self.folder.snapshot().inputs if item.id == self.item.id]
        return found[0] if found else self.item

    def _list(self, connection: sqlite3.Connection) -> None:
        if self.replaces:
            connection.execute("DELETE FROM input WHERE id = ?", (self.replaces,))
        list_input(connection, replace(self.item, filled=self._filled))

    def _change(self, state: Snapshot) -> Change | None:
        # 3. asked again for each state that the commit meets
        self._filled = 0
        if any(item.id == self.item.id for item in state.inputs):
            return None
        self._check_still_alone(state)
        leaving = Change()
        if any(item.id == self.replaces for item in state.inputs):
            leaving = retired(self.folder, state, self.replaces)
        with undone_on_failure(self.folder.path) as new:
            new.extend(leaving.new)
            return leaving.then(self._coming(state.after(leaving)))

    def _check_still_alone(self, state: Snapshot) -> None:
        for item in state.inputs:
            if item.sha256 == self.item.sha256 and item.id != self.replaces:
                raise CaseError(
                    f"{self.item.name}: this file was just added with another mapping"
                    f" (input {item.id}).",
                    hint="Pass --replace to read it anew with this mapping.",
                )

    def _coming(self, state: Snapshot) -> Change:
        # 2. keys first; whole rows only of what is set aside
        path, listed = self.folder.path, by_table(state.parts)
        with undone_on_failure(path, self.staged) as new:
            for part in self.staged:
                if part.table == "posts":
                    new.extend(without_known(path, listed, part, threads=cpu_count()))
                else:
                    new.append(part)
            change = Change(new=tuple(_first_rows_first(new)))
            return change.then(self._patch(state.after(change), change))

    def _patch(self, state: Snapshot, change: Change) -> Change:
        duplicates = [part for part in change.new if part.table == "posts_duplicate"]
        if not duplicates:
            return Change()
        listed = by_table(state.parts)
        old = listed.get("posts_patch", [])
        path = self.folder.path
        with connected(path, listed, threads=cpu_count(), memory=ADD_MEMORY) as connection:
            self._filled = fills_table(connection, path, "posts_whole", duplicates)
            if not self._filled:
                return Change()
            fills = "SELECT * FROM fills"
            sql = merged_sql("SELECT * FROM posts_patch", fills) if old else fills
            part = write_patch(connection, path, sql)
        return Change(
            gone=tuple(item.path for item in old), new=() if part is None else (part,)
        )


def _first_rows_first(parts: list[Part]) -> list[Part]:
    """Return parts with those of posts first; duplicates keep the order of their rows."""
    return sorted(parts, key=lambda part: part.table != "posts")
