"""Worlds with and without groups, for the bench of groups: planted, exchanged, made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import planted
import sets
from fanal.coordination.ordered import Ordered, with_accounts
from fanal.coordination.shuffle import shuffled

Truth = list[set[str]]
Draw = np.random.Generator
#: Objects of a generated set of 200,000 shares that are not a group's own are numbered below.
ORGANIC = 50_000


@dataclass(frozen=True)
class Planting:
    """What is planted: groups x accounts x bursts."""

    groups: int = 10
    members: int = 8
    bursts: int = 6
    join: float = 0.6
    delay_s: float = 20.0


def background(name: str, seed: int) -> tuple[pa.Table, Truth]:
    """Return a set, and the groups that it has already."""
    if name == "russian":
        return text(sets.russian()), []
    if name.startswith("german"):
        return text(sets.german(name.removeprefix("german "))), []
    path = sets.generated(200_000, seed % 5 + 101)
    groups: dict[int, set[str]] = {}
    for row in pq.read_table(sets.truth_of(path)).to_pylist():
        groups.setdefault(row["group"], set()).add(str(row["account_id"]))
    return text(sets.shares(path)), list(groups.values())


def text(shares: pa.Table) -> pa.Table:
    """Return the shares with names as text."""
    names = pa.schema([(name, pa.string()) for name in ("object", "account", "post")])
    return shares.cast(pa.schema([*names, ("time", pa.int64())]))


def with_groups(
    shares: pa.Table, random: Draw, planting: Planting, *, organic: int | None = None
) -> tuple[pa.Table, Truth]:
    """Return the shares with groups planted, and the groups; objects below `organic` only."""
    active = random.permutation(planted.with_rows(shares["account"], planted.ACTIVITY))
    popular = planted.with_rows(shares["object"], planted.POPULARITY)
    if organic is not None:
        popular = np.array([one for one in popular if int(one) < organic], dtype=object)
    groups = active[: planting.groups * planting.members].reshape(planting.groups, -1)
    begins = planted.times_of(shares, popular)
    objects, accounts, times = [], [], []
    for group in groups:
        for burst in random.choice(popular, planting.bursts):
            members = group[random.random(planting.members) < planting.join]
            delays = np.floor(random.exponential(planting.delay_s, members.size)) * 1e6
            accounts += members.tolist()
            objects += [burst] * members.size
            times += (random.choice(begins[burst]) + delays).astype(np.int64).tolist()
    posts = [f"planted {number}" for number in range(len(times))]
    columns = {"object": objects, "account": accounts, "post": posts, "time": times}
    new = pa.table(columns).cast(shares.schema)
    return pa.concat_tables([shares, new]), [set(group) for group in groups]


def everywhere(rows: Ordered, random: Draw) -> Ordered:
    """Return the rows with accounts exchanged over all of them."""
    return with_accounts(rows, random.permutation(rows.account))


def within(rows: Ordered, random: Draw, stratum: np.ndarray) -> Ordered:
    """Return the rows with accounts exchanged within strata."""
    drawn = np.lexsort((random.random(stratum.size), stratum))
    given = np.empty_like(rows.account)
    given[np.argsort(stratum, kind="stable")] = rows.account[drawn]
    return with_accounts(rows, given)


def within_hours(rows: Ordered, random: Draw) -> Ordered:
    """Return the rows with accounts exchanged within six hours."""
    return within(rows, random, rows.time_bin)


def within_objects(rows: Ordered, random: Draw) -> Ordered:
    """Return the rows with accounts exchanged inside each object: taste kept, times not."""
    return within(rows, random, rows.object_of)


EXCHANGES: dict[str, Callable[[Ordered, Draw], Ordered]] = {
    "over all rows": everywhere,
    "within six hours": within_hours,
    "of sessions": shuffled,
    "inside objects": within_objects,
}


def sessions(random: Draw) -> pa.Table:
    """Return 1,000 accounts that repost 15 things in each of 7 sessions."""
    popularity = 1.0 / np.arange(1, 1001)
    rows = []
    for account in range(1000):
        for session in range(7):
            start = session * 86_400 + int(random.integers(8 * 3600, 23 * 3600))
            drawn = random.choice(1000, 15, p=popularity / popularity.sum(), replace=False)
            times = start + np.sort(random.integers(0, 300, 15))
            rows += [
                (1000 * session + int(o), account, int(t))
                for o, t in zip(drawn, times, strict=True)
            ]
    return world_of(*(np.array(column) for column in zip(*rows, strict=True)))


def habits(random: Draw) -> pa.Table:
    """Return 1,000 accounts that act in a half hour of their own, 40 times in 60 days."""
    account = np.repeat(np.arange(1000), 40)
    hour = random.uniform(0, 24, 1000)[account] + random.uniform(0, 0.5, account.size)
    popularity = 1.0 / np.arange(1, 3001)
    drawn = random.choice(3000, account.size, p=popularity / popularity.sum())
    time = random.integers(0, 60, account.size) * 86_400 + (hour * 3600).astype(np.int64)
    return world_of(drawn, account, time)


def fan_world(random: Draw, delay_s: float) -> tuple[pa.Table, Truth, set[str]]:
    """Return reposts with their sources, the planted groups, and the fans."""
    popularity = np.arange(1, 4001) ** -0.9
    popularity /= popularity.sum()
    source = 2 + random.zipf(1.3, 4000) % 300
    born = random.integers(0, 14 * 86_400, 4000)

    def later(objects: np.ndarray) -> np.ndarray:
        return born[objects] + np.exp(random.normal(np.log(20_000), 1.4, objects.size)).astype(
            int
        )

    what = random.choice(4000, 20_000, p=popularity)
    rows = [(what, random.integers(60, 3100, what.size), later(what), source[what])]
    for star in range(2):
        mine = np.arange(30 * star, 30 * star + 30)
        besides = random.choice(4000, 240, p=popularity)
        rows.append((besides, np.repeat(mine, 8), later(besides), source[besides]))
        for post in range(40):
            begun = int(random.integers(0, 14 * 86_400))
            quick = mine[random.random(30) < 0.5]
            slow = random.integers(60, 3100, int(random.integers(5, 60)))
            delays = np.exp(random.normal(np.log(20_000), 1.4, slow.size)).astype(int)
            delays = np.concatenate(
                [random.exponential(delay_s, quick.size).astype(int), delays]
            )
            who = np.concatenate([quick, slow])
            shape = np.full(who.size, 1)
            rows.append((shape * (4000 + 40 * star + post), who, begun + delays, shape * star))
    popular = np.flatnonzero(np.bincount(what, minlength=4000) >= 20)
    groups = random.choice(np.arange(60, 3100), (10, 8), replace=False)
    for group in groups:
        for burst in random.choice(popular, 6):
            who = group[random.random(8) < 0.6]
            begun = int(random.choice(rows[0][2][what == burst]))
            shape = np.full(who.size, 1)
            delays = random.exponential(20.0, who.size).astype(int)
            rows.append((shape * burst, who, begun + delays, shape * source[burst]))
    objects, accounts, times, sources = (np.concatenate(one) for one in zip(*rows, strict=True))
    shares = world_of(objects, accounts, times)
    shares = shares.append_column("source", pa.array(sources).cast(pa.string()))
    return shares, [set(map(str, group)) for group in groups], set(map(str, range(60)))


def world_of(objects: np.ndarray, accounts: np.ndarray, seconds: np.ndarray) -> pa.Table:
    """Return numbers as a table of actions."""
    time = pa.array((1_700_000_000 + seconds.astype(np.int64)) * 1_000_000)
    names = [pa.array(one).cast(pa.string()) for one in (objects, accounts)]
    return pa.table([*names, time], names=["object", "account", "time"])
