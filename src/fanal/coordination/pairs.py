"""Which account pairs co-act on two objects or more within a window, and how surprisingly.

1. Sieve and table, one part of the pairs' hashes after the other, so that memory is bounded by
   the pairs kept.
2. Pairs that no null model of ours could call significant are left out here.

Threads share nothing but the rows; the table splits the hashes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.keeping import Keeper
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Popularity, each_co_action
from fanal.coordination.threads import in_threads
from fanal.kernels import candidates
from fanal.kernels.critical import BUCKETS_PER_LOG, critical_surprise

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

_SMALLEST_TABLE = 65_536
_SMALLEST_SIEVE = 1 << 16
_LARGEST_SIEVE = 1 << 30
#: Co-actions per part when they are in memory: keeps sieve and table near the cache.
_PER_PART = 1 << 25
_SLOTS_PER_CO_ACTION = 4
_FEWEST_SLOTS_PER_CO_ACTION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Account pairs that could be significant, ordered by (pair, other).

    Parameters
    ----------
    pair, other
        int64, shape (pairs,): the two accounts, the smaller code first.
    objects
        int64: distinct objects co-acted on.
    surprise
        int64: lattice units, summed over them.
    twice
        Pairs with two common objects among those that passed the sieve; every such pair where
        the level is 1.
    """

    pair: I64
    other: I64
    objects: I64
    surprise: I64
    twice: int


def pairs(
    rows: Ordered,
    popular: Popularity,
    level: float,
    threads: int,
    *,
    kept: Keeper | None = None,
    done: Callable[[float], None] | None = None,
) -> Pairs:
    """Return the pairs with two common objects or more whose p could be at most `level`.

    Parameters
    ----------
    rows, popular
        The rows, and what `popularity` gives for them.
    level
        Tail probability.
    threads
        Threads.
    kept
        Keeps what each part of the hashes gave.
    done
        Called with the share that is done.
    """
    critical = critical_surprises(rows, popular, level)
    total = int(popular.by_object[~popular.skipped].sum())
    parts, slots = _split(total, threads, remembered=popular.remembered is not None)
    halt = Event()

    def one(part: int) -> tuple[I64, I64, int]:
        name = f"part-{part}-of-{parts}"
        known = kept.get(name) if kept is not None else None
        if known is not None:
            return known["keys"], known["values"], int(known["twice"][0])
        keys, values, twice = _part(rows, popular, critical, part, parts, slots, halt)
        if kept is not None:
            kept.put(name, {"keys": keys, "values": values, "twice": np.array([twice])})
        return keys, values, twice

    found = in_threads(one, list(range(parts)), threads, done=done, stop=halt)
    keys = np.concatenate([key for key, _, _ in found])
    values = np.concatenate([value for _, value, _ in found])
    order = np.argsort(keys)
    keys, values = keys[order], values[order]
    return Pairs(
        pair=keys >> 32,
        other=keys & 0xFFFFFFFF,
        objects=values >> 40,
        surprise=values & ((1 << 40) - 1),
        twice=sum(twice for _, _, twice in found),
    )


def critical_surprises(rows: Ordered, popular: Popularity, level: float) -> I32:
    """Return `kernels.critical.critical_surprise` of each layer: int32, shape (layers, BUCKETS)."""
    most = rows.draws.max(axis=1)
    return np.stack(
        [
            critical_surprise(
                popular.laws[layer],
                level,
                popular.rate[layer],
                popular.rate[layer] * most[layer] ** 2,
            )
            for layer in range(rows.layers)
        ]
    )


def _split(total: int, threads: int, *, remembered: bool) -> tuple[int, int]:
    parts = 1
    while (
        parts < threads
        or _FEWEST_SLOTS_PER_CO_ACTION * total // parts > _LARGEST_SIEVE
        or (remembered and total // parts > _PER_PART)
    ):
        parts *= 2
    slots = _SMALLEST_SIEVE
    while slots < min(_SLOTS_PER_CO_ACTION * total // parts, _LARGEST_SIEVE):
        slots *= 2
    return parts, slots


def _part(
    rows: Ordered,
    popular: Popularity,
    critical: I32,
    part: int,
    parts: int,
    slots: int,
    halt: Event,
) -> tuple[I64, I64, int]:
    with np.errstate(divide="ignore"):
        log_activity = np.log(rows.draws) + 0.5 * np.log(popular.rate)[:, None]
    counters = np.zeros(slots, np.uint8)
    share = (rows.account, rows.object_of, popular.surprise)
    limits = (log_activity, BUCKETS_PER_LOG, critical)
    for filled, early, late in each_co_action(rows, popular, halt):
        candidates.sieve(filled, early, late, *share, part, parts, counters)
    table, used = _empty_table(_SMALLEST_TABLE), 0
    for filled, early, late in each_co_action(rows, popular, halt):
        table = _with_room(table, used, filled)
        used = candidates.tabulate(
            filled, early, late, *share, *limits, part, parts, counters, table, used
        )
    kept, twice = candidates.notable(table, *limits)
    return table[kept, 0], table[kept, 1], twice


def _empty_table(slots: int) -> I64:
    table = np.zeros((slots, 2), np.int64)
    table[:, 0] = -1
    return table


def _with_room(table: I64, used: int, wanted: int) -> I64:
    slots = table.shape[0]
    while slots < 2 * (used + wanted // 4) or slots < used + wanted + 1:
        slots *= 2
    if slots == table.shape[0]:
        return table
    larger = _empty_table(slots)
    candidates.move(table, larger)
    return larger
