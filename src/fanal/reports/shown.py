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

_ENDS = [("source", "ascending"), ("target", "ascending")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of a `Result` as shown; `names` fits what is in them.

    `headline` are the links that count; `kept` is, by community, the share of its links that
    stay together over the seeds.
    """

    edges: pa.Table
    headline: pa.Table
    checks: pa.Table
    evidence: pa.Table
    communities: pa.Table
    kept: tuple[float, ...]
    bursts: pa.Table
    burst_accounts: pa.Table
    group_members: pa.Table
    group_events: pa.Table
    groups: pa.Table
    evolution: pa.Table
    names: Names


def tables_shown(result: Result, names: Names) -> Tables:
    """Return the tables of a result as they are, or under pseudonyms. O(rows)."""
    kept = tuple(result.summary.get("communities_kept", ()))
    members, numbers = result.communities, list(range(len(kept)))
    edges, evidence, checks = result.edges, result.evidence, result.checks
    headline = result.headline
    others = {name: getattr(result, name) for name in _OTHERS}
    if not names.named:
        edges, headline = (
            ends_shown(table, names.key).sort_by([("p", "ascending"), *_ENDS])
            for table in (edges, headline)
        )
        evidence = _evidence(evidence, names)
        checks = ends_shown(checks, names.key).sort_by(_ENDS)
        members, numbers = _members(members, names)
        others = {name: _OTHERS[name](table, names) for name, table in others.items()}
        names = _fitting(names)
    shares = dict(zip(numbers, kept, strict=False))
    return Tables(
        edges=edges,
        headline=headline,
        checks=checks,
        evidence=evidence,
        communities=members,
        kept=tuple(shares[number] for number in sorted(shares)),
        groups=result.group_summary,
        evolution=result.evolution,
        names=names,
        **others,
    )


def _fitting(names: Names) -> Names:
    """Return names for tables whose keys are shown already: they only make handles of keys."""

    def account(key: str) -> str:
        return names.account(key) if names.known(key) else key

    return replace(names, account=account, key=_itself, object=_itself)


def _itself(text: str) -> str:
    return text


def _members(table: pa.Table, names: Names) -> tuple[pa.Table, list[int]]:
    """Return the communities, and by old number the new one."""
    accounts = [names.key(key) for key in table["account"].to_pylist()]
    old = table["community"].to_pylist()
    new = renumbered(accounts, old)
    number = dict(zip(old, new, strict=True))
    members = pa.table({"account": pa.array(accounts, pa.string()), "community": new})
    members = members.sort_by([("community", "ascending"), ("account", "ascending")])
    return members, [number.get(n, n) for n in range(len(number))]


def _evidence(table: pa.Table, names: Names) -> pa.Table:
    return ends_shown(_shown(table, "object", names.object), names.key)


def _bursts(table: pa.Table, names: Names) -> pa.Table:
    order = [("p", "ascending"), ("start", "ascending"), ("object", "ascending")]
    return _shown(table, "object", names.object).sort_by(order)


def _burst_accounts(table: pa.Table, names: Names) -> pa.Table:
    table = _shown(_shown(table, "object", names.object), "account", names.key)
    return table.sort_by([("time", "ascending"), ("account", "ascending")])


def _group_members(table: pa.Table, names: Names) -> pa.Table:
    order = [("group", "ascending"), ("account", "ascending")]
    return _shown(table, "account", names.key).sort_by(order)


def _group_events(table: pa.Table, names: Names) -> pa.Table:
    lists = [sorted(names.key(key) for key in row) for row in table["accounts"].to_pylist()]
    table = _with(table, "accounts", pa.array(lists, pa.list_(pa.string())))
    order = [("group", "ascending"), ("start", "ascending"), ("object", "ascending")]
    return _shown(table, "object", names.object).sort_by(order)


_OTHERS = {
    "bursts": _bursts,
    "burst_accounts": _burst_accounts,
    "group_members": _group_members,
    "group_events": _group_events,
}


def _shown(table: pa.Table, column: str, shown: Shown) -> pa.Table:
    """Return the table with what is shown in place of the keys of a column."""
    keys = pc.unique(table[column])
    told = pa.array([shown(key) for key in keys.to_pylist()], pa.string())
    return _with(table, column, told.take(pc.index_in(table[column], keys)))


def ends_shown(table: pa.Table, shown: Shown) -> pa.Table:
    """Return the rows with both ends as shown, the smaller one first with all that is its own."""
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
