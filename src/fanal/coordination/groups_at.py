"""Groups over all windows of a run.

1. Groups at each window (coordination/groups.py); p times the number of windows.
2. The best first; one that shares half of its accounts with a better one is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.coordination.actions import Actions
from fanal.coordination.group_tables import Groups
from fanal.coordination.groups import ALIKE, find_groups
from fanal.coordination.ordered import Ordered
from fanal.coordination.progress import Progress
from fanal.coordination.settings import Settings

#: Table of a `Result` -> table of `Groups`.
TABLES = {
    "groups": "table",
    "group_members": "members",
    "group_events": "events",
    "group_summary": "summary",
}


@dataclass(frozen=True, slots=True)
class _Group:
    p: float
    window: int
    number: int
    accounts: frozenset[str]


def groups_at(
    actions: Actions,
    rows: Ordered,
    windows_s: list[float],
    settings: Settings,
    progress: Progress | None = None,
) -> dict[str, pa.Table]:
    """Return the tables of groups of a `Result`, over all windows.

    Parameters
    ----------
    actions, rows, windows_s, settings
        As for `groups.find_groups`, at each window.
    progress
        Called with (what, done, total), in windows.
    """
    # 1. each window
    found = []
    for n, window_s in enumerate(windows_s):
        tell = _within(progress, n, len(windows_s))
        tell("", 0.0, 1.0)
        found.append(find_groups(actions, rows, window_s, settings, tell))
        tell("", 1.0, 1.0)
    if len(found) == 1:
        return {name: getattr(found[0], mine) for name, mine in TABLES.items()}
    # 2. the best of those alike
    kept = _best(found, settings.fdr)
    return {name: _joined(found, kept, mine) for name, mine in TABLES.items()}


def _within(progress: Progress | None, before: int, windows: int) -> Progress:
    def tell(_: str, done: float, total: float) -> None:
        if progress is not None:
            progress("looking for groups", before + done / max(total, 1.0), windows)

    return tell


def _best(found: list[Groups], level: float) -> list[_Group]:
    groups = []
    for window, one in enumerate(found):
        for row in one.summary.to_pylist():
            mine = one.table.filter(pc.equal(one.table["group"], row["group"]))
            accounts = frozenset(mine["account"].to_pylist())
            groups.append(_Group(row["p"] * len(found), window, row["group"], accounts))
    kept: list[_Group] = []
    for group in sorted(groups, key=lambda one: (one.p, one.window, one.number)):
        if group.p <= level and all(_alike(group, other) < ALIKE for other in kept):
            kept.append(group)
    return kept


def _alike(one: _Group, other: _Group) -> float:
    return len(one.accounts & other.accounts) / len(one.accounts | other.accounts)


def _joined(found: list[Groups], kept: list[_Group], name: str) -> pa.Table:
    schema = getattr(found[0], name).schema
    parts = [schema.empty_table()]
    for number, group in enumerate(kept):
        table = getattr(found[group.window], name)
        mine = table.filter(pc.equal(table["group"], group.number))
        parts.append(_numbered(mine, number, len(found)))
    return pa.concat_tables(parts).cast(schema)


def _numbered(table: pa.Table, number: int, windows: int) -> pa.Table:
    table = table.set_column(0, "group", pa.array(np.full(table.num_rows, number, np.int64)))
    for column in ("p", "p_timing"):
        if column in table.column_names:
            raised = pc.min_element_wise(
                pc.multiply(table[column], float(windows)), 1.0, skip_nulls=False
            )
            table = table.set_column(table.column_names.index(column), column, raised)
    return table
