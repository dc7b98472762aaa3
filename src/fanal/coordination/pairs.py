"""Which account pairs co-act on two objects or more within a window, and how surprisingly.

1. Count the co-actions of each object and time bin; give each object its surprise.
2. Sieve and table, one part of the pairs' hashes after the other, so that memory is bounded by
   the pairs kept. Pairs that no null model of ours could call significant are left out here.

Threads share nothing but the rows: counting splits the rows, the table splits the hashes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import MANY_ACTIONS, MANY_PAIRS
from fanal.kernels import candidates, null_model
from fanal.kernels.co_actions import co_actions, rows_in_windows

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_BUFFER = 65_536
_SMALLEST_SIEVE = 1 << 16
_LARGEST_SIEVE = 1 << 30
#: Co-actions kept in memory so as not to be met again: 1 GiB of them, 8 bytes each.
_REMEMBERED = 1 << 27
#: Co-actions per part when they are in memory: keeps sieve and table near the cache.
_PER_PART = 1 << 25
#: Pieces of the rows a thread gets, so that one large object does not leave the others idle.
_CHUNKS_PER_THREAD = 8
_SLOTS_PER_CO_ACTION = 4
_FEWEST_SLOTS_PER_CO_ACTION = 2

Worker = Callable[[int, I32, I32], None]
Part = TypeVar("Part")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Popularity:
    """How often each object brings two accounts together within the window.

    Parameters
    ----------
    window_us
        Microseconds, inclusive.
    by_object
        int64, shape (objects,): P_o.
    by_bin
        int64, shape (layers, bins): P_h.
    by_layer
        int64, shape (layers,): P.
    surprise
        int32, shape (objects,): lattice units.
    laws
        float64, shape (layers, size): jump law of each layer.
    rate
        float64, shape (layers,): 2 P / (m^2 - sum of d_a^2), d being draws.
    skipped
        bool, shape (objects,): objects too large to be listed (never left out of P).
    skipped_pairs
        Row pairs of those objects.
    remembered
        The co-actions themselves, (early rows, late rows), when they are few; else None.
    """

    window_us: int
    by_object: I64
    by_bin: I64
    by_layer: I64
    surprise: I32
    laws: F64
    rate: F64
    skipped: NDArray[np.bool_]
    skipped_pairs: int
    remembered: list[tuple[I32, I32]] | None


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


def in_threads(work: Callable[[Part], Result], parts: list[Part], threads: int) -> list[Result]:
    """Return ``work(part)`` for each part, in order, on up to `threads` threads."""
    if threads <= 1 or len(parts) <= 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(work, parts))


def each_buffer(
    rows: Ordered, window_us: int, skipped: NDArray[np.bool_], first: int = 0, stop: int = -1
) -> Iterator[tuple[int, I32, I32]]:
    """Yield (filled, early rows, late rows) over all co-actions; buffers are used again."""
    stop = rows.time.shape[0] if stop < 0 else stop
    capacity = max(_BUFFER, 2 * rows.largest_object)
    early, late = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    best = np.full((rows.accounts, 4), -1, np.int64)
    touched = np.empty(rows.accounts, np.int32)
    row = first
    while row < stop:
        row, filled = co_actions(
            row,
            stop,
            window_us,
            rows.starts,
            skipped,
            rows.object_of,
            rows.account,
            rows.time,
            rows.before,
            rows.after,
            rows.alone,
            best,
            touched,
            early,
            late,
        )
        if filled:
            yield filled, early, late


def each_co_action(rows: Ordered, popular: Popularity) -> Iterator[tuple[int, I32, I32]]:
    """Yield all co-actions within the window: from memory when they are few."""
    if popular.remembered is None:
        yield from each_buffer(rows, popular.window_us, popular.skipped)
        return
    for early, late in popular.remembered:
        yield early.shape[0], early, late


def popularity(rows: Ordered, window_us: int, threads: int, windows: int = 1) -> Popularity:
    """Return how often each object brings two accounts together (1); one of `windows`."""
    skipped, row_pairs, by_bin = _too_large(rows, window_us)
    edges = np.linspace(0, rows.time.shape[0], _CHUNKS_PER_THREAD * threads + 1).astype(
        np.int64
    )
    chunks = [(int(a), int(b)) for a, b in pairwise(edges)]
    memory = _Memory(_REMEMBERED // windows)
    by_object = row_pairs.copy()
    for first, objects, bins in in_threads(
        lambda chunk: _count(rows, window_us, skipped, chunk, memory), chunks, threads
    ):
        by_object[first : first + objects.shape[0]] += objects
        by_bin += bins
    by_layer = np.bincount(rows.layer_of, weights=by_object, minlength=rows.layers).astype(
        np.int64
    )
    surprise = np.zeros(by_object.shape[0], np.int32)
    for layer in range(rows.layers):
        mine = rows.layer_of == layer
        surprise[mine] = null_model.surprise_of(by_object[mine], int(by_layer[layer]))
    size = int(surprise.max(initial=0)) + 1
    laws = np.stack(
        [
            null_model.jump_law(
                by_object[rows.layer_of == one], surprise[rows.layer_of == one], size
            )
            for one in range(rows.layers)
        ]
    )
    draws = rows.draws
    meetings = draws.sum(axis=1) ** 2 - (draws**2).sum(axis=1)  # nobody meets himself
    return Popularity(
        window_us=window_us,
        by_object=by_object,
        by_bin=by_bin,
        by_layer=by_layer,
        surprise=surprise,
        laws=laws,
        rate=2.0 * by_layer / np.maximum(meetings, 1.0),
        skipped=skipped,
        skipped_pairs=int(row_pairs.sum()),
        remembered=memory.kept if memory.left >= 0 else None,
    )


def _too_large(rows: Ordered, window_us: int) -> tuple[NDArray[np.bool_], I64, I64]:
    sizes = np.diff(rows.starts)
    skipped = np.zeros(sizes.shape[0], np.bool_)
    row_pairs = np.zeros(sizes.shape[0], np.int64)
    by_bin = np.zeros((rows.layers, rows.bins), np.int64)
    mine = np.zeros(rows.bins, np.int64)
    for o in np.flatnonzero(sizes > MANY_ACTIONS):
        start, end = rows.starts[o], rows.starts[o + 1]
        pairs = rows_in_windows(window_us, rows.time, start, end, rows.time_bin, mine)
        if pairs > MANY_PAIRS:
            skipped[o] = True
            row_pairs[o] = pairs
            by_bin[rows.layer_of[o]] += mine
    return skipped, row_pairs, by_bin


class _Memory:
    """Co-actions kept until there are too many; then none. Threads share it."""

    def __init__(self, room: int) -> None:
        self.left = room
        self.kept: list[tuple[I32, I32]] = []
        self._lock = Lock()

    def keep(self, early: I32, late: I32) -> None:
        with self._lock:
            self.left -= early.shape[0]
            if self.left < 0:
                self.kept = []
                return
        kept = early.copy(), late.copy()
        with self._lock:
            if self.left >= 0:
                self.kept.append(kept)


def _count(
    rows: Ordered,
    window_us: int,
    skipped: NDArray[np.bool_],
    chunk: tuple[int, int],
    memory: _Memory,
) -> tuple[int, I64, I64]:
    if chunk[0] == chunk[1]:
        return 0, np.zeros(0, np.int64), np.zeros((rows.layers, rows.bins), np.int64)
    first = int(rows.object_of[chunk[0]])
    by_object = np.zeros(int(rows.object_of[chunk[1] - 1]) + 1 - first, np.int64)
    by_bin = np.zeros(rows.layers * rows.bins, np.int64)
    for filled, early, late in each_buffer(rows, window_us, skipped, *chunk):
        memory.keep(early[:filled], late[:filled])
        candidates.count_co_actions(
            filled,
            early,
            rows.object_of,
            rows.layer_of,
            rows.time_bin,
            rows.bins,
            first,
            by_object,
            by_bin,
        )
    return first, by_object, by_bin.reshape(rows.layers, rows.bins)


def pairs(rows: Ordered, popular: Popularity, level: float, threads: int) -> Pairs:
    """Return the pairs with two common objects or more whose p could be at most `level` (2).

    Parameters
    ----------
    rows, popular
        The rows, and what `popularity` gives for them.
    level
        Tail probability.
    threads
        Threads.
    """
    critical = critical_surprises(rows, popular, level)
    total = int(popular.by_object[~popular.skipped].sum())
    parts, slots = _split(total, threads, remembered=popular.remembered is not None)
    found = in_threads(
        lambda part: _part(rows, popular, critical, part, parts, slots),
        list(range(parts)),
        threads,
    )
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
    """Return `null_model.critical_surprise` of each layer: int32, shape (layers, BUCKETS)."""
    most = rows.draws.max(axis=1)
    return np.stack(
        [
            null_model.critical_surprise(
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
    rows: Ordered, popular: Popularity, critical: I32, part: int, parts: int, slots: int
) -> tuple[I64, I64, int]:
    with np.errstate(divide="ignore"):
        log_activity = np.log(rows.draws) + 0.5 * np.log(popular.rate)[:, None]
    counters = np.zeros(slots, np.uint8)
    share = (rows.account, rows.object_of, popular.surprise)
    limits = (log_activity, null_model.BUCKETS_PER_LOG, critical)
    for filled, early, late in each_co_action(rows, popular):
        candidates.sieve(filled, early, late, *share, part, parts, counters)
    table, used = _empty_table(_BUFFER), 0
    for filled, early, late in each_co_action(rows, popular):
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
