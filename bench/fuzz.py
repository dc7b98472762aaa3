"""A million mutated lines over all readers: tracebacks, hangs, and counts that do not add up.

    python bench/fuzz.py [LINES, default 1000000]

The lines are made out of the invented samples with one fixed seed (`tests/mutated.py`); what a reader
makes of them must fit the tables of a case.
"""

from __future__ import annotations

import sys

import numpy as np

from fanal.readers import READERS
from measure import Measure, table
from mutated import read_mutated

SEED = 20_261_121
LINES = 1_000_000
#: Seconds of processor time that a file of some tens of lines may take.
SLOWEST_S = 5.0


def main(lines: int = LINES) -> list[Measure]:
    """Read the lines and report what broke."""
    outcome = read_mutated(np.random.default_rng(SEED), -(-lines // len(READERS)))
    for one in outcome.broken[:20]:
        print(one[:300], file=sys.stderr)
    note = (
        f"{outcome.lines.total():,} lines in {outcome.files:,} files of {len(READERS)} readers,"
        f" {outcome.refused:,} files refused in words"
    )
    return [
        Measure("mutated lines: tracebacks and wrong counts", float(len(outcome.broken)), "files",
                0.0, note=note),
        Measure("mutated lines: slowest file", outcome.slowest_s, "s", SLOWEST_S,
                note=outcome.slowest),
        Measure("mutated lines: read", float(outcome.lines.total()), "", float(lines),
                lower_is_better=False),
    ]  # fmt: skip


if __name__ == "__main__":
    print(table(main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)))
