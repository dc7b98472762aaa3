"""The peer's tables, exactly: CooRTweet 2.1.3 (`detect_groups`, `generate_coordinated_network`).

1. Keep the accounts with at least `min_participation` rows.
2. All pairs of rows of an object at most `window_s` apart, whoever is first.
3. Leave out a pair of one account, of one post, without a post, or of the post that is the
   object itself.
4. Count, for each account, its rows whose post is in a pair that is left; keep a pair when
   either post belongs to an account that counts `min_participation` such rows.
5. The older post comes first; of equals, the account that appears first in the input.
6. Edges: account pairs in string order; weight is the number of row pairs; `n_content_id` and
   `n_content_id_y` are distinct older and newer posts, not the posts of either account, as in
   the peer (its documentation says otherwise).
7. `weight_threshold` is 1 where the weight exceeds the quantile (type 7) of all weights.

Righetti & Balluff (2025), CooRTweet. What it does not give: any error rate.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.errors import AnalysisError
from fanal.kernels import sorting
from fanal.kernels.row_pairs import row_pairs

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


def like_coortweet(
    table: pa.Table, window_s: float, min_participation: int = 2, edge_weight: float = 0.5
) -> tuple[pa.Table, pa.Table]:
    """Return the peer's pairs and edges.

    Parameters
    ----------
    table
        Columns object, account, content (text or integers; content may be null) and time
        (int64, microseconds).
    window_s
        Seconds, inclusive.
    min_participation
        Rows an account needs, before and after.
    edge_weight
        Quantile, 0 to 1, above which ``weight_threshold`` is 1.

    Returns
    -------
    tuple
        pairs (object_id, content_id, content_id_y, time_delta, account_id, account_id_y) and
        edges (from, to, weight, avg_time_delta, n_content_id, n_content_id_y,
        edge_symmetry_score, weight_threshold). Memory grows with the pairs, as the peer's does.

    Raises
    ------
    AnalysisError
        A row has no account, object or time.
    """
    if any(table[name].null_count for name in ("object", "account", "time")):
        raise AnalysisError("a row has no account, object or time; the peer's tables need all.")
    account = _codes(table["account"])
    enough = np.bincount(account)[account] >= min_participation  # 1.
    table, account = table.filter(pa.array(enough)), account[enough]
    early, late = _pairs_within(table, account, window_s)
    kept = _allowed(table, account, early, late)
    early, late = early[kept], late[kept]
    kept = _participating(table, account, early, late, min_participation)
    early, late = early[kept], late[kept]
    pairs = _pair_table(table, early, late)
    return pairs, _edge_table(table, early, late, edge_weight)


def _codes(column: pa.ChunkedArray) -> I32:
    encoded = column.combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], column.type)
    codes = encoded.dictionary_encode().indices.fill_null(-1)
    return np.array(codes.to_numpy(zero_copy_only=False), dtype=np.int32)


def _pairs_within(table: pa.Table, account: I32, window_s: float) -> tuple[I32, I32]:
    # 2., and 5.: rows regrouped by account in order of appearance, then ordered by time
    time = table["time"].to_numpy()
    if not time.size:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    grouped = np.argsort(account, kind="stable").astype(np.int32)
    by_time = grouped[np.argsort(time[grouped], kind="stable")]
    objects = _codes(table["object"])
    order, starts = sorting.group_by(by_time, objects, int(objects.max()) + 1)
    ordered_time = time[order].astype(np.int64)
    early, late = row_pairs(starts, ordered_time, round(window_s * 1_000_000))
    return order[early], order[late]


def _allowed(table: pa.Table, account: I32, early: I32, late: I32) -> NDArray[np.bool_]:
    # 3.
    content = _codes(table["content"])
    itself = _same_text(table["object"], table["content"])
    kept: NDArray[np.bool_] = account[early] != account[late]
    kept &= (content[early] >= 0) & (content[late] >= 0) & (content[early] != content[late])
    kept &= ~itself[early] & ~itself[late]
    return kept


def _same_text(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.bool_]:
    same = pc.equal(one.cast(pa.string()), other.cast(pa.string()))
    filled = pc.fill_null(same, fill_value=False).to_numpy()
    return np.array(filled, dtype=np.bool_)


def _participating(
    table: pa.Table, account: I32, early: I32, late: I32, min_participation: int
) -> NDArray[np.bool_]:
    # 4.
    content = _codes(table["content"])
    size = int(content.max(initial=-1)) + 1
    in_pair = np.zeros(size + 1, np.bool_)
    in_pair[content[early]] = in_pair[content[late]] = True
    in_pair[size] = False  # where -1, no post, points to
    counted = in_pair[content]
    enough = np.bincount(account[counted], minlength=int(account.max(initial=-1)) + 1)
    rows = counted & (enough[account] >= min_participation)
    of_them = np.zeros(size + 1, np.bool_)
    of_them[content[rows]] = True
    kept: NDArray[np.bool_] = of_them[content[early]] | of_them[content[late]]
    return kept


def _whole(values: I64) -> pa.Array:
    seconds = values / 1_000_000
    return pa.array(seconds.astype(np.int64) if (values % 1_000_000 == 0).all() else seconds)


def _pair_table(table: pa.Table, early: I32, late: I32) -> pa.Table:
    time = table["time"].to_numpy()
    pairs = pa.table(
        {
            "object_id": table["object"].cast(pa.string()).take(pa.array(early)),
            "content_id": table["content"].take(pa.array(early)),
            "content_id_y": table["content"].take(pa.array(late)),
            "time_delta": _whole(time[late] - time[early]),
            "account_id": table["account"].take(pa.array(early)),
            "account_id_y": table["account"].take(pa.array(late)),
        }
    )
    columns = ("object_id", "content_id", "content_id_y", "account_id", "account_id_y")
    return pairs.sort_by([(name, "ascending") for name in columns])


def _edge_table(table: pa.Table, early: I32, late: I32, edge_weight: float) -> pa.Table:
    # 6.
    time = table["time"].to_numpy()
    one = table["account"].cast(pa.string()).take(pa.array(early))
    other = table["account"].cast(pa.string()).take(pa.array(late))
    in_order = pc.less_equal(one, other)
    rows = pa.table(
        {
            "from": pc.if_else(in_order, one, other),
            "to": pc.if_else(in_order, other, one),
            "older": table["content"].take(pa.array(early)),
            "newer": table["content"].take(pa.array(late)),
            "delta_us": time[late] - time[early],
        }
    )
    edges = (
        rows.group_by(["from", "to"], use_threads=False)
        .aggregate(
            [
                ("delta_us", "count"),
                ("delta_us", "sum"),
                ("older", "count_distinct"),
                ("newer", "count_distinct"),
            ]
        )
        .sort_by([("from", "ascending"), ("to", "ascending")])
    )
    weight = edges["delta_us_count"].to_numpy()
    older, newer = (edges[f"{name}_count_distinct"].to_numpy() for name in ("older", "newer"))
    # 7.
    above = np.quantile(weight, edge_weight) if weight.size else 0.0
    return pa.table(
        {
            "from": edges["from"],
            "to": edges["to"],
            "weight": weight,
            "avg_time_delta": edges["delta_us_sum"].to_numpy() / 1e6 / weight,
            "n_content_id": older,
            "n_content_id_y": newer,
            "edge_symmetry_score": np.minimum(older, newer) / np.maximum(older, newer),
            "weight_threshold": (weight > above).astype(np.int64),
        }
    )
