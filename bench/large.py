"""Ten million shares at 10 s and at 60 s: the whole command once each, seconds and peak of memory.

    make bench-large

The command reads a Parquet file and writes the links with p and q, evidence and communities
included, no shuffle, two threads. Up to half an hour and 8 GB. Peers: none was tried at this size
(the fastest needs minutes for a fifth of it; one hash table of all pairs at 60 s ran out of
memory on this class of machine). Excluded: making the set.
"""

from __future__ import annotations

import sets
from measure import Measure, table
from shared_data import shared_folder
from shares import command

SHARES, SEED = 10_000_000, 105
#: Window in seconds -> seconds and MB that a run may take.
BARS = {10: (45.0, 4000.0), 60: (900.0, 8000.0)}


def main() -> list[Measure]:
    """Measure both windows."""
    if shared_folder() is None:
        return [Measure("10 million shares", None, note=sets.ABSENT)]
    path = sets.generated(SHARES, SEED)
    return [measure for window_s in BARS for measure in measured(path, window_s)]


def measured(path: sets.Path, window_s: int) -> list[Measure]:
    """Run the command once at a window."""
    seconds, peak_mb = BARS[window_s]
    took = command(path, window_s)
    name = f"10,000,000 shares, {window_s} s"
    note = f"whole command, once, 2 threads; {took.cpu_s:.0f} processor seconds"
    return [
        Measure(f"{name}: seconds", took.seconds, "s", seconds, note=note),
        Measure(f"{name}: peak", took.peak_mb, "MB", peak_mb),
    ]


if __name__ == "__main__":
    print(table(main()))
