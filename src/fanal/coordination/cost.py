"""What a run will take: time, memory and disk, from exact counts before anything is met.

1. Pairs of actions within each window: one walk with two pointers over the rows.
2. Time: what a pair and a row took on one core of the machine of docs/benchmarks.md, times the
   runs: the file itself and each shuffle. What is asked of links afterwards meets pairs again,
   once within each window and once within its double. More threads and other machines make it a
   half or the double.
3. Memory: rows, remembered co-actions, the sieve. Disk: what is kept until the run is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fanal.coordination.ordered import Ordered
from fanal.kernels.co_actions import row_pairs_in_windows
from fanal.model.foreseen import Foreseen

#: Seconds for one pair of actions: to count it, and to count, sieve and tabulate it.
COUNT_S, MEET_S = 4e-8, 2e-7
#: Seconds for one row: to order it, or to deal it to another account.
ROW_S = 2e-6
#: Bytes for a row and for a pair of actions, and where the latter ends.
ROW_BYTES, PAIR_BYTES, MOST_PAIR_BYTES = 250, 12, 2 * 1024**3
#: Bytes kept on disk for an object.
OBJECT_BYTES = 32


def pairs_of_actions(rows: Ordered, windows_us: Sequence[int]) -> list[int]:
    """Return the pairs of actions on one object within each window (1); O(rows)."""
    return [int(row_pairs_in_windows(window, rows.time, rows.starts)) for window in windows_us]


def looks_pairs(views: Mapping[int, Ordered], windows_us: Sequence[int]) -> list[int]:
    """Return the pairs of actions of each look: each view of the rows in each window (1)."""
    by_view = [pairs_of_actions(view, windows_us) for view in views.values()]
    return [pairs for of_window in zip(*by_view, strict=True) for pairs in of_window]


def pairs_again(rows: Ordered, windows_us: Sequence[int]) -> int:
    """Return the pairs of actions that are met again for what is asked of links (1, 2)."""
    doubled = [2 * window for window in windows_us]
    return sum(pairs_of_actions(rows, [*windows_us, *doubled]))


def cost_of_run(rows: Ordered, pairs: Sequence[int], runs: int, again: int = 0) -> Foreseen:
    """Return what a run takes, for the file itself and its shuffles (2, 3).

    Parameters
    ----------
    rows
        The rows.
    pairs
        What `pairs_of_actions` gives.
    runs
        1 and the shuffles.
    again
        What `pairs_again` gives.
    """
    times = f", {runs} times (the file and its shuffles)" if runs > 1 else ""
    found = _foreseen(
        "looking for links", rows, pairs, runs * MEET_S, (runs + 1) * ROW_S, f"{MEET_S * 1e6:g}",
        times,
    )  # fmt: skip
    return replace(found, seconds=found.seconds + again * COUNT_S)


def cost_of_counting(rows: Ordered, pairs: Sequence[int]) -> Foreseen:
    """Return what counting all pairs once takes (2, 3)."""
    return _foreseen(
        "counting what could be found", rows, pairs, COUNT_S, ROW_S, f"{COUNT_S * 1e6:g}", ""
    )


def _foreseen(
    what: str,
    rows: Ordered,
    pairs: Sequence[int],
    pair_s: float,
    row_s: float,
    rate: str,
    again: str,
) -> Foreseen:
    actions, met = rows.time.shape[0], sum(pairs)
    return Foreseen(
        what=what,
        seconds=met * pair_s + actions * row_s,
        memory_bytes=actions * ROW_BYTES + min(max(pairs) * PAIR_BYTES, MOST_PAIR_BYTES),
        disk_bytes=rows.layer_of.shape[0] * OBJECT_BYTES * len(pairs),
        basis=(
            f"from {actions:,} actions and {met:,} pairs of them on one object within the "
            f"window, at {rate} millionths of a second a pair{again}"
        ),
    )
