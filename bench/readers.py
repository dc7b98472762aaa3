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
from shared_data import shared_folder
from x_files import as_list, as_traffic, written

MEGABYTES = 60
#: What issue readers of JSON must reach, per core.
TARGET_MB_S = 40.0


def main() -> list[Measure]:
    """Measure every reader that has a part here."""
    with tempfile.TemporaryDirectory() as folder:
        return [measure for part in PARTS for measure in part(Path(folder))]


def x_and_films(folder: Path) -> list[Measure]:
    """Measure captures of X and TikTok, X API v1.1 as lines and as one list, saved traffic."""
    captured = written(folder / "x.ndjson", "zeeschuimer x", MEGABYTES)
    films = written(folder / "tiktok.ndjson", "zeeschuimer tiktok", MEGABYTES)
    old = written(folder / "old.jsonl", "v1.1", MEGABYTES)
    return [
        reading("Zeeschuimer, X", captured),
        reading("Zeeschuimer, TikTok", films),
        reading("X API v1.1, JSON lines", old),
        reading("X API v1.1, one list", as_list(old, folder / "list.json")),
        reading("browser traffic (HAR), X", as_traffic(captured, folder / "traffic.har")),
        *real_captures(folder),
    ]


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


PARTS: tuple[Callable[[Path], list[Measure]], ...] = (x_and_films,)

if __name__ == "__main__":
    print(table(main()))
