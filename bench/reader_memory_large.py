"""Memory of reading JSON, as `bench/reader_memory.py`, with files of 2 GB; half an hour.

make bench-large
"""

from __future__ import annotations

import reader_memory
from measure import Measure, table

LARGE_MB = 2000


def main() -> list[Measure]:
    """Measure every shape at 10 MB and at 2 GB."""
    return reader_memory.main(LARGE_MB)


if __name__ == "__main__":
    print(table(main()))
