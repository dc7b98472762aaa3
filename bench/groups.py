"""Groups of accounts whose pairs are weak: found, missed, and what chance makes of them.

1. Sparse planting on four sets, as in `planted.py` but for 6 bursts a group and joining with
   probability .6: groups recovered (Jaccard index of at least .5 with a group reported), account
   precision (over the groups reported that hold two accounts of one planted group: of the others
   nothing is known) and account recall; and how many groups are reported, with the verdict
   "synchronised". On the synthetic set objects of its own groups get no plantings, and its own
   40 groups are counted as well.
2. False groups on exchanged accounts: over all rows, within six hours, of whole sessions, inside
   each object (taste kept, times exchanged: only "synchronised" is counted), and, of sets with
   groups in them, over the rows of everybody else: groups without two accounts of one true group.
3. Known limits: 4 accounts with 4 bursts, delays of 300 s.
4. Real sets that nobody suspects: groups reported.
5. Worlds of independent accounts: 1,000 that repost 15 things in each of 7 sessions of 5 minutes;
   1,000 that are each online in a half hour of their own, for 60 days.
6. Fans: two stars with 30 fans each among 3,100 accounts; a fan reposts half of a star's 40 posts,
   after an exponential delay. Are they called "same audience", with 10 sparse groups beside them?

Bars: research on this method with other seeds. Excluded: generating and reading; CPU is process
time of `find_groups`, one thread.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa

import sets
from fanal import create_case
from fanal.case.coordinating import actions_in
from fanal.coordination import Settings, actions_of
from fanal.coordination.actions import Actions
from fanal.coordination.group_tables import SYNCHRONISED
from fanal.coordination.groups import Groups, find_groups
from fanal.coordination.layers import layers_named
from fanal.coordination.layers.base import Layer
from fanal.coordination.ordered import Ordered, ordered, with_accounts
from fanal.store.folder import Folder, Snapshot
from group_worlds import (
    EXCHANGES,
    ORGANIC,
    Draw,
    Planting,
    Truth,
    background,
    fan_world,
    habits,
    sessions,
    with_groups,
)
from measure import Measure, peak_mb, table
from shared_data import shared_folder

WINDOW_S = 60.0
SEEDS = tuple(range(7000, 7020))
SYNTHETIC_SEEDS = (7000, 7001, 7002, 7003, 7004)
SHUFFLES = 20
#: Groups recovered of 10, account precision, account recall: groups.md, section 8.
BARS = {
    "russian": (9.5, 0.98, 0.85),
    "german hashtag": (9.5, 0.98, 0.85),
    "german url": (9.0, 0.90, 0.85),
    "synthetic 200k": (9.0, 0.98, None),
}
WINDOWS_S = (60.0, 300.0, 3600.0)
UNSUSPECTED = {
    "posts to airlines, same words": (
        "airline_2015_normal_accounts/tweets.parquet",
        {"account": "account", "post_id": "tweet_id", "time": "created_at_utc", "text": "text"},
    ),
    "French media, same words": (
        "french_media_tweets/tweets.parquet",
        {"account": "id_compte", "post_id": "id_tweet", "time": "created_at", "text": "text"},
    ),
    "Russian-language news channels, same words": (
        "telegram_ru_news/posts.parquet",
        {"account": "channel", "time": "date", "text": "text"},
    ),
}


@dataclass
class Tally:
    """What was found over the seeds of a set."""

    recovered: list[int] = field(default_factory=list)
    synchronised: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    reported: list[int] = field(default_factory=list)
    reported_synchronised: list[int] = field(default_factory=list)
    right: int = 0
    accused: int = 0
    planted: int = 0
    found: int = 0
    unrelated: int = 0
    cpu: list[float] = field(default_factory=list)


def main() -> list[Measure]:
    """Measure all of it."""
    if shared_folder() is None:
        return [Measure("groups", None, note=sets.ABSENT)]
    return [
        *(measure for name in BARS for measure in sparse(name)),
        *(measure for name in BARS for measure in chance(name)),
        *limits(),
        *unsuspected(),
        *independent(),
        *fans(),
        *large(),
    ]


def found_in(actions: Actions, rows: Ordered) -> Groups:
    """Return the groups at 60 s."""
    return find_groups(actions, rows, WINDOW_S, Settings())


def reported(groups: Groups) -> list[tuple[set[str], str]]:
    """Return accounts and verdict of each group."""
    found: list[tuple[set[str], str]] = [
        (set(), verdict) for verdict in groups.summary["verdict"].to_pylist()
    ]
    for row in groups.table.to_pylist():
        found[row["group"]][0].add(row["account"])
    return found


def like(one: set[str], other: set[str]) -> bool:
    """Return whether two groups share half of their accounts."""
    return 2 * len(one & other) >= len(one | other)


def tallied(name: str, planting: Planting, seeds: tuple[int, ...]) -> Tally:
    """Plant with each seed, find, count."""
    tally = Tally()
    for seed in seeds:
        shares, own = background(name, seed)
        organic = ORGANIC if own else None
        random = np.random.default_rng(seed)
        shares, truth = with_groups(shares, random, planting, organic=organic)
        actions = actions_of({"object": shares})
        rows = ordered(actions)
        began = time.process_time()
        groups = found_in(actions, rows)
        tally.cpu.append(time.process_time() - began)
        add(tally, reported(groups), truth, own)
    return tally


def add(tally: Tally, found: list[tuple[set[str], str]], truth: Truth, own: Truth) -> None:
    """Count what was found in one world."""
    passed = [accounts for accounts, verdict in found if verdict == SYNCHRONISED]
    tally.reported.append(len(found))
    tally.reported_synchronised.append(len(passed))
    tally.recovered.append(sum(any(like(t, f) for f, _ in found) for t in truth))
    tally.synchronised.append(sum(any(like(t, f) for f in passed) for t in truth))
    tally.own.append(sum(any(like(t, f) for f, _ in found) for t in own))
    for accounts, _ in found:
        best = max(truth + own, key=lambda one: len(one & accounts), default=set())
        if len(best & accounts) >= 2:
            tally.right += len(best & accounts)
            tally.accused += len(accounts)
        else:
            tally.unrelated += 1
    tally.planted += sum(len(one) for one in truth)
    tally.found += sum(
        max((len(one & f) for f, _ in found if len(one & f) >= 2), default=0) for one in truth
    )


def sparse(name: str) -> list[Measure]:
    """Measure the sparse planting on a set (1)."""
    seeds = SYNTHETIC_SEEDS if name.startswith("synth") else SEEDS
    tally = tallied(name, Planting(), seeds)
    bars = BARS[name]
    recovered = statistics.mean(tally.recovered)
    note = (
        f"{len(seeds)} seeds, worst {min(tally.recovered)}; {statistics.mean(tally.synchronised):.2f} "
        f"synchronised; {statistics.mean(tally.reported):.1f} groups reported, "
        f"{statistics.mean(tally.reported_synchronised):.1f} of them synchronised"
    )
    measures = [
        Measure(f"groups of 10, {name}", recovered, "", bars[0], False, note),
        Measure(f"account precision, {name}", tally.right / max(tally.accused, 1), "", bars[1], False),
        Measure(f"account recall, {name}", tally.found / tally.planted, "", bars[2], False),
        Measure(f"CPU, {name}", statistics.median(tally.cpu), "s"),
    ]  # fmt: skip
    if name.startswith("synth"):
        measures += [
            Measure(f"its own groups of 40, {name}", statistics.mean(tally.own), "", 40, False),
            Measure(f"unrelated groups, {name}", float(tally.unrelated), "", 0.0),
        ]
    return measures


def chance(name: str) -> list[Measure]:
    """Count false groups on exchanged accounts (2)."""
    return [
        *(false_groups(name, how, runs_of(name, EXCHANGES[how])) for how in EXCHANGES),
        unrelated_groups(name),
    ]


def runs_of(
    name: str, exchange: Callable[[Ordered, Draw], Ordered]
) -> Iterator[tuple[int, int]]:
    """Yield groups reported and synchronised groups after each exchange."""
    for run in range(SHUFFLES):
        random = np.random.default_rng(SEEDS[0] + run)
        actions, rows, _ = world(name, SEEDS[0] + run, random)
        found = reported(found_in(actions, exchange(rows, random)))
        yield len(found), sum(verdict == SYNCHRONISED for _, verdict in found)


def world(name: str, seed: int, random: Draw) -> tuple[Actions, Ordered, Truth]:
    """Return a planted set in order, with its groups."""
    shares, own = background(name, seed)
    shares, truth = with_groups(shares, random, Planting(), organic=ORGANIC if own else None)
    actions = actions_of({"object": shares})
    return actions, ordered(actions), truth + own


def false_groups(name: str, how: str, runs: Iterator[tuple[int, int]]) -> Measure:
    """Return the runs with a false group: synchronised ones only, where taste is kept."""
    counts = list(runs)
    inside = how == "inside objects"
    hit = sum(bool(synchronised if inside else any_) for any_, synchronised in counts)
    note = (
        f"{sum(any_ for any_, _ in counts)} groups, "
        f"{sum(synchronised for _, synchronised in counts)} synchronised"
    )
    what = "synchronised group" if inside else "group"
    bar = {"over all rows": 0.0, "inside objects": 3.0}.get(how, 1.0)
    title = f"runs of {SHUFFLES} with a false {what}, exchanged {how}, {name}"
    return Measure(title, float(hit), "", bar, note=note)


def unrelated_groups(name: str) -> Measure:
    """Return the runs with a group of none of the true ones, everybody else exchanged."""
    hit, groups = 0, 0
    for run in range(SHUFFLES):
        random = np.random.default_rng(SEEDS[0] + run)
        actions, rows, truth = world(name, SEEDS[0] + run, random)
        kept = np.isin(
            np.array(actions.accounts.to_pylist(), dtype=object), sorted(set().union(*truth))
        )[rows.account]
        account = rows.account.copy()
        account[~kept] = random.permutation(account[~kept])
        found = reported(found_in(actions, with_accounts(rows, account)))
        unrelated = sum(all(len(one & t) < 2 for t in truth) for one, _ in found)
        hit += unrelated > 0
        groups += unrelated
    title = f"runs of {SHUFFLES} with an unrelated group, all others exchanged, {name}"
    return Measure(title, float(hit), "", 0.0, note=f"{groups} groups")


def limits() -> list[Measure]:
    """Measure what is out of reach (3)."""
    rows = {
        "4 accounts x 4 bursts": Planting(members=4, bursts=4),
        "4 accounts x 6 bursts": Planting(members=4),
        "delays of 300 s": Planting(delay_s=300.0),
    }
    return [
        Measure(
            f"groups of 10, {what}, {name}",
            statistics.mean(tallied(name, planting, SEEDS[:5]).recovered),
            "",
            lower_is_better=False,
            note="5 seeds; a known limit",
        )
        for what, planting in rows.items()
        for name in list(BARS)[:3]
    ]


def unsuspected() -> list[Measure]:
    """Count groups in real sets that nobody suspects, layer text, through a case (4)."""
    measures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (path, columns) in UNSUSPECTED.items():
            mapping = {"platform": "x", "time_zone": "UTC", "columns": columns}
            case = Path(folder) / f"{path.replace('/', '_')}.case"
            create_case(case).add(sets.folder() / "data" / path, mapping=mapping, now=0)
            layers = layers_named(("text",))
            tables = Folder(case).of_present(partial(in_state, Folder(case), layers))
            actions = actions_of(tables)
            rows = ordered(actions)
            measures += [counted(name, actions, rows, window) for window in WINDOWS_S]
    return measures


def in_state(folder: Folder, layers: tuple[Layer, ...], state: Snapshot) -> dict[str, pa.Table]:
    """Return the actions of a case."""
    return actions_in(folder, state, layers, 1)


def counted(name: str, actions: Actions, rows: Ordered, window_s: float) -> Measure:
    """Count the groups at a window."""
    found = reported(find_groups(actions, rows, window_s, Settings()))
    verdicts = Counter(verdict for _, verdict in found)
    note = (
        f"{dict(verdicts)}; {sum(len(accounts) for accounts, _ in found)} accounts in them; "
        f"{len(actions.time):,} actions of {len(actions.accounts):,} accounts"
    )
    return Measure(f"groups, {name}, {window_s:g} s", float(len(found)), "", note=note)


def independent() -> list[Measure]:
    """Count groups among accounts that know nothing of each other (5)."""
    worlds = {"sessions of 15 reposts": sessions, "a half hour of their own": habits}
    return [
        groups_among(what, make, window, bar)
        for what, make in worlds.items()
        for window, bar in ((60.0, 0.0), (300.0, 0.0), (900.0, None))
    ]


def groups_among(
    what: str, make: Callable[[Draw], pa.Table], window_s: float, bar: float | None
) -> Measure:
    """Count the groups of five worlds at a window."""
    found = []
    for seed in SEEDS[:5]:
        actions = actions_of({"repost": make(np.random.default_rng(seed))})
        found += reported(find_groups(actions, ordered(actions), window_s, Settings()))
    title = f"groups among independent accounts, {what}, {window_s:g} s"
    return Measure(title, float(len(found)), "", bar, note="5 worlds together")


def fans() -> list[Measure]:
    """Count fans in synchronised groups, and the planted groups that are (6)."""
    measures, seeds = [], SEEDS[:10]
    for delay_s in (60.0, 300.0, 900.0):
        called: list[str] = []
        accused = synchronised = 0
        for seed in seeds:
            shares, truth, following = fan_world(np.random.default_rng(seed), delay_s)
            actions = actions_of({"repost": shares})
            for accounts, verdict in reported(found_in(actions, ordered(actions))):
                mine = len(accounts & following)
                called += [verdict] if 2 * mine > len(accounts) else []
                accused += mine if verdict == SYNCHRONISED else 0
                synchronised += verdict == SYNCHRONISED and any(
                    like(accounts, t) for t in truth
                )
        share = accused / (60 * len(seeds))
        title = f"share of fans in synchronised groups, delay {delay_s:g} s"
        note = f"{len(seeds)} worlds; groups of fans: {dict(Counter(called))}"
        measures.append(Measure(title, share, "", 0.05 if delay_s < 300 else 0.01, note=note))
        title = f"planted groups of 10 synchronised beside fans, delay {delay_s:g} s"
        measures.append(Measure(title, synchronised / len(seeds), "", 9.0, False))
    return measures


def large() -> list[Measure]:
    """Measure two million shares."""
    path = sets.generated(2_000_000, 101)
    actions = actions_of({"object": sets.shares(path).drop_columns(["post"])})
    rows = ordered(actions)
    before = peak_mb()
    measures = []
    for window, bar in ((10.0, None), (WINDOW_S, 10.0)):
        began = time.process_time()
        groups = find_groups(actions, rows, window, Settings())
        took = time.process_time() - began
        note = f"{groups.summary.num_rows} groups"
        measures.append(
            Measure(f"CPU, 2,000,000 shares, {window:g} s", took, "s", bar, note=note)
        )
    note = f"whole process; {before:.0f} MB before"
    return [*measures, Measure("memory, 2,000,000 shares", peak_mb(), "MB", 1000.0, note=note)]


if __name__ == "__main__":
    print(table(main()))
