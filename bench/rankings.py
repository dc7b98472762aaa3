"""Rankings of account pairs, ours and those of peers, over the same rows; and how good they are.

1. The pairs: all that co-act at least once within the window, and the planted ones.
2. Ours: by p, each episode counted once, as in the links; pairs with fewer than two common
   objects are no candidates and share the last place.
3. The peers': CooRTweet's weight (pairs of rows, after its two filters), distinct objects, and
   coordination-network-toolkit's weight (distinct messages of one account that meet the other's;
   of the two directions the smaller, and the larger).
4. Average precision: the mean, over all planted pairs, of the precision at the place of each;
   equal values share a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from fanal.coordination import actions_of, like_coortweet
from fanal.coordination.evidence import counted_surprise, evidence_of
from fanal.coordination.ordered import ordered
from fanal.coordination.pairs import pairs
from fanal.coordination.popularity import popularity
from fanal.coordination.significance import expected_co_actions, p_values

Pair = tuple[object, object]
Values = dict[Pair, float]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Our pairs with two common objects or more, as arrays.

    Parameters
    ----------
    names
        The two accounts of each, the smaller first.
    p
        float64: each episode counted once.
    objects
        int64: common objects within the window.
    """

    names: list[Pair]
    p: NDArray[np.float64]
    objects: NDArray[np.int64]


def candidates(shares: pa.Table, window_s: float, threads: int = 2) -> Candidates:
    """Return our p of every pair with two common objects or more, significant or not."""
    actions = actions_of({"object": shares})
    rows = ordered(actions)
    popular = popularity(rows, round(window_s * 1e6), threads)
    found = pairs(rows, popular, 1.0, threads)
    expected = expected_co_actions(rows, popular, found.pair, found.other)
    p = p_values(expected, popular.laws, found.surprise, threads)
    evidence = evidence_of(rows, popular, found.pair << 32 | found.other)
    surprise, co_actions = counted_surprise(evidence, p.shape[0])
    again = p_values(expected, popular.laws, surprise, threads)
    again[co_actions < 2] = 1.0
    accounts = actions.accounts.to_pylist()
    named = zip(found.pair.tolist(), found.other.tolist(), strict=True)
    names = [in_order(accounts[one], accounts[other]) for one, other in named]
    return Candidates(names, np.maximum(p, again), found.objects)


def in_order(one: object, other: object) -> Pair:
    """Return two accounts, the smaller first."""
    return (one, other) if one < other else (other, one)  # type: ignore[operator]


def by_p(shares: pa.Table, window_s: float) -> Values:
    """Return our ranking: -log p of the candidates."""
    found = candidates(shares, window_s)
    return dict(zip(found.names, (-np.log(found.p)).tolist(), strict=True))


def peers(shares: pa.Table, window_s: float) -> dict[str, Values]:
    """Return the peers' rankings by name (3)."""
    table = shares.select(["object", "account", "post", "time"])
    table = table.rename_columns(["object", "account", "content", "time"])
    _, edges = like_coortweet(table, window_s)
    met, _ = like_coortweet(table, window_s, min_participation=1)
    one, other = met["account_id"], met["account_id_y"]
    first = pc.less(one, other)
    rows = pa.table(
        {
            "a": pc.if_else(first, one, other),
            "b": pc.if_else(first, other, one),
            "object": met["object_id"],
            "post_a": pc.if_else(first, met["content_id"], met["content_id_y"]),
            "post_b": pc.if_else(first, met["content_id_y"], met["content_id"]),
        }
    )
    counted = rows.group_by(["a", "b"]).aggregate(
        [(name, "count_distinct") for name in ("object", "post_a", "post_b")]
    )
    names = list(zip(counted["a"].to_pylist(), counted["b"].to_pylist(), strict=True))
    number = {
        name: counted[f"{name}_count_distinct"].to_numpy() for name in rows.column_names[2:]
    }
    both = number["post_a"], number["post_b"]
    return {
        "CooRTweet weight": weights(edges, one.type),
        "distinct objects": dict(zip(names, number["object"].tolist(), strict=True)),
        "CNT weight, smaller": dict(zip(names, np.minimum(*both).tolist(), strict=True)),
        "CNT weight, larger": dict(zip(names, np.maximum(*both).tolist(), strict=True)),
    }


def weights(edges: pa.Table, account: pa.DataType) -> Values:
    """Return the weights of CooRTweet's edges, whose ends are text, by accounts of `account`."""
    ends = [edges[name].cast(account).to_pylist() for name in ("from", "to")]
    found = map(in_order, *ends)
    return dict(zip(found, edges["weight"].to_pylist(), strict=True))


def average_precision(
    values: Values, planted: set[Pair], others: Mapping[Pair, float]
) -> float:
    """Return the average precision of a ranking over its pairs, `others` and the planted (4)."""
    universe = list(values.keys() | others.keys() | planted)
    truth = np.array([pair in planted for pair in universe])
    score = np.array([values.get(pair, -1.0) for pair in universe])
    return float(average_precision_score(truth, score))
