"""The kernels alone, on a file of shares: what a second call in one process takes.

    python bench/kernels.py FILE WINDOW THREADS RUNS

Timed apart, from the shares in memory as arrays on (ids numbered, rows in any order): ordering
the rows; N, the pairs with two common objects or more; their mean delays; and, from the ordered
rows, the links with p and q. Prints one JSON object.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

import sets
from fanal.coordination import Settings, actions_of
from fanal.coordination.evidence import evidence_of
from fanal.coordination.links import find_links
from fanal.coordination.ordered import Ordered, ordered
from fanal.coordination.pairs import Pairs, pairs
from fanal.coordination.popularity import Popularity, popularity
from measure import peak_mb

Value = TypeVar("Value")


class Clock:
    """Seconds, and processor seconds of all threads, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_s: dict[str, float] = {}

    def time(self, name: str, action: Callable[[], Value]) -> Value:
        """Return what `action` returns, and note what it took."""
        began, cpu = time.perf_counter(), time.process_time()
        value = action()
        self.seconds[name] = time.perf_counter() - began
        self.cpu_s[name] = time.process_time() - cpu
        return value


def timed(path: Path, window_s: float, threads: int, runs: int) -> dict[str, object]:
    """Return the seconds of each part in the last run, and what the pairs add up to."""
    window_us = round(window_s * 1e6)
    asked = Settings(windows_s=(window_s,), shuffles=0, threads=threads)
    actions = actions_of({"object": sets.shares(path)})
    for _ in range(runs):
        clock = Clock()
        rows = clock.time("order", lambda: ordered(actions))
        popular, found = clock.time("N", lambda r=rows: met(r, window_us, threads))
        delays = clock.time("delay", lambda r=rows, p=popular, f=found: mean_delays_s(r, p, f))
        links = clock.time("p and q", lambda r=rows: find_links(r, [window_us], asked))
    return {
        "seconds": clock.seconds,
        "cpu_s": clock.cpu_s,
        "pairs": int(found.pair.shape[0]),
        "objects": int(found.objects.sum()),
        "delays_s": float(delays.sum()),
        "links": int(links.p.shape[0]),
        "peak_mb": peak_mb(),
    }


def met(rows: Ordered, window_us: int, threads: int) -> tuple[Popularity, Pairs]:
    """Return all pairs with two common objects or more, whatever their p."""
    popular = popularity(rows, window_us, threads)
    return popular, pairs(rows, popular, 1.0, threads)


def mean_delays_s(rows: Ordered, popular: Popularity, found: Pairs) -> np.ndarray:
    """Return the mean, over the common objects of each pair, of the smallest delay."""
    evidence = evidence_of(rows, popular, found.pair << 32 | found.other)
    delays = (rows.time[evidence.late] - rows.time[evidence.early]) / 1e6
    total = np.bincount(evidence.link, weights=delays, minlength=found.pair.shape[0])
    return total / found.objects


if __name__ == "__main__":
    file, window, threads, runs = sys.argv[1:]
    print(json.dumps(timed(Path(file), float(window), int(threads), int(runs))))
