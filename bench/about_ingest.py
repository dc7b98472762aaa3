"""Connections to day rows to estimates: minutes and peak memory, from logs made up here.

1. A log as CSV: accounts at home on one network, now and then on others and abroad, some behind a
   proxy; a few connections on each active day. Nothing of it is a real person.
2. `fanal about days` and `fanal about estimate` on it, each a process of its own; the time of the
   whole process and the peak of its memory.

10 million connections here, 100 million in `about_ingest_large`. No peer.
Excluded: making the log.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from measure import Measure, table

CONNECTIONS = 10_000_000
#: Connections of an account, in 300 days.
EACH = 100
#: A target for 100 million; the smaller run has its share.
TARGET_MIN, TARGET_GB = 10.0, 8.0
_FIRST_S = 1_743_465_600  # 2025-04-01
_CHUNK = 1_000_000

RUN = """
import resource, sys
import typer
from fanal.cli import {module}
app = typer.Typer()
app.command()({module}.{name})
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak", peak / (1e9 if sys.platform == "darwin" else 1e6), file=sys.stderr)
"""


def main(connections: int = CONNECTIONS) -> list[Measure]:
    """Measure both commands, and both together."""
    share = connections / 100_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log, days, out = folder / "log.csv", folder / "days.parquet", folder / "out.parquet"
        make_log(log, connections)
        size = log.stat().st_size / 1e9
        day_s, day_gb, said = timed(folder, "about_days", "days", str(log), "-o", str(days))
        log.unlink()
        est_s, est_gb, found = timed(
            folder, "about_estimate", "estimate", str(days), "-o", str(out)
        )
    title = f"{connections / 1e6:.0f} M connections"
    rows = next(line for line in said if line.endswith("day rows"))
    accounts = next(line for line in found if "accounts:" in line)
    return [
        Measure(f"{title} to day rows", day_s / 60, "min", note=f"{size:.2f} GB of CSV; {rows}"),
        Measure(f"day rows of {title} to estimates", est_s / 60, "min", note=accounts),
        Measure(f"{title} to estimates", (day_s + est_s) / 60, "min", TARGET_MIN * share),
        Measure(f"{title}, peak memory", max(day_gb, est_gb), "GB", TARGET_GB,
                note=f"day rows {day_gb:.2f} GB, estimates {est_gb:.2f} GB"),
    ]  # fmt: skip


def timed(folder: Path, module: str, name: str, *words: str) -> tuple[float, float, list[str]]:
    """Run a command; return seconds, the peak of memory in GB, and what it said."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(module=module, name=name), *words],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    taken = time.perf_counter() - began
    said = done.stderr.splitlines()
    return taken, float(said[-1].removeprefix("peak ")), said[:-1]


def make_log(path: Path, connections: int) -> None:
    """Write a log of made-up connections (1), in order of time as servers write them."""
    rng = np.random.default_rng(7)
    accounts = max(connections // EACH, 1)
    schema = pa.schema([(name, pa.string()) for name in ("account", "time", "ip", "client")])
    with pa.csv.CSVWriter(path, schema, write_options=_quiet()) as writer:
        for start in range(0, connections, _CHUNK):
            count = min(_CHUNK, connections - start)
            writer.write_table(chunk(rng, accounts, start, count, connections, schema))


def chunk(
    rng: np.random.Generator,
    accounts: int,
    start: int,
    count: int,
    total: int,
    schema: pa.Schema,
) -> pa.Table:
    """Return a stretch of the log: each account active on about one day in seven."""
    first = _FIRST_S + int(start / total * 300 * 86_400)
    seconds = np.sort(rng.integers(0, max(int(count / total * 300 * 86_400), 1), count)) + first
    week = ((seconds - _FIRST_S) // 86_400) % 7
    account = rng.integers(0, max(accounts // 7, 1), count) * 7 + week
    draw = rng.random(count)
    home = _mixed(account)
    away = _mixed(account + (rng.integers(1, 9, count) << 32))
    address = np.where(draw < 0.85, home, away)
    low = rng.integers(0, 65_536, count)  # another address of the same network each time
    parts = [((address >> 8) % 222 + 1), address & 255, low >> 8, low & 255]
    texts = [pa.array(part).cast(pa.string()) for part in parts]
    clients = pa.DictionaryArray.from_arrays(
        pa.array(account % 3, pa.int8()), pa.array(["web", "app:FR", "api"])
    )
    times = pa.array(seconds.astype("datetime64[s]"))
    columns = [
        pc.binary_join_element_wise("user", pa.array(account).cast(pa.string()), "-"),
        pc.strftime(times, "%Y-%m-%dT%H:%M:%SZ"),
        pc.binary_join_element_wise(*texts, "."),
        clients.dictionary_decode(),
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Return 16 bits that look drawn, always the same for the same value."""
    mixed = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(40)) & np.uint64(0xFFFF)).astype(np.int64)


def _quiet() -> pyarrow.csv.WriteOptions:
    return pa.csv.WriteOptions(quoting_style="none")


if __name__ == "__main__":
    print(table(main()))
