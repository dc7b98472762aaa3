"""Where accounts connect from, on the reference world: seeds that no weight was fitted on.

Made-up worlds (docs/reference-world.md), seeds 9801 and on; weights were fitted and measured on
seeds 1000 to 3001, method and world were corrected while looking at 1, 7, 11 and 9001 to 9710. Every account with a day row is in the first figures; *shown* is: probability at
least .9, no shield, no refusal. Rates of accounts carry a Wilson interval of 95 % in the note, and
people per 100,000 accounts.

1. Accuracy and calibration, with and without the store's country; by kind of account, by days seen.
2. Each named shift, and accounts never seen behind a known proxy.
3. Shown: precision, coverage, wrong, with and without quarantine; against two simple rules.
4. Corporate VPN. 5. Speed: CPU seconds of one thread, from day rows to estimates.

No peer. Real accounts: none were at hand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about import measured
from fanal.about.countries import numbers
from fanal.about.estimate import LEAST_DAYS, contradicted, estimate, refusals, shielded
from fanal.about.features import home_prior
from fanal.about.homes import Homes, homes_of
from fanal.about.quarantine import quarantine
from fanal.about.rows import Rows, rows_of
from fanal.about.simulate import Simulated, simulate
from fanal.about.weights import read_weights
from fanal.about.world import KINDS, reference_world, shift_names
from fanal.kernels.day_rows import most_seen
from fanal.model.days import UNKNOWN
from fanal.model.interval import wilson
from measure import Measure, table

ACCOUNTS = 15_000
SEEDS = (9801, 9802, 9803)
SHIFT_SEED = 9901


@dataclass(slots=True)
class Scene:
    """One world, its estimates and its truth."""

    made: Simulated
    rows: Rows
    found: Homes
    truth: np.ndarray
    kind: np.ndarray
    exit: np.ndarray
    listed: np.ndarray
    withheld: np.ndarray
    against: np.ndarray

    @property
    def p(self) -> np.ndarray:
        """Probability of the most probable country, before refusals."""
        return self.found.probability

    @property
    def right(self) -> np.ndarray:
        """Whether that country is the true one."""
        return self.found.best == self.truth

    def shown(self, *, with_quarantine: bool = True) -> np.ndarray:
        """Whether it would be shown under the protect rule."""
        held = self.withheld if with_quarantine else np.zeros_like(self.withheld)
        said = refusals(self.found, held, self.against) == 0
        return said & ~shielded(self.found) & (self.p >= 0.9)


def scene(
    seed: int,
    shift: str | None = None,
    *,
    with_store: bool = True,
    blind: bool = False,
    accounts: int = ACCOUNTS,
) -> Scene:
    """Return a world with its estimates; `blind`: the lists know no proxy at all."""
    made = simulate(reference_world(), accounts, seed, shift)
    days = made.days
    if blind:
        unknown = pa.array([UNKNOWN] * days.num_rows)
        days = days.set_column(days.column_names.index("kind"), "kind", unknown)
    rows = rows_of(days, made.as_of)
    weights = read_weights().chosen(with_store=with_store)
    found = homes_of(rows, weights, home_prior(rows), with_store=with_store)
    place = pc.index_in(rows.accounts, made.truth["account"].combine_chunks())
    truth = made.truth.take(place)
    of = numbers()
    country = np.array([of[code] for code in truth["country"].to_pylist()])
    exits = np.array([of.get(code, -1) for code in truth["exit_country"].to_pylist()])
    held = quarantine(rows, found.fact("store"), made.accounts).withheld
    return Scene(
        made, rows, found, country, np.array(truth["kind_of_account"].to_pylist()), exits,
        truth["exit_listed"].to_numpy(zero_copy_only=False), held,
        contradicted(rows, found, made.accounts),
    )  # fmt: skip


def rate(name: str, good: int, of: int, target: float | None = None, *, lower: bool = False,
         per: float = 1.0) -> Measure:  # fmt: skip
    """Return a share of accounts with its interval and people per 100,000."""
    low, high = wilson(good, of)
    share = good / of if of else 0.0
    note = f"{per * low:.3g} to {per * high:.3g}; n = {of:,}; {share * 1e5:,.0f} per 100,000"
    return Measure(name, per * share if of else None, "", target, lower, note)


def count(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))


def main() -> list[Measure]:
    """Measure all."""
    scenes = [scene(seed) for seed in SEEDS]
    bare = [scene(seed, with_store=False) for seed in SEEDS]
    return [
        *calibration(scenes, "with store", 0.92, 0.02),
        *calibration(bare, "without store", None, 0.02),
        *by_group(scenes),
        *shifts(),
        *unlisted(scenes),
        *shown(scenes, "with store"),
        *shown(bare, "without store"),
        *mislocated(),
        *small_server(),
        *simple_rules(scenes),
        *corporate(scenes),
        *speed(scenes[0].made),
    ]


def joined(scenes: list[Scene], name: str) -> np.ndarray:
    return np.concatenate([getattr(one, name) for one in scenes])


def calibration(
    scenes: list[Scene], name: str, accuracy: float | None, ece: float
) -> list[Measure]:
    """Measure accuracy and calibration over all accounts (1)."""
    p, right = joined(scenes, "p"), joined(scenes, "right")
    note = f"n = {p.size:,}; Brier {np.mean((p - right) ** 2):.4f}"
    error = measured.calibration_error(p, right)
    return [
        rate(f"right, {name}", count(right), right.size, accuracy),
        Measure(f"calibration error, {name}", error, "", ece, True, note),
    ]


def by_group(scenes: list[Scene]) -> list[Measure]:
    """Report calibration by kind of account and by days seen (1)."""
    p, right, kind = (joined(scenes, name) for name in ("p", "right", "kind"))
    days = np.concatenate([one.found.fact("days") for one in scenes])
    groups: list[tuple[str, dict[str, Any]]] = [
        (one, measured.told(p[kind == one], right[kind == one])) for one in KINDS
    ]
    groups += [
        (f"{name} days seen", told)
        for name, told in measured.told_by_days(p, right, days).items()
    ]
    return [
        Measure(
            f"calibration error, {name}", told["ece"], "",
            note=f"right {told['accuracy']:.3f} ({told['accuracy_low']:.3f} to "
            f"{told['accuracy_high']:.3f}), Brier {told['brier']:.3f}, n = {told['accounts']:,}",
        )
        for name, told in groups
    ]  # fmt: skip


def shifts() -> list[Measure]:
    """Measure calibration in each world that differs in one way (2)."""
    found = []
    for shift in shift_names():
        one = scene(SHIFT_SEED, shift)
        error = measured.calibration_error(one.p, one.right)
        said = one.shown()
        note = (
            f"right {one.right.mean():.3f}; shown {said.mean():.3f}, right of these "
            f"{one.right[said].mean():.4f}, wrong and shown "
            f"{1e5 * np.mean(said & ~one.right):,.0f} per 100,000; n = {one.p.size:,}"
        )
        found.append(Measure(f"calibration error, shift {shift}", error, "", 0.05, note=note))
    return found


def unlisted(scenes: list[Scene]) -> list[Measure]:
    """Measure accounts on networks of kind unknown only (2)."""
    p, right = joined(scenes, "p"), joined(scenes, "right")
    proxies = np.concatenate(
        [
            np.add.reduceat(one.rows.proxy.astype(np.int64), one.rows.start[:-1])
            for one in scenes
        ]
    )
    plain = proxies == 0
    gap = abs(
        measured.calibration_error(p[plain], right[plain])
        - measured.calibration_error(p, right)
    )
    blind = scene(SEEDS[0], blind=True)
    error = measured.calibration_error(blind.p, blind.right)
    said = blind.shown()
    return [
        Measure(
            "calibration error, kind unknown only, less that of all", gap, "", 0.02,
            note=f"n = {count(plain):,} accounts never seen behind a listed proxy",
        ),
        Measure(
            "calibration error, no list at all", error, "",
            note=f"every row of kind unknown: right {blind.right.mean():.3f}, wrong and shown "
            f"{1e5 * np.mean(said & ~blind.right):,.0f} per 100,000; n = {blind.p.size:,}",
        ),
    ]  # fmt: skip


def shown(scenes: list[Scene], name: str) -> list[Measure]:
    """Measure what would be shown, and how much of it is wrong (3)."""
    right, kind = joined(scenes, "right"), joined(scenes, "kind")
    held = np.concatenate([one.shown() for one in scenes])
    free = np.concatenate([one.shown(with_quarantine=False) for one in scenes])
    gated = name == "with store"
    wrong = held & ~right
    misplaced = kind == "mislocated"
    return [
        rate(f"shown, right of these, {name}", count(held & right), count(held),
             0.97 if gated else None),
        rate(f"shown, {name}", count(held), held.size, 0.72 if gated else None),
        rate(f"wrong and shown per 1,000, {name}", count(wrong), held.size,
             6.0 if gated else None, lower=True, per=1000.0),
        rate(f"of them on mis-located networks, per 1,000, {name}", count(wrong & misplaced),
             held.size, 1.0 if gated else None, lower=True, per=1000.0),
        rate(f"shown, right of these, no quarantine, {name}", count(free & right), count(free)),
        rate(f"shown, no quarantine, {name}", count(free), free.size),
        rate(f"wrong and shown per 1,000, no quarantine, {name}", count(free & ~right),
             free.size, lower=True, per=1000.0),
    ]  # fmt: skip


def mislocated() -> list[Measure]:
    """Measure accounts whose provider the database has in a wrong country, twice as many (3)."""
    one = scene(SHIFT_SEED, "mislocated_doubled")
    theirs = one.kind == "mislocated"
    wrong = one.shown() & ~one.right & theirs
    name = "mis-located scenario: wrong and shown per 1,000 of those accounts"
    return [rate(name, count(wrong), count(theirs), 1.0, lower=True, per=1000.0)]


def small_server() -> list[Measure]:
    """Report a server too small for quarantine: 1,000 accounts, ten times (3)."""
    scenes = [scene(9951 + number, accounts=1000) for number in range(10)]
    wrong = sum(count(one.shown() & ~one.right) for one in scenes)
    of = sum(one.p.size for one in scenes)
    name = "servers of 1,000 accounts: wrong and shown per 1,000"
    return [rate(name, wrong, of, lower=True, per=1000.0)]


def simple_rules(scenes: list[Scene]) -> list[Measure]:
    """Measure two simple rules, always shown, on the same accounts (3)."""
    ours = sum(count(one.shown() & ~one.right) for one in scenes)
    total = sum(one.p.size for one in scenes)
    found = []
    for name, rule in (("last country", last_country), ("30-day mode", mode_of_30_days)):
        wrong = sum(count(rule(one.rows) != one.truth) for one in scenes)
        found += [
            rate(f"wrong, {name} always shown", wrong, total),
            Measure(
                f"wrong and shown, against {name}", ours / wrong, "", 0.125,
                note=f"{ours:,} against {wrong:,} of {total:,} accounts",
            ),
        ]  # fmt: skip
    return found


def last_country(rows: Rows) -> np.ndarray:
    """Return the country of each account's latest row."""
    found = np.full(rows.start.size - 1, -1)
    known = np.flatnonzero((rows.age >= 0) & (rows.country >= 0))
    owner = np.searchsorted(rows.start, known, side="right") - 1
    order = np.lexsort((known, rows.age[known], owner))[::-1]
    found[owner[order]] = rows.country[known[order]]
    return found


def mode_of_30_days(rows: Rows) -> np.ndarray:
    """Return the most frequent country of each account's last 30 days, else its last one."""
    age = np.where(rows.age < 30, rows.age, -1).astype(np.int16)
    most = np.empty(rows.start.size - 1, np.int16)
    most_seen(rows.start, age, rows.country, np.zeros_like(rows.proxy), 250, most)
    return np.where(most >= 0, most, last_country(rows))


def corporate(scenes: list[Scene]) -> list[Measure]:
    """Measure employees behind a company's exit abroad (4)."""
    kind, exits, listed, truth = (
        joined(scenes, name) for name in ("kind", "exit", "listed", "truth")
    )
    said = np.concatenate([one.shown() for one in scenes])
    best = np.concatenate([one.found.best for one in scenes])
    days = np.concatenate([one.found.fact("days") for one in scenes])
    abroad = (kind == "corporate_vpn") & (exits != truth) & (days >= LEAST_DAYS)
    leaked = said & (best == exits)
    return [
        rate("corporate VPN on the list: exit shown", count(leaked & abroad & listed),
             count(abroad & listed), 0.0, lower=True),
        rate("corporate VPN, all: exit shown", count(leaked & abroad), count(abroad), 0.05,
             lower=True),
    ]  # fmt: skip


def speed(made: Simulated) -> list[Measure]:
    """Measure accounts per CPU second of one thread, tables in, table out (5)."""
    weights = read_weights()
    taken = []
    for _ in range(6):
        began = time.process_time()
        estimate(made.days, made.accounts, as_of=made.as_of, weights=weights)
        taken.append(time.process_time() - began)
    pace = ACCOUNTS / float(np.median(taken[1:]))
    note = (
        f"{ACCOUNTS:,} accounts, {made.days.num_rows / ACCOUNTS:.0f} day rows each, quarantine "
        "included; median of 5"
    )
    return [Measure("accounts per CPU second", pace, "/s", 50_000.0, False, note)]


if __name__ == "__main__":
    pa.set_cpu_count(1)
    print(table(main()))
