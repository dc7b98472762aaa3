"""Posts met before are set aside, not lost: the first row wins, later ones are duplicates.

1. While a file streams in, rows whose key was met in it go to a part of duplicates at once (as
   far as a bounded memory of keys reaches).
2. One pass over the keys alone finds what is left: keys repeated beyond that memory, and keys
   that the case holds already.
3. Rows found so are moved, in their order, from the new posts to duplicates.

Posts whose source gives no id (``file:...``) are never merged.
"""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.model.tables import POSTS
from fanal.store.faults import plain_faults
from fanal.store.parts import Part, undone_on_failure, write_part
from fanal.store.query import ADD_MEMORY, PartsByTable, connected, scan_sql
from fanal.store.schema import arrow_schema

#: Keys remembered while one file streams in; about 100 bytes each.
KEYS_REMEMBERED = 500_000
NEVER_MERGED = "file:"
_BATCH_ROWS = 20_000

Rows = np.ndarray[Any, np.dtype[np.int64]]


class Seen:
    """The keys met in one file, up to `KEYS_REMEMBERED`."""

    def __init__(self) -> None:
        self._keys: set[str] = set()

    def parted(
        self, rows: list[tuple[Any, ...]]
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Return rows of keys not met, and rows of keys met before."""
        keys, first, again = self._keys, [], []
        room = len(keys) < KEYS_REMEMBERED
        for row in rows:
            key = row[0]
            if key in keys:
                again.append(row)
            else:
                if room and not key.startswith(NEVER_MERGED):
                    keys.add(key)
                first.append(row)
        return first, again


def without_known(
    folder: Path, listed: PartsByTable, posts: Part, *, threads: int = 1
) -> tuple[Part, ...]:
    """Return what stands for a new part of posts: itself, or two parts, the known rows aside.

    Parameters
    ----------
    listed
        Parts of the case by table.
    posts
        The new, unlisted part of posts.
    """
    rows = known_rows(folder, listed, posts, threads=threads)
    if not len(rows):
        return (posts,)
    # 3. in their order, in bounded memory
    return split(folder, posts, rows, inside="posts_duplicate", outside="posts")


def known_rows(folder: Path, listed: PartsByTable, posts: Part, *, threads: int = 1) -> Rows:
    """Return the row numbers, from 0 and ascending, of new posts that are known already."""
    with connected(folder, {}, threads=threads, memory=ADD_MEMORY) as connection:
        repeated = _repeated(connection, folder, posts)
        if not (old := listed.get("posts", ())):
            return repeated
        held = _numbers(connection, _held_sql(folder, posts, old))
    return np.union1d(repeated, held)


def _repeated(connection: duckdb.DuckDBPyConnection, folder: Path, posts: Part) -> Rows:
    # 2. keys repeated within the file: their hashes first, 8 bytes each, sorted in place
    hashes = np.empty(posts.rows, np.uint64)
    start = 0
    sql = f"SELECT hash(post) AS h FROM ({scan_sql(folder, [posts])})"
    for batch in connection.sql(sql).to_arrow_reader(_BATCH_ROWS):
        hashes[start : start + batch.num_rows] = batch.column("h").to_numpy()
        start += batch.num_rows
    hashes.sort()
    suspects = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    if not len(suspects):
        return np.empty(0, np.int64)
    connection.register("suspect", pa.table({"h": suspects}))
    return _numbers(connection, _repeated_sql(folder, posts))


def _repeated_sql(folder: Path, posts: Part) -> str:
    return f"""
        WITH fresh AS (
          SELECT post, file_row_number AS n FROM ({scan_sql(folder, [posts], numbered=True)})
          WHERE NOT starts_with(post, '{NEVER_MERGED}')
          AND hash(post) IN (SELECT h FROM suspect)),
        repeated AS (
          SELECT post, min(n) AS first FROM fresh GROUP BY post HAVING count(*) > 1)
        SELECT n FROM fresh JOIN repeated USING (post) WHERE n <> first ORDER BY n"""


def _held_sql(folder: Path, posts: Part, old: Any) -> str:
    # 2. keys that the case holds
    return f"""
        WITH fresh AS (
          SELECT post, file_row_number AS n FROM ({scan_sql(folder, [posts], numbered=True)})
          WHERE NOT starts_with(post, '{NEVER_MERGED}'))
        SELECT n FROM fresh SEMI JOIN ({scan_sql(folder, old)}) AS held USING (post) ORDER BY n"""


def _numbers(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    found: Rows = connection.sql(sql).to_arrow_table().column("n").to_numpy()
    return found


def split(
    folder: Path, part: Part, rows: Rows, *, inside: str, outside: str
) -> tuple[Part, ...]:
    """Return new parts that hold the rows of `part`: those numbered in `rows`, and the others.

    Parameters
    ----------
    rows
        Row numbers from 0, ascending.
    inside, outside
        The tables that rows in, and not in, `rows` go to.
    """
    schema = arrow_schema(POSTS)
    with undone_on_failure(folder) as new:
        for table, chosen in sorted(((inside, True), (outside, False))):
            rows_of = _chosen(folder, part, rows, inside=chosen)
            made = write_part(folder, table, schema, rows_of, input_id=part.input)
            new.extend(() if made is None else (made,))
    return tuple(new)


def _chosen(folder: Path, part: Part, rows: Rows, *, inside: bool) -> Iterator[pa.RecordBatch]:
    start = 0
    for batch in batches(folder, part):
        mask = np.zeros(batch.num_rows, dtype=bool)
        low, high = np.searchsorted(rows, [start, start + batch.num_rows])
        mask[rows[low:high] - start] = True
        yield batch.filter(pa.array(mask if inside else ~mask))
        start += batch.num_rows


def batches(folder: Path, part: Part) -> Iterator[pa.RecordBatch]:
    """Give the rows of a part in their order, in bounded memory."""
    with plain_faults(folder), pq.ParquetFile(folder / part.path) as file:
        yield from file.iter_batches(_BATCH_ROWS, use_threads=False)


def first_places(folder: Path, part: Part, most: int) -> list[str]:
    """Return the positions of the first rejected records of a part."""
    places: list[str] = (
        next(batches(folder, part)).column("position").slice(0, most).to_pylist()
    )
    return places
