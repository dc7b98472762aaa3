"""Groups over several windows: corrected for them, and one group is told once."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.groups import find_groups
from fanal.coordination.groups_at import groups_at
from fanal.coordination.ordered import ordered
from planted_world import planted_world

SETTINGS = Settings(shuffles=0)


@pytest.fixture(scope="module")
def world() -> pa.Table:
    return planted_world(23, shares=6_000, accounts=600, objects=800).table


def test_one_window_gives_what_it_gives(world: pa.Table) -> None:
    actions = actions_of({"url": world})
    rows = ordered(actions)
    alone = find_groups(actions, rows, 60.0, SETTINGS)
    assert alone.table.num_rows
    assert groups_at(actions, rows, [60.0], SETTINGS)["groups"].equals(alone.table)


def test_over_windows_a_group_is_told_once_and_pays_for_them(world: pa.Table) -> None:
    actions = actions_of({"url": world})
    rows = ordered(actions)
    each = [find_groups(actions, rows, window, SETTINGS) for window in (60.0, 300.0)]
    both = groups_at(actions, rows, [60.0, 300.0], SETTINGS)
    summary = both["group_summary"]
    best = min(pc.min(one.summary["p"]).as_py() for one in each)
    assert summary["p"][0].as_py() == pytest.approx(min(2 * best, 1.0))
    members: dict[int, set[str]] = {}
    for row in both["groups"].to_pylist():
        members.setdefault(row["group"], set()).add(row["account"])
    told = list(members.values())
    for number, one in enumerate(told):
        for other in told[:number]:
            assert len(one & other) / len(one | other) < 0.5
    assert summary["group"].to_pylist() == sorted(members)
    assert set(both["group_events"]["group"].to_pylist()) <= set(members)
    assert both["group_members"].num_rows == both["groups"].num_rows
