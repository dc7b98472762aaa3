"""Fans are not in the headline, planted groups stay; and what these data cannot tell apart."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.affinity import affinity_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered
from planted_world import planted_world

WINDOW_US = 60_000_000
DAY = 86_400
START = 1_700_000_000


def headline(table: pa.Table) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return the pairs that are linked, and those that shared interest does not explain."""
    actions = actions_of({"object": table})
    rows = ordered(actions)
    links = find_links(rows, [WINDOW_US], Settings())
    stays = affinity_of(rows, links, [WINDOW_US], Settings()).q <= 0.05
    names = actions.accounts.to_pylist()
    ends = zip(links.pair.tolist(), links.other.tolist(), strict=True)
    pairs = [tuple(sorted((names[a], names[b]))) for a, b in ends]
    return set(pairs), {pair for pair, stay in zip(pairs, stays.tolist(), strict=True) if stay}


def fans(seed: int, mean_s: float, fans: int = 30, posts: int = 40) -> pa.Table:
    """Return what fans of one star do, each for himself, as columns of a planted world."""
    draw = np.random.default_rng(seed)
    born = START + draw.integers(0, 10 * DAY, posts)
    mine = np.concatenate([draw.permutation(posts)[: posts // 2] for _ in range(fans)])
    who = np.repeat(np.arange(fans), posts // 2)
    time = (born[mine] + draw.exponential(mean_s, mine.size)).astype(np.int64) * 1_000_000
    return pa.table(
        {
            "object": [f"star {post}" for post in mine],
            "account": [f"fan {fan}" for fan in who],
            "time": time,
        }
    )


def with_sources(table: pa.Table) -> pa.Table:
    """Name the star as the source of its posts, and make of every 20 other objects a source."""
    names = table["object"].to_pylist()
    sources = [
        "star" if name.startswith("star") else f"s{int(name[1:]) // 20}" for name in names
    ]
    return table.append_column("source", pa.array(sources))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("mean_s", [60.0, 300.0])
def test_fans_of_a_star_are_not_in_the_headline(mean_s: float, known: bool) -> None:
    linked = false = 0
    for seed in (41, 42, 43):
        world = planted_world(seed, groups=0).table.select(["object", "account", "time"])
        table = pa.concat_tables([world, fans(seed, mean_s)])
        found, left = headline(with_sources(table) if known else table)
        linked += sum(one.startswith("fan") for one, _ in found)
        false += len(left)
    assert linked > (900 if mean_s == 60 else 150)
    assert false <= 0.01 * 3 * 435


@pytest.mark.parametrize("seed", [51, 52, 53])
def test_planted_groups_stay_beside_fans(seed: int) -> None:
    world = planted_world(seed)
    table = world.table.select(["object", "account", "time"])
    found, left = headline(pa.concat_tables([table, fans(seed, 60.0)]))
    assert len(left & world.pairs) >= 0.95 * len(found & world.pairs)
    assert len(left & world.pairs) >= 0.95 * len(left)


def test_a_group_that_pushes_a_star_of_its_own_looks_like_its_fans() -> None:
    world = planted_world(54, groups=0).table.select(["object", "account", "time"])
    table = with_sources(pa.concat_tables([world, fans(54, 10.0, fans=12)]))
    found, left = headline(table)
    assert len(found) >= 60
    assert left == set()


def test_a_group_that_moves_from_site_to_site_stays() -> None:
    world = planted_world(55, groups=0).table.select(["object", "account", "time"])
    table = pa.concat_tables([world, fans(55, 10.0, fans=12)])
    names = table["object"].to_pylist()
    own = pa.array(
        [f"site of {n}" if n.startswith("star") else f"s{int(n[1:]) // 20}" for n in names]
    )
    found, left = headline(table.append_column("source", own))
    assert len(found) >= 60
    assert len(left) >= 0.95 * len(found)
