"""Rankings of account pairs on real data with planted groups: average precision, ours and peers'.

Planted, as in the research this is held against: 10 groups of 8 accounts that are there (3 to 30
shares each, no account in two groups), 12 bursts a group, each on an object that is there (20 to
300 shares) and begun at a random one of its shares; a member joins with probability .7, after an
exponential delay of mean 20 s. Planted posts have ids of their own. Window 60 s.

Each set is planted anew with five seeds; the set generated with 200,000 shares keeps its own
groups (three seeds). On real sets precision is a lower bound: true coordination that was there
before counts as wrong. What is ranked, and how the peers rank, is in `rankings.py`.

Excluded: time; `shares.py` has it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

import rankings
import sets
from measure import Measure, table
from shared_data import shared_folder

GROUPS, MEMBERS, BURSTS = 10, 8, 12
ACTIVITY, POPULARITY = (3, 30), (20, 300)
JOIN, DELAY_S, WINDOW_S = 0.7, 20.0, 60.0
SEEDS = (201, 202, 203, 204, 205)
GENERATED_SEEDS = (101, 102, 103)
#: How far below the best peer we may be, by set.
MARGIN = {"russian": 0.02}

World = tuple[pa.Table, set[rankings.Pair]]


def main() -> list[Measure]:
    """Measure all sets."""
    if shared_folder() is None:
        return [Measure("planted groups, rankings", None, note=sets.ABSENT)]
    return [
        measure for name, worlds in all_worlds().items() for measure in measured(name, worlds)
    ]


def all_worlds() -> dict[str, Iterator[World]]:
    """Return name -> tables with the pairs planted in them, one for each seed."""
    return {
        "russian": planted_in(sets.russian),
        "german hashtag": planted_in(lambda: sets.german("hashtag")),
        "german url": planted_in(lambda: sets.german("url")),
        "synthetic 200k": (generated(seed) for seed in GENERATED_SEEDS),
    }


def planted_in(shares: Callable[[], pa.Table]) -> Iterator[World]:
    """Yield a real set, planted with each seed."""
    return (planted(shares(), np.random.default_rng(seed)) for seed in SEEDS)


def generated(seed: int) -> World:
    """Return a generated set and its groups."""
    path = sets.generated(200_000, seed)
    return sets.shares(path), sets.planted_pairs(path)


def measured(name: str, worlds: Iterator[World]) -> list[Measure]:
    """Return our average precision on a set, against the best peer's, and each peer's."""
    found: dict[str, list[float]] = {}
    for shares, truth in worlds:
        ours, peers = rankings.by_p(shares, WINDOW_S), rankings.peers(shares, WINDOW_S)
        met = peers["distinct objects"]
        for ranking, values in ({"ours, by p": ours} | peers).items():
            value = rankings.average_precision(values, truth, met)
            found.setdefault(ranking, []).append(value)
    mean = {ranking: statistics.mean(values) for ranking, values in found.items()}
    best = max(value for ranking, value in mean.items() if ranking != "ours, by p")
    target = best - MARGIN.get(name, 0.0)
    return [
        Measure(
            f"AP, {name}, {ranking}",
            mean[ranking],
            "",
            target if ranking == "ours, by p" else None,
            lower_is_better=False,
            note=f"{len(values)} seeds, {min(values):.3f} to {max(values):.3f}",
        )
        for ranking, values in found.items()
    ]


def planted(shares: pa.Table, random: np.random.Generator) -> World:
    """Return the shares with the groups' own among them, and the pairs within groups."""
    active = random.permutation(with_rows(shares["account"], ACTIVITY))
    popular = with_rows(shares["object"], POPULARITY)
    groups = active[: GROUPS * MEMBERS].reshape(GROUPS, MEMBERS)
    begins = times_of(shares, popular)
    objects, accounts, times = [], [], []
    for group in groups:
        for burst in random.choice(popular, BURSTS):
            members = group[random.random(MEMBERS) < JOIN]
            delays = np.floor(random.exponential(DELAY_S, members.size)) * 1e6
            accounts += members.tolist()
            objects += [burst] * members.size
            times += (random.choice(begins[burst]) + delays).astype(np.int64).tolist()
    posts = [f"planted {number}" for number in range(len(times))]
    columns = {"object": objects, "account": accounts, "post": posts, "time": times}
    new = pa.table(columns).cast(shares.schema)
    truth = {
        rankings.in_order(a, b) for group in groups for a in group for b in group if a != b
    }
    return pa.concat_tables([shares, new]), truth


def with_rows(column: pa.ChunkedArray, bounds: tuple[int, int]) -> np.ndarray:
    """Return the values that occur at least and at most so often, sorted."""
    counts = column.value_counts()
    kept = [
        value
        for value, count in zip(
            counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True
        )
        if value is not None and bounds[0] <= count <= bounds[1]
    ]
    return np.array(sorted(kept), dtype=object)


def times_of(shares: pa.Table, objects: np.ndarray) -> dict[object, list[int]]:
    """Return the times of the shares of each of these objects."""
    found: dict[object, list[int]] = {one: [] for one in objects}
    for name, time in zip(
        shares["object"].to_pylist(), shares["time"].to_pylist(), strict=True
    ):
        if name in found:
            found[name].append(time)
    return found


if __name__ == "__main__":
    print(table(main()))
