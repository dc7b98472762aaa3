"""Groups: several weak pairs that make one strong group.

1. Events (coordination/joint_events.py).
2. Pairs that share two events or more, with some evidence; 3. triples of them.
4. Cores: pairs and triples that are significant by Bonferroni over all there could be. Never by
   a false discovery rate: many true pairs lower its bar, and an innocent pair passes.
5. Grow a group from each account's best pair, and prune it (kernels/group_growth.py).
6. X = sum over joint events of (members - 1); bound of its tail for the group as a whole, times
   the number of groups of that size that there could be.
7. A group stands when it passes, or when the core that it grew from does. The best first; one
   that shares half of its accounts with a better one is dropped.
8. Times alone (coordination/group_timing.py), the audience of each source
   (coordination/group_audience.py), the clock (coordination/group_clock.py): synchronised, or the
   same audience.

What is tested at 4 and 6 counts a third of the level each: p of a group is three times the
smallest of them. Over several windows the caller multiplies by their number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.group_audience import audience_of, log_p_of_audience
from fanal.coordination.group_clock import log_p_of_clock
from fanal.coordination.group_tables import (
    NOT_TESTABLE,
    SAME_AUDIENCE,
    SYNCHRONISED,
    Found,
    Groups,
    tables_of,
)
from fanal.coordination.group_timing import Tempo, tempo_of, timing
from fanal.coordination.joint_events import (
    Events,
    events_of,
    joint_events,
    log_choose,
    log_p_at_random,
    log_p_of_few,
)
from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import EPISODE_US, Settings
from fanal.kernels import group_growth
from fanal.kernels import groups as kernel

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
#: Called with what is done, how much of it, and how much in all.
Progress = Callable[[str, float, float], None]

#: Evidence that a pair must have to be looked at, nats.
LEAST_EVIDENCE = 4.0
#: Part of the other members that a member shares an event with: without it groups that overlap
#: are chained into one (6 of 40 groups found in a synthetic set, 40 with it).
BREADTH = 0.4
SMALLEST_GROUP, LARGEST_GROUP = 3, 200
#: Groups that share this part of their accounts (of both together) are one.
ALIKE = 0.5
#: Ways to pass: as a group, by a pair, by a triple.
WAYS = 3
_ROOM = 1 << 20
_EVERY = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeds:
    """Pairs in the order in which they are tried: accounts, and the core they are part of.

    `third` is the third account of a significant triple, or -1; `core` is true where the pair
    (or, with a third, the triple) is significant.
    """

    pair: I32
    other: I32
    core: NDArray[np.bool_]
    third: I32


def find_groups(
    actions: Actions,
    rows: Ordered,
    window_s: float,
    settings: Settings,
    progress: Progress | None = None,
) -> Groups:
    """Return the groups of `rows` at one window.

    Parameters
    ----------
    actions
        Names of accounts, objects, layers.
    rows
        Their order; an exchange of accounts will do.
    window_s
        Seconds.
    settings
        `fdr` is the level: the chance that any group at all is reported where accounts act at
        random.
    progress
        Called with (what, done, total).

    Notes
    -----
    About 2 s and 0.2 GB for two million actions. Nothing is drawn, nothing runs in threads.
    """
    # 1. events
    events = events_of(rows, round(window_s * 1_000_000))
    # 2, 3, 4. pairs, triples, cores
    seeds = _seeds(events, settings.fdr)
    # 5, 6, 7. grow, test, drop
    kept = _unlike(list(_grown(events, seeds, settings.fdr, progress)))
    # 8. times, audience, clock
    tempo = tempo_of(events, rows.layer_of.shape[0])
    level = math.log(settings.fdr / max(len(kept), 1))
    known = cache(lambda: _comparisons(rows, events))
    judged = [_judged(events, tempo, known, one, level) for one in kept]
    return tables_of(actions, events, judged)


def _comparisons(rows: Ordered, events: Events) -> list[Callable[[I32, float], float]]:
    """Return what gives log p of a group for its audience, and for the clock (8)."""
    audience = audience_of(rows, events)
    return [
        partial(log_p_of_audience, events, audience),
        partial(log_p_of_clock, events, rows.layer_of),
    ]


def _judged(
    events: Events,
    tempo: Tempo,
    known: Callable[[], list[Callable[[I32, float], float]]],
    found: Found,
    level: float,
) -> Found:
    """Return the group with its verdict (8); `known` is asked only when times alone pass."""
    log_p = timing(events, tempo, found.accounts, found.events, found.counts, level)
    if log_p is None:
        return replace(found, verdict=NOT_TESTABLE)
    if log_p <= level:
        x = float((found.counts - 1).sum())
        log_p = max(log_p, *(compared(found.accounts, x) for compared in known()))
    verdict = SYNCHRONISED if log_p <= level else SAME_AUDIENCE
    return replace(found, log_p_timing=log_p, verdict=verdict)


def _pairs(events: Events) -> tuple[I32, I32, I32, F64]:
    """Return the pairs with two events or more and some evidence (2)."""
    accounts = events.of_account.shape[0] - 1
    meetings = events.by_layer.meetings(2)
    parts = []
    account, room = 0, max(_ROOM, accounts)
    while account < accounts:
        pair, other, met = (np.empty(room, np.int32) for _ in range(3))
        weight = np.empty(room)
        filled, account = kernel.pairs(
            account,
            events.of_account,
            events.their_events,
            events.of_event,
            events.their_accounts,
            events.time,
            EPISODE_US,
            events.share,
            meetings,
            LEAST_EVIDENCE,
            pair,
            other,
            met,
            weight,
        )
        parts.append(tuple(one[:filled].copy() for one in (pair, other, met, weight)))
    pair, other, met, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((other, pair))
    return pair[order], other[order], met[order], weight[order]


def _seeds(events: Events, level: float) -> Seeds:
    """Return the pairs to grow from: cores first, then by evidence, an account in one only."""
    # 2. pairs
    pair, other, met, weight = _pairs(events)
    each = level / WAYS
    bar = math.log(each) - log_choose(events.able, 2)
    core = _significant(events, pair, other, met, bar)
    # 3. triples of pairs that are not significant themselves
    near, near_pair = _near(pair, events.of_account.shape[0] - 1)
    log_p, third = kernel.triples(
        pair,
        other,
        near,
        other[near_pair],
        near_pair,
        ~core,
        events.of_account,
        events.their_events,
        events.time,
        EPISODE_US,
        events.share,
        events.by_layer.meetings(3),
    )
    # 4. cores
    flagged = ~core & (log_p <= math.log(each) - log_choose(events.able, 3))
    third = np.where(flagged, third, np.int32(-1))
    core |= flagged
    order = np.lexsort((other, pair, -weight, ~core))
    order = order[kernel.first_of_both(pair[order], other[order], events.share.shape[0])]
    return Seeds(pair=pair[order], other=other[order], core=core[order], third=third[order])


def _near(pair: I32, accounts: int) -> tuple[I64, I64]:
    near = np.searchsorted(pair, np.arange(accounts + 1)).astype(np.int64)
    return near, np.arange(pair.shape[0], dtype=np.int64)


def _significant(
    events: Events, pair: I32, other: I32, met: I32, bar: float
) -> NDArray[np.bool_]:
    meetings = events.by_layer.meetings(2)
    rate = np.einsum("il,il,l->i", events.share[pair], events.share[other], meetings)
    return np.array(
        [
            kernel.log_poisson_tail(n, expectation) <= bar
            for n, expectation in zip(met.tolist(), rate.tolist(), strict=True)
        ],
        np.bool_,
    )


def _grown(
    events: Events, seeds: Seeds, level: float, progress: Progress | None
) -> Iterator[Found]:
    """Yield the groups that stand, in the order of their seeds (5, 6, 7)."""
    accounts = events.of_account.shape[0] - 1
    joined = np.zeros(events.time.shape[0], np.int32)
    together, member = np.zeros(accounts, np.int32), np.zeros(accounts, np.int32)
    found = np.zeros((2, accounts), np.int32)
    bar = math.log(max(events.able, 2)) - 1.0
    taken = np.zeros(accounts, np.bool_)
    for n in range(seeds.pair.shape[0]):
        if progress is not None and n % _EVERY == 0:
            progress("groups", n, seeds.pair.shape[0])
        a, b = int(seeds.pair[n]), int(seeds.other[n])
        if taken[a] and taken[b]:
            continue
        members, contribution = group_growth.grow(
            a,
            b,
            events.of_account,
            events.their_events,
            events.of_event,
            events.their_accounts,
            events.time,
            events.layer,
            events.share,
            EPISODE_US,
            bar,
            BREADTH,
            LARGEST_GROUP,
            joined,
            together,
            member,
            found,
        )
        if members.size < SMALLEST_GROUP:
            continue
        core = [a, b, int(seeds.third[n])] if seeds.third[n] >= 0 else [a, b]
        whole = bool(seeds.core[n]) and bool(np.isin(core, members).all())
        joint, counts = joint_events(events, members, joined)
        x = float((counts - 1).sum())
        log_p = _log_p(events, members, x, core if whole else [], level)
        if log_p <= math.log(level):
            taken[members] = True
            yield Found(
                accounts=members,
                contribution=contribution,
                log_p=log_p,
                events=joint,
                counts=counts,
            )


def _log_p(events: Events, members: I32, x: float, core: list[int], level: float) -> float:
    """Return the corrected log p of a group (6, 7); not the last word where it is over `level`."""
    k = members.size
    groups = log_choose(events.able, k) + 2 * math.log(k + 1)
    log_p = log_p_at_random(events, members, x, events.kinds[:1]) + groups
    if log_p + math.log(WAYS) <= math.log(level):
        log_p = max(log_p, log_p_at_random(events, members, x, events.kinds[1:]) + groups)
    if core:
        few = np.array(sorted(core), np.int32)
        log_p = min(log_p, log_p_of_few(events, few) + log_choose(events.able, few.size))
    return min(log_p + math.log(WAYS), 0.0)


def _unlike(found: list[Found]) -> list[Found]:
    """Return the groups without those that are much like a better one, best first (7)."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda group: (group.log_p, group.accounts.tolist())):
        mine = set(one.accounts.tolist())
        if all(_alike(mine, set(other.accounts.tolist())) < ALIKE for other in kept):
            kept.append(one)
    return kept


def _alike(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)
