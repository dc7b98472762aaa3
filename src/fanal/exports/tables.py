"""The tables of a result as they leave a case: accounts, objects and times as asked for.

Under pseudonyms, rows, ends and numbers of communities are put in the order of the pseudonyms:
the order of the keys would tell how the real names sort.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Names
from fanal.model.order import renumbered, shown_ends


def edges(table: pa.Table, names: Names) -> pa.Table:
    """Return the edges with accounts, objects and times as `names` shows them.

    Ordered by p, source, target as shown, source before target; under pseudonyms the objects of
    a link stand in the order of their pseudonyms too.
    """
    if names.named:
        return table
    ends = (table["source"].to_pylist(), table["target"].to_pylist())
    sources, targets, _ = shown_ends(*ends, names.key)
    objects = [
        sorted(names.object(text) for text in row) for row in table["top_objects"].to_pylist()
    ]
    table = _with(table, "source", pa.array(sources, pa.string()))
    table = _with(table, "target", pa.array(targets, pa.string()))
    table = _with(table, "top_objects", pa.array(objects, pa.list_(pa.string())))
    for column in ("first_time", "last_time"):
        minutes = pc.floor_temporal(table[column], unit="minute")
        table = _with(table, column, minutes.cast(table[column].type))
    return _ordered(table, "p", "source", "target")


def communities(table: pa.Table, names: Names) -> pa.Table:
    """Return the communities, ordered by number and account as shown.

    A column `handle` is added in the named form; under pseudonyms communities of one size are
    numbered by their first pseudonym.
    """
    keys = table["account"].to_pylist()
    if names.named:
        handles = [names.account(key).removeprefix("@") for key in keys]
        return table.append_column("handle", pa.array(handles, pa.string()))
    shown = [names.key(key) for key in keys]
    numbers = renumbered(shown, table["community"].to_pylist())
    table = _with(table, "account", pa.array(shown, pa.string()))
    table = _with(table, "community", pa.array(numbers, table["community"].type))
    return _ordered(table, "community", "account")


def bursts(table: pa.Table, names: Names) -> pa.Table:
    """Return the bursts, ordered by p, layer, object as shown."""
    if names.named:
        return table
    objects = [names.object(text) for text in table["object"].to_pylist()]
    table = _with(table, "object", pa.array(objects, pa.string()))
    minutes = pc.floor_temporal(table["start"], unit="minute")
    table = _with(table, "start", minutes.cast(table["start"].type))
    return _ordered(table, "p", "layer", "object")


def groups(table: pa.Table, names: Names) -> pa.Table:
    """Return the groups, ordered by number and account as shown."""
    if names.named:
        return table
    shown = [names.key(key) for key in table["account"].to_pylist()]
    return _ordered(_with(table, "account", pa.array(shown, pa.string())), "group", "account")


def _ordered(table: pa.Table, *columns: str) -> pa.Table:
    return table.sort_by([(column, "ascending") for column in columns])


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
