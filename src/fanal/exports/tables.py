"""The tables of a result as they leave a case: accounts, objects and times as asked for."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Names

#: Columns of `edges` that name accounts.
ENDS = ("source", "target")


def edges(table: pa.Table, names: Names) -> pa.Table:
    """Return the edges with accounts, objects and times as `names` shows them."""
    for column in ENDS:
        table = _with(table, column, _shown(table[column], names.key))
    if names.named:
        return table
    objects = [[names.object(text) for text in row] for row in table["top_objects"].to_pylist()]
    table = _with(table, "top_objects", pa.array(objects, pa.list_(pa.string())))
    for column in ("first_time", "last_time"):
        minutes = pc.floor_temporal(table[column], unit="minute")
        table = _with(table, column, minutes.cast(table[column].type))
    return table


def communities(table: pa.Table, names: Names) -> pa.Table:
    """Return the communities; a column `handle` is added in the named form."""
    keys = table["account"]
    table = _with(table, "account", _shown(keys, names.key))
    if not names.named:
        return table
    handles = [names.account(key).removeprefix("@") for key in keys.to_pylist()]
    return table.append_column("handle", pa.array(handles, pa.string()))


def _shown(column: Any, shown: Any) -> pa.Array:
    return pa.array([shown(key) for key in column.to_pylist()], pa.string())


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
