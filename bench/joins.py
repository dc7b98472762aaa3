"""The pairs of accounts with two common objects or more, as a Polars join: the best we can write.

1. Each share falls into a bucket of its object and time; the shares of a bucket are joined with
   those of it and of the next ones, which leaves few pairs beyond the window.
2. Of each pair of accounts and object the smallest delay; of each pair how many objects, and the
   mean delay. Variants differ in the width of the buckets, in the engine, and in whether pair and
   object are packed into one integer, which is the fastest and needs small integer ids.

Run as a program it does one variant: ``python bench/joins.py FILE WINDOW VARIANT RUNS`` prints
what the last run took, from the shares in memory on, and what its pairs add up to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from measure import peak_mb

_COLUMNS = ["object_id", "account_id", "timestamp_share", "content_id"]
#: Objects and accounts of the generated sets are below 2 ** _BITS; time buckets below 10 ** 7.
_BITS = 21
_BUCKETS = 10_000_000


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to write the join.

    Parameters
    ----------
    aggregate
        From joined rows to pairs.
    buckets
        Buckets in a window: more of them join fewer rows in vain, but copy more.
    engine
        Of Polars: "streaming" or "in-memory".
    """

    aggregate: Callable[[pl.LazyFrame], pl.LazyFrame]
    buckets: int
    engine: str


def scanned(path: Path) -> pl.LazyFrame:
    """Return the shares as small integers: o, a, t, c."""
    raw = pl.scan_parquet(path).select(_COLUMNS)
    first = pl.col("timestamp_share").min()
    return raw.select(
        o=pl.col("object_id").cast(pl.Int64),
        a=pl.col("account_id").cast(pl.Int64),
        t=(pl.col("timestamp_share") - first).cast(pl.Int32),
        c=pl.col("content_id").cast(pl.Int32),
    )


def joined(rows: pl.LazyFrame, window_s: int, buckets: int) -> pl.LazyFrame:
    """Return each pair of shares within the window once: s, g, o, dt (1)."""
    width = -(-(window_s + 1) // buckets)
    bucket = (pl.col("t") // width).cast(pl.Int64) + buckets + 1
    rows = rows.with_columns(k=pl.col("o") * _BUCKETS + bucket)
    later = rows.select("k", a2="a", t2="t", c2="c")
    copies = [later.with_columns(pl.col("k") - step) for step in range(buckets + 1)]
    a, a2, t, t2 = (pl.col(name) for name in ("a", "a2", "t", "t2"))
    met = rows.join(pl.concat(copies), on="k").filter(
        (a != a2) & (t2 - t).is_between(0, window_s) & ((t2 > t) | (pl.col("c2") > pl.col("c")))
    )
    return met.select(
        s=pl.min_horizontal("a", "a2"), g=pl.max_horizontal("a", "a2"), o="o", dt=t2 - t
    )


def plain(met: pl.LazyFrame) -> pl.LazyFrame:
    """Return pairs with objects and mean delay, grouped by their columns (2)."""
    least = met.group_by("s", "g", "o").agg(pl.col("dt").min())
    return _notable(least.group_by("s", "g"))


def packed(met: pl.LazyFrame) -> pl.LazyFrame:
    """Return the same, grouped by one integer (2)."""
    least = met.select(_key(), dt="dt").group_by("q").agg(pl.col("dt").min())
    return _notable(least.group_by(p=pl.col("q") // 2**_BITS))


def without_delay(met: pl.LazyFrame) -> pl.LazyFrame:
    """Return pairs with objects alone, grouped by one integer."""
    pairs = met.select(_key()).unique().group_by(p=pl.col("q") // 2**_BITS)
    return pairs.agg(n=pl.len()).filter(pl.col("n") >= 2)


def twice_first(met: pl.LazyFrame) -> pl.LazyFrame:
    """Return what `packed` does, of the pairs that meet twice on whatever object."""
    pair = pl.col("s") * 2**_BITS + pl.col("g")
    met = met.with_columns(p=pair)
    twice = met.group_by("p").agg(n=pl.len()).filter(pl.col("n") >= 2).select("p")
    return packed(met.join(twice, on="p", how="semi"))


def _key() -> pl.Expr:
    return ((pl.col("s") * 2**_BITS + pl.col("g")) * 2**_BITS + pl.col("o")).alias("q")


def _notable(pairs: pl.dataframe.group_by.GroupBy | object) -> pl.LazyFrame:
    found = pairs.agg(n=pl.len(), dt=pl.col("dt").mean())  # type: ignore[attr-defined]
    return found.filter(pl.col("n") >= 2)


VARIANTS: dict[str, Variant] = {
    "plain, 1 bucket, in memory": Variant(plain, 1, "in-memory"),
    "plain, 2 buckets": Variant(plain, 2, "streaming"),
    "packed, 1 bucket": Variant(packed, 1, "streaming"),
    "packed, 2 buckets": Variant(packed, 2, "streaming"),
    "packed, 3 buckets": Variant(packed, 3, "streaming"),
    "packed, 2 buckets, in memory": Variant(packed, 2, "in-memory"),
    "packed, those that meet twice": Variant(twice_first, 2, "streaming"),
    "no delay, 1 bucket": Variant(without_delay, 1, "streaming"),
    "no delay, 2 buckets": Variant(without_delay, 2, "streaming"),
}
#: Variants that give no delays: their target is our kernel without delays.
WITHOUT_DELAY = frozenset(name for name in VARIANTS if name.startswith("no delay"))


def pairs(rows: pl.LazyFrame, window_s: int, name: str) -> pl.DataFrame:
    """Return the pairs of shares, by a variant: p (or s, g), n and, but for some, dt in seconds."""
    variant = VARIANTS[name]
    met = joined(rows, window_s, variant.buckets)
    return variant.aggregate(met).collect(engine=variant.engine)


def timed(path: Path, window_s: int, name: str, runs: int) -> dict[str, object]:
    """Return what the last run took, the best of all, and what the pairs add up to."""
    rows = scanned(path).collect().lazy()
    seconds = []
    for _ in range(runs):
        began, cpu = time.perf_counter(), time.process_time()
        found = pairs(rows, window_s, name)
        seconds.append(time.perf_counter() - began)
        cpu_s = time.process_time() - cpu
    delays = float(found["dt"].sum()) if "dt" in found.columns else 0.0
    return {
        "seconds": seconds[-1],
        "best_s": min(seconds),
        "cpu_s": cpu_s,
        "pairs": found.height,
        "objects": int(found["n"].sum()),
        "delays_s": delays,
        "peak_mb": peak_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(timed(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))))
