"""Near-duplicate texts: seconds, recall and precision on generated posts, against three peers.

1. Posts by ``tools/make_claims_corpus.py`` (needs polars and wordfreq): claims in heavy-tailed
   clusters with variants of known kind, template posts, background. Thresholds were set on seed 0;
   measured here on seed 3.
2. Ours on a million posts, both settings, each in a process of its own: seconds from the Arrow column
   to groups, kinds, templates and merges; peak of memory; two threads. B-cubed recall over posts of
   claims; B-cubed precision over posts in groups, template posts left out; share of variants of a kind
   that stand in the group of their claim's exact copies; template posts in a group that is no
   template.
3. Growth: the exponent of seconds from 100,000 to a million.
4. Peers on the same posts in the same run: rensa (128 permutations, 32 bands, no verification) at
   100,000, datasketch (threshold .5, 128 permutations) and D3lta at 10,000. The MinHash peers get our
   folded texts for nothing, an advantage to them, and cut them into shingles themselves. D3lta needs an environment of its own, whose
   interpreter ``D3LTA_PYTHON`` names (`bench/d3lta_peer.py`).

Excluded everywhere: process start, imports, compiling, reading the file. Seconds of a busy machine
are longer; processor seconds stand beside them.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

import sets
from fanal.claims.normalise import fold
from measure import Measure, table
from shared_data import shared_folder

SEED = 3
LARGE, MIDDLE, SMALL = 1_000_000, 100_000, 10_000
#: Setting -> seconds and recall that a million posts may take and must reach.
BARS = {"fast": (10.0, 0.91), "default": (16.0, 0.93)}
D3LTA_RECORDED = "D3lta at 10,000: recorded, not run: 23.5 s quiet, recall .80, precision .978"
ONE = """
import json, resource, sys, time
import numpy as np, pyarrow.parquet as pq
from fanal.claims.groups import group_texts
path, fast, out = sys.argv[1], sys.argv[2] == "fast", sys.argv[3]
column = pq.read_table(path, columns=["text"])["text"]
group_texts(column.slice(0, 1000))
began, cpu = time.perf_counter(), time.process_time()
found = group_texts(column, fast=fast, threads=2)
took = time.perf_counter() - began, time.process_time() - cpu
np.savez(out, group=found.group, template=found.template)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
print(json.dumps({"s": took[0], "cpu_s": took[1], "peak_mb": peak}))
"""


def main() -> list[Measure]:
    """Measure all four."""
    shared = shared_folder()
    if shared is None or not (shared / "tools" / "make_claims_corpus.py").is_file():
        return [Measure("near-duplicate texts", None, note=sets.ABSENT)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for posts in (SMALL, MIDDLE, LARGE):
            generated(shared / "tools" / "make_claims_corpus.py", place, posts)
        return [*ours(place), *peers(place)]


def generated(tool: Path, place: Path, posts: int) -> None:
    """Write a set of posts (1)."""
    subprocess.run(
        [sys.executable, str(tool), str(posts), str(path_of(place, posts)), str(SEED)],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def path_of(place: Path, posts: int) -> Path:
    return place / f"posts_{posts}.parquet"


def grouped(place: Path, posts: int, setting: str) -> tuple[dict[str, float], np.ndarray]:
    """Group a set in a process of its own: what it took, and groups of claims (-1: none)."""
    out = place / "found.npz"
    done = subprocess.run(
        [sys.executable, "-c", ONE, str(path_of(place, posts)), setting, str(out)],
        check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip
    with np.load(out) as found:
        group, template = found["group"], found["template"]
    return json.loads(done.stdout), np.where(np.append(template, False)[group], -1, group)


def ours(place: Path) -> list[Measure]:
    """Measure both settings, and the growth (2, 3)."""
    found: list[Measure] = []
    for setting, (seconds, recall) in BARS.items():
        took, group = grouped(place, LARGE, setting)
        middle, _ = grouped(place, MIDDLE, setting)
        known = truth(place, LARGE)
        precision, got = b_cubed(known, group)
        kinds = by_kind(known, group)
        name = f"1 M posts, {setting}"
        note = f"2 threads, {took['cpu_s']:.1f} processor seconds; load {load()}"
        growth = math.log(took["cpu_s"] / middle["cpu_s"], LARGE / MIDDLE)
        wall = math.log(took["s"] / middle["s"], LARGE / MIDDLE)
        found += [
            Measure(name, took["s"], "s", seconds, note=note),
            Measure(f"{name}: peak", took["peak_mb"], "MB", 2000.0),
            Measure(f"{name}: recall", got, "", recall, lower_is_better=False),
            Measure(f"{name}: precision", precision, "", 0.999, lower_is_better=False),
            higher(f"{name}: homoglyph variants found", kinds["homoglyph"], 0.99),
            higher(f"{name}: case and accent variants found", kinds["case_accent"], 0.99),
            Measure(f"{name}: template posts in groups", kinds["form"], "", 0.02),
            Measure(f"{name}: growth of processor time from 100 k", growth, "", 1.15,
                    note=f"exponent; of the clock {wall:.2f}"),
        ]  # fmt: skip
    return found


def higher(name: str, value: float, bar: float) -> Measure:
    return Measure(name, value, "", bar, lower_is_better=False)


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def truth(place: Path, posts: int) -> tuple[np.ndarray, np.ndarray]:
    """Return claim (-1: none) and kind of each post."""
    known = pq.read_table(path_of(place, posts), columns=["cluster", "kind"])
    return known["cluster"].to_numpy(), known["kind"].to_numpy().astype(str)


def b_cubed(known: tuple[np.ndarray, np.ndarray], group: np.ndarray) -> tuple[float, float]:
    """Return B-cubed precision over posts in groups (templates left out) and recall over claims."""
    claim, kind = known
    alone = -1 - np.arange(len(group))
    claims, groups = np.where(claim < 0, alone, claim), np.where(group < 0, alone, group)
    inside = (group >= 0) & (kind != "form")
    return (
        float(shared(groups[inside], claims[inside])),
        float(shared(claims[claim >= 0], groups[claim >= 0])),
    )


def shared(of: np.ndarray, within: np.ndarray) -> float:
    """Return the mean share of a post's `of` that is in its `within`, too."""
    _, of_number, of_size = np.unique(of, return_inverse=True, return_counts=True)
    pair = np.stack([of_number, np.unique(within, return_inverse=True)[1]], axis=1)
    keys = pair[:, 0] * (pair[:, 1].max(initial=0) + 1) + pair[:, 1]
    _, both, size = np.unique(keys, return_inverse=True, return_counts=True)
    return float((size[both] / of_size[of_number]).mean())


def by_kind(known: tuple[np.ndarray, np.ndarray], group: np.ndarray) -> dict[str, float]:
    """Return the share of each kind in its claim's main group; of template posts: in any group."""
    claim, kind = known
    main = {}
    copies = np.flatnonzero(np.isin(kind, ["exact", "base", "hand"]))
    for number, where in zip(claim[copies].tolist(), group[copies].tolist(), strict=True):
        main.setdefault(number, {}).setdefault(where, 0)
        main[number][where] += 1
    best = {number: max(counts, key=counts.__getitem__) for number, counts in main.items()}
    found = {}
    for name in ("homoglyph", "case_accent"):
        rows = np.flatnonzero(kind == name)
        hits = [group[row] >= 0 and group[row] == best.get(int(claim[row])) for row in rows]
        found[name] = float(np.mean(hits))
    return found | {"form": float((group[kind == "form"] >= 0).mean())}


def peers(place: Path) -> list[Measure]:
    """Time the peers beside ours on the same posts (4)."""
    found = []
    for name, posts, run in (("rensa", MIDDLE, rensa), ("datasketch", SMALL, datasketch)):
        folded = fold(pq.read_table(path_of(place, posts))["text"])
        texts = [folded.text(row) for row in range(len(folded.raw_hash))]
        try:
            began = time.perf_counter()
            sets_of = [five_grams(text) for text in texts]
            cut = time.perf_counter() - began
            group = run(sets_of)
            seconds = time.perf_counter() - began
            print(
                f"{name}: {cut:.1f} s of {seconds:.1f} s cut texts into shingles",
                file=sys.stderr,
            )
        except ImportError:
            found.append(Measure(f"{name} at {posts:,}", None, note="is not installed"))
            continue
        found += [ratio(place, name, posts, seconds, group, setting) for setting in BARS]
    return [*found, *d3lta(place)]


def ratio(
    place: Path, name: str, posts: int, seconds: float, group: np.ndarray, setting: str
) -> Measure:
    """Return how many times as long a peer takes."""
    took, mine = grouped(place, posts, setting)
    known = truth(place, posts)
    precision, recall = b_cubed(known, group)
    own_precision, own_recall = b_cubed(known, mine)
    return Measure(
        f"{name} at {posts:,}, against {setting}", seconds / took["s"], "x",
        10.0 if name == "rensa" else None, lower_is_better=False,
        note=f"{seconds:.1f} s, precision {precision:.3f}, recall {recall:.3f}; ours {took['s']:.2f} s, "
        f"{own_precision:.3f}, {own_recall:.3f}; load {load()}",
    )  # fmt: skip


def five_grams(text: str) -> list[str]:
    return list({text[k : k + 5] for k in range(max(1, len(text) - 4))})


def rensa(sets_of: list[list[str]]) -> np.ndarray:
    """Return components of rensa's candidates."""
    from rensa import RMinHash, RMinHashLSH

    hashes = RMinHash.from_token_sets(sets_of, num_perm=128, seed=42)
    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    index.insert_many(hashes)
    return components(len(sets_of), (index.query(one) for one in hashes))


def datasketch(sets_of: list[list[str]]) -> np.ndarray:
    """Return components of datasketch's candidates."""
    from datasketch import MinHash, MinHashLSH

    hashes = MinHash.bulk([[one.encode() for one in grams] for grams in sets_of], num_perm=128)
    index = MinHashLSH(threshold=0.5, num_perm=128)
    for row, one in enumerate(hashes):
        index.insert(row, one)
    return components(len(sets_of), (index.query(one) for one in hashes))


def components(posts: int, near: Iterable[Iterable[int]]) -> np.ndarray:
    """Return the components of two posts or more; -1 for others."""
    parent = list(range(posts))
    root: Callable[[int], int]

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for row, others in enumerate(near):
        for other in others:
            parent[root(other)] = root(row)
    roots = np.array([root(row) for row in range(posts)])
    size = np.bincount(roots, minlength=posts)
    return np.where(size[roots] >= 2, roots, -1)


def d3lta(place: Path) -> list[Measure]:
    """Run D3lta where there is an environment for it."""
    python = os.environ.get("D3LTA_PYTHON")
    if not python:
        return [Measure(D3LTA_RECORDED, None, note="D3LTA_PYTHON names no environment")]
    out = place / "d3lta.json"
    script = Path(__file__).with_name("d3lta_peer.py")
    subprocess.run(
        [python, str(script), str(path_of(place, SMALL)), str(out)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "2", "PYTHONPATH": ""},
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    group = np.full(SMALL, -1)
    for row, cluster in answer["clusters"].items():
        group[int(row)] = cluster
    found = [ratio(place, "d3lta", SMALL, answer["seconds"], group, one) for one in BARS]
    kinds = by_kind(truth(place, SMALL), group)
    note = f"case and accent {kinds['case_accent']:.2f}"
    return [
        *found,
        Measure("d3lta: homoglyph variants found", kinds["homoglyph"], note=note, unit=""),
    ]


if __name__ == "__main__":
    print(table(main()))
