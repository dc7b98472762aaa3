"""Independent fans of one star: how many of their pairs are in the headline, and how many were linked.

Worlds of 3,100 accounts and 21,214 actions. Thirty fans each repost half of the 40 posts of their
star, each for himself, after an exponential delay of mean 60 s (a notification), 300 s or 900 s.
The rest reposts by popularity. Nobody acts together: every pair in the headline is false. In the
headline is what has q and q with shared interest at or below .05; window 60 s.

Variants: the star is named as the posts' source; it is not; 500 casual accounts repost one to
three of the star's posts some hours later; one object that 2,000 accounts repost; three stars
whose fans overlap by a third. Seeds that nothing was tuned on. No peer. Excluded: time.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from math import comb

import numpy as np
import pyarrow as pa

from fanal.coordination import Settings, actions_of
from fanal.coordination.affinity import affinity_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered
from measure import Measure, table

SEEDS = tuple(range(300, 310))
DELAYS_S = (60.0, 300.0, 900.0)
#: Largest share of the fans' pairs in the headline, by mean delay; 60 s is the hardest.
TARGETS = {60.0: 0.05, 300.0: 0.01, 900.0: 0.01}
ACCOUNTS, ACTIONS, FANS, POSTS, OBJECTS = 3_100, 21_214, 30, 40, 6_000
DAY = 86_400
WINDOW_US = 60_000_000

Rows = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Variant:
    """What stands in a world beside the fans of one star."""

    title: str
    known: bool = True
    stars: int = 1
    casual: int = 0
    viral: int = 0


VARIANTS = (
    Variant("source known"),
    Variant("source unknown", known=False),
    Variant("casual crowd, source known", casual=500),
    Variant("casual crowd, source unknown", casual=500, known=False),
    Variant("viral object, source known", viral=2_000),
    Variant("viral object, source unknown", viral=2_000, known=False),
    Variant("three stars, source known", stars=3),
    Variant("three stars, source unknown", stars=3, known=False),
)


def main() -> list[Measure]:
    """Measure all variants at all delays."""
    return [measured(variant, delay) for variant in VARIANTS for delay in DELAYS_S]


def measured(variant: Variant, delay_s: float) -> Measure:
    """Return the share of the fans' pairs in the headline, over all seeds."""
    counts = [headline(world(variant, delay_s, seed), fans(variant)) for seed in SEEDS]
    pairs = variant.stars * comb(FANS, 2) - (variant.stars - 1) * comb(FANS // 3, 2)
    linked, false = ([count[n] for count in counts] for n in (0, 1))
    return Measure(
        f"fans in the headline, {variant.title}, {delay_s:g} s",
        statistics.mean(false) / pairs,
        "",
        TARGETS[delay_s],
        note=f"{len(SEEDS)} worlds; of {pairs:,} pairs {min(linked)} to {max(linked)} linked, "
        f"{min(false)} to {max(false)} in the headline",
    )


def fans(variant: Variant) -> int:
    """Return how many accounts are fans: stars follow each other by 20 accounts."""
    return FANS + (variant.stars - 1) * FANS * 2 // 3


def headline(actions: pa.Table, first_others: int) -> tuple[int, int]:
    """Return the pairs of fans that are linked, and those in the headline."""
    known = actions_of({"repost": actions})
    rows, settings = ordered(known), Settings(threads=2)
    links = find_links(rows, [WINDOW_US], settings)
    affinity = affinity_of(rows, links, [WINDOW_US], settings)
    names = known.accounts.to_numpy()
    both = (names[links.pair] < first_others) & (names[links.other] < first_others)
    return int(both.sum()), int((both & (affinity.q <= settings.fdr)).sum())


def world(variant: Variant, delay_s: float, seed: int) -> pa.Table:
    """Return the actions of one world; objects below 1,000 are posts of stars."""
    draw = np.random.default_rng(seed)
    born = draw.integers(0, 14 * DAY, 1_000 + OBJECTS)
    parts = [fans_of(draw, born, star, delay_s) for star in range(variant.stars)]
    parts += [crowd_of(draw, born, variant) for _ in range(min(variant.casual, 1))]
    parts += [viral(draw, variant) for _ in range(min(variant.viral, 1))]
    parts.append(everybody(draw, born, ACTIONS - sum(part[0].size for part in parts)))
    thing, account, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    columns = {
        "object": pa.array(thing),
        "account": pa.array(account),
        "time": pa.array(second.astype(np.int64) * 1_000_000),
    }
    if variant.known:
        source = np.where(thing < 1000, thing // POSTS, 1000 + thing // 10)
        columns["source"] = pa.array(source).cast(pa.string())
    return pa.table(columns)


def fans_of(draw: np.random.Generator, born: np.ndarray, star: int, delay_s: float) -> Rows:
    """Return what the fans of a star do, each for himself."""
    posts = star * POSTS + np.arange(POSTS)
    mine = np.concatenate([draw.permutation(POSTS)[: POSTS // 2] for _ in range(FANS)])
    who = np.repeat(star * FANS * 2 // 3 + np.arange(FANS), POSTS // 2)
    return posts[mine], who, born[posts[mine]] + draw.exponential(delay_s, mine.size)


def crowd_of(draw: np.random.Generator, born: np.ndarray, variant: Variant) -> Rows:
    """Return what casual accounts repost of the first star, hours later."""
    posts = np.arange(POSTS)
    often = draw.integers(1, 4, variant.casual)
    who = np.repeat(draw.integers(fans(variant), ACCOUNTS, variant.casual), often)
    mine = draw.integers(0, POSTS, who.size)
    late = np.exp(draw.normal(np.log(4 * 3600), 1.2, who.size))
    return posts[mine], who, born[posts[mine]] + late


def viral(draw: np.random.Generator, variant: Variant) -> Rows:
    """Return what accounts, fans among them, do with one object within some ten minutes."""
    who = draw.permutation(ACCOUNTS)[: variant.viral]
    return np.full(who.size, 999), who, 5 * DAY + draw.exponential(600, who.size)


def everybody(draw: np.random.Generator, born: np.ndarray, actions: int) -> Rows:
    """Return what all accounts do with all else, by popularity."""
    things = 1_000 + np.arange(OBJECTS)
    weight = np.arange(1, OBJECTS + 1) ** -0.9
    mine = draw.choice(OBJECTS, actions, p=weight / weight.sum())
    late = np.exp(draw.normal(np.log(12 * 3600), 1.5, actions))
    return things[mine], draw.integers(0, ACCOUNTS, actions), born[things[mine]] + late


if __name__ == "__main__":
    print(table(main()))
