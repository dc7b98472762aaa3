"""What each link rests on: its co-actions, two posts side by side, each coincidence once.

1. Meet all co-actions again and keep those of the links.
2. Accounts act in sessions. Two that happen to be online at the same moment meet on much of what
   is shared then, and two posts may share three hashtags: that is one coincidence. Co-actions of
   a pair less than 30 minutes after one another are one episode, and of an episode the most
   surprising co-action counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Buffers, Chunk, Popularity, in_chunks
from fanal.coordination.settings import EPISODE_US
from fanal.coordination.threads import in_threads
from fanal.kernels import evidence as kernel

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
#: Position of the link, earlier row, later row.
Found: TypeAlias = tuple[I64, I32, I32]


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


def evidence_of(rows: Ordered, popular: Popularity, keys: I64, threads: int = 1) -> Evidence:
    """Return the co-actions of the pairs `keys` (ascending ``pair << 32 | other``)."""
    # 1. meet again
    if not keys.size:
        return evidence_from(rows, popular, [])
    find = finding(rows, keys)

    def of_chunk(_: Chunk, buffers: Buffers) -> list[Found]:
        return [find(*buffer) for buffer in buffers]

    if popular.remembered is not None:
        return evidence_from(
            rows, popular, in_threads(
                lambda part: find(part[0].shape[0], *part), popular.remembered, threads
            )
        )  # fmt: skip
    found = in_chunks(of_chunk, rows, popular.window_us, popular.skipped, threads)
    return evidence_from(rows, popular, [one for part in found for one in part])


def finding(rows: Ordered, keys: I64) -> Callable[[int, I32, I32], Found]:
    """Return what finds the co-actions of the pairs `keys` in a buffer: link, earlier, later row."""
    marks = kernel.marked(keys)

    def find(filled: int, early: I32, late: I32) -> Found:
        chosen, link = np.empty(filled, np.int32), np.empty(filled, np.int32)
        n = kernel.choose(filled, early, late, rows.account, keys, marks, chosen, link)
        return link[:n].astype(np.int64), early[chosen[:n]], late[chosen[:n]]

    return find


def evidence_from(rows: Ordered, popular: Popularity, found: Sequence[Found]) -> Evidence:
    """Return the co-actions that were found, in order."""
    parts = [
        np.concatenate([np.zeros(0, np.int64), *(one[n] for one in found)]) for n in range(3)
    ]
    link, early, late = parts
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
