"""How often each object brings two accounts together within a window.

1. Count the co-actions of each object and time bin; keep the co-actions themselves when few.
2. Give each object its surprise, each layer the law of its co-actions' surprise.

Threads share nothing but the rows; counting splits the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from threading import Event, Lock
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.keeping import Keeper
from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import MANY_ACTIONS, MANY_PAIRS
from fanal.coordination.threads import Stopped, in_threads
from fanal.kernels import candidates, null_model
from fanal.kernels.co_actions import co_actions, rows_in_windows

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: The first row of a part of the rows, and the one after its last.
Chunk: TypeAlias = tuple[int, int]
#: How many co-actions, their earlier rows, their later rows.
Buffers: TypeAlias = Iterator[tuple[int, I32, I32]]
Part = TypeVar("Part")

_BUFFER = 65_536
#: Co-actions kept in memory so as not to be met again: 1 GiB of them, 8 bytes each.
_REMEMBERED = 1 << 27
#: Pieces of the rows a thread gets, so that one large object does not leave the others idle.
_CHUNKS_PER_THREAD = 8


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


def each_buffer(
    rows: Ordered,
    window_us: int,
    skipped: NDArray[np.bool_],
    first: int = 0,
    stop: int = -1,
    halt: Event | None = None,
) -> Iterator[tuple[int, I32, I32]]:
    """Yield (filled, early rows, late rows) over all co-actions; buffers are used again.

    Raises
    ------
    Stopped
        `halt` was set.
    """
    stop = rows.time.shape[0] if stop < 0 else stop
    capacity = max(_BUFFER, 2 * rows.largest_object)
    early, late = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    best = np.full((rows.accounts, 4), -1, np.int64)
    touched = np.empty(rows.accounts, np.int32)
    row = first
    while row < stop:
        if halt is not None and halt.is_set():
            raise Stopped
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


def each_co_action(
    rows: Ordered, popular: Popularity, halt: Event | None = None
) -> Iterator[tuple[int, I32, I32]]:
    """Yield all co-actions within the window: from memory when they are few."""
    if popular.remembered is None:
        yield from each_buffer(rows, popular.window_us, popular.skipped, halt=halt)
        return
    for early, late in popular.remembered:
        if halt is not None and halt.is_set():
            raise Stopped
        yield early.shape[0], early, late


def popularity(
    rows: Ordered,
    window_us: int,
    threads: int,
    windows: int = 1,
    *,
    kept: Keeper | None = None,
    done: Callable[[float], None] | None = None,
) -> Popularity:
    """Return how often each object brings two accounts together within a window.

    Parameters
    ----------
    rows, window_us, threads
        The rows, the window in microseconds, threads.
    windows
        How many windows share the memory for remembered co-actions.
    kept
        Keeps the counts where co-actions are too many to be remembered.
    done
        Called with the share that is done.
    """
    large = too_large(rows, window_us)
    skipped = large.skipped
    found = kept.get("counts") if kept is not None else None
    if found is not None:
        return popularity_from(
            rows, window_us, found["by_object"], found["by_bin"], skipped, None
        )
    # 1. count
    memory = _Memory(_REMEMBERED // windows)
    by_object, by_bin = _counts(rows, window_us, skipped, threads, memory, done)
    by_object += large.by_object
    by_bin += large.by_bin
    remembered = memory.kept if memory.left >= 0 else None
    if kept is not None and remembered is None:
        kept.put("counts", {"by_object": by_object, "by_bin": by_bin})
    return popularity_from(rows, window_us, by_object, by_bin, skipped, remembered)


def _counts(
    rows: Ordered,
    window_us: int,
    skipped: NDArray[np.bool_],
    threads: int,
    memory: _Memory,
    done: Callable[[float], None] | None,
) -> tuple[I64, I64]:
    def count(chunk: Chunk, buffers: Buffers) -> tuple[int, I64, I64]:
        counts = Counts(rows, chunk)
        for filled, early, late in buffers:
            memory.keep(early[:filled], late[:filled])
            counts.add(filled, early)
        return counts.first, counts.by_object, counts.by_bin

    found = in_chunks(count, rows, window_us, skipped, threads, done=done)
    return summed_counts(rows, found)


def in_chunks(
    work: Callable[[Chunk, Buffers], Part],
    rows: Ordered,
    window_us: int,
    skipped: NDArray[np.bool_],
    threads: int,
    *,
    done: Callable[[float], None] | None = None,
) -> list[Part]:
    """Return ``work(chunk, buffers)`` for each chunk of the rows, in order, in threads.

    Parameters
    ----------
    work
        Takes the first row of a chunk and the one after its last, and its co-actions as
        `each_buffer` yields them.
    rows, window_us, skipped
        As for `each_buffer`.
    threads
        Threads.
    done
        Called with the share that is done.
    """
    pieces = _CHUNKS_PER_THREAD * threads
    edges = np.linspace(0, rows.time.shape[0], pieces + 1).astype(np.int64).tolist()
    halt = Event()

    def one(chunk: Chunk) -> Part:
        return work(chunk, each_buffer(rows, window_us, skipped, *chunk, halt=halt))

    chunks = [(first, stop) for first, stop in pairwise(edges) if first < stop]
    return in_threads(one, chunks, threads, done=done, stop=halt)


class Counts:
    """The co-actions of a chunk of the rows by object and by time bin.

    Parameters
    ----------
    rows
        The rows.
    chunk
        The first row and the one after the last.
    """

    def __init__(self, rows: Ordered, chunk: Chunk) -> None:
        self._rows = rows
        self.first = int(rows.object_of[chunk[0]])
        last = int(rows.object_of[chunk[1] - 1])
        self.by_object = np.zeros(last + 1 - self.first, np.int64)
        self._by_bin = np.zeros(rows.layers * rows.bins, np.int64)

    @property
    def by_bin(self) -> I64:
        """int64, shape (layers, bins)."""
        return self._by_bin.reshape(self._rows.layers, self._rows.bins)

    def add(self, filled: int, early: I32) -> None:
        """Add the co-actions of a buffer."""
        rows = self._rows
        candidates.count_co_actions(
            filled, early, rows.object_of, rows.layer_of, rows.time_bin, rows.bins,
            self.first, self.by_object, self._by_bin,
        )  # fmt: skip


def summed_counts(rows: Ordered, found: Iterable[tuple[int, I64, I64]]) -> tuple[I64, I64]:
    """Return the counts by object and by bin of all chunks: first object, by object, by bin."""
    by_object = np.zeros(rows.layer_of.shape[0], np.int64)
    by_bin = np.zeros((rows.layers, rows.bins), np.int64)
    for first, objects, bins in found:
        by_object[first : first + objects.shape[0]] += objects
        by_bin += bins
    return by_object, by_bin


def popularity_from(
    rows: Ordered,
    window_us: int,
    by_object: I64,
    by_bin: I64,
    skipped: NDArray[np.bool_],
    remembered: list[tuple[I32, I32]] | None = None,
) -> Popularity:
    """Return the popularity of objects whose co-actions are counted; fields as there (2)."""
    # 2. surprise
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
        skipped_pairs=int(by_object[skipped].sum()),
        remembered=remembered,
    )


@dataclass(frozen=True, slots=True)
class Large:
    """Objects too large to be listed, and the pairs of rows that they would give."""

    skipped: NDArray[np.bool_]
    by_object: I64
    by_bin: I64


def too_large(rows: Ordered, window_us: int) -> Large:
    """Return the objects that would give too many pairs of actions within a window."""
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
    return Large(skipped, row_pairs, by_bin)


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
