"""Planted groups among topic cohorts: recall and precision, counting links within a cohort as false.

The sets generated with 200,000 shares and their 40 planted groups, and beside them ten cohorts of
30 to 200 of the same accounts, who follow one topic of 100 to 300 objects, each for himself (5 to
30 % of them). Four cohorts are notified (exponential delay, mean 60 to 120 s), three act within
minutes (log-normal, median 10 min), three within hours (median 3 h); each has ten hours of its
own. No object has a source. Seed 103 was tuned on, 101 and 102 were not.

And what shared interest costs on the sets of `planted.py`, whose groups act on objects that are
there: true links before and after. No peer. Excluded: time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

import planted
import rankings
import sets
from fanal.coordination import Settings, actions_of
from fanal.coordination.affinity import affinity_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered
from measure import Measure, table
from shared_data import shared_folder

SEEDS = (101, 102, 103)
RECALL, PRECISION = 0.90, 0.95
COHORTS = ("notified",) * 4 + ("minutes",) * 3 + ("hours",) * 3
DAY, DAYS, ACCOUNTS, START = 86_400, 30, 20_000, 1_700_000_000
FIRST_OBJECT = 1_000_000
WINDOW_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """Links among planted pairs and others, and those in the headline."""

    planted: int
    links: int
    true: int
    headline: int
    true_headline: int

    @property
    def before(self) -> str:
        """Recall and precision without shared interest."""
        recall, precision = self.true / self.planted, self.true / max(self.links, 1)
        return f"without: recall {recall:.4f}, precision {precision:.4f}"


def main() -> list[Measure]:
    """Measure the sets with cohorts, and without."""
    if shared_folder() is None:
        return [Measure("planted groups among cohorts", None, note=sets.ABSENT)]
    return [*among_cohorts(), *on_planted_sets()]


def among_cohorts() -> list[Measure]:
    """Return recall and precision of the headline on the sets with cohorts."""
    measures = []
    for seed in SEEDS:
        path = sets.generated(200_000, seed)
        shares = sets.shares(path).drop_columns(["post"])
        more = cohorts(np.random.default_rng(seed)).cast(shares.schema)
        found = judged(pa.concat_tables([shares, more]), sets.planted_pairs(path))
        recall = found.true_headline / found.planted
        precision = found.true_headline / max(found.headline, 1)
        note = f"{found.headline:,} links of {found.links:,}; {found.before}"
        measures += [
            Measure(f"recall among cohorts, seed {seed}", recall, "", RECALL, False, note),
            Measure(f"precision among cohorts, seed {seed}", precision, "", PRECISION, False),
        ]
    return measures


def on_planted_sets() -> list[Measure]:
    """Return the true links that shared interest explains away, by set."""
    measures = []
    for name, worlds in planted.all_worlds().items():
        found = [judged(shares.drop_columns(["post"]), truth) for shares, truth in worlds]
        pairs, true, left, links, headline = (
            sum(getattr(one, field) for one in found)
            for field in ("planted", "true", "true_headline", "links", "headline")
        )
        note = (
            f"{len(found)} seeds; recall {true / pairs:.4f} to {left / pairs:.4f}, links in a "
            f"group {true / max(links, 1):.3f} to {left / max(headline, 1):.3f}"
        )
        lost = (true - left) / max(true, 1)
        measures.append(Measure(f"true links lost to affinity, {name}", lost, "", note=note))
    return measures


def judged(shares: pa.Table, truth: set[rankings.Pair]) -> Found:
    """Return links and headline against the planted pairs."""
    actions = actions_of({"object": shares})
    rows, settings = ordered(actions), Settings(threads=2)
    links = find_links(rows, [WINDOW_US], settings)
    stays = affinity_of(rows, links, [WINDOW_US], settings).q <= settings.fdr
    names = actions.accounts.to_pylist()
    pairs = zip(links.pair.tolist(), links.other.tolist(), strict=True)
    true = np.array([rankings.in_order(names[a], names[b]) in truth for a, b in pairs], bool)
    counts = (true.size, true.sum(), stays.sum(), (true & stays).sum())
    return Found(len(truth), *map(int, counts))


def cohorts(draw: np.random.Generator) -> pa.Table:
    """Return what the members of all cohorts do."""
    parts = [cohort(draw, number, kind) for number, kind in enumerate(COHORTS)]
    thing, account, second = (np.concatenate(column) for column in zip(*parts, strict=True))
    time = (START + second).astype(np.int64) * 1_000_000
    return pa.table({"object": thing, "account": account, "time": time})


def cohort(
    draw: np.random.Generator, number: int, kind: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the members of one cohort do, each for himself."""
    members = draw.choice(ACCOUNTS, int(draw.integers(30, 201)), replace=False)
    objects, opens = int(draw.integers(100, 301)), int(draw.integers(0, 24)) * 3600
    born = draw.integers(0, DAYS, objects) * DAY + opens + draw.integers(0, 10 * 3600, objects)
    taken = draw.random((members.size, objects)) < draw.uniform(0.05, 0.3, (members.size, 1))
    who, thing = np.nonzero(taken)
    own_mean = draw.uniform(60, 120, members.size)[who]
    late = {
        "notified": draw.exponential(own_mean),
        "minutes": np.exp(draw.normal(np.log(600), 1.0, who.size)),
        "hours": np.exp(draw.normal(np.log(3 * 3600), 1.2, who.size)),
    }[kind]
    return FIRST_OBJECT * (number + 1) + thing, members[who], born[thing] + late


if __name__ == "__main__":
    print(table(main()))
