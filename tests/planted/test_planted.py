"""Recall and false alarms on worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from fanal.coordination import Result, Settings, actions_of, coordinate
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered
from fanal.coordination.shuffle import shuffled
from planted_world import planted_world

MINUTE_US = 60_000_000


def pairs_of(result: Result) -> set[tuple[str, str]]:
    ends = result.edges.select(["source", "target"]).to_pylist()
    return {(row["source"], row["target"]) for row in ends}


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_planted_groups_are_found_and_nearly_nobody_else(seed: int) -> None:
    world = planted_world(seed)
    found = pairs_of(coordinate(actions_of({"object": world.table}), Settings(shuffles=0)))
    true = found & world.pairs
    precision = binomtest(len(true), len(found)).proportion_ci(method="wilson")
    recall = binomtest(len(true), len(world.pairs)).proportion_ci(method="wilson")
    assert precision.low >= 0.95, (len(true), len(found))
    assert recall.low >= 0.90, (len(true), len(world.pairs))


def test_where_nobody_acts_together_no_link_is_found() -> None:
    with_links = 0
    for seed in range(20):
        world = planted_world(100 + seed, shares=5_000, accounts=500, groups=0)
        result = coordinate(actions_of({"object": world.table}), Settings(shuffles=0))
        with_links += result.edges.num_rows > 0
    assert with_links <= 1


def test_shuffled_accounts_are_not_linked() -> None:
    rows = ordered(actions_of({"object": planted_world(14).table}))
    draw = np.random.default_rng(5)
    settings = Settings()
    links = [find_links(shuffled(rows, draw), [MINUTE_US], settings).p.size for _ in range(20)]
    assert sum(count > 0 for count in links) <= 1


def test_two_layers_find_what_one_alone_cannot() -> None:
    thin = planted_world(15, bursts=4, groups=8)
    other = planted_world(15, bursts=4, groups=8)
    late = other.table["time"].to_numpy() + 3 * 86_400_000_000
    second = other.table.set_column(2, "time", [late]).set_column(
        3, "post", [[f"q{n}" for n in range(late.size)]]
    )
    one = pairs_of(coordinate(actions_of({"url": thin.table}), Settings(shuffles=0)))
    both = coordinate(actions_of({"url": thin.table, "repost": second}), Settings(shuffles=0))
    assert len(pairs_of(both) & thin.pairs) > len(one & thin.pairs)
    assert "url+repost" in both.edges["layers"].to_pylist()
