"""Gaps of first rows, filled from duplicates: the `posts_patch` part, derived and counted.

A group of columns (`query.FILLED_TOGETHER`) is filled where its leading column is null in the
first row, from the earliest duplicate that has it. "Earliest" is the order of listed parts, then
of rows in them. Column by column nothing is averaged or overwritten.
"""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from fanal.model.tables import POSTS, SCHEMA_VERSION, Table
from fanal.store.parts import Part, write_part
from fanal.store.query import FILLED_TOGETHER, rows_sql, scan_sql
from fanal.store.schema import arrow_schema

_FILLED = tuple(name for group in FILLED_TOGETHER for name in group)
#: Shape of a patch: the key, then each column that can be filled.
PATCH = Table(
    "posts_patch",
    tuple(
        column for name in ("post", *_FILLED) for column in POSTS.columns if column.name == name
    ),
    ("post",),
)
#: Rows a part can have in the order of duplicates.
PART_STRIDE = 2**40


def fills_sql(folder: Path, base: str, duplicates: Sequence[Part]) -> str:
    """Return SQL for what `duplicates` fill in the rows of the view or query `base`."""
    flags = ", ".join(f"{group[0]} IS NULL AS needs_{group[0]}" for group in FILLED_TOGETHER)
    fills = " OR ".join(_fill(group[0]) for group in FILLED_TOGETHER)
    chosen = ",\n  ".join(
        f"arg_min(struct_pack({', '.join(f'{n} := l.{n}' for n in group)}), o)"
        f" FILTER (WHERE {_fill(group[0])}) AS g_{group[0]}"
        for group in FILLED_TOGETHER
    )
    columns = ", ".join(
        f"g_{group[0]}.{name} AS {name}" for group in FILLED_TOGETHER for name in group
    )
    return f"""
        WITH later AS ({numbered_sql(folder, duplicates, ("post", *_FILLED))}),
        first AS (SELECT post, {flags} FROM {base}),
        found AS (
          SELECT l.post, {chosen}
          FROM later AS l JOIN first AS f ON l.post = f.post
          WHERE {fills}
          GROUP BY l.post)
        SELECT post, {columns} FROM found"""


def _fill(lead: str) -> str:
    return f"(f.needs_{lead} AND l.{lead} IS NOT NULL)"


def numbered_sql(folder: Path, parts: Sequence[Part], names: Sequence[str]) -> str:
    """Return SQL for rows of duplicates with `o`, their place in the order of the case."""
    columns = ", ".join(names)
    return " UNION ALL ".join(
        f"SELECT {columns}, {n * PART_STRIDE}::BIGINT + file_row_number AS o"
        f" FROM ({_with_all_columns(folder, part)})"
        for n, part in enumerate(parts)
    )


def _with_all_columns(folder: Path, part: Part) -> str:
    scan = scan_sql(folder, [part], numbered=True)
    if part.schema < SCHEMA_VERSION:
        return f"({rows_sql(folder, POSTS, ())}) UNION ALL BY NAME ({scan})"
    return scan


def merged_sql(old: str, fills: str) -> str:
    """Return SQL for an old patch with new fills beside it; what is filled stays as it is."""
    leads = {name: group[0] for group in FILLED_TOGETHER for name in group}
    columns = ", ".join(
        f"CASE WHEN o.{leads[name]} IS NULL THEN n.{name} ELSE o.{name} END AS {name}"
        for name in _FILLED
    )
    return f"""
        SELECT coalesce(o.post, n.post) AS post, {columns}
        FROM ({old}) AS o FULL JOIN ({fills}) AS n ON o.post = n.post"""


def fills_table(
    connection: duckdb.DuckDBPyConnection, folder: Path, base: str, duplicates: Sequence[Part]
) -> int:
    """Make the temporary table `fills` and return its number of posts."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE fills AS {fills_sql(folder, base, duplicates)}"
    )
    return int(connection.sql("SELECT count(*) FROM fills").fetchall()[0][0])


def write_patch(connection: duckdb.DuckDBPyConnection, folder: Path, sql: str) -> Part | None:
    """Write the rows of `sql` as a patch part, ordered by key; None when there are none."""
    schema = arrow_schema(PATCH)
    names = ", ".join(PATCH.names)
    reader = connection.sql(f"SELECT {names} FROM ({sql}) ORDER BY post").to_arrow_reader(
        20_000
    )
    return write_part(folder, "posts_patch", schema, _as(reader, schema))


def _as(reader: pa.RecordBatchReader, schema: pa.Schema) -> Sequence[pa.RecordBatch]:
    return (batch.cast(schema) for batch in reader)  # type: ignore[return-value]
