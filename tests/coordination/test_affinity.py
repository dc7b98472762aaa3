"""Affinity: against brute force, what it may not do, and whom it can and cannot explain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.actions import Actions
from fanal.coordination.affinity import AGES_S, Affinity, affinity_of
from fanal.coordination.links import Links, find_links
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.strata import Strata, strata_of
from planted_world import planted_world

WINDOW_US = 60_000_000
DAY = 86_400


def followers(seed: int, fans: int = 20, posts: int = 30) -> dict[str, list[object]]:
    """Return fans of one star, each reposting half of its posts within a minute or so."""
    draw = np.random.default_rng(seed)
    born = draw.integers(0, 10 * DAY, posts)
    rows: dict[str, list[object]] = {"object": [], "account": [], "time": [], "source": []}
    for fan in range(fans):
        for post in draw.permutation(posts)[: posts // 2].tolist():
            rows["object"].append(f"star {post}")
            rows["account"].append(f"fan {fan}")
            rows["time"].append(int(born[post] + draw.exponential(60)) * 1_000_000)
            rows["source"].append("the star")
    return rows


def crowd(seed: int, actions: int = 8_000) -> dict[str, list[object]]:
    """Return accounts that repost by popularity, fans among them."""
    draw = np.random.default_rng(seed)
    born = draw.integers(0, 10 * DAY, 2_000)
    weight = 1.0 / np.arange(1, 2_001)
    what = draw.choice(2_000, actions, p=weight / weight.sum())
    late = np.exp(draw.normal(np.log(DAY / 2), 1.2, actions))
    who = draw.integers(0, 800, actions)
    return {
        "object": [f"post {o}" for o in what],
        "account": [f"fan {a}" if a < 20 else f"account {a}" for a in who],
        "time": ((born[what] + late).astype(np.int64) * 1_000_000).tolist(),
        "source": [f"source {o // 20}" for o in what],
    }


def table_of(*parts: dict[str, list[object]]) -> pa.Table:
    names = parts[0]
    return pa.table({name: [value for part in parts for value in part[name]] for name in names})


def judged(
    actions: Actions, settings: Settings | None = None
) -> tuple[Ordered, Links, Affinity]:
    rows, asked = ordered(actions), settings or Settings()
    links = find_links(rows, [WINDOW_US], asked)
    return rows, links, affinity_of(rows, links, [WINDOW_US], asked)


def brute_force(rows: Ordered, links: Links, strata: Strata, link: int) -> float:
    """Return the expected co-actions of a link, one stratum after the other."""
    popular = links.looks[0].popular
    early, late = (np.concatenate(part) for part in zip(*popular.remembered or [], strict=True))
    of_row = strata.of_object[rows.object_of]
    since = (rows.time - rows.time[rows.starts[rows.object_of]]) / 1e6
    age = np.digitize(since, AGES_S) - 1
    total = links.expected[link]
    for stratum in range(strata.layer.size):
        inside = of_row == stratum
        acts = np.zeros((rows.accounts, len(AGES_S)))
        np.add.at(acts, (rows.account[inside], age[inside]), 1.0)
        one, other = acts[links.pair[link]], acts[links.other[link]]
        if not one.sum() or not other.sum():
            continue
        mine = of_row[early] == stratum
        met = np.zeros((len(AGES_S), len(AGES_S)))
        np.add.at(met, (age[early[mine]], age[late[mine]]), 1.0)
        met = met + met.T
        m = acts.sum(axis=0)
        pairs = np.outer(m, m) - acts.T @ acts
        by_age = one @ np.where(pairs > 0, met / np.maximum(pairs, 1), 0.0) @ other
        plain = (
            one.sum()
            * other.sum()
            * met.sum()
            / max(m.sum() ** 2 - (acts.sum(1) ** 2).sum(), 1)
        )
        there = max(plain, by_age) * (1 - 1 / one.sum()) * (1 - 1 / other.sum())
        total += max(there - links.expected[link] * mine.sum() / early.size, 0.0)
    return float(total)


def test_the_expectation_is_that_of_brute_force() -> None:
    # distinct (object, account) rows: then an account's actions are its objects
    table = table_of(followers(1), crowd(1)).group_by(["object", "account", "source"])
    table = table.aggregate([("time", "min")]).rename_columns(
        ["object", "account", "source", "time"]
    )
    rows, links, affinity = judged(actions_of({"repost": table}))
    divisions = strata_of(rows, WINDOW_US)
    assert links.p.size > 50
    for link in range(0, links.p.size, 10):
        expected = [brute_force(rows, links, strata, link) for strata in divisions]
        assert min(abs(affinity.expected[link] / one - 1) for one in expected) < 1e-9


def test_shared_interest_never_makes_a_link_stronger() -> None:
    world = planted_world(31)
    _, links, affinity = judged(actions_of({"object": world.table}))
    assert (affinity.p >= links.p).all()
    assert (affinity.q >= links.q).all()
    assert (affinity.expected >= links.expected).all()
    assert (affinity.q > links.q).any()


def test_no_pair_outside_the_links_can_pass() -> None:
    actions = actions_of({"object": planted_world(32).table})
    headline = []
    for fdr in (0.05, 0.9):
        _, links, affinity = judged(actions, Settings(fdr=fdr))
        passed = affinity.q <= 0.05
        headline.append((links.pair[passed].tolist(), links.other[passed].tolist()))
    assert headline[0] == headline[1]
    assert headline[0][0]


def test_threads_and_memory_change_nothing() -> None:
    rows, links, one = judged(actions_of({"repost": table_of(followers(2), crowd(2))}))
    many = affinity_of(rows, links, [WINDOW_US], Settings(threads=3))
    forgotten = [
        replace(look, popular=replace(look.popular, remembered=None)) for look in links.looks
    ]
    again = affinity_of(rows, replace(links, looks=forgotten), [WINDOW_US], Settings())
    for other in (many, again):
        for name in ("expected", "p", "q", "source", "block"):
            assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_no_links_have_no_affinity() -> None:
    actions = actions_of({"object": planted_world(33, shares=3_000, groups=0).table})
    _, links, affinity = judged(actions)
    assert links.p.size == 0
    assert affinity.q.size == 0
    assert affinity.explained_by(None) == []


def test_the_star_that_explains_is_named() -> None:
    actions = actions_of({"repost": table_of(followers(3), crowd(3))})
    _, links, affinity = judged(actions)
    assert links.p.size > 100
    assert set(affinity.explained_by(actions.sources)) == {"the star"}
    assert (affinity.q > 0.05).all()


def test_without_a_source_a_topic_block_explains() -> None:
    table = table_of(followers(4), crowd(4)).drop_columns(["source"])
    actions = actions_of({"repost": table})
    _, _, affinity = judged(actions)
    assert actions.sources is None
    assert affinity.blocks > 0
    assert all(name and name.startswith("topic block ") for name in affinity.explained_by(None))
    assert (affinity.q > 0.05).mean() >= 0.95


@pytest.mark.parametrize("method", ["bh", "by"])
def test_fans_seen_at_two_windows_in_two_layers_are_explained(method: str) -> None:
    actions = actions_of(
        {"repost": table_of(followers(7), crowd(7)), "url": table_of(followers(8), crowd(8))}
    )
    rows, settings = ordered(actions), Settings(fdr_method=method)
    windows_us = [WINDOW_US, 5 * WINDOW_US]
    links = find_links(rows, windows_us, settings)
    affinity = affinity_of(rows, links, windows_us, settings)
    assert links.p.size > 100
    assert (affinity.p >= links.p).all()
    assert (affinity.q > 0.05).all()


def test_an_interest_in_one_layer_explains_nothing_in_another() -> None:
    fans = table_of(followers(5), crowd(5))
    later = fans.set_column(
        2, "time", pa.array(fans["time"].to_numpy() + 40 * DAY * 1_000_000)
    ).drop_columns(["source"])
    both = actions_of({"repost": fans, "text": later})
    rows = ordered(both)
    strata = strata_of(rows, WINDOW_US)[0]
    inside = strata.of_object >= 0
    assert (strata.layer[strata.of_object[inside]] == rows.layer_of[inside]).all()
    assert set(strata.layer[strata.source >= 0].tolist()) == {0}


@pytest.mark.parametrize(("objects", "followed"), [(4, False), (5, True)])
def test_a_source_of_few_objects_is_met_not_followed(objects: int, followed: bool) -> None:
    rows = [(f"o{o}", f"a{a}", o * DAY + a, "site") for o in range(objects) for a in range(3)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    table = pa.table(columns, names=["object", "account", "time", "source"])
    table = table.set_column(2, "time", [pa.array(columns[2], pa.int64())])
    strata = strata_of(ordered(actions_of({"url": table})), WINDOW_US)[0]
    assert (strata.of_object >= 0).all() == followed


def test_what_is_done_within_the_window_makes_no_topic_block() -> None:
    draw = np.random.default_rng(6)
    rows: dict[str, list[object]] = {"object": [], "account": [], "time": []}
    for burst in range(60):
        for member in np.flatnonzero(draw.random(40) < 0.7).tolist():
            rows["object"].append(f"own {burst}")
            rows["account"].append(f"member {member}")
            rows["time"].append(int(burst * 3 * 3600 + draw.exponential(20)) * 1_000_000)
    plain = {name: values for name, values in crowd(6).items() if name != "source"}
    actions = actions_of({"url": table_of(rows, plain)})
    strata = strata_of(ordered(actions), WINDOW_US)[0]
    own = np.array([name.startswith("own") for name in actions.objects.to_pylist()])
    assert (strata.of_object[own] >= 0).mean() < 0.05
    assert (strata.of_object[~own] >= 0).any()


def test_the_source_of_an_object_is_its_most_frequent_of_equals_the_first_by_name() -> None:
    table = pa.table(
        {
            "object": ["o", "o", "o", "p", "p", "q"],
            "account": ["a", "b", "c", "a", "b", "c"],
            "time": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
            "source": ["z", "y", "y", "b", "a", None],
        }
    )
    actions = actions_of({"url": table, "repost": table.drop_columns(["source"])})
    assert actions.sources is not None
    names = [*actions.sources.to_pylist(), None]
    assert [names[code] for code in actions.source_of] == ["y", "a", None, None, None, None]
    assert ordered(actions).source_of.tolist() == actions.source_of.tolist()
    assert actions_of({"url": table.drop_columns(["source"])}).sources is None
