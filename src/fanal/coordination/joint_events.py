"""Events, who is in them, and how often chance would bring a set of accounts together in them.

1. Events (kernels/groups.py): those of two accounts or more can say something; an account that
   is nowhere else still counts in what is expected.
2. Shares: which part of a layer's actions is an account's; over the whole period, in each eighth
   of the actions by time, and in each quarter of the day.
3. Chance of a set of accounts: the largest of the three, since accounts that are active in the
   same weeks, or awake at the same hours, meet more often. (In bins of six hours, as for pairs, a
   group's own bursts would be its expectation: 6.3 of 10 sparse groups found, not 9.6.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import BIN_US, EPISODE_US
from fanal.kernels import group_growth, group_tails, groups, sorting

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Events with more accounts say little of any pair and cost the square of their size; they are
#: left out of what is observed and of what is expected.
MOST_ACCOUNTS = 500
#: Parts of the period with as many actions each, and parts of the day.
EPOCHS, QUARTERS = 8, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Events by stratum and size.

    Parameters
    ----------
    of_row
        int32: the stratum of every action that counts, by account.
    stratum, size, count
        Shape (kinds,): int64; float64, accounts in the event; float64, how many such events.
    rows
        float64, shape (strata,): actions, in events of any size.
    """

    of_row: I32
    stratum: I64
    size: F64
    count: F64
    rows: F64

    def meetings(self, together: int) -> F64:
        """Return by stratum the sum of n (n - 1) ..., `together` factors (2 or 3)."""
        falling = np.prod([self.size - one for one in range(together)], axis=0)
        return _summed(self.stratum, falling * self.count, self.rows.shape[0])

    def means(self, share: F64) -> tuple[F64, F64]:
        """Return mu and count of the kinds in which accounts of this share by stratum can be."""
        mean = self.size * share[self.stratum]
        return mean[mean > 0], self.count[mean > 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Events of two accounts or more, numbered by their time.

    Parameters
    ----------
    object, layer, time
        Shape (events,): int32, int32, and int64 of the first action, microseconds.
    of_account, their_events
        int64 (accounts + 1,), int32: the events of each account, ascending.
    of_event, their_accounts
        int64 (events + 1,), int32: the accounts of each event, ascending.
    share
        float64, shape (accounts, layers).
    rows_of, row_object, row_time
        int64 (accounts + 1,), int32, int64: every action that counts, by account: its object
        and when its event began; in events of any size.
    kinds
        Kinds of events by layer; by layer and part of the period; by layer and part of the day.
    able
        Accounts in two events or more, of any size: the accounts a group could be made of.
    """

    object: I32
    layer: I32
    time: I64
    of_account: I64
    their_events: I32
    of_event: I64
    their_accounts: I32
    share: F64
    rows_of: I64
    row_object: I32
    row_time: I64
    kinds: tuple[Kinds, ...]
    able: int

    @property
    def by_layer(self) -> Kinds:
        """Kinds of events by layer."""
        return self.kinds[0]


def events_of(rows: Ordered, window_us: int) -> Events:
    """Return the events of `rows` (1, 2); O(rows log rows)."""
    event, first, size = groups.events(rows.starts, rows.time, rows.before, window_us)
    layer = rows.layer_of[rows.object_of[first]]
    time = rows.time[first]
    # every action
    counts = np.flatnonzero(event >= 0).astype(np.int32)
    by_account, rows_of = sorting.group_by(counts, rows.account, rows.accounts)
    # events that can say something, numbered by time
    chosen = np.flatnonzero((size >= 2) & (size <= MOST_ACCOUNTS))
    chosen = chosen[np.argsort(rows.time[first[chosen]], kind="stable")]
    number = np.full(size.shape[0], -1, np.int32)
    number[chosen] = np.arange(chosen.size, dtype=np.int32)
    numbered = np.where(event >= 0, number[event], np.int32(-1))
    joint = by_account[numbered[by_account] >= 0]
    by_event, of_event = sorting.group_by(joint, numbered, chosen.size)
    again, of_account = sorting.group_by(by_event, rows.account, rows.accounts)
    shares = np.zeros((rows.accounts, rows.layers))
    for one in range(rows.layers):
        mine = rows.account[counts[layer[event[counts]] == one]]
        shares[:, one] = np.bincount(mine, minlength=rows.accounts) / max(mine.size, 1)
    return Events(
        object=rows.object_of[first[chosen]],
        layer=layer[chosen],
        time=rows.time[first[chosen]],
        of_account=of_account,
        their_events=numbered[again],
        of_event=of_event,
        their_accounts=rows.account[by_event],
        share=shares,
        rows_of=rows_of,
        row_object=rows.object_of[by_account],
        row_time=time[event[by_account]],
        kinds=tuple(
            _kinds(layer.astype(np.int64) * parts + part, size, event[by_account])
            for parts, part in (
                (1, np.zeros(time.size, np.int64)),
                (EPOCHS, _epoch(time, size)),
                (QUARTERS, time // BIN_US % QUARTERS),
            )
        ),
        able=int((np.diff(rows_of) >= 2).sum()),
    )


def _epoch(time: I64, size: I32) -> I64:
    """Return the part of the period, of as many actions each, in which each event begins."""
    order = np.argsort(time, kind="stable")
    done = np.cumsum(size[order].astype(np.int64))
    epoch = np.empty(time.size, np.int64)
    epoch[order] = (done - size[order]) * EPOCHS // done[-1]
    return epoch


def _kinds(stratum: I64, size: I32, event: I32) -> Kinds:
    chosen = (size >= 2) & (size <= MOST_ACCOUNTS)
    names, count = np.unique(
        stratum[chosen] * (MOST_ACCOUNTS + 1) + size[chosen], return_counts=True
    )
    return Kinds(
        of_row=stratum[event].astype(np.int32),
        stratum=names // (MOST_ACCOUNTS + 1),
        size=(names % (MOST_ACCOUNTS + 1)).astype(np.float64),
        count=count.astype(np.float64),
        rows=_summed(stratum, size.astype(np.float64), 0),
    )


def _summed(stratum: I64, weight: F64, strata: int) -> F64:
    return np.bincount(stratum, weight, strata).astype(np.float64)


def rows_of(events: Events, accounts: I32) -> I64:
    """Return the positions of every action of some accounts."""
    spans = [np.arange(events.rows_of[a], events.rows_of[a + 1]) for a in accounts]
    return np.concatenate(spans)


def share_of(events: Events, kinds: Kinds, accounts: I32) -> F64:
    """Return the part of each stratum's actions that is of these accounts (2)."""
    stratum = kinds.of_row[rows_of(events, accounts)]
    total = kinds.rows
    return np.bincount(stratum, minlength=total.shape[0]) / np.maximum(total, 1.0)


def log_p_of_few(events: Events, accounts: I32) -> float:
    """Return the log of the Poisson tail of the events that two or three accounts share (3)."""
    met = groups.common_events(
        events.of_account, events.their_events, events.time, EPISODE_US, accounts
    )
    rates = []
    for kinds in events.kinds:
        each = [share_of(events, kinds, accounts[n : n + 1]) for n in range(accounts.size)]
        rates.append(float(kinds.meetings(accounts.size) @ np.prod(each, axis=0)))
    return float(groups.log_poisson_tail(met, max(rates)))


def log_p_at_random(
    events: Events, accounts: I32, together: float, kinds: tuple[Kinds, ...]
) -> float:
    """Return the bound of log P(X >= together), the largest by `kinds`, not corrected (3)."""
    return max(
        float(
            group_tails.log_tail_at_random(
                together, *one.means(share_of(events, one, accounts))
            )
        )
        for one in kinds
    )


def expected(events: Events, accounts: I32) -> float:
    """Return E X of accounts placed at random, the largest of the three (3)."""
    return max(
        float(group_tails.expected_at_random(*one.means(share_of(events, one, accounts))))
        for one in events.kinds
    )


def log_choose(n: int, k: int) -> float:
    """Return log of n over k; 0 where k > n."""
    if k > n:
        return 0.0
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def joint_events(events: Events, accounts: I32, scratch: I32) -> tuple[I32, I32]:
    """Return the joint events of some accounts, and how many of them count in each."""
    found, counted = group_growth.joint_events(
        accounts,
        events.of_account,
        events.their_events,
        events.of_event,
        events.their_accounts,
        events.time,
        EPISODE_US,
        scratch,
    )
    return found, counted
