"""A million rows into a state of 50 million accounts: as `about_update`, fifty times as many.

Minutes, 20 GB of disk, up to 8 GB of memory: only when named.
"""

from __future__ import annotations

import about_update
from measure import Measure, table


def main() -> list[Measure]:
    """Measure as `about_update` does."""
    return about_update.main(about_update.FULL, turns=1)


if __name__ == "__main__":
    print(table(main()))
