"""What a file can answer: the group it says can be found is found, the one below is not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binomtest

from fanal.coordination import Settings, actions_of, coordinate
from fanal.coordination.answerable import Reach, answerable
from fanal.coordination.links import looks_at
from fanal.coordination.ordered import ordered
from fanal.coordination.popularity import popularity
from fanal.coordination.power import (
    PLACEMENTS,
    Ground,
    accounts_like,
    expected_with,
    ground,
    pair_p,
    smallest,
)
from fanal.coordination.significance import expected_co_actions
from planted_world import SECOND, START, planted_world

SETTINGS = Settings(shuffles=0)
MINUTE_US = 60 * SECOND
RUNS = 24
#: Worlds without a group: thin, ordinary, and one in which few objects are shared by all.
WORLDS = {
    "thin": {"shares": 500, "accounts": 300, "objects": 200},
    "ordinary": {"shares": 5_000, "accounts": 2_000, "objects": 1_000},
    "crowded": {"shares": 20_000, "accounts": 2_000, "objects": 100},
}


def world(name: str) -> pa.Table:
    return planted_world(21, groups=0, **WORLDS[name]).table


def with_group(
    table: pa.Table, accounts: int, times: int, activity: int, seed: int
) -> tuple[pa.Table, set[tuple[str, str]]]:
    """Let accounts of the file, of this very activity, act together so many times more."""
    draw = np.random.default_rng(seed)
    actions = actions_of({"object": table})
    rows = ordered(actions)
    common = popularity(rows, MINUTE_US, 1).by_object
    shared = np.flatnonzero(common > 0)
    shared = shared[np.argsort(common[shared], kind="stable")]
    start = max((shared.size - times) // 2, 0)
    names, keys = actions.objects.to_pylist(), actions.accounts.to_pylist()
    objects = [names[o] for o in shared[start : start + times]]
    objects += [f"new{n}" for n in range(times - len(objects))]
    away = np.abs(rows.activity[0] - activity)
    alike = np.argsort(away, kind="stable")[: max((away == 0).sum(), accounts, 6)]
    who = draw.choice(alike, accounts, replace=False)
    joint = [
        {
            "object": target,
            "account": keys[one],
            "time": int(when) + int(draw.integers(0, 50)) * SECOND,
            "post": f"{target} by {one}",
            "lang": "en",
        }
        for target, when in zip(
            objects, draw.choice(actions.time, times, replace=False), strict=True
        )
        for one in who
    ]
    both = pa.concat_tables([table, pa.Table.from_pylist(joint, schema=table.schema)])
    return both, {tuple(sorted((keys[a], keys[b]))) for a, b in combinations(who, 2)}


def times_found(table: pa.Table, accounts: int, times: int, activity: int) -> int:
    found = 0
    for seed in range(RUNS):
        both, pairs = with_group(table, accounts, times, activity, seed)
        edges = coordinate(actions_of({"object": both}), SETTINGS).edges
        ends = edges.select(["source", "target"]).to_pylist()
        found += pairs <= {(row["source"], row["target"]) for row in ends}
    return found


def reaches(name: str) -> tuple[Reach, ...]:
    return answerable(actions_of({"object": world(name)}), SETTINGS).layers[0].reaches


@pytest.mark.slow
@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_what_it_says_can_be_found_is_found_and_one_time_fewer_is_not(
    name: str, which: int
) -> None:
    reach = reaches(name)[which]
    assert reach.pair is not None
    assert reach.surely is not None
    table = world(name)
    likely = times_found(table, 2, reach.pair, reach.activity)
    surely = times_found(table, 2, reach.surely, reach.activity)
    below = times_found(table, 2, reach.pair - 1, reach.activity)
    assert binomtest(likely, RUNS).proportion_ci(method="wilson").high >= 0.5, likely
    assert likely >= 0.4 * RUNS
    assert binomtest(surely, RUNS).proportion_ci(method="wilson").low >= 0.6, surely
    assert binomtest(below, RUNS).proportion_ci(method="wilson").low <= 0.5, below


@pytest.mark.slow
def test_the_smallest_group_is_found_with_all_its_pairs() -> None:
    reach = reaches("thin")[0]
    sizes = dict(reach.groups)
    times = min(times for times, size in sizes.items() if size)
    size = sizes[times]
    assert size is not None
    table = world("thin")
    assert times_found(table, size, times, reach.activity) >= 0.4 * RUNS
    assert times_found(table, size, times - 1, reach.activity) <= 0.25 * RUNS


def test_acting_together_once_is_found_at_no_number() -> None:
    for name in WORLDS:
        for reach in reaches(name):
            assert dict(reach.groups)[1] is None


def test_busier_accounts_need_no_fewer_joint_actions() -> None:
    for name in WORLDS:
        middling, busy = reaches(name)
        assert middling.activity <= busy.activity
        assert middling.pair is not None
        assert busy.pair is not None
        assert middling.pair <= busy.pair


def test_a_capture_of_one_post_an_account_says_that_hardly_anybody_can_be_linked() -> None:
    rows = [
        {"object": f"o{n}", "account": f"a{n}", "time": (START + 600 * n) * SECOND}
        for n in range(77)
    ]
    found = answerable(actions_of({"url": pa.Table.from_pylist(rows)}), SETTINGS)
    layer = found.layers[0]
    assert found.linkable == layer.linkable == 0
    assert layer.co_actions == layer.shared == 0
    assert found.cutoff_p == pytest.approx(0.05 / (77 * 76 / 2))
    for reach in layer.reaches:
        assert reach.activity == 1


def test_accounts_that_can_be_linked_are_those_not_too_quiet() -> None:
    actions = actions_of({"object": world("ordinary")})
    found = answerable(actions, SETTINGS)
    result = coordinate(actions, SETTINGS)
    assert result.summary["links"] == 0
    assert found.linkable == found.accounts - result.insufficient.num_rows
    assert found.layers[0].linkable == found.linkable
    assert found.layers[0].co_actions == result.summary["layers"]["object"]["co_actions"]
    assert found.pairs == result.summary["pairs_tested"]


def test_two_windows_ask_for_no_less_than_the_better_of_them() -> None:
    actions = actions_of({"object": world("thin")})
    one = answerable(actions, SETTINGS).layers[0].reaches[0]
    two = answerable(actions, Settings(windows_s=(60, 300), shuffles=0)).layers[0].reaches[0]
    assert one.pair is not None
    assert two.pair is not None
    assert two.pair >= one.pair


def test_p_falls_with_each_joint_action() -> None:
    where = ground_of(world("ordinary"))
    p = [pair_p(where, 2, times) for times in range(2, 9)]
    assert p == sorted(p, reverse=True)
    assert p[-1] < 1e-6


def ground_of(table: pa.Table, share: float = 0.5) -> Ground:
    rows = ordered(actions_of({"object": table}))
    (look,) = looks_at(rows, [MINUTE_US], SETTINGS)
    return ground(look, accounts_like(rows.activity[0], share))


def test_a_file_of_two_hours_has_room_for_few_episodes() -> None:
    table = world("thin")
    hurried = (table["time"].to_numpy() - START * SECOND) // 240 // SECOND * SECOND
    table = table.set_column(
        table.column_names.index("time"), "time", pa.array(START * SECOND + hurried)
    )
    for reach in answerable(actions_of({"object": table}), SETTINGS).layers[0].reaches:
        assert reach.pair is None  # it used to say 3, of which 0 of 40 were linked
        assert times_found(table, 2, 30, reach.activity) == 0


@pytest.mark.slow
def test_the_busiest_of_a_crowded_file_need_more_than_two() -> None:
    table = planted_world(21, groups=0, shares=20_000, accounts=100, objects=100).table
    reach = answerable(actions_of({"object": table}), SETTINGS).layers[0].reaches[1]
    assert reach.surely is not None
    assert reach.surely >= 5  # it used to say 3, of which 5 of 40 were linked
    assert times_found(table, 2, reach.surely, reach.activity) >= 0.75 * RUNS


def test_expected_meetings_are_those_of_a_run_over_the_file_with_the_group() -> None:
    table = planted_world(3, groups=0, shares=200, accounts=60, objects=80).table
    where = ground_of(table)
    keys = actions_of({"object": table}).accounts.to_pylist()
    draw = np.random.default_rng(4)
    chosen = draw.integers(0, where.look.rows.time.size, (PLACEMENTS, 3))
    total = int(where.look.popular.by_object.sum()) + 3
    foreseen = expected_with(where, chosen, 2, total)
    for number in range(6):
        ends = [keys[where.pair[number]], keys[where.other[number]]]
        joint = [
            {
                "object": f"new{n}",
                "account": one,
                "time": int(at),
                "post": f"{n}{one}",
                "lang": "en",
            }
            for n, at in enumerate(where.look.rows.time[chosen[number]])
            for one in ends
        ]
        both = pa.concat_tables([table, pa.Table.from_pylist(joint, schema=table.schema)])
        rows = ordered(actions_of({"object": both}))
        (look,) = looks_at(rows, [MINUTE_US], SETTINGS)
        known = actions_of({"object": both}).accounts.to_pylist()
        pair, other = np.array([sorted(known.index(one) for one in ends)]).T
        found = expected_co_actions(look.rows, look.popular, pair, other)[0, 0]
        assert foreseen[number] == pytest.approx(found, rel=0.1)


def test_the_least_number_is_found_between_those_tried() -> None:
    assert smallest(lambda number: number >= 2, 200) == 2
    assert smallest(lambda number: number >= 33, 200) == 33
    assert smallest(lambda number: number >= 200, 200) == 200
    assert smallest(lambda number: number >= 5, 4) is None
    assert smallest(lambda number: False, 200) is None
    assert smallest(lambda number: True, 1) is None


def test_two_accounts_are_enough_to_ask() -> None:
    rows = [{"object": "o", "account": one, "time": START * SECOND} for one in "ab"]
    found = answerable(actions_of({"url": pa.Table.from_pylist(rows)}), SETTINGS)
    assert (found.accounts, found.pairs) == (2, 1)
    assert len(found.layers[0].reaches) == 2
    alone = answerable(actions_of({"url": pa.Table.from_pylist(rows[:1])}), SETTINGS)
    assert (alone.accounts, alone.pairs, alone.linkable) == (1, 0, 0)
    assert alone.layers[0].reaches == ()
