"""The tables of a run as they leave a case in a pack: keys, objects, posts and times withheld.

1. Keys of accounts, objects and posts become what `Names` shows for them; ends, rows and numbers
   of communities are put in the order of what is shown.
2. Times go to the minute. What is known of one object, in any table, is moved by the same seconds,
   so that its first moment falls on a minute and the seconds between its posts stay true. Where
   both accounts stand by name, times stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.coordination.tables import SCHEMAS
from fanal.exports import tables as exported
from fanal.model.names import Names, Shown
from fanal.reports.shown import ends_shown

if TYPE_CHECKING:
    from fanal.coordination.result import Result

MINUTE_US = 60_000_000
#: What `explained_by` says where no source explains a link.
BLOCK = "topic block "
_ENDS = ("source", "target")
_ACCOUNTS, _OBJECTS = ("account",), ("object", "source_post", "target_post", "post")
#: Tables with a moment of an object: columns of time.
_MOMENTS = {
    "evidence": ("source_time", "target_time"),
    "bursts": ("start",),
    "burst_accounts": ("time",),
    "group_events": ("start",),
}
_UP, _DOWN = "ascending", "descending"
#: Order of the rows, as shown; other tables keep theirs.
_ORDER: dict[str, list[tuple[str, str]]] = {
    "checks": [("source", _UP), ("target", _UP)],
    "evidence": [
        ("source", _UP),
        ("target", _UP),
        ("weight", _DOWN),
        ("source_time", _UP),
        ("object", _UP),
    ],
    "insufficient": [("account", _UP)],
    "bursts": [("p", _UP), ("layer", _UP), ("object", _UP)],
    "burst_accounts": [("layer", _UP), ("object", _UP), ("time", _UP), ("account", _UP)],
    "groups": [("group", _UP), ("account", _UP)],
    "group_members": [("group", _UP), ("contribution", _DOWN), ("account", _UP)],
    "group_events": [("group", _UP), ("start", _UP), ("object", _UP)],
}


def hidden(result: Result, names: Names) -> dict[str, pa.Table]:
    """Return the tables of a result by name, as a pack holds them.

    Parameters
    ----------
    result
        With keys and exact times.
    names
        Of level ``protected`` or ``named``; ``known`` says who stands by name.
    """
    moved = _Moved(result)
    found = {}
    for name, schema in SCHEMAS.items():
        table = getattr(result, name)
        if name == "edges":
            found[name] = exported.edges(table, names)
        elif name == "communities":
            found[name] = exported.communities(table, names)
        else:
            table = moved.table(name, table, names)
            found[name] = _ordered(name, _renamed(table, names)).cast(schema)
    return found


def _ordered(name: str, table: pa.Table) -> pa.Table:
    return table.sort_by(_ORDER[name]) if name in _ORDER else table


def _renamed(table: pa.Table, names: Names) -> pa.Table:
    # 1. what is shown
    if "source" in table.column_names:
        table = ends_shown(table, names.key)
    for column in table.column_names:
        if column in _ACCOUNTS:
            table = _with(table, column, _shown(table[column], names.key))
        elif column in _OBJECTS:
            table = _with(table, column, _shown(table[column], names.object))
        elif column == "explained_by":
            table = _with(table, column, _shown(table[column], _source(names)))
        elif pa.types.is_list(table.schema.field(column).type) and column == "accounts":
            rows = [sorted(map(names.key, row)) for row in table[column].to_pylist()]
            table = _with(table, column, pa.array(rows, pa.list_(pa.string())))
    return table


def _source(names: Names) -> Shown:
    """Return how the source of a link's objects is shown: an account or a domain."""

    def source(text: str) -> str:
        if text.startswith(BLOCK):
            return text
        return names.key(text) if ":" in text else names.object(text)

    return source


def _shown(column: pa.ChunkedArray, shown: Shown) -> pa.Array:
    distinct = pc.unique(column.drop_null())
    values = pa.array([shown(one) for one in distinct.to_pylist()], pa.string())
    return values.take(pc.index_in(column.combine_chunks(), distinct))


class _Moved:
    """Moves the moments of each object so that the first one falls on a minute (2)."""

    def __init__(self, result: Result) -> None:
        seen = [
            pa.table({"thing": _thing(getattr(result, name)), "at": getattr(result, name)[one]})
            for name, columns in _MOMENTS.items()
            for one in columns
        ]
        joined = pa.concat_tables(seen)
        first = joined.group_by("thing").aggregate([("at", "min")])
        self._things = first["thing"].combine_chunks()
        self._by = first["at_min"].cast(pa.int64()).to_numpy() % MINUTE_US

    def table(self, name: str, table: pa.Table, names: Names) -> pa.Table:
        """Return a table with its moments moved."""
        if name not in _MOMENTS or not table.num_rows:
            return table
        place = pc.index_in(_thing(table), self._things).to_numpy(zero_copy_only=False)
        by = np.where(_both_known(table, names), 0, self._by[place])
        for column in _MOMENTS[name]:
            at = table[column].cast(pa.int64()).to_numpy() - by
            moved = pa.array(at).cast(table.schema.field(column).type)
            table = _with(table, column, moved)
        return table


def _thing(table: pa.Table) -> pa.Array:
    joined = pc.binary_join_element_wise(table["layer"], table["object"], "\x1f")
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _both_known(table: pa.Table, names: Names) -> Any:
    if not set(_ENDS) <= set(table.column_names):
        return np.zeros(table.num_rows, bool)
    ends = [[names.known(key) for key in table[end].to_pylist()] for end in _ENDS]
    return np.asarray(ends[0]) & np.asarray(ends[1])


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
