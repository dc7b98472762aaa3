"""100 million connections to day rows to estimates: as `about_ingest`, ten times as many.

Minutes, 6 GB of disk, up to 8 GB of memory: only when named.
"""

from __future__ import annotations

import about_ingest
from measure import Measure, table

CONNECTIONS = 100_000_000


def main() -> list[Measure]:
    """Measure as `about_ingest` does."""
    return about_ingest.main(CONNECTIONS)


if __name__ == "__main__":
    print(table(main()))
