"""Planted groups in generated sets of 200,000 shares: found, missed, and what chance makes.

Three seeds that nothing was tuned on; window 60 s, settings as they come. Recall and precision
are over pairs of accounts in one planted group, against the links. The ceiling is the share of
these pairs that act at least twice within the window: no method over pairs finds the others.
"At precision .985" is what our ranking by p would reach with the best cutoff.

Chance: the accounts are exchanged twenty times, as `--shuffles` does (whole sessions, within six
hours), and row by row over the whole set; counted are the runs that find no link.

Excluded: generating the sets.
"""

from __future__ import annotations

import numpy as np

import rankings
import sets
from fanal.coordination import Settings, actions_of, coordinate
from fanal.coordination.links import find_links
from fanal.coordination.ordered import Ordered, ordered, with_accounts
from fanal.coordination.shuffle import shuffled
from measure import Measure, table
from shared_data import shared_folder

SEEDS = (101, 102, 103)
WINDOW_S = 60.0
RECALL, PRECISION = 0.93, 0.985
SHUFFLES = 20
CLEAN_SHUFFLES = 19


def main() -> list[Measure]:
    """Measure the three sets."""
    if shared_folder() is None:
        return [Measure("planted groups, synthetic", None, note=sets.ABSENT)]
    return [measure for seed in SEEDS for measure in measured(seed)]


def measured(seed: int) -> list[Measure]:
    """Measure one set: links against the truth, the ranking, and shuffles."""
    path = sets.generated(200_000, seed)
    shares, planted = sets.shares(path), sets.planted_pairs(path)
    actions = actions_of({"object": shares.drop_columns(["post"])})
    asked = Settings(windows_s=(WINDOW_S,), shuffles=0, threads=2)
    edges = coordinate(actions, asked).edges
    found = {
        rankings.in_order(int(one), int(other))
        for one, other in zip(
            edges["source"].to_pylist(), edges["target"].to_pylist(), strict=True
        )
    }
    hits = len(found & planted)
    ceiling, at_precision = ranked(shares, planted)
    note = f"{len(found):,} links, {len(planted):,} true pairs; ceiling {ceiling:.4f}"
    return [
        Measure(f"recall, seed {seed}", hits / len(planted), "", RECALL, False, note),
        Measure(f"precision, seed {seed}", hits / max(len(found), 1), "", PRECISION, False),
        Measure(f"recall at precision {PRECISION}, seed {seed}", at_precision, "", RECALL, False),
        *chance(ordered(actions), asked, seed),
    ]  # fmt: skip


def ranked(shares: object, planted: set[rankings.Pair]) -> tuple[float, float]:
    """Return the share of true pairs among the candidates, and the recall at the precision."""
    found = rankings.candidates(shares, WINDOW_S)
    order = np.argsort(found.p, kind="stable")
    true = np.array([pair in planted for pair in found.names])[order]
    hits = np.cumsum(true)
    precise = hits / np.arange(1, hits.shape[0] + 1) >= PRECISION
    return int(true.sum()) / len(planted), int(hits[precise].max(initial=0)) / len(planted)


def chance(rows: Ordered, asked: Settings, seed: int) -> list[Measure]:
    """Count the runs without any link after exchanging accounts, in two ways."""
    random = np.random.default_rng(seed)
    window_us = [round(WINDOW_S * 1e6)]
    measures = []
    for name, exchange in (("of sessions", shuffled), ("of all rows", permuted)):
        links = [
            int(find_links(exchange(rows, random), window_us, asked).p.shape[0])
            for _ in range(SHUFFLES)
        ]
        clean = float(links.count(0))
        note = f"links found: {sorted(links, reverse=True)[:5]} at most"
        title = f"exchanges {name} without a link, of {SHUFFLES}, seed {seed}"
        measures.append(Measure(title, clean, "", CLEAN_SHUFFLES, False, note))
    return measures


def permuted(rows: Ordered, random: np.random.Generator) -> Ordered:
    """Return the rows with their accounts exchanged over all of them."""
    return with_accounts(rows, random.permutation(rows.account))


if __name__ == "__main__":
    print(table(main()))
