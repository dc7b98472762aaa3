"""DuckDB over the listed parts of a case: a view for each table of `model/tables.py`.

The view `posts` is what an analysis reads: first rows, their gaps filled from the patch, without
the words and pictures of posts that `removals` names. It has no order of its own; whoever writes or
compares rows orders them in full.
"""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import duckdb

from fanal.model.tables import POSTS, READ_TABLES, SCHEMA_VERSION, Table
from fanal.store.faults import plain_faults
from fanal.store.parts import Part
from fanal.store.schema import DUCKDB_TYPES

#: Share of memory that DuckDB may take; its own default, 80 %, starves what runs beside it.
MEMORY_SHARE = "40%"
#: Folders in ``cache/`` for what does not fit into memory.
OVERFLOW = "overflow-"
#: Enough for the work of `add`, which must stay under 500 MB with a file of any size.
ADD_MEMORY = "160MB"

#: Columns that are filled together: the first of each tuple decides and is the one looked at.
FILLED_TOGETHER: tuple[tuple[str, ...], ...] = (
    ("time", "time_claimed", "time_source", "time_precision_s", "time_plausible"),
    ("urls", "url_keys"),
    *(
        (name,)
        for name in (
            *("post_id", "text", "lang", "repost_of", "reply_to", "quote_of"),
            *("hashtags", "mentions", "media_hashes", "client"),
        )
    ),
)

#: What is not shown of a post that was removed where it stood; ids and times are.
HIDDEN = frozenset({"text", "media_hashes"})
#: Views that stand on others are made after them.
_VIEW_ORDER = {"posts_whole": 1, "posts": 2}

#: Seconds between two looks for Ctrl-C, where a wait cannot be interrupted (Windows).
LOOK_S = 0.2
Answer = TypeVar("Answer")
PartsByTable = Mapping[str, Sequence[Part]]


def by_table(parts: Sequence[Part]) -> dict[str, list[Part]]:
    """Return parts by the table whose rows they hold, in their order."""
    grouped: dict[str, list[Part]] = {}
    for part in parts:
        grouped.setdefault(part.table, []).append(part)
    return grouped


def connect(
    folder: Path, parts: PartsByTable, *, threads: int = 0, memory: str = MEMORY_SHARE
) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with views over the listed parts.

    Parameters
    ----------
    folder
        The case folder; overflow to disk goes to its ``cache/``.
    parts
        Listed parts by table.
    threads
        0: as many as the machine offers. Rows never depend on it.
    memory
        DuckDB's limit, such as ``2GB`` or ``40%``.
    """
    with suppress(OSError):  # a folder that cannot be written can still be read
        (folder / "cache").mkdir(exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(folder / "cache" / f"{OVERFLOW}{secrets.token_hex(4)}"),
        },
    )
    connection.execute(f"SET memory_limit = '{memory}'")
    if threads > 0:
        connection.execute(f"SET threads = {int(threads)}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    for name, sql in views(folder, parts).items():
        connection.execute(f"CREATE VIEW {name} AS {sql}")
    return connection


@contextmanager
def connected(
    folder: Path, parts: PartsByTable, *, threads: int = 0, memory: str = MEMORY_SHARE
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection as `connect` does, close it, and say its errors plainly."""
    with plain_faults(folder):
        connection = connect(folder, parts, threads=threads, memory=memory)
        try:
            yield connection
        finally:
            connection.close()


def interruptible(connection: duckdb.DuckDBPyConnection, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` makes of the connection; Ctrl-C breaks it off at once.

    DuckDB looks at signals only when a statement is done: it is asked in another thread.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        asked = pool.submit(ask)
        try:
            while True:
                with suppress(TimeoutError):
                    return asked.result(timeout=LOOK_S)
                if asked.done():  # it was the question itself that raised
                    return asked.result()
        except KeyboardInterrupt:
            connection.interrupt()
            with suppress(Exception):
                asked.result()
            raise


def views(folder: Path, parts: PartsByTable) -> dict[str, str]:
    """Return the SQL of each view by its name."""
    found = {
        table.name: rows_sql(folder, table, parts.get(table.name, ())) for table in READ_TABLES
    }
    found["posts_first"] = found["posts_whole"] = found.pop("posts")
    if patches := parts.get("posts_patch", ()):
        found["posts_patch"] = scan_sql(folder, patches)
        found["posts_whole"] = patched_sql("posts_first", "posts_patch")
    found["posts"] = "SELECT * FROM posts_whole"
    if parts.get("removals", ()):
        found["posts"] = _shown_sql("posts_whole", "removals")
    return dict(sorted(found.items(), key=lambda item: _VIEW_ORDER.get(item[0], 0)))


def rows_sql(folder: Path, table: Table, parts: Sequence[Part]) -> str:
    """Return SQL for the rows of some parts, with all columns of the table, in its order."""
    columns = ", ".join(quoted(name) for name in table.names)
    empty = ", ".join(
        f"NULL::{DUCKDB_TYPES[column.type]} AS {quoted(column.name)}"
        for column in table.columns
    )
    if not parts:
        return f"SELECT {empty} LIMIT 0"
    scan = scan_sql(folder, parts)
    if any(part.schema < SCHEMA_VERSION for part in parts):
        scan = f"(SELECT {empty} LIMIT 0) UNION ALL BY NAME ({scan})"
    return f"SELECT {columns} FROM ({scan})"


def scan_sql(folder: Path, parts: Sequence[Part], *, numbered: bool = False) -> str:
    """Return SQL that scans some parts; `numbered` adds file_row_number."""
    files = ", ".join(text_literal((folder / part.path).as_posix()) for part in parts)
    option = ", file_row_number = true" if numbered else ""
    return f"SELECT * FROM read_parquet([{files}], union_by_name = true{option})"


def patched_sql(first: str, patch: str) -> str:
    """Return SQL for first rows with their gaps filled from a patch."""
    leads = {name: group[0] for group in FILLED_TOGETHER for name in group}
    columns = ",\n  ".join(
        f"CASE WHEN p.{leads[name]} IS NULL AND q.{leads[name]} IS NOT NULL"
        f" THEN q.{name} ELSE p.{name} END AS {name}"
        if name in leads
        else f"p.{name}"
        for name in POSTS.names
    )
    return f"SELECT {columns}\nFROM {first} AS p\nLEFT JOIN {patch} AS q ON p.post = q.post"


def _shown_sql(posts: str, removals: str) -> str:
    """Return SQL for posts without the words and pictures of those that were removed."""
    removed = (
        f"p.post IN (SELECT post FROM {removals} WHERE post IS NOT NULL)"
        f" OR p.account IN (SELECT account FROM {removals} WHERE post IS NULL)"
    )
    columns = ",\n  ".join(
        f"CASE WHEN {removed} THEN NULL ELSE p.{name} END AS {name}"
        if name in HIDDEN
        else f"p.{name}"
        for name in POSTS.names
    )
    return f"SELECT {columns}\nFROM {posts} AS p"


def quoted(name: str) -> str:
    """Return a column's name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """Return a text as SQL takes it."""
    return "'" + text.replace("'", "''") + "'"


def cpu_count() -> int:
    """Return the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def total_order(table: Table) -> str:
    """Return an order that no two rows share: the table's own, then every other column."""
    names = (*table.order, *(name for name in table.names if name not in table.order))
    return ", ".join(map(quoted, names))
