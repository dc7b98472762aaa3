"""How fast each reader makes rows, in MB/s of its files, per core.

    python bench/readers.py

Files are synthetic, of real shape and size; real samples, repeated, are timed beside them where
they are present. A further reader adds a function to `PARTS`.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fanal.readers.base import Rows, Settings, Source
from fanal.readers.recognise import recognise
from fanal.readers.sources import head, sources
from measure import Measure, table
from other_files import KINDS, table_of, written
from shared_data import shared_folder

MEGABYTES = 60
#: What readers of JSON must reach, per core.
TARGET_MB_S = 40.0
#: Samples of the contract whose rows are repeated; tables have no target.
TABLES = (
    "twitter-io/posts.csv", "table/posts.csv", "4cat/x.csv", "4cat/bluesky.csv",
    "4cat/telegram.csv", "zeeschuimer-csv/x.csv", "crowdtangle/facebook.csv",
    "meta-library/posts.csv", "tiktok-research/videos.csv",
)  # fmt: skip


def main() -> list[Measure]:
    """Measure every reader that has a part here."""
    with tempfile.TemporaryDirectory() as folder:
        return [measure for part in PARTS for measure in part(Path(folder))]


def json_files(folder: Path) -> list[Measure]:
    """Measure every shape of JSON that is read, each file deleted when it was."""
    found = []
    for kind in KINDS:
        path = written(folder / "file.json", kind, MEGABYTES)
        found.append(reading(kind, path))
        path.unlink()
    return [*found, *real_captures(folder)]


def tables(folder: Path) -> list[Measure]:
    """Measure tables of CSV: numbers without a target."""
    found = []
    for sample in TABLES:
        path = table_of(folder / "file.csv", sample, MEGABYTES)
        found.append(reading(f"a table like {sample}", path, target=None))
        path.unlink()
    return found


def real_captures(folder: Path) -> list[Measure]:
    """Measure the real captures, repeated, where they are present."""
    shared = shared_folder()
    if shared is None:
        return [Measure("Zeeschuimer, real captures", None, "MB/s", note="no real data here")]
    found = []
    for path in sorted((shared / "data" / "importer_zeeschuimer").glob("*.ndjson")):
        many = folder / path.name
        many.write_bytes(path.read_bytes() * 40)
        found.append(reading(f"Zeeschuimer, real: {path.stem}, 40 times", many, target=None))
    return found


def reading(name: str, path: Path, target: float | None = TARGET_MB_S) -> Measure:
    """Measure bytes to rows of one file."""
    (source,) = sources([path])
    size = path.stat().st_size / 1e6
    kept = posts_of(source)
    taken = statistics.median(_worked_s(source) for _ in range(3))
    note = f"{size:.0f} MB, {kept / taken:,.0f} posts/s; seconds of one core, median of 3"
    return Measure(
        f"rows from {name}", size / taken, "MB/s", target, lower_is_better=False, note=note
    )


def _worked_s(source: Source) -> float:
    """Return the seconds of a core that reading took, whatever ran beside it."""
    began = time.process_time()
    posts_of(source)
    return time.process_time() - began


def posts_of(source: Source) -> int:
    """Read a source, throw its rows away, return the number of posts."""
    rows = Rows("bench", lambda _name, _rows: None)
    recognise(head(source)).read(source, Settings(), rows)
    rows.finish()
    return rows.kept


PARTS: tuple[Callable[[Path], list[Measure]], ...] = (json_files, tables)

if __name__ == "__main__":
    print(table(main()))
