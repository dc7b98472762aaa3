"""Day rows to Parquet: each counted once, in one order, however many there are.

What DuckDB moves to disk when memory ends is day rows: addresses never come here. Its folder for
that lies beside the output, and goes with it.
"""
# ruff: noqa: S608 - names come from model/days.py, paths are quoted

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.model.days import DAYS
from fanal.model.tables import SCHEMA_VERSION
from fanal.store.faults import plain_faults
from fanal.store.query import interruptible, quoted, text_literal
from fanal.store.schema import DUCKDB_TYPES

#: DuckDB's share; what reads the logs needs some 500 MB beside it.
MEMORY = "4GB"
_BATCH_ROWS = 500_000


def write_days(
    batches: Iterable[pa.RecordBatch],
    path: Path,
    schema: pa.Schema,
    *,
    threads: int = 0,
    memory: str = MEMORY,
) -> int:
    """Write day rows, each once and in the order of `DAYS`, and return how many.

    Parameters
    ----------
    batches
        Day rows in any order, more than once; columns by the names of `DAYS`.
    path
        A file that is written here whole, or not at all.
    schema
        Of the batches.
    threads
        0: as many as the machine offers. Rows never depend on it.
    memory
        DuckDB's limit; beyond it day rows go to a folder beside `path`.

    Raises
    ------
    StoreError
        The disk is full, or refuses. Errors raised by `batches` come through.
    """
    failed: list[BaseException] = []
    reader = pa.RecordBatchReader.from_batches(schema, _watched(batches, failed))
    with _connected(path, threads, memory) as connection:
        connection.register("incoming", reader)
        return _written(connection, "incoming", path, failed)


def merge_days(
    parts: Sequence[Path], path: Path, *, threads: int = 0, memory: str = MEMORY
) -> int:
    """Write the day rows of some Parquet files as one, each once; return how many rows."""
    files = ", ".join(text_literal(part.as_posix()) for part in parts)
    with _connected(path, threads, memory) as connection:
        connection.execute(
            "CREATE VIEW incoming AS"
            f" SELECT * FROM read_parquet([{files}], union_by_name = true)"
        )
        return _written(connection, "incoming", path, [])


def day_tables(path: Path, accounts_rows: int = 4_000_000) -> Iterator[pa.Table]:
    """Yield the rows of a file of `write_days` in tables that hold whole accounts.

    Parameters
    ----------
    accounts_rows
        Rows of a table, about; an account with more makes a longer one.
    """
    rest: pa.Table | None = None
    with plain_faults(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_BATCH_ROWS):
            read = pa.Table.from_batches([batch])
            rest = read if rest is None else pa.concat_tables([rest, read])
            if len(rest) >= accounts_rows:
                end = _last_begin(rest)
                if end:
                    yield rest.slice(0, end)
                    rest = rest.slice(end)
    if rest is not None and len(rest):
        yield rest


def _last_begin(table: pa.Table) -> int:
    """Return where the rows of the last account begin."""
    last = table["account"][len(table) - 1].as_py()
    low, high = 0, len(table)
    while low < high:
        middle = (low + high) // 2
        if table["account"][middle].as_py() < last:
            low = middle + 1
        else:
            high = middle
    return low


def _written(
    connection: duckdb.DuckDBPyConnection, source: str, path: Path, failed: list[BaseException]
) -> int:
    columns = ", ".join(
        f"{quoted(column.name)}::{DUCKDB_TYPES[column.type]} AS {quoted(column.name)}"
        for column in DAYS.columns
    )
    order = ", ".join(f"{quoted(name)} NULLS FIRST" for name in DAYS.order)
    sql = (
        f"COPY (SELECT DISTINCT {columns} FROM {source} ORDER BY {order})"
        f" TO {text_literal(path.as_posix())} (FORMAT parquet, COMPRESSION zstd,"
        f" KV_METADATA {{'fanal.schema': '{SCHEMA_VERSION}'}})"
    )
    try:
        return interruptible(connection, lambda: int(connection.execute(sql).fetchall()[0][0]))
    except Exception:
        path.unlink(missing_ok=True)
        if failed:  # what the reader of the logs said, not what DuckDB made of it
            raise failed[0] from None
        raise


def _watched(
    batches: Iterable[pa.RecordBatch], failed: list[BaseException]
) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except BaseException as error:
        failed.append(error)
        raise


@contextmanager
def _connected(path: Path, threads: int, memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    overflow = path.with_name(f".{path.name}.{os.getpid()}.overflow")
    with plain_faults(path.parent):
        connection = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "temp_directory": str(overflow),
                "memory_limit": memory,
                "preserve_insertion_order": "false",
            },
        )
        try:
            if threads > 0:
                connection.execute(f"SET threads = {int(threads)}")
            connection.execute("SET enable_progress_bar = false")
            yield connection
        finally:
            connection.close()
            shutil.rmtree(overflow, ignore_errors=True)
