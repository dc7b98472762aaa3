"""Whether results depend on the number of threads: 1, 2 and 4, two runs each, in new processes.

Compared: the SHA-256 of every table of the result (edges, evidence, communities, accounts too
quiet to tell) and of its summary, with one shuffle. On a set generated with 200,000 shares, and
on a case that the set of reposts was added to. Value: different hashes; one is right.

    python bench/threads.py FOLDER THREADS

prints the hash of one run on the case, or the file of shares, in FOLDER.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

import sets
from fanal import create_case, open_case
from fanal.coordination import Result, Settings, actions_of, coordinate
from fanal.coordination.result import SCHEMAS
from measure import Measure, table
from shared_data import shared_folder

THREADS, RUNS = (1, 2, 4), 2
MAPPING = {
    "platform": "x",
    "time_unit": "s",
    "columns": {
        "account": "account_id",
        "time": "timestamp_share",
        "post_id": "content_id",
        "repost_of": "object_id",
    },
}


def main() -> list[Measure]:
    """Measure the set and the case."""
    if shared_folder() is None:
        return [Measure("results at 1, 2, 4 threads", None, note=sets.ABSENT)]
    with tempfile.TemporaryDirectory() as folder:
        case = create_case(Path(folder) / "reposts.case")
        case.add(
            sets.folder() / "data/coortweet/russian_coord_tweets.parquet",
            mapping=MAPPING,
            now=0,
        )
        return [
            different("synthetic 200k", sets.generated(200_000, 101)),
            different("a case of 35,125 reposts", case.path),
        ]


def different(name: str, path: Path) -> Measure:
    """Return how many different hashes the runs give."""
    hashes = [in_new_process(path, threads) for threads in THREADS for _ in range(RUNS)]
    note = f"{len(hashes)} runs in processes of their own, {hashes[0][:12]}..."
    return Measure(f"hashes at 1, 2, 4 threads, {name}", len(set(hashes)), "", 1.0, note=note)


def in_new_process(path: Path, threads: int) -> str:
    """Return the hash that a process of its own gives."""
    command = [sys.executable, __file__, str(path), str(threads)]
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    return done.stdout.strip()


def result(path: Path, threads: int) -> Result:
    """Compute the result anew: of a file of shares, or of a copy of a case."""
    if path.suffix == ".parquet":
        asked = Settings(windows_s=(60.0,), shuffles=1, threads=threads)
        return coordinate(actions_of({"object": sets.shares(path)}), asked)
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(path, Path(folder) / path.name)
        return open_case(copy).coordinate(windows=(60.0, 300.0), threads=threads, now=0)


def hash_of(found: Result) -> str:
    """Return the SHA-256 of all tables and of the summary."""
    digest = hashlib.sha256()
    for name in SCHEMAS:
        rows: pa.Table = getattr(found, name).combine_chunks()
        digest.update(repr((name, rows.column_names, rows.to_pylist())).encode())
    digest.update(json.dumps(found.summary, sort_keys=True, default=str).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(hash_of(result(Path(sys.argv[1]), int(sys.argv[2]))))
    else:
        print(table(main()))
