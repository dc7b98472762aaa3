"""Rows of the cards' tables: from arrow to the database in batches, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, select
from sqlalchemy.sql.elements import ColumnElement

#: Values in one statement: PostgreSQL counts them in 16 bits.
_MOST_VALUES: Final = 30_000
MOST_ROWS: Final = 200


def read_table(
    connection: Connection,
    table: Table,
    schema: pa.Schema,
    *where: ColumnElement[bool],
) -> pa.Table:
    """Return columns of a table, in the order of the first."""
    columns = [table.c[name] for name in schema.names]
    query = select(*columns).where(*where).order_by(columns[0])
    rows = connection.execute(query).fetchall()
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [_array(one, field.type) for one, field in zip(values, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def column_values(table: pa.Table) -> list[list[Any]]:
    """Return columns as the database holds them: days and truths as whole numbers."""
    return [_plain(table[name]).to_pylist() for name in table.column_names]


def changed_rows(before: pa.Table, after: pa.Table, names: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows of `after` differ from those of the same account, or are new."""
    place = pc.index_in(after["account"].combine_chunks(), before["account"].combine_chunks())
    there = before.select(names).take(place)
    found = np.zeros(after.num_rows, bool)
    for name in names:
        found |= _differs(there[name], after[name])
    return found


def write_rows(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    replace: Sequence[str] = (),
) -> None:
    """Insert rows; those whose primary key is there already get the columns `replace`."""
    most = min(MOST_ROWS, _MOST_VALUES // len(names))
    for some in batches(rows, most):
        sql = _insert(connection, table, names, len(some), replace)
        connection.exec_driver_sql(sql, tuple(value for row in some for value in row))


def update_rows(
    connection: Connection,
    table: Table,
    key: str,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Set columns of rows; each of `rows` begins with the value of `key`."""
    to = ", ".join(f'"{name}" = v.column{number}' for number, name in enumerate(names, 2))
    for some in batches(rows, MOST_ROWS):
        values = _values(connection, 1 + len(names), len(some))
        sql = f'UPDATE "{table.name}" SET {to} FROM (VALUES {values}) AS v WHERE "{key}" = v.column1'  # noqa: S608 - names of our own
        connection.exec_driver_sql(sql, tuple(value for row in some for value in row))


def rows_of(
    connection: Connection,
    columns: Sequence[ColumnElement[Any]],
    among: ColumnElement[Any],
    values: Iterable[Any],
) -> Iterator[Any]:
    """Yield columns of the rows whose `among` is one of some values."""
    for some in batches(values, MOST_ROWS):
        yield from connection.execute(select(*columns).where(among.in_(some)))


def _insert(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: int,
    replace: Sequence[str],
) -> str:
    """Return an INSERT of some rows, as this database's driver takes it."""
    into = ", ".join(f'"{name}"' for name in names)
    values = _values(connection, len(names), rows)
    sql = f'INSERT INTO "{table.name}" ({into}) VALUES {values}'  # noqa: S608 - names of our own
    if replace:
        key = ", ".join(f'"{column.name}"' for column in table.primary_key)
        values = ", ".join(f'"{name}" = excluded."{name}"' for name in replace)
        sql += f" ON CONFLICT ({key}) DO UPDATE SET {values}"
    return sql


def _values(connection: Connection, columns: int, rows: int) -> str:
    """Return places for values, as this database's driver takes them."""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    return ", ".join([f"({', '.join([mark] * columns)})"] * rows)


def batches(rows: Iterable[Any], most: int) -> Iterator[list[Any]]:
    """Yield lists of at most so many."""
    some: list[Any] = []
    for row in rows:
        some.append(row)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if kind == pa.date32():
        return pa.array(values, pa.int32()).cast(kind)
    if kind == pa.bool_():
        return pa.array(values, pa.int8()).cast(kind)
    return pa.array(values, kind)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type == pa.date32():
        return column.cast(pa.int32())
    return column.cast(pa.int8()) if column.type == pa.bool_() else column


def _differs(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return where two columns differ; null equals null."""
    same = pc.or_(
        pc.equal(one, other).fill_null(fill_value=False),
        pc.and_(one.is_null(), other.is_null()),
    )
    return np.asarray(pc.invert(same).to_numpy())
