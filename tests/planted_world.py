"""A small planted world: organic sharing with Zipf popularity, and groups whose truth is kept."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

SECOND = 1_000_000
START = 1_700_000_000
DAY = 86_400


@dataclass(frozen=True)
class World:
    """Actions (object, account, time, post, lang) and the pairs of accounts that act together."""

    table: pa.Table
    pairs: set[tuple[str, str]]


def planted_world(
    seed: int,
    *,
    shares: int = 20_000,
    accounts: int = 2_000,
    objects: int = 5_000,
    groups: int = 6,
    bursts: int = 14,
) -> World:
    """Make a world; ``groups=0`` gives one in which nobody acts together."""
    draw = np.random.default_rng(seed)
    weight = 1.0 / np.arange(1, objects + 1)
    what = draw.choice(objects, shares, p=weight / weight.sum())
    activity = 1.0 / np.arange(1, accounts + 1) ** 0.6
    who = draw.choice(accounts, shares, p=activity / activity.sum())
    born = draw.integers(0, 10 * DAY, objects)
    when = born[what] + np.exp(draw.normal(np.log(DAY / 2), 1.2, shares)).astype(np.int64)
    rows = [(what, who, when)]
    pairs: set[tuple[str, str]] = set()
    for number in range(groups):
        members = draw.choice(accounts, 8, replace=False)
        pairs |= {tuple(sorted((f"a{a}", f"a{b}"))) for a, b in combinations(members, 2)}
        for burst in range(bursts):
            there = members[draw.random(8) < 0.8]
            target = objects + number * bursts + burst
            if number % 2:
                target = int(draw.integers(50, objects))
            start = int(draw.integers(0, 10 * DAY))
            delay = draw.exponential(15, there.size).astype(np.int64)
            rows.append((np.full(there.size, target), there, start + delay))
    what, who, when = (np.concatenate(column) for column in zip(*rows, strict=True))
    return World(
        table=pa.table(
            {
                "object": [f"o{o}" for o in what],
                "account": [f"a{a}" for a in who],
                "time": pa.array((START + when) * SECOND, pa.int64()),
                "post": [f"p{n}" for n in range(what.size)],
                "lang": ["en" if a % 3 else "fr" for a in who],
            }
        ),
        pairs=pairs,
    )
