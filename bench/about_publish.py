"""What a first publication would say on the reference world: how much of it is wrong, of how many.

Made-up worlds (docs/reference-world.md), seeds 9821 and on, on which nothing was fitted or tried.
*Under protect*: probability at least .9, no shield, no refusal. *Published*: the rules P1 and P4
besides, with k = 20 in files of 15,000 accounts. Intervals: Wilson, 95 %; people per 100,000 accounts.

1. Under protect, and published: precision, share, wrong; by level; by number of accounts.
2. Against two simple rules that always show. 3. Corporate VPN. 4. What leaks change. 5. Speed.

No peer. Real accounts: none were at hand.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from about_estimate import count, last_country, mode_of_30_days, rate
from fanal.about.countries import codes, numbers, regions
from fanal.about.estimate import LEAST_DAYS, estimate
from fanal.about.first import PUBLIC, first_publication
from fanal.about.memory import FIELDS
from fanal.about.rows import rows_of
from fanal.about.simulate import Simulated, simulate
from fanal.about.world import reference_world
from measure import Measure, table

ACCOUNTS = 15_000
SEEDS = (9821, 9822, 9823)
_HIDDEN = ("always_vpn", "corporate_vpn", "farm")


class Scene:
    """One world, its estimates, its publication and its truth."""

    def __init__(
        self, seed: int, accounts: int = ACCOUNTS, fields: Collection[str] = FIELDS
    ) -> None:
        self.made = made = simulate(reference_world(), accounts, seed)
        self.found = estimate(made.days, made.accounts, as_of=made.as_of)
        self.table = first_publication(self.found, made.days, as_of=made.as_of, fields=fields)
        place = pc.index_in(self.found["account"], made.truth["account"].combine_chunks())
        truth = made.truth.take(place)
        self.truth = texts(truth["country"])
        self.exit = texts(truth["exit_country"])
        self.kind = texts(truth["kind_of_account"])
        self.listed = truth["exit_listed"].to_numpy()
        self.days = self.found["days"].to_numpy()
        self.state, self.label = texts(self.table["state"]), texts(self.table["label"])
        self.country = self.state == "country"
        self.region = self.state == "region"
        self.right = self.country & (self.label == self.truth)
        of = dict(zip(codes(), regions(), strict=True))
        self.right_region = self.region & (
            self.label == np.array([of[code] for code in self.truth], object)
        )
        sure = pc.fill_null(self.found["probability"], 0.0).to_numpy() >= 0.9
        refused = self.found["refusal"].is_valid().to_numpy()
        self.protect = sure & ~refused & ~self.found["shield"].to_numpy()
        self.protect_right = self.protect & (texts(self.found["country"]) == self.truth)


def texts(column: Any) -> np.ndarray:
    return np.array(column.to_pylist(), object)


def joined(scenes: list[Scene], name: str) -> np.ndarray:
    return np.concatenate([getattr(one, name) for one in scenes])


def main() -> list[Measure]:
    """Measure all."""
    scenes = [Scene(seed) for seed in SEEDS]
    return [
        *protect(scenes),
        *published(scenes),
        *other_sizes(),
        *simple_rules(scenes),
        *corporate(scenes),
        *leaks(scenes[0].made),
        *speed(scenes[0]),
    ]


def protect(scenes: list[Scene]) -> list[Measure]:
    """Measure the gate of probability, refusals and P3 alone (1)."""
    said, right = joined(scenes, "protect"), joined(scenes, "protect_right")
    return [
        rate("under protect, right of these", count(right), count(said), 0.97),
        rate("under protect, of all", count(said), said.size, 0.72),
        rate("under protect, wrong per 1,000", count(said & ~right), said.size, 6.0,
             lower=True, per=1000.0),
    ]  # fmt: skip


def published(scenes: list[Scene]) -> list[Measure]:
    """Measure all rules together (1)."""
    said, right, region, right_region = (
        joined(scenes, name) for name in ("country", "right", "region", "right_region")
    )
    wrong = count(said & ~right) + count(region & ~right_region)
    reasons = np.concatenate([texts(one.table["reason"]) for one in scenes])
    state = joined(scenes, "state")
    found = [
        rate("country published, right of these", count(right), count(said), 0.97),
        rate("country published, of all", count(said), said.size),
        rate("region published, of all", count(region), said.size),
        rate("region published, right of these", count(right_region), count(region)),
        rate("wrong country or region published per 1,000", wrong, said.size, 6.0,
             lower=True, per=1000.0),
    ]  # fmt: skip
    hidden = reasons[state == "withheld"]
    return found + [
        rate(f"withheld: {reason}", count(hidden == reason), said.size)
        for reason in sorted(set(hidden), key=lambda one: -count(hidden == one))
    ]


def other_sizes() -> list[Measure]:
    """Report what k = 20 costs: without channels, and on smaller servers (1)."""
    found = []
    for name, scene in (
        ("15,000 accounts, no channel published", Scene(SEEDS[0], fields=())),
        ("5,000 accounts", Scene(9831, 5000)),
        ("1,000 accounts", Scene(9832, 1000)),
        ("1,000 accounts, no channel published", Scene(9832, 1000, ())),
        ("300 accounts", Scene(9833, 300)),
    ):
        wrong = count(scene.country & ~scene.right) + count(scene.region & ~scene.right_region)
        found.append(
            Measure(
                f"country published, {name}", float(scene.country.mean()), "",
                note=f"region {scene.region.mean():.3f}; wrong {1e5 * wrong / scene.truth.size:,.0f}"
                f" per 100,000; n = {scene.truth.size:,}",
            )
        )  # fmt: skip
    return found


def simple_rules(scenes: list[Scene]) -> list[Measure]:
    """Measure two simple rules, always shown, on the same accounts (2)."""
    ours = sum(count(one.country & ~one.right) for one in scenes)
    total = sum(one.truth.size for one in scenes)
    of, found = numbers(), []
    for name, rule in (("last country", last_country), ("30-day mode", mode_of_30_days)):
        wrong = 0
        for one in scenes:
            truth = np.array([of[code] for code in one.truth])
            wrong += count(rule(rows_of(one.made.days, one.made.as_of)) != truth)
        found.append(
            Measure(
                f"wrong country published, against {name}", ours / wrong, "", 0.125,
                note=f"{ours:,} against {wrong:,} of {total:,} accounts, "
                f"{1e5 * ours / total:,.0f} against {1e5 * wrong / total:,.0f} per 100,000",
            )
        )  # fmt: skip
    return found


def corporate(scenes: list[Scene]) -> list[Measure]:
    """Measure employees behind a company's exit abroad, and all who hide behind an exit (3)."""
    kind, exits, listed, truth, days, label, country = (
        joined(scenes, name)
        for name in ("kind", "exit", "listed", "truth", "days", "label", "country")
    )
    leaked = country & (label == exits)
    abroad = (exits != truth) & (days >= LEAST_DAYS)
    theirs = abroad & (kind == "corporate_vpn")
    found = [
        rate("corporate VPN on the list: exit published", count(leaked & theirs & listed),
             count(theirs & listed), 0.0, lower=True),
        rate("corporate VPN, all: exit published", count(leaked & theirs), count(theirs), 0.05,
             lower=True),
    ]  # fmt: skip
    for name in _HIDDEN:
        some = abroad & (kind == name)
        found += [
            rate(f"{name}: home published", count(country & (label == truth) & some), count(some)),
            rate(f"{name}: exit published", count(leaked & some), count(some)),
        ]  # fmt: skip
    return found


def leaks(made: Simulated) -> list[Measure]:
    """Measure what changes when the days on which proxies failed are taken out (4)."""
    days, as_of = made.days, made.as_of
    found, first = _both(made, days, as_of)
    hidden = found["account"].filter(found["shield"]).combine_chunks()
    plain = pc.equal(days["kind"], "unknown")
    failed = pc.and_(pc.is_in(days["account"], hidden), plain)
    _, second = _both(made, days.filter(pc.invert(failed)), as_of)
    same = np.array(
        [a == b for a, b in zip(*(_public(one) for one in (first, second)), strict=True)]
    )
    theirs = pc.is_in(first["account"], hidden).to_numpy()
    gone = f"{pc.sum(failed).as_py():,} day rows taken out"
    return [
        Measure("own cards that the days of a failed proxy change", count(~same & theirs), "", 0.0,
                note=f"of {count(theirs):,} accounts behind a proxy; {gone}"),
        Measure("cards of others that they change, all taken out together",
                count(~same & ~theirs), "",
                note=f"of {count(~theirs):,}: through the shares of countries in the table"),
    ]  # fmt: skip


def _both(made: Simulated, days: pa.Table, as_of: date) -> tuple[pa.Table, pa.Table]:
    found = estimate(days, made.accounts, as_of=as_of)
    return found, first_publication(found, days, as_of=as_of)


def _public(one: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = one.select(PUBLIC).to_pylist()
    return rows


def speed(scene: Scene) -> list[Measure]:
    """Measure accounts per CPU second of one thread, the rules alone (5)."""
    taken = []
    for _ in range(6):
        began = time.process_time()
        first_publication(scene.found, scene.made.days, as_of=scene.made.as_of)
        taken.append(time.process_time() - began)
    pace = scene.truth.size / float(np.median(taken[1:]))
    note = f"{scene.made.days.num_rows / ACCOUNTS:.0f} day rows each; median of 5"
    return [Measure("publication, accounts per CPU second", pace, "/s", None, False, note)]


if __name__ == "__main__":
    pa.set_cpu_count(1)
    print(table(main()))
