"""What each link rests on: its co-actions, two posts side by side, each coincidence once.

1. Meet all co-actions again and keep those of the links.
2. Accounts act in sessions. Two that happen to be online at the same moment meet on much of what
   is shared then, and two posts may share three hashtags: that is one coincidence. Co-actions of
   a pair less than 30 minutes after one another are one episode, and of an episode the most
   surprising co-action counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Popularity, each_co_action
from fanal.coordination.settings import EPISODE_US
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
        bool: False where another co-action of the same episode counts already.
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
        counted=best_of_episodes(link, rows.time[early], surprise),
    )


def _joined(parts: list[I64]) -> I64:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def best_of_episodes(link: I64, time: I64, surprise: I64) -> NDArray[np.bool_]:
    """Return which co-actions count: of each episode the most surprising, of equals the first (2).

    Parameters
    ----------
    link, time, surprise
        int64, shape (co-actions,): link, time of the earlier action (microseconds), and
        surprise (lattice units).
    """
    order = np.lexsort((time, link))
    opens = np.ones(link.shape[0], np.bool_)
    opens[1:] = link[order][1:] != link[order][:-1]
    opens[1:] |= np.diff(time[order]) >= EPISODE_US
    episode = np.empty(link.shape[0], np.int64)
    episode[order] = np.cumsum(opens)
    best = np.lexsort((time, -surprise, episode))
    first = np.ones(link.shape[0], np.bool_)
    first[1:] = episode[best][1:] != episode[best][:-1]
    counted = np.zeros(link.shape[0], np.bool_)
    counted[best[first]] = True
    return counted


def chosen(evidence: Evidence, which: NDArray[np.bool_]) -> Evidence:
    """Return some of the co-actions, `which` being a bool of each."""
    return Evidence(
        link=evidence.link[which],
        early=evidence.early[which],
        late=evidence.late[which],
        surprise=evidence.surprise[which],
        counted=evidence.counted[which],
    )


def counted_surprise(evidence: Evidence, links: int) -> tuple[I64, I64]:
    """Return the counted surprise (lattice units) and the counted co-actions of each link."""
    counted = evidence.link[evidence.counted]
    weights = evidence.surprise[evidence.counted]
    total = np.zeros(links, np.int64)
    np.add.at(total, counted, weights)
    return total, np.bincount(counted, minlength=links).astype(np.int64)
