"""Groups at each window of a run: p times the windows, the best of groups that are alike."""

from __future__ import annotations

import pyarrow as pa

from fanal.coordination.actions import Actions
from fanal.coordination.groups import find_groups
from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import Settings


def groups_at(
    actions: Actions, rows: Ordered, windows_s: list[float], settings: Settings
) -> dict[str, pa.Table]:
    """Return the tables of groups of a `Result`, found at the first window."""
    found = find_groups(actions, rows, windows_s[0], settings)
    return {
        "groups": found.table,
        "group_members": found.members,
        "group_events": found.events,
        "group_summary": found.summary,
    }
