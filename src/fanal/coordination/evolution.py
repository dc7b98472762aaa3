"""How groups of linked accounts change over time: born, grew, shrank, merged, split, gone.

1. Periods: days in UTC, or weeks from Monday when the co-actions span more than 60 days. A
   co-action belongs to the period of its earlier post.
2. Communities of each period (coordination/communities.py), of the links with a co-action in it.
   Two accounts alone are a link, not a group.
3. Groups matched over time: each community of a period with the last seen accounts of each known
   group, best Jaccard index first, one to one, down to .3 (Greene, Doyle & Cunningham 2010,
   doi:10.1109/ASONAM.2010.17).
4. What is left over: a community that comes mostly from a known group split from it, any other is
   born; a group whose accounts went mostly into one community merged into that; a group not seen
   for a week (by weeks: for four) is gone.

What rests on it: links over the whole file. A period alone tests nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.coordination.communities import communities

I64 = NDArray[np.int64]
Accounts = frozenset[int]

#: Days of a file that is looked at by day; a longer one is looked at by week.
MOST_DAYS = 60
#: Least Jaccard index of one group in two periods (Greene et al.).
ALIKE = 0.3
#: Share of a group's accounts that says where it came from, or went.
MOSTLY = 0.5
#: Periods without it after which a group is gone: a week, or four weeks, by days of a period.
QUIET_PERIODS = {1: 7, 7: 4}
#: Accounts of the smallest group.
SMALLEST = 3
_DAY_US = 86_400_000_000
#: Day number of the first Monday before 1970.
_MONDAY = -3

EVOLUTION = pa.schema(
    [
        ("day", pa.date32()),
        ("community", pa.int64()),
        ("matched", pa.int64()),
        ("accounts", pa.int64()),
        ("links", pa.int64()),
        ("event", pa.string()),
        ("other", pa.int64()),
    ]
)


@dataclass(slots=True)
class _Group:
    """A known group: its number, when it was last seen, and with whom."""

    number: int
    seen: int
    accounts: Accounts


@dataclass(frozen=True, slots=True)
class _Community:
    """A community of one period: its rank there, its accounts and links."""

    rank: int
    accounts: Accounts
    links: int


@dataclass(slots=True)
class _Tracks:
    """The groups known so far, and the rows that tell of them."""

    days: int
    known: list[_Group] = field(default_factory=list)
    born: int = 0
    rows: list[dict[str, object]] = field(default_factory=list)

    def tell(self, period: int, of: int, event: str, other: int | None = None) -> None:
        """Add a row of a group that has no community in this period."""
        self._row(period, None, of, event, other)

    def take(
        self, period: int, found: _Community, group: _Group | None, other: int | None
    ) -> _Group:
        """Add the row of a community; `group` is the one it continues, if any."""
        if group is None:
            event = "born" if other is None else "split"
            group = _Group(self.born, period, found.accounts)
            self.born += 1
            self.known.append(group)
        else:
            change = len(found.accounts) - len(group.accounts)
            event = "grew" if change > 0 else "shrank" if change < 0 else "stayed"
            group.seen, group.accounts = period, found.accounts
        self._row(period, found, group.number, event, other)
        return group

    def _row(
        self, period: int, found: _Community | None, of: int, event: str, other: int | None
    ) -> None:
        self.rows.append(
            {
                "day": period * self.days + (_MONDAY if self.days > 1 else 0),
                "community": None if found is None else found.rank,
                "matched": of,
                "accounts": 0 if found is None else len(found.accounts),
                "links": 0 if found is None else found.links,
                "event": event,
                "other": other,
            }
        )


def period_days(evidence: pa.Table) -> int:
    """Return the days of a period: 1, or 7 when the co-actions span more than 60 days (1)."""
    day = _days(evidence)
    return 7 if day.size and int(day.max() - day.min()) >= MOST_DAYS else 1


def evolution(evidence: pa.Table, seed: int = 0) -> pa.Table:
    """Return what became of each group, one row for each period in which something is known.

    Parameters
    ----------
    evidence
        Table `evidence` of a `Result`.
    seed
        Seed of the communities, as in `Settings`.

    Returns
    -------
    pyarrow.Table
        `EVOLUTION`, ordered by day, then group. `day`: first day of the period; `community`: the
        group's number in that period, 0 the largest; `matched`: its number through time;
        `accounts`, `links`: of that period; `event`: born, stayed, grew, shrank, split (from
        `other`), merged (into `other`), gone. Rows merged and gone have no community, no
        accounts and no links. Empty without evidence.

    Notes
    -----
    O(co-actions) and one Leiden a period. A pair that met on one object again and again has one
    co-action on it, the closest, in the period of that.
    """
    # 1. periods
    tracks = _Tracks(period_days(evidence))
    period = _days(evidence)
    if tracks.days > 1:
        period = (period - _MONDAY) // tracks.days
    names, source, target = _numbered(evidence)
    for now in range(int(period.min()), int(period.max()) + 1) if period.size else ():
        # 2. communities
        inside = np.flatnonzero(period == now)
        found = _communities(source[inside] * names + target[inside], names, seed)
        _follow(tracks, now, found)
    numbers = pa.schema([("day", pa.int32()), *(EVOLUTION.field(n) for n in range(1, 7))])
    table = pa.Table.from_pylist(tracks.rows, numbers).cast(EVOLUTION)
    return table.sort_by([("day", "ascending"), ("matched", "ascending")])


def _days(evidence: pa.Table) -> I64:
    """Return the day of the earlier post of each co-action, days since 1970."""
    times = [
        evidence[name].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
        for name in ("source_time", "target_time")
    ]
    earlier: I64 = np.minimum(*times)
    return earlier // _DAY_US


def _numbered(evidence: pa.Table) -> tuple[int, I64, I64]:
    """Return how many accounts there are, and the two of each co-action, by sorted name."""
    ends = [evidence[name].combine_chunks() for name in ("source", "target")]
    names = pc.unique(pa.concat_arrays(ends)).sort()
    source, target = (
        pc.index_in(end, names).cast(pa.int64()).to_numpy(zero_copy_only=False) for end in ends
    )
    return len(names), source, target


def _communities(pair: I64, names: int, seed: int) -> list[_Community]:
    """Return the groups among pairs ``source * names + target``, one entry a co-action."""
    links, objects = np.unique(pair, return_counts=True)
    there, ends = np.unique(np.stack([links // names, links % names]), return_inverse=True)
    first, second = ends.reshape(2, -1).astype(np.int64)
    label = communities(first, second, objects.astype(np.float64), seed)
    within = label[first][label[first] == label[second]]
    found = []
    for rank in range(int(label.max()) + 1 if label.size else 0):
        accounts = frozenset(there[label == rank].tolist())
        if len(accounts) >= SMALLEST:
            found.append(_Community(rank, accounts, int((within == rank).sum())))
    return found


def _follow(tracks: _Tracks, now: int, found: list[_Community]) -> None:
    before = list(tracks.known)
    was = {group.number: group.accounts for group in before}
    # 3. matched
    continued = _matched(found, before)
    became: list[tuple[_Community, _Group]] = []
    for one in found:
        group = continued.get(one.rank)
        # 4. what is left over
        other = None if group is not None else _mostly(one.accounts, was)
        became.append((one, tracks.take(now, one, group, other)))
    into = {group.number: one.accounts for one, group in became}
    for group in before:
        if group.seen == now:
            continue
        target = _mostly(group.accounts, into)
        if target is not None:
            tracks.tell(now, group.number, "merged", target)
            tracks.known.remove(group)
        elif now - group.seen == QUIET_PERIODS[tracks.days]:
            tracks.tell(group.seen + 1, group.number, "gone")
            tracks.known.remove(group)


def _matched(found: list[_Community], known: list[_Group]) -> dict[int, _Group]:
    """Return which known group each community continues, by its rank (3)."""
    alike = [
        (len(one.accounts & group.accounts) / len(one.accounts | group.accounts), one, group)
        for one in found
        for group in known
        if one.accounts & group.accounts
    ]
    alike.sort(key=lambda pair: (-pair[0], pair[2].number, pair[1].rank))
    continued: dict[int, _Group] = {}
    taken: set[int] = set()
    for jaccard, one, group in alike:
        if jaccard >= ALIKE and one.rank not in continued and group.number not in taken:
            continued[one.rank] = group
            taken.add(group.number)
    return continued


def _mostly(accounts: Accounts, others: dict[int, Accounts]) -> int | None:
    """Return the number of the set that holds the most, and more than half, of `accounts`."""
    shares = [(len(accounts & those), -number) for number, those in others.items()]
    most, number = max(shares, default=(0, 0))
    return -number if most > MOSTLY * len(accounts) else None
