"""What each link rests on: its co-actions, two posts side by side, each pair of posts once.

1. Meet all co-actions again and keep those of the links.
2. Two posts that share several objects (three hashtags, say) are one coincidence, not three:
   of the co-actions of one pair of posts the most surprising one counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Popularity, each_co_action
from fanal.kernels import evidence as kernel

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Co-actions of links, ordered by (link, surprise falling, earlier row).

    Parameters
    ----------
    link
        int64, shape (co-actions,): position of the link.
    early, late
        int64: the two rows, the earlier first.
    surprise
        int64: lattice units of the object.
    counted
        bool: False where another object of the same two posts counts already.
    """

    link: I64
    early: I64
    late: I64
    surprise: I64
    counted: NDArray[np.bool_]


def evidence_of(rows: Ordered, popular: Popularity, keys: I64) -> Evidence:
    """Return the co-actions of the pairs `keys` (ascending ``pair << 32 | other``)."""
    # 1. meet again
    parts: list[tuple[I64, I64, I64]] = []
    for filled, early_rows, late_rows in each_co_action(rows, popular) if keys.size else ():
        chosen, found = np.empty(filled, np.int32), np.empty(filled, np.int32)
        n = kernel.choose(filled, early_rows, late_rows, rows.account, keys, chosen, found)
        of_links = (found[:n], early_rows[chosen[:n]], late_rows[chosen[:n]])
        link, early, late = (one.astype(np.int64) for one in of_links)
        parts.append((link, early, late))
    link, early, late = (_joined([part[n] for part in parts]) for n in range(3))
    surprise = popular.surprise[rows.object_of[early]].astype(np.int64)
    order = np.lexsort((late, early, -surprise, link))
    link, early, late, surprise = link[order], early[order], late[order], surprise[order]
    return Evidence(
        link=link,
        early=early,
        late=late,
        surprise=surprise,
        counted=_first_of_posts(link, rows.post[early], rows.post[late]),
    )


def _joined(parts: list[I64]) -> I64:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _first_of_posts(
    link: I64, one: NDArray[np.int32], other: NDArray[np.int32]
) -> NDArray[np.bool_]:
    # 2. the order is by falling surprise, and lexsort is stable: the first of each is the best
    low, high = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((high, low, link))
    first = np.ones(link.shape[0], np.bool_)
    same = (
        (link[order][1:] == link[order][:-1])
        & (low[order][1:] == low[order][:-1])
        & (high[order][1:] == high[order][:-1])
    )
    first[order[1:]] = ~same
    return first


def counted_surprise(evidence: Evidence, links: int) -> tuple[I64, I64]:
    """Return the counted surprise (lattice units) and the counted co-actions of each link."""
    counted = evidence.link[evidence.counted]
    weights = evidence.surprise[evidence.counted]
    total = np.zeros(links, np.int64)
    np.add.at(total, counted, weights)
    return total, np.bincount(counted, minlength=links).astype(np.int64)
