"""The tables of a result as they leave a case: accounts, objects and times as asked for.

Under pseudonyms, rows, ends and numbers of communities are put in the order of the pseudonyms:
the order of the keys would tell how the real names sort.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Level, Names
from fanal.model.order import renumbered, shown_ends

#: Counts of a run, in the order in which they are told.
COUNTED = (
    "accounts",
    "actions",
    "objects",
    "pairs_tested",
    "too_quiet",
    "links",
    "headline",
    "explained",
    "fragile",
    "bursts_tested",
    "bursts",
    "groups",
)


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

    At level ``named`` a column `handle` is added, empty where an account stands under a
    pseudonym; under pseudonyms communities of one size are numbered by their first pseudonym.
    """
    keys = table["account"].to_pylist()
    if names.level is Level.NAMED:
        handles = [
            names.account(key).removeprefix("@") if names.known(key) else "" for key in keys
        ]
        table = table.append_column("handle", pa.array(handles, pa.string()))
    if names.named:
        return table
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


def counts(summary: Mapping[str, Any]) -> pa.Table:
    """Return what a run counted, without any account: what, layer (empty: all), count."""
    whole = [(what, "", summary[what]) for what in COUNTED if what in summary]
    layers = [
        (what, layer, counted[what])
        for layer, counted in summary["layers"].items()
        for what in sorted(counted)
    ]
    what, layer, count = zip(*whole, *layers, strict=True)
    return pa.table(
        {
            "what": pa.array(what, pa.string()),
            "layer": pa.array(layer, pa.string()),
            "count": pa.array(count, pa.int64()),
        }
    )


def _ordered(table: pa.Table, *columns: str) -> pa.Table:
    return table.sort_by([(column, "ascending") for column in columns])


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
