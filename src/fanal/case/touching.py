"""What the latest stored run of a case holds of some posts: links, bursts, groups.

1. A link touches them when one of its co-actions is between two of them.
2. A burst does when at least two accounts act in it with one of them.
3. A group does when one of its events is on an object of such a burst or co-action, and at least
   two of its members are among the accounts of these posts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.claims.trace import Touched
from fanal.errors import FanalError

#: Accounts of a burst or a group that must be among those of the posts.
FEWEST = 2


def touched_by(case: Any, posts: pa.Table) -> Touched:
    """Return what the latest run of `coordinate` holds of posts; nothing where there is none."""
    runs = [run for run in case.runs() if run.command == "coordinate" and not run.erased]
    if not runs:
        return Touched()
    try:
        result = case.run(runs[-1].id)
    except FanalError:  # its stored result is lost: `fanal replay` says so
        return Touched()
    keys = posts["post"].combine_chunks()
    links, objects = _links(result, keys)
    bursts, more = _bursts(result, keys)
    accounts = frozenset(posts["account"].to_pylist())
    return Touched(
        run=runs[-1].id,
        stale=runs[-1].stale,
        links=links,
        bursts=bursts,
        groups=_groups(result, objects | more, accounts),
    )


Objects = frozenset[tuple[str, str]]


def _links(result: Any, keys: pa.Array) -> tuple[tuple[dict[str, Any], ...], Objects]:
    # 1.
    evidence = result.evidence
    both = pc.and_(
        pc.is_in(evidence["source_post"], keys), pc.is_in(evidence["target_post"], keys)
    )
    rows = evidence.filter(both).to_pylist()
    together = Counter((row["source"], row["target"]) for row in rows)
    headline = {(e["source"], e["target"]) for e in _ends(result.headline)}
    found = [
        {
            "source": row["source"],
            "target": row["target"],
            "q": row["q"],
            "headline": (row["source"], row["target"]) in headline,
            "posts": together[row["source"], row["target"]],
        }
        for row in result.edges.select(["source", "target", "q"]).to_pylist()
        if (row["source"], row["target"]) in together
    ]
    return tuple(found), frozenset((row["layer"], row["object"]) for row in rows)


def _ends(table: pa.Table) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = table.select(["source", "target"]).to_pylist()
    return rows


def _bursts(result: Any, keys: pa.Array) -> tuple[tuple[dict[str, Any], ...], Objects]:
    # 2.
    acting = result.burst_accounts
    accounts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in acting.filter(pc.is_in(acting["post"], keys)).to_pylist():
        accounts[row["layer"], row["object"]].add(row["account"])
    objects = frozenset(key for key, those in accounts.items() if len(those) >= FEWEST)
    columns = ["layer", "object", "start", "accounts", "expected", "q"]
    rows = result.bursts.select(columns).to_pylist()
    return tuple(row for row in rows if (row["layer"], row["object"]) in objects), objects


def _groups(
    result: Any, objects: Objects, accounts: frozenset[str]
) -> tuple[dict[str, Any], ...]:
    # 3.
    resting = {
        row["group"]
        for row in result.group_events.select(["group", "layer", "object"]).to_pylist()
        if (row["layer"], row["object"]) in objects
    }
    members: dict[int, list[str]] = defaultdict(list)
    for row in result.group_members.select(["group", "account"]).to_pylist():
        members[row["group"]].append(row["account"])
    found = [
        {"group": group, "accounts": sorted(accounts.intersection(those)), "of": len(those)}
        for group, those in sorted(members.items())
        if group in resting and len(accounts.intersection(those)) >= FEWEST
    ]
    return tuple(found)
