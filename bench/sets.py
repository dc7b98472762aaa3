"""The sets that benches measure on: real ones where they are present, and generated ones.

Tables have the columns object, account, post and time (int64, microseconds, UTC). Generated sets
are made once, by the generator beside the real data, and kept in ``bench/out/``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from measure import HERE
from shared_data import shared_folder

ABSENT = "needs the real data: FANAL_DATA names its folder"
#: Shares -> accounts and objects of the sets that the targets name.
SIZES = {
    200_000: (20_000, 50_000),
    2_000_000: (200_000, 400_000),
    10_000_000: (200_000, 2_000_000),
}
_COLUMNS = ["object_id", "account_id", "content_id", "timestamp_share"]


def folder() -> Path:
    """Return the folder of the real data; benches ask `shared_folder` first."""
    found = shared_folder()
    if found is None:
        raise FileNotFoundError(ABSENT)
    return found


def russian() -> pa.Table:
    """Return russian_coord_tweets as it is: 35,125 reposts."""
    return shares(folder() / "data/coortweet/russian_coord_tweets.parquet")


def german(kind: str) -> pa.Table:
    """Return german_elections for one kind of object (url, hashtag), as the peer's vignette."""
    names = [f"{kind}_id", "account_id", "post_id", "timestamp"]
    table = pq.read_table(folder() / "data/coortweet/german_elections.parquet", columns=names)
    table = table.filter(pc.is_valid(table[f"{kind}_id"]))
    table = table.group_by(names, use_threads=False).aggregate([])
    text = pa.large_string()
    objects = pc.binary_join_element_wise(
        pa.scalar(kind, text), table[f"{kind}_id"], pa.scalar("_", text)
    )
    return actions(objects, table["account_id"], table["post_id"], table["timestamp"])


def shares(path: Path) -> pa.Table:
    """Return a file with the columns of the peer's own set, or of the generator."""
    table = pq.read_table(path, columns=_COLUMNS)
    return actions(*(table[name] for name in _COLUMNS))


def actions(
    objects: pa.ChunkedArray,
    accounts: pa.ChunkedArray,
    posts: pa.ChunkedArray,
    seconds: pa.ChunkedArray,
) -> pa.Table:
    """Return columns as a table of actions; `seconds` since 1970."""
    time = pc.multiply(seconds.cast(pa.int64()), 1_000_000)
    return pa.table({"object": objects, "account": accounts, "post": posts, "time": time})


def generated(size: int, seed: int) -> Path:
    """Return a generated set of `size` shares, made if it is not there yet; truth beside it."""
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    path = out / f"shares_{size}_{seed}.parquet"
    if not path.exists():
        accounts, objects = SIZES.get(size, (max(size // 10, 100), max(size // 5, 200)))
        begun = out / f"begun_{path.name}"
        command = [folder() / "tools/synth_shares.py", size, accounts, objects, seed, begun]
        subprocess.run([sys.executable, *map(str, command)], check=True)
        truth_of(begun).replace(truth_of(path))
        begun.replace(path)
    return path


def truth_of(path: Path) -> Path:
    """Return where the truth of a generated set lies."""
    return path.with_name(f"{path.stem}_truth.parquet")


def planted_pairs(path: Path) -> set[tuple[int, int]]:
    """Return the pairs of accounts in one planted group, the smaller account first."""
    groups: dict[int, set[int]] = {}
    for row in pq.read_table(truth_of(path)).to_pylist():
        groups.setdefault(row["group"], set()).add(row["account_id"])
    return {(a, b) for group in groups.values() for a in group for b in group if a < b}
