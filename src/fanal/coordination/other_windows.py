"""Popularity, and the co-actions of chosen pairs, within windows other than that of a look.

1. Walk once over what meets within the widest. What meets within a narrower window is among it,
   by the same two rows: the nearest stand for a pair, whatever the window.
2. Count, and choose the pairs, within each.

Nothing is remembered: memory is that of the counts and of what is chosen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import Evidence, Found, evidence_from, finding
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import (
    Buffers,
    Chunk,
    Counts,
    Large,
    Popularity,
    in_chunks,
    popularity_from,
    summed_counts,
    too_large,
)
from fanal.kernels.co_actions import within

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def at_windows(
    rows: Ordered,
    windows_us: list[int],
    keys: I64,
    threads: int,
    done: Callable[[float], None] | None = None,
) -> list[tuple[Popularity, Evidence]]:
    """Return the popularity of objects, and the co-actions of pairs, within each window.

    Parameters
    ----------
    rows
        Rows in order.
    windows_us
        Microseconds, ascending.
    keys
        int64, ascending: ``pair << 32 | other``, the smaller account code first.
    threads
        Threads.
    done
        Called with the share that is done.

    Notes
    -----
    An object that is too large within one window only is met in the others: then each window is
    walked on its own.
    """
    large = [too_large(rows, window) for window in windows_us]
    if any((one.skipped != large[0].skipped).any() for one in large):
        each = zip(windows_us, large, strict=True)
        return [_walk(rows, [window], [one], keys, threads, done)[0] for window, one in each]
    return _walk(rows, windows_us, large, keys, threads, done) if windows_us else []


def _walk(
    rows: Ordered,
    windows_us: list[int],
    large: list[Large],
    keys: I64,
    threads: int,
    done: Callable[[float], None] | None,
) -> list[tuple[Popularity, Evidence]]:
    find = finding(rows, keys)

    def meet(chunk: Chunk, buffers: Buffers) -> tuple[list[Counts], list[Found]]:
        counts, found = [Counts(rows, chunk) for _ in windows_us], []
        for buffer in buffers:
            found.append(find(*buffer))
            near = buffer
            for window, mine in zip(reversed(windows_us), reversed(counts), strict=True):
                if window < windows_us[-1]:
                    near = _nearer(rows, window, *near)
                mine.add(*near[:2])
        return counts, found

    # 1. walk
    chunks = in_chunks(meet, rows, windows_us[-1], large[0].skipped, threads, done=done)
    found = [one for _, of_chunk in chunks for one in of_chunk]
    # 2. each window
    both = []
    for n, window in enumerate(windows_us):
        counts = [of_chunk[n] for of_chunk, _ in chunks]
        by_object, by_bin = summed_counts(
            rows, ((one.first, one.by_object, one.by_bin) for one in counts)
        )
        by_object += large[n].by_object
        by_bin += large[n].by_bin
        popular = popularity_from(rows, window, by_object, by_bin, large[n].skipped)
        both.append(
            (
                popular,
                evidence_from(rows, popular, [_near(rows, window, *one) for one in found]),
            )
        )
    return both


def _near(rows: Ordered, window_us: int, link: I64, early: I32, late: I32) -> Found:
    near = rows.time[late] - rows.time[early] <= window_us
    return link[near], early[near], late[near]


def _nearer(
    rows: Ordered, window_us: int, filled: int, early: I32, late: I32
) -> tuple[int, I32, I32]:
    near = np.empty(filled + 1, np.int32), np.empty(filled + 1, np.int32)
    return within(filled, early, late, rows.time, window_us, *near), *near
