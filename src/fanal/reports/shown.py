"""The tables of a result with what the report shows in place of keys.

Under pseudonyms everything that the report orders, by name or where two are equal, is ordered by
what is shown: the order of the keys would tell how the real names sort. Hence ends, rows and
numbers of communities are made anew here, before anything else looks at them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Names, Shown
from fanal.model.order import renumbered, shown_ends

if TYPE_CHECKING:
    from fanal.coordination.result import Result


@dataclass(frozen=True, slots=True)
class Tables:
    """Links, their evidence and communities; `names` fits the accounts in them."""

    edges: pa.Table
    evidence: pa.Table
    communities: pa.Table
    names: Names


def tables_shown(result: Result, names: Names) -> Tables:
    """Return the tables of a result as they are, or under pseudonyms. O(rows)."""
    if names.named:
        return Tables(result.edges, result.evidence, result.communities, names)
    accounts = [names.key(key) for key in result.communities["account"].to_pylist()]
    numbers = renumbered(accounts, result.communities["community"].to_pylist())
    members = pa.table({"account": pa.array(accounts, pa.string()), "community": numbers})
    edges = _ends_shown(result.edges, names.key)
    order = [("p", "ascending"), ("source", "ascending"), ("target", "ascending")]
    return Tables(
        edges.sort_by(order),
        _evidence(result.evidence, names),
        members,
        replace(names, account=_itself, key=_itself, object=_itself),
    )


def _itself(text: str) -> str:
    return text


def _evidence(table: pa.Table, names: Names) -> pa.Table:
    objects = pc.unique(table["object"])
    shown = pa.array([names.object(one) for one in objects.to_pylist()], pa.string())
    named = shown.take(pc.index_in(table["object"], objects))
    return _ends_shown(_with(table, "object", named), names.key)


def _ends_shown(table: pa.Table, shown: Shown) -> pa.Table:
    """Return the rows with both ends as shown; what belongs to an end goes with it."""
    sources, targets, swapped = shown_ends(
        table["source"].to_pylist(), table["target"].to_pylist(), shown
    )
    table = _with(table, "source", pa.array(sources, pa.string()))
    table = _with(table, "target", pa.array(targets, pa.string()))
    other = pa.array(swapped, pa.bool_())
    for thing in ("post", "time"):
        one, two = f"source_{thing}", f"target_{thing}"
        if one in table.column_names:
            first = pc.if_else(other, table[two], table[one])
            second = pc.if_else(other, table[one], table[two])
            table = _with(_with(table, one, first), two, second)
    return table


def _with(table: pa.Table, column: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, values)
