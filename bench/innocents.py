"""People who agreed on nothing: how many are linked, stand in the headline, in a burst, in a group.

Ten worlds of each kind (`innocent_kinds.py`), seeds that nothing was tuned on; settings as they
come (60 s, or the precision of the times). Counted are accounts in the headline per 100,000
accounts of the worlds; then runs of ten with any (Wilson's 95 % interval), links by the pair test
alone, bursts, and accounts of groups called "synchronised". Couples on one phone are coordinated,
and stand apart.

Then the other way round: plain operations among 3,000 accounts, pairs linked and in the headline,
and what the others hang on. Excluded: time. No peer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from bursts import interval
from fanal.coordination import Settings, actions_of
from fanal.coordination.actions import Actions
from fanal.coordination.affinity import affinity_of
from fanal.coordination.analysis import windows_of
from fanal.coordination.bursts import burst_accounts, find_bursts
from fanal.coordination.groups_at import groups_at
from fanal.coordination.habits import HABITS, habits_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered
from fanal.coordination.stability import stability_of
from innocent_kinds import Kind, kinds
from innocent_worlds import CROWD, HOUR, World, by_day, crowd, popular
from measure import Measure, table

SEEDS = tuple(range(40, 50))
SETTINGS = Settings(shuffles=0)
PLANTED_SEEDS = tuple(range(60, 65))
#: Mean delays; accounts x bursts.
DELAYS_S = (5.0, 20.0, 60.0)
SIZES = ((8, 6), (8, 15), (8, 30), (20, 6), (20, 15), (20, 30))


@dataclass(frozen=True)
class Seen:
    """What one world gave."""

    accounts: int
    links: int
    headline: int
    named: int
    habits: int
    named_after: int
    bursts: int
    in_bursts: int
    synchronised: int
    in_groups: int


def main() -> list[Measure]:
    """Measure all kinds, and the planted operations."""
    return [*(measured(kind) for kind in kinds()), *operations()]


def measured(kind: Kind) -> Measure:
    """Return the accounts in the headline per 100,000, over all seeds."""
    seen = [seen_of(tables_of(kind, seed)) for seed in SEEDS]
    accounts = sum(one.accounts for one in seen)

    def runs(name: str) -> int:
        return sum(getattr(one, name) > 0 for one in seen)

    def span(name: str) -> str:
        found = [getattr(one, name) for one in seen]
        return f"{min(found)} to {max(found)}" if max(found) else "0"

    def rate(name: str) -> float:
        return 1e5 * sum(getattr(one, name) for one in seen) / accounts

    return Measure(
        f"innocents: {kind.name}",
        rate("named"),
        "per 100,000",
        note=f"{span('links')} links, headline {span('headline')} pairs, runs with any "
        f"{interval(runs('headline'), len(seen))}; after habits {span('habits')} pairs, "
        f"{rate('named_after'):.4g} per 100,000; bursts in {runs('bursts')} runs, "
        f"{rate('in_bursts'):.4g}; synchronised in {runs('synchronised')} runs, "
        f"{rate('in_groups'):.4g}",
    )


def tables_of(kind: Kind, seed: int) -> dict[str, pa.Table]:
    """Return one world."""
    world = World(np.random.default_rng(seed), kind.precision)
    kind.make(world)
    return world.tables()


def seen_of(tables: dict[str, pa.Table]) -> Seen:
    """Return what Fanal says of a world."""
    actions = actions_of(tables)
    found = links_of(actions)
    windows_s, _ = windows_of(actions, SETTINGS)
    rows = ordered(actions)
    bursts = find_bursts(actions, rows, windows_s, SETTINGS, actions.source_of)
    groups = groups_at(actions, rows, windows_s, SETTINGS)
    verdicts = groups["group_summary"].to_pylist()
    told = {one["group"] for one in verdicts if one["verdict"] == "synchronised"}
    members = {one["account"] for one in groups["groups"].to_pylist() if one["group"] in told}
    both = found["headline"] & found["habits"]
    return Seen(
        accounts=rows.accounts,
        links=found["headline"].size,
        headline=int(found["headline"].sum()),
        named=named(found, found["headline"]),
        habits=int(both.sum()),
        named_after=named(found, both),
        bursts=bursts.num_rows,
        in_bursts=len(set(burst_accounts(actions, rows, bursts)["account"].to_pylist())),
        synchronised=len(told),
        in_groups=len(members),
    )


def named(found: dict[str, Any], which: np.ndarray) -> int:
    """Return the distinct accounts of some links."""
    return int(np.unique(np.concatenate([found["pair"][which], found["other"][which]])).size)


def links_of(actions: Actions) -> dict[str, Any]:
    """Return the links: who, explained, fragile because, in the headline, and surviving habits."""
    rows = ordered(actions)
    windows_us = [round(window * 1e6) for window in windows_of(actions, SETTINGS)[0]]
    links = find_links(rows, windows_us, SETTINGS)
    affinity = affinity_of(rows, links, windows_us, SETTINGS)
    stability = stability_of(rows, links, windows_us, actions.precision_s, SETTINGS)
    habits = habits_of(rows, links, windows_us, SETTINGS)
    explained = affinity.q > SETTINGS.fdr
    return {
        "pair": links.pair,
        "other": links.other,
        "explained": explained,
        "because": stability.because(),
        "headline": ~explained & ~stability.fragile,
        "habits": np.logical_and.reduce([habits[one] <= stability.level for one in HABITS]),
    }


# ---- the other way round


def operations() -> list[Measure]:
    """Measure plain operations: recall of the headline."""
    wanted = [("on what others pass on", popular_objects), ("own links, unnamed", own_objects),
              ("own sentences", own_sentences), ("one named source", one_source)]  # fmt: skip
    return [
        recalled(f"{name}, {size} x {bursts}, {delay_s:g} s", make, size, bursts, delay_s)
        for name, make in wanted
        for size, bursts in SIZES
        for delay_s in DELAYS_S
    ]


def recalled(name: str, make: Any, size: int, bursts: int, delay_s: float) -> Measure:
    """Return the share of the operation's pairs in the headline."""
    total: Counter[str] = Counter()
    for seed in PLANTED_SEEDS:
        world = World(np.random.default_rng(seed))
        make(world, size, bursts, delay_s)
        actions = actions_of(world.tables())
        found = links_of(actions)
        names = actions.accounts.to_numpy(zero_copy_only=False).astype(int)
        mine = (names[found["pair"]] < CROWD) & (names[found["other"]] < CROWD)
        total["pairs"] += size * (size - 1) // 2
        total["linked"] += int(mine.sum())
        total["headline"] += int((mine & found["headline"]).sum())
        total["habits"] += int((mine & found["headline"] & found["habits"]).sum())
        total["shared interest"] += int((mine & found["explained"]).sum())
        for link in np.flatnonzero(mine):
            total.update(found["because"][link])
    linked = max(total["linked"], 1)
    lost = [f"{why} {total[why] / linked:.2f}"
            for why in ("shared interest", "object", "day", "half", "double") if total[why]]  # fmt: skip
    return Measure(
        f"operation in the headline: {name}",
        total["headline"] / total["pairs"],
        "",
        lower_is_better=False,
        note=f"linked {total['linked'] / total['pairs']:.2f}, after habits "
        f"{total['habits'] / total['pairs']:.2f}; of the links lost by {', '.join(lost) or '-'}",
    )


def _bursts(world: World, size: int, bursts: int, delay_s: float) -> list[tuple[Any, Any]]:
    """Return who acts when in each burst; seven of ten join."""
    draw, found = world.draw, []
    for begun in by_day(draw, bursts):
        who = np.arange(size)[draw.random(size) < 0.7]
        found.append((who, begun + draw.exponential(delay_s, who.size)))
    return found


def popular_objects(world: World, size: int, bursts: int, delay_s: float) -> None:
    """Act on posts of all kinds that the crowd passes on."""
    crowd(world, some=np.arange(size))
    for who, when in _bursts(world, size, bursts, delay_s):
        one = int(popular(world.draw, 6_000, 1)[0])
        world.post(
            who, when, repost=([f"repost {one}"] * who.size, [f"source {one // 10}"] * who.size)
        )


def own_objects(world: World, size: int, bursts: int, delay_s: float) -> None:
    """Act on links that nobody else has, whose site is not named."""
    crowd(world, "url", some=np.arange(size))
    for number, (who, when) in enumerate(_bursts(world, size, bursts, delay_s)):
        world.post(who, when, url=[f"own {number}"] * who.size)


def own_sentences(world: World, size: int, bursts: int, delay_s: float) -> None:
    """Paste sentences in a file in which nobody else shares any; everybody writes his own."""
    draw = world.draw
    when = by_day(draw, 9_000)
    world.post(
        draw.integers(CROWD, CROWD + 3_000, 9_000),
        when,
        text=[f"words {one}" for one in range(9_000)],
    )
    for number, (who, time) in enumerate(_bursts(world, size, bursts, delay_s)):
        world.post(who, time, text=[f"own {number}"] * who.size)


def one_source(world: World, size: int, bursts: int, delay_s: float) -> None:
    """Pass on each post of one account at once; some of the crowd do so hours later."""
    draw = world.draw
    crowd(world, some=np.arange(size))
    for number, (who, when) in enumerate(_bursts(world, size, bursts, delay_s)):
        late = draw.integers(CROWD, CROWD + 3_000, 15)
        later = when.min(initial=1e9) + np.exp(draw.normal(np.log(4 * HOUR), 1.2, 15))
        for people, time in ((who, when), (late, later)):
            world.post(
                people, time, repost=([f"boss {number}"] * people.size, ["boss"] * people.size)
            )


if __name__ == "__main__":
    print(table(main()))
