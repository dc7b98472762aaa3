"""Whether `like_coortweet` gives the peer's tables: four reference runs, every column.

Compared: pairs as multisets of rows, edges by their two accounts; numbers as they are, means to
1e-9. Value: rows that differ, pairs and edges together. Printed beside it: our seconds (table in
memory to both tables, median of three) and the seconds the peer took when the reference was made
(recorded, not run here). Excluded: reading the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

import pyarrow as pa
import pyarrow.parquet as pq

import sets
from fanal.coordination import like_coortweet
from measure import Measure, median_s, table
from shared_data import shared_folder

#: Reference run -> window in seconds, seconds that the peer took.
RUNS = {
    "russian_w60": (60.0, 13.0),
    "russian_w10": (10.0, 14.2),
    "german_url_w30": (30.0, 22.4),
    "german_hashtag_w300": (300.0, 25.5),
}
PAIR = ["object_id", "content_id", "content_id_y", "time_delta", "account_id", "account_id_y"]
EDGE = [
    "weight",
    "avg_time_delta",
    "n_content_id",
    "n_content_id_y",
    "edge_symmetry_score",
    "weight_threshold",
]


def main() -> list[Measure]:
    """Compare and time the four runs."""
    if shared_folder() is None:
        return [Measure("like CooRTweet", None, note=sets.ABSENT)]
    return [measured(name, *known) for name, known in RUNS.items()]


def measured(name: str, window_s: float, peer_s: float) -> Measure:
    """Return how many rows of one run differ from the reference."""
    kind = name.split("_")[1]
    shares = sets.russian() if name.startswith("russian") else sets.german(kind)
    shares = shares.rename_columns(["object", "account", "content", "time"])
    pairs, edges = like_coortweet(shares, window_s)
    reference = sets.folder() / "reference" / "coortweet"
    wrong = different(
        pair_rows(pairs), pair_rows(pq.read_table(reference / f"{name}_pairs.parquet"))
    )
    wrong += different(
        edge_rows(edges), edge_rows(pq.read_table(reference / f"{name}_edges.parquet"))
    )
    seconds = median_s(lambda: like_coortweet(shares, window_s), repeat=3, warm=0)
    note = (
        f"{pairs.num_rows:,} pairs, {edges.num_rows:,} edges in {seconds:.3f} s; "
        f"CooRTweet (recorded) {peer_s} s: {peer_s / seconds:.0f} x"
    )
    return Measure(f"like CooRTweet, {name}", float(wrong), "rows differ", 0.0, note=note)


def different(ours: Counter[Hashable], theirs: Counter[Hashable]) -> int:
    """Return how many rows are in one multiset and not in the other."""
    return (ours - theirs).total() + (theirs - ours).total()


def pair_rows(pairs: pa.Table) -> Counter[Hashable]:
    """Return the pairs as a multiset of rows, ids as text."""
    columns = [pairs[name].to_pylist() for name in PAIR]
    return Counter(tuple(map(comparable, row)) for row in zip(*columns, strict=True))


def edge_rows(edges: pa.Table) -> Counter[Hashable]:
    """Return the edges as a multiset; which of its two ends comes first is arbitrary."""
    ends = zip(edges["from"].to_pylist(), edges["to"].to_pylist(), strict=True)
    columns = [edges[name].to_pylist() for name in EDGE]
    numbers = zip(*columns, strict=True)
    return Counter(
        (*sorted(map(str, pair)), *map(comparable, row))
        for pair, row in zip(ends, numbers, strict=True)
    )


def comparable(value: object) -> str:
    """Return a value as text; a float to nine digits behind the point, 2.0 as 2."""
    return (
        str(value) if not isinstance(value, float) else f"{value:.9f}".rstrip("0").rstrip(".")
    )


if __name__ == "__main__":
    print(table(main()))
