"""Two million shares at 10 s: our command and our kernels against a Polars join and the fastest peer.

    python bench/shares.py [SHARES, default 2000000] [WINDOW in seconds, default 10]

1. Every variant of the join (`joins.py`) three times; the two fastest go on,
   and the better of the two counts, each time.
2. In turn, five times: the whole command, our kernels, the join; medians. Each in a process of
   its own; kernels and join from the shares in memory on, the second call counts.
3. coordination-network-toolkit once, from a CSV file: load, and compute co_retweet.

Ours and the join give the same rows (pairs of accounts with two common objects or more within
the window, how many, the mean of the smallest delays); their number and sums are compared. The
command adds starting, reading, p, q, evidence, communities and a Parquet file. Peak: resident
memory of the process. Excluded: making the set, writing the peer's CSV file.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq

import sets
from joins import VARIANTS, WITHOUT_DELAY
from measure import HERE, Measure, table
from processes import Process, fanal, process
from shared_data import shared_folder

ROUNDS, SEED, THREADS = 5, 104, 2
WHOLE, KERNEL, PEAK_MB, PEER = 2.5, 1.0, 1000.0, 30.0
PEER_COLUMNS = [
    "message_id",
    "user_id",
    "username",
    "repost_id",
    "reply_id",
    "message",
    "timestamp",
    "urls",
]

Figures = dict[str, Any]


def main(shares: int = 2_000_000, window_s: int = 10) -> list[Measure]:
    """Measure all, in one run."""
    name = f"{shares:,} shares, {window_s} s"
    if shared_folder() is None:
        return [Measure(name, None, note=sets.ABSENT)]
    path = sets.generated(shares, SEED)
    # 1. which join
    tried = {variant: join(path, window_s, variant, 3) for variant in VARIANTS}
    fastest = {
        delays: sorted(
            (one for one in tried if (one in WITHOUT_DELAY) != delays),
            key=lambda one: tried[one]["best_s"],
        )[:2]
        for delays in (True, False)
    }
    # 2. in turn
    whole: list[Process] = []
    ours: list[Figures] = []
    joins: dict[bool, list[Figures]] = {True: [], False: []}
    for _ in range(ROUNDS):
        whole.append(command(path, window_s))
        ours.append(program("kernels.py", path, window_s, THREADS, 2))
        for delays, variants in fastest.items():
            runs = [join(path, window_s, variant) for variant in variants]
            joins[delays].append(min(runs, key=lambda run: run["seconds"]))
    # 3. the peer
    peer = toolkit(path, window_s)
    return [
        *against_join(name, whole, ours, joins, fastest),
        *against_peer(name, whole, peer),
        same(name, ours[0], joins[True][0]),
    ]


def join(path: Path, window_s: int, variant: str, runs: int = 2) -> Figures:
    """Return what a variant of the join took."""
    return program("joins.py", path, window_s, variant, runs)


def program(file: str, *words: object) -> Figures:
    """Run a file of this folder and return the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, HERE / file, *map(str, words)], check=True, stdout=subprocess.PIPE
    )
    return dict(json.loads(done.stdout))


def command(path: Path, window_s: float, threads: int = THREADS) -> Process:
    """Run `fanal coordinate` on a file of shares, writing the links."""
    with tempfile.TemporaryDirectory() as folder:
        return fanal(
            "coordinate", path, "--object", "object_id", "--account", "account_id",
            "--time", "timestamp_share", "--windows", window_s, "--shuffles", 0,
            "--threads", threads, "-o", Path(folder) / "links.parquet",
        )  # fmt: skip


def toolkit(path: Path, window_s: int) -> tuple[Process, Process]:
    """Run the peer's two commands: load, and compute."""
    with tempfile.TemporaryDirectory() as folder:
        file, base = Path(folder) / "posts.csv", Path(folder) / "posts.db"
        posts = pq.read_table(path)
        blank = pa.array([""] * posts.num_rows)
        columns = [posts["content_id"], posts["account_id"], blank, posts["object_id"]]
        columns += [blank, blank, posts["timestamp_share"], blank]
        csv.write_csv(pa.table(dict(zip(PEER_COLUMNS, columns, strict=True))), file)
        run = (sys.executable, "-P", "-m", "coordination_network_toolkit", base)
        asked = ("--time_window", window_s, "--min_edge_weight", 2, "--n_cpus", THREADS)
        return process(*run, "preprocess", file), process(*run, "compute", "co_retweet", *asked)


def against_join(
    name: str,
    whole: list[Process],
    ours: list[Figures],
    joins: dict[bool, list[Figures]],
    fastest: dict[bool, list[str]],
) -> list[Measure]:
    """Compare the command and the kernels with the join: medians, and paired ratios."""
    polars = {delays: [one["seconds"] for one in runs] for delays, runs in joins.items()}
    seconds = {
        "kernels, N": [one["seconds"]["order"] + one["seconds"]["N"] for one in ours],
        "kernels, N and delay": [sum(one["seconds"].values()) - one["seconds"]["p and q"] for one in ours],
        "kernels, p and q": [one["seconds"]["order"] + one["seconds"]["p and q"] for one in ours],
        "whole command": [one.seconds for one in whole],
    }  # fmt: skip
    cpu = {
        delays: statistics.median(one["cpu_s"] for one in runs)
        for delays, runs in joins.items()
    }
    ours_cpu = statistics.median(
        sum(one["cpu_s"].values()) - one["cpu_s"]["p and q"] for one in ours
    )
    targets = {"kernels, N": KERNEL, "kernels, N and delay": KERNEL, "whole command": WHOLE}
    measures = []
    for part, taken in seconds.items():
        peer = polars[part != "kernels, N"]
        ratios = [one / other for one, other in zip(taken, peer, strict=True)]
        note = (
            f"Polars {statistics.median(peer):.2f} s ({' or '.join(fastest[part != 'kernels, N'])}); "
            f"ours {statistics.median(taken):.2f} s; paired {min(ratios):.2f} to {max(ratios):.2f}"
        )
        ratio = statistics.median(ratios)
        measures.append(
            Measure(f"{name}: {part}", ratio, "x join", targets.get(part), note=note)
        )
    note = f"N and delay {ours_cpu:.2f} s, join {cpu[True]:.2f} s; does not depend on who else works"
    ratio = ours_cpu / cpu[True]
    measures.append(Measure(f"{name}: processor seconds", ratio, "x join", KERNEL, note=note))
    peak = max(one.peak_mb for one in whole)
    note = f"join {max(one['peak_mb'] for one in joins[True]):.0f} MB"
    return [*measures, Measure(f"{name}: peak of the command", peak, "MB", PEAK_MB, note=note)]


def against_peer(
    name: str, whole: list[Process], peer: tuple[Process, Process]
) -> list[Measure]:
    """Compare the whole command with the peer's two."""
    seconds = statistics.median(one.seconds for one in whole)
    load, compute = peer
    note = (
        f"coordination-network-toolkit, once: load {load.seconds:.1f} s, compute "
        f"{compute.seconds:.1f} s, {max(load.peak_mb, compute.peak_mb):.0f} MB; ours {seconds:.2f} s"
    )
    ratio = (load.seconds + compute.seconds) / seconds
    return [Measure(f"{name}: times faster than the peer", ratio, "x", PEER, False, note)]


def same(name: str, ours: Figures, theirs: Figures) -> Measure:
    """Compare the pairs, and what their objects and delays add up to."""
    keys = ("pairs", "objects", "delays_s")
    wrong = sum(abs(ours[key] - theirs[key]) > 1e-9 * abs(theirs[key]) for key in keys)
    note = f"{ours['pairs']:,} pairs, {ours['objects']:,} objects; {ours['links']:,} links"
    return Measure(f"{name}: sums that differ from the join's", wrong, "of 3", 0.0, note=note)


if __name__ == "__main__":
    print(table(main(*map(int, sys.argv[1:]))))
