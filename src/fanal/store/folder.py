"""One case folder as its store sees it: snapshots, questions, commits, and the sweep.

1. Heavy work is done against a snapshot of the listed parts, without any lock.
2. A commit takes the write lock, and goes through only if the list is still that snapshot;
   otherwise the work is done again on the new one.
3. Who reads while a writer replaces parts may find one missing: he asks once more.
4. Only a writer sweeps, and only files that no row has listed for a day.
5. A commit that fails may have failed after all was done (Ctrl-C): what it wrote is deleted only
   if the list, read anew, does not name it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import duckdb

from fanal.errors import StoreError
from fanal.model.tables import SCHEMA_VERSION
from fanal.store.catalogue import FILE_NAME, Catalogue
from fanal.store.checkpoints import UNDER_WAY
from fanal.store.faults import plain_faults
from fanal.store.parts import Part, delete_file, sync_folder
from fanal.store.query import MEMORY_SHARE, OVERFLOW, by_table, connected, interruptible
from fanal.store.records import (
    Input,
    inputs_of,
    list_parts,
    parts_of,
    set_setting,
    setting_of,
    unlist_parts,
)

Answer = TypeVar("Answer")
#: Age at which an unlisted file is taken for what a kill left, in microseconds: a day.
SWEPT_AFTER_US = 24 * 3600 * 1_000_000
#: Age at which a run that was broken off is taken for given up, in microseconds: a week.
FORGOTTEN_AFTER_US = 7 * SWEPT_AFTER_US
#: A commit gives up when other writers were faster this many times.
COMMIT_TRIES = 50


class Overtaken(Exception):  # noqa: N818 - no error: the work is done again
    """Raised inside a commit when something it rests on has changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a case at one moment: inputs, listed parts of data, erasures so far."""

    inputs: tuple[Input, ...]
    parts: tuple[Part, ...]
    erasures: int

    def after(self, change: Change) -> Snapshot:
        """Return what the state would be after a change."""
        gone = set(change.gone)
        kept = tuple(part for part in self.parts if part.path not in gone)
        return replace(self, parts=kept + change.new)


@dataclass(frozen=True, slots=True)
class Change:
    """Parts that go off the list, parts that come onto it."""

    gone: tuple[str, ...] = ()
    new: tuple[Part, ...] = ()

    def then(self, later: Change) -> Change:
        """Return this change and a later one as one; what came and went is in neither list."""
        passing = {part.path for part in self.new} & set(later.gone)
        return Change(
            gone=self.gone + tuple(path for path in later.gone if path not in passing),
            new=tuple(part for part in self.new if part.path not in passing) + later.new,
        )


class Folder:
    """One case folder.

    Parameters
    ----------
    path
        The folder; it must hold a catalogue for all but `create`.
    """

    def __init__(self, path: Path) -> None:
        try:
            str(path).encode()
        except UnicodeEncodeError as error:
            raise StoreError(
                f"{path}: the name of this folder is not UTF-8.",
                hint="Rename the folder, or choose another one.",
            ) from error
        self.path = path
        self.catalogue = Catalogue(path)

    def is_bare(self) -> bool:
        """Return whether the folder holds nothing but a case whose making was interrupted."""
        return all(file.name.startswith(FILE_NAME) for file in self.path.iterdir())

    def snapshot(self) -> Snapshot:
        """Return the present state.

        Raises
        ------
        StoreError
            If a part has a newer schema than this version reads.
        """
        with self.catalogue.reading() as connection:
            state = snapshot_of(connection)
        newest = max((part.schema for part in state.parts), default=0)
        if newest > SCHEMA_VERSION:
            with self.catalogue.reading() as connection:
                version = setting_of(connection, "written_by")
            raise StoreError(
                f"{self.path}: holds parts of schema {newest}, this version reads up to"
                f" {SCHEMA_VERSION}.",
                hint=f"Install fanal >= {version}.",
            )
        return state

    def ask(
        self,
        question: Callable[[duckdb.DuckDBPyConnection, Snapshot], Answer],
        *,
        threads: int = 0,
        memory: str = MEMORY_SHARE,
    ) -> Answer:
        """Return what `question` makes of a connection to the present state."""
        return self.of_present(
            lambda state: self.ask_of(state, question, threads=threads, memory=memory)
        )

    def of_present(self, work: Callable[[Snapshot], Answer]) -> Answer:
        """Return what `work` makes of the present state; asked twice if a part was replaced."""
        # 3. what was read of the old state is forgotten
        state = self.snapshot()
        try:
            return work(state)
        except StoreError:
            now = self.snapshot()
            if now.parts == state.parts:
                raise
        return work(now)

    def ask_of(
        self,
        state: Snapshot,
        question: Callable[[duckdb.DuckDBPyConnection, Snapshot], Answer],
        *,
        threads: int = 0,
        memory: str = MEMORY_SHARE,
    ) -> Answer:
        """Return what `question` makes of one state."""
        parts = by_table(state.parts)
        with connected(self.path, parts, threads=threads, memory=memory) as connection:
            return interruptible(connection, lambda: question(connection, state))

    def commit(
        self,
        work: Callable[[Snapshot], Change | None],
        also: Callable[[sqlite3.Connection], None],
        *,
        kept: Iterable[Part] = (),
    ) -> Snapshot | None:
        """Commit what `work` makes of the present state, in one transaction.

        Parameters
        ----------
        work
            Snapshot -> change, or None when nothing is to be done. Done again when another
            writer was faster.
        also
            What else belongs into the transaction; done before parts change.
        kept
            Parts that `work` builds upon and that stay on disk between its attempts.

        Returns
        -------
        Snapshot or None
            The state that the change was made to; None when nothing was to be done.
        """
        lasting = {part.path for part in kept}
        for _ in range(COMMIT_TRIES):
            state = self.snapshot()
            try:
                change = work(state)
            except StoreError:  # a file it reads was replaced and cleared away meanwhile?
                self.check_present(kept)
                if self.snapshot() == state:
                    raise
                continue
            if change is None:
                return None
            try:
                done = self._commit(state, change, also)
            except Overtaken:
                done = False
            except BaseException:
                self.discard_unlisted(change.new, but=lasting)
                raise
            if done:
                return state
            self.discard(change.new, but=lasting)
        raise StoreError(
            f"{self.path}: other commands were faster {COMMIT_TRIES} times.",
            hint="Wait until they are done, then give the same command again.",
        )

    def _commit(
        self,
        state: Snapshot,
        change: Change,
        also: Callable[[sqlite3.Connection], None],
    ) -> bool:
        sync_folder(self.path)
        with self.catalogue.writing() as connection:
            if snapshot_of(connection) != state:
                return False
            self.check_present(change.new)
            also(connection)
            self.unlist(connection, change.gone)
            list_parts(connection, change.new)
        return True

    def unlist(self, connection: sqlite3.Connection, paths: Sequence[str]) -> None:
        """Take parts off the list; the sweep counts the age of their files from now."""
        unlist_parts(connection, paths)
        for path in paths:
            with suppress(OSError):  # gone, or another's: then it is swept by its old age
                os.utime(self.path / path)

    def check_present(self, parts: Iterable[Part]) -> None:
        """Refuse to list a part whose file is gone (`forget` clears all that is not listed)."""
        for part in parts:
            if not (self.path / part.path).is_file():
                raise StoreError(
                    f"{self.path}: a file of this command was cleared away by another one.",
                    hint="Give the same command again.",
                )

    def discard(self, parts: Iterable[Part], *, but: Iterable[str] = ()) -> None:
        """Delete files of parts that were never listed."""
        lasting = set(but)
        for part in parts:
            if part.path not in lasting:
                delete_file(self.path / part.path)

    def discard_unlisted(self, parts: Iterable[Part], *, but: Iterable[str] = ()) -> None:
        """Delete files of parts that no row lists; none, when the list cannot be read."""
        # 5. what is left over is swept
        try:
            listed = self.listed()
        except StoreError:
            return
        self.discard(parts, but=listed.union(but))

    def listed(self) -> set[str]:
        """Return the paths of all listed parts, of data and of runs."""
        with self.catalogue.reading() as connection:
            return _listed(connection)

    def unlisted(self) -> list[Path]:
        """Return the files in ``parts/`` that no row lists."""
        with self.catalogue.reading() as connection:
            return self._unlisted(connection)

    def _unlisted(self, connection: sqlite3.Connection) -> list[Path]:
        listed, folder = _listed(connection), self.path / "parts"
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        return [file for file in found if f"parts/{file.name}" not in listed]

    def clear_unlisted(self) -> list[Path]:
        """Delete every file that no row lists, under the write lock; return what would not go.

        What another command was about to list is among it: that command finds so when it
        commits (`check_present`), and says to be given again.
        """
        with self.catalogue.writing() as connection:
            return [file for file in self._unlisted(connection) if not delete_file(file)]

    def sweep(self, now: int) -> int:
        """Delete files unlisted for a day, under the write lock; return how many.

        Parameters
        ----------
        now
            Microseconds since 1970, UTC.
        """
        for begins, age_us in ((OVERFLOW, SWEPT_AFTER_US), (UNDER_WAY, FORGOTTEN_AFTER_US)):
            for left in (self.path / "cache").glob(f"{begins}*"):
                if _is_old(left, now, age_us):
                    shutil.rmtree(left, ignore_errors=True)
        old = [file for file in self.unlisted() if _is_old(file, now)]
        if not old:
            return 0
        with self.catalogue.writing() as connection:
            listed = _listed(connection)
            return sum(delete_file(file) for file in old if f"parts/{file.name}" not in listed)

    def clear_cache(self) -> None:
        """Delete what is derived and can be made again."""
        with plain_faults(self.path):
            shutil.rmtree(self.path / "cache", ignore_errors=True)


def _listed(connection: sqlite3.Connection) -> set[str]:
    return {part.path for part in parts_of(connection, run=None)}


def _is_old(file: Path, now: int, age_us: int = SWEPT_AFTER_US) -> bool:
    try:
        return file.stat().st_mtime_ns // 1000 < now - age_us
    except FileNotFoundError:
        return False


def snapshot_of(connection: sqlite3.Connection) -> Snapshot:
    """Return the state that a connection to the catalogue sees."""
    return Snapshot(
        inputs=inputs_of(connection),
        parts=parts_of(connection),
        erasures=int(setting_of(connection, "erasures", "0")),
    )


def count_erasure(connection: sqlite3.Connection) -> None:
    """Note that rows were erased: work begun before must not be kept."""
    set_setting(connection, "erasures", str(int(setting_of(connection, "erasures", "0")) + 1))
