"""Erase accounts and posts from a case, for good, and keep the rest verifiable.

1. What must not stay is found (`erasure`).
2. Each part that holds some of it is written anew without (`rewrite`); the patch is made anew.
   Results are dropped whole: of runs that read such a part, that name what must not stay, that
   cannot be read, or that read parts which are gone, so that nobody can tell what is in them.
3. One transaction: new parts for old, runs without results marked, a tombstone with counts and
   nothing else.
4. Every file that no row lists is deleted at once, the cache too; what the system does not let go
   is said. Work of other commands that was under way is refused when it commits.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal import __version__
from fanal.errors import StoreError
from fanal.store.dedupe import batches
from fanal.store.erasure import ERASED, Gone, Wanted, what_goes
from fanal.store.faults import plain_faults
from fanal.store.folder import Change, Folder, Overtaken, Snapshot, count_erasure
from fanal.store.parts import Part, is_as_written, undone_on_failure, write_part
from fanal.store.query import by_table, connected
from fanal.store.records import (
    RunInput,
    RunRow,
    canonical,
    inputs_of,
    list_run,
    parts_of,
    run_inputs_of,
    runs_of,
    setting_of,
)
from fanal.store.retire import in_its_place, patch_anew
from fanal.store.rewrite import Rewrite, Rewriter


@dataclass(slots=True)
class Erased:
    """What an erasure did: rows by table, files the system kept, what it cannot reach."""

    counts: Counter[str] = field(default_factory=Counter)
    left_behind: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def erase(folder: Folder, wanted: Wanted, now: int) -> Erased:
    """Erase what is wanted and return what was done.

    Parameters
    ----------
    now
        Microseconds since 1970, UTC; the tombstone's time.
    """
    work = _Erasure(folder, wanted, now)
    try:
        folder.commit(work.change, work.record)
    except BaseException:
        if (
            work.is_recorded()
        ):  # interrupted when all was done: nothing of it stays all the same
            _clear(folder)
        raise
    return Erased(counts=work.counts, left_behind=_clear(folder), notes=work.notes)


def _clear(folder: Folder) -> list[str]:
    # 4. nothing of it stays on disk
    left = folder.clear_unlisted()
    folder.clear_cache()
    return [f"parts/{file.name}" for file in left]


class _Erasure:
    def __init__(self, folder: Folder, wanted: Wanted, now: int) -> None:
        self._folder, self._wanted, self._now = folder, wanted, now
        self.counts: Counter[str] = Counter()
        self.notes: list[str] = []
        self._touched: set[str] = set()
        self._outputs: tuple[Part, ...] = ()
        self._read: dict[str, tuple[RunInput, ...]] = {}
        self._runs: set[str] = set()
        self._rewriter: Rewriter
        self._recorded = ""

    def change(self, state: Snapshot) -> Change:
        """Return the change; made again for each state that the commit meets."""
        path, listed = self._folder.path, by_table(state.parts)
        self.counts, self._touched = Counter(), set()
        # 1. what must not stay
        with connected(path, listed) as connection:
            gone = what_goes(connection, path, listed, self._wanted)
        self._rewriter = Rewriter(gone, self._wanted.before)
        # 2. data, then the patch from it, then results
        with undone_on_failure(path) as made:
            data = [part for part in state.parts if part.table != "posts_patch"]
            change = self._rewritten(data, made)
            if change.gone:
                patch = patch_anew(self._folder, state.after(change))
                made.extend(patch.new)
                self._touched.update(
                    {part.sha256 for part in listed.get("posts_patch", ())}
                    - {part.sha256 for part in patch.new}
                )
                change = change.then(patch)
            with self._folder.catalogue.reading() as catalogue:
                self._outputs = _outputs(catalogue)
                self._read = {
                    part.run: run_inputs_of(catalogue, part.run) for part in self._outputs
                }
            change = change.then(Change(gone=self._dropped(state)))
            self.counts.update(+self._rewriter.counts)
            self.notes = self._beyond(state.after(change), gone)
        return change

    def _rewritten(self, parts: Sequence[Part], made: list[Part]) -> Change:
        change = Change()
        for part in parts:
            new, changed = _written_anew(self._folder.path, part, self._rewriter.of(part.table))
            if not changed:
                self._folder.discard(new)
                continue
            made.extend(new)
            self._touched.add(part.sha256)
            self.counts.update(+Counter({part.table: part.rows - sum(p.rows for p in new)}))
            change = change.then(Change(gone=(part.path,), new=new))
        return change

    def _dropped(self, state: Snapshot) -> tuple[str, ...]:
        """Return the paths of results that go, and note their runs."""
        # 2. those that read or name what goes first: they tell whether anything goes at all
        self._runs = {
            run
            for run, read in self._read.items()
            if self._touched.intersection(item.sha256 for item in read)
        }
        self._runs |= {
            part.run
            for part in self._outputs
            if part.run not in self._runs and self._names_gone(part)
        }
        if self._touched or self._runs:
            there = {part.sha256 for part in state.parts}
            self._runs |= {
                run
                for run, read in self._read.items()
                if any(item.sha256 not in there for item in read if item.name == "posts")
            }
        gone = [part for part in self._outputs if part.run in self._runs]
        for part in gone:
            self.counts.update(+Counter({part.table: part.rows}))
        return tuple(part.path for part in gone)

    def _names_gone(self, part: Part) -> bool:
        if not is_as_written(self._folder.path, part):
            return True
        rewrite = self._rewriter.of(part.table)
        return any(
            not rewrite(batch).equals(batch) for batch in batches(self._folder.path, part)
        )

    def record(self, connection: sqlite3.Connection) -> None:
        """Write what belongs into the transaction."""
        # 3. a result kept meanwhile may hold what must not stay
        if _outputs(connection) != self._outputs:
            raise Overtaken
        self._mark_runs(connection)
        self._scrub_inputs(connection)
        for (subject,) in connection.execute("SELECT DISTINCT subject FROM mark").fetchall():
            if self._rewriter.names_one(subject):
                connection.execute("DELETE FROM mark WHERE subject = ?", (subject,))
        number = setting_of(connection, "erasures", "0")
        count_erasure(connection)
        tombstone = self._tombstone(number)
        list_run(connection, tombstone, ())
        self._recorded = tombstone.id

    def is_recorded(self) -> bool:
        """Return whether the transaction went through, as far as the catalogue can be asked."""
        with suppress(StoreError), self._folder.catalogue.reading() as connection:
            return any(row.id == self._recorded for row in runs_of(connection))
        return False

    def _mark_runs(self, connection: sqlite3.Connection) -> None:
        touched = [(digest,) for digest in sorted(self._touched)]
        connection.executemany(
            "UPDATE run SET erased = 1 WHERE id IN (SELECT run FROM run_input WHERE sha256 = ?)",
            touched,
        )
        connection.executemany(
            "UPDATE run SET erased = 1 WHERE id = ?", [(run,) for run in sorted(self._runs)]
        )

    def _scrub_inputs(self, connection: sqlite3.Connection) -> None:
        """Take reasons and notes that contain a name off the inputs."""
        for item in inputs_of(connection):
            rejected: Counter[str] = Counter()
            for reason, count in item.rejected.items():
                rejected[ERASED if self._rewriter.names_one(reason) else reason] += count
            notes = [note for note in item.notes if not self._rewriter.names_one(note)]
            connection.execute(
                "UPDATE input SET rejected = ?, notes = ? WHERE id = ?",
                (canonical(rejected), canonical(notes), item.id),
            )

    def _tombstone(self, number: str) -> RunRow:
        facts = canonical(["forget", number, self._now, dict(self.counts)])
        return RunRow(
            id=hashlib.sha256(facts.encode()).hexdigest()[:16],
            command="forget",
            parameters={},
            version=__version__,
            made_at=self._now,
            summary={"erased": dict(sorted(self.counts.items()))},
        )

    def _beyond(self, state: Snapshot, gone: Gone) -> list[str]:
        """Return what erasing cannot reach, one sentence each."""
        notes = [
            f"The name of input {item.id} contains a name that was erased;"
            f" `fanal remove {self._folder.path} {item.id}` takes the input out."
            for item in state.inputs
            if self._rewriter.names_one(item.name)
        ]
        called = sorted("@" + name for name in gone.handles if not name.isdigit())
        sql = (
            "SELECT count(*) FILTER (WHERE time IS NULL),"
            " count(*) FILTER (WHERE list_bool_or(list_transform($called::VARCHAR[],"
            " lambda c: contains(lower(text), c)))) FROM posts"
        )
        with connected(self._folder.path, by_table(state.parts)) as connection:
            timeless, naming = connection.sql(sql, params={"called": called}).fetchall()[0]
        if naming and called:
            notes.append(
                f"{naming:,} posts of others name an erased account in their own words."
            )
        if timeless and self._wanted.before is not None:
            notes.append(f"{timeless:,} posts have no time and stay.")
        return notes


def _outputs(connection: sqlite3.Connection) -> tuple[Part, ...]:
    return tuple(part for part in parts_of(connection, run=None) if part.run)


def _written_anew(folder: Path, part: Part, rewrite: Rewrite) -> tuple[tuple[Part, ...], bool]:
    changed = False

    def rewritten() -> Iterator[pa.RecordBatch]:
        nonlocal changed
        for batch in batches(folder, part):
            new = rewrite(batch)
            changed = changed or not new.equals(batch)
            yield new

    with plain_faults(folder):
        schema = pq.read_schema(folder / part.path)
    made = write_part(
        folder,
        part.table,
        schema,
        rewritten(),
        input_id=part.input,
    )
    return (() if made is None else (in_its_place(made, part),)), changed
