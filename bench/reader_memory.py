"""Memory of reading JSON: the peak of a process that reads 10 MB, and of one that reads much more.

    python bench/reader_memory.py

Each file is read in a process of its own: recognised, and made into rows that are thrown away.
Two shapes also through the whole `fanal add`. Excluded: writing the files. The large ones have
200 MB here, 2 GB in `bench/reader_memory_large.py`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import Measure, table
from other_files import KINDS, written
from processes import Process, fanal, process

SMALL_MB = 10
LARGE_MB = 200
#: A peak may grow by a fifth, or by so many MB: what a reader remembers is bounded, not nothing.
GROWTH = 1.2
GROWTH_MB = 50.0
#: Shapes also taken through the whole command.
WHOLE = ("Mastodon, lines", "Zeeschuimer, X")

READ = """
import sys
from fanal.readers.base import Rows, Settings
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
(source,) = sources([sys.argv[1]])
rows = Rows("bench", lambda _name, _rows: None)
recognise(head(source)).read(source, Settings(), rows)
rows.finish()
assert rows.kept or rows.kept_cards, "no rows"
assert not rows.rejected, rows.rejected
"""


def main(megabytes: int = LARGE_MB) -> list[Measure]:
    """Measure every shape, smallest disk first: one file exists at a time."""
    found = []
    for kind in KINDS:
        measures = flat(kind, megabytes)
        print(table(measures), file=sys.stderr, flush=True)
        found += measures
    return found


def flat(kind: str, megabytes: int) -> list[Measure]:
    """Measure one shape: the growth of the peak from small to large, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "small.json", kind, SMALL_MB)
        small, small_whole = read(path), whole(kind, path, Path(folder) / "small.case")
        path.unlink()
        path = written(Path(folder) / "large.json", kind, megabytes)
        large, large_whole = read(path), whole(kind, path, Path(folder) / "large.case")
    found = [grown(f"peak, {kind}", small, large, megabytes)]
    if small_whole is not None and large_whole is not None:
        found.append(grown(f"peak, {kind}, fanal add", small_whole, large_whole, megabytes))
    return found


def read(path: Path) -> Process:
    """Read a file in a process of its own."""
    return process(sys.executable, "-c", READ, path)


def whole(kind: str, path: Path, case: Path) -> Process | None:
    """Add a file to a new case, for the shapes that are taken through the whole command."""
    return fanal("add", case, path) if kind in WHOLE else None


def grown(name: str, small: Process, large: Process, megabytes: int) -> Measure:
    """Return by how many MB the peak grew, against what it may grow by."""
    may = max((GROWTH - 1) * small.peak_mb, GROWTH_MB)
    note = (
        f"{small.peak_mb:.0f} MB at {SMALL_MB} MB, {large.peak_mb:.0f} MB at {megabytes} MB, "
        f"{large.peak_mb / small.peak_mb:.2f} x; {large.cpu_s:.0f} processor seconds"
    )
    return Measure(f"growth of the {name}", large.peak_mb - small.peak_mb, "MB", may, note=note)


if __name__ == "__main__":
    print(table(main()))
