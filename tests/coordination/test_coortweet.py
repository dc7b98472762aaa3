"""The peer's tables: against its written rules, and against its stored outputs."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.coordination import like_coortweet
from fanal.errors import AnalysisError

SECOND = 1_000_000
Row = tuple[str, str, str | None, int]
Pair = tuple[str, str, str, int, str, str]
REFERENCE = {
    "russian_w60": ("russian", 60),
    "russian_w10": ("russian", 10),
    "german_url_w30": ("url", 30),
    "german_hashtag_w300": ("hashtag", 300),
}

rows_of_shares = st.lists(
    st.tuples(
        st.sampled_from(["o1", "o2", "p3"]),
        st.sampled_from("abcde"),
        st.sampled_from(["p1", "p2", "p3", "p4", "p5", "p6", "p7", None]),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=40,
)


def table_of(rows: list[Row]) -> pa.Table:
    objects, accounts, contents, times = zip(*rows, strict=True)
    return pa.table(
        {
            "object": pa.array(objects, pa.string()),
            "account": pa.array(accounts, pa.string()),
            "content": pa.array(contents, pa.string()),
            "time": pa.array([(1_700_000_000 + t) * SECOND for t in times], pa.int64()),
        }
    )


def by_the_rules(rows: list[Row], window: int, least: int) -> list[Pair]:
    """The written semantics of detect_groups, row by row."""
    shares = Counter(account for _, account, _, _ in rows)
    kept = [row for row in rows if shares[row[1]] >= least]
    first: dict[str, int] = {}
    for _, account, _, _ in kept:
        first.setdefault(account, len(first))
    kept.sort(key=lambda row: first[row[1]])
    pairs = []
    for one, other in combinations(kept, 2):
        older, newer = (one, other) if one[3] <= other[3] else (other, one)
        posts = {older[2], newer[2]}
        if (
            one[0] == other[0]
            and newer[3] - older[3] <= window
            and one[1] != other[1]
            and None not in posts
            and len(posts) == 2
            and one[0] not in posts
        ):
            pairs.append((one[0], older[2], newer[2], newer[3] - older[3], older[1], newer[1]))
    there = {post for pair in pairs for post in pair[1:3]}
    taking_part = Counter(row[1] for row in kept if row[2] in there)
    of_them = {row[2] for row in kept if row[2] in there and taking_part[row[1]] >= least}
    return sorted(pair for pair in pairs if pair[1] in of_them or pair[2] in of_them)


def edges_of(pairs: list[Pair]) -> dict[tuple[str, str], tuple[float, ...]]:
    rows: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        ends = sorted(pair[4:6])
        rows.setdefault((ends[0], ends[1]), []).append(pair)
    limit = np.quantile([len(one) for one in rows.values()], 0.5) if rows else 0
    edges = {}
    for key, one in rows.items():
        older, newer = len({pair[1] for pair in one}), len({pair[2] for pair in one})
        edges[key] = (
            len(one),
            sum(pair[3] for pair in one) / len(one),
            older,
            newer,
            min(older, newer) / max(older, newer),
            int(len(one) > limit),
        )
    return edges


def listed(pairs: pa.Table) -> list[tuple[str, ...]]:
    columns = ["object_id", "content_id", "content_id_y", "time_delta", "account_id"]
    rows = pairs.select([*columns, "account_id_y"]).to_pylist()
    return sorted(tuple(str(value) for value in row.values()) for row in rows)


def edge_rows(edges: pa.Table) -> dict[tuple[str, str], tuple[float, ...]]:
    rows = {}
    for row in edges.to_pylist():
        one, other = sorted((row.pop("from"), row.pop("to")))
        rows[one, other] = tuple(round(value, 9) for value in row.values())
    return rows


@given(rows_of_shares, st.integers(0, 20), st.integers(1, 3))
def test_tables_follow_the_written_rules(rows: list[Row], window: int, least: int) -> None:
    pairs, edges = like_coortweet(table_of(rows), window, least)
    expected = by_the_rules(rows, window, least)
    assert listed(pairs) == sorted(tuple(str(value) for value in pair) for pair in expected)
    rounded = {key: tuple(round(v, 9) for v in row) for key, row in edges_of(expected).items()}
    assert edge_rows(edges) == rounded


@pytest.mark.parametrize("name", REFERENCE)
def test_the_stored_outputs_of_the_peer_come_out(name: str, fanal_data: Path) -> None:
    data, window = REFERENCE[name]
    table = _russian(fanal_data) if data == "russian" else _german(fanal_data, data)
    pairs, edges = like_coortweet(table, window)
    folder = fanal_data / "reference" / "coortweet"
    assert listed(pairs) == listed(pq.read_table(folder / f"{name}_pairs.parquet"))
    assert edge_rows(edges) == edge_rows(pq.read_table(folder / f"{name}_edges.parquet"))


def _russian(folder: Path) -> pa.Table:
    table = pq.read_table(folder / "data" / "coortweet" / "russian_coord_tweets.parquet")
    return pa.table(
        {
            "object": table["object_id"],
            "account": table["account_id"],
            "content": table["content_id"],
            "time": pc.multiply(table["timestamp_share"], SECOND),
        }
    )


def _german(folder: Path, kind: str) -> pa.Table:
    columns = [f"{kind}_id", "account_id", "post_id", "timestamp"]
    table = pq.read_table(
        folder / "data" / "coortweet" / "german_elections.parquet", columns=columns
    )
    table = table.filter(pc.is_valid(table[columns[0]]))
    table = table.group_by(columns, use_threads=False).aggregate([])
    prefix, between = (pa.scalar(text, pa.large_string()) for text in (kind, "_"))
    return pa.table(
        {
            "object": pc.binary_join_element_wise(prefix, table[columns[0]], between),
            "account": table["account_id"],
            "content": table["post_id"],
            "time": pc.multiply(table["timestamp"], SECOND),
        }
    )


def test_a_row_without_account_is_refused() -> None:
    table = table_of([("o1", "a", "p1", 1)]).set_column(
        1, "account", [pa.array([None], "string")]
    )
    with pytest.raises(AnalysisError, match="no account"):
        like_coortweet(table, 60)
