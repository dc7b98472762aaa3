"""Affinity: which links stay when shared interest is expected, too.

Fans of one star repost the same posts within a minute, and so do readers of one newspaper.
The null model of a pair knows how active accounts are and when, not what they follow.

1. Strata of shared interest: sources, topic blocks (coordination/strata.py).
2. Within a stratum, by the age of the object at the action (since its first action in the file):
   who is quick on every post is compared with those who are as quick.
3. Expected co-actions of a pair in a stratum from what *else* the two do there
   (kernels/strata.py). Where that is more than the pair null's own share, the difference is
   added: the intensity of every surprise is at least the pair null's.
4. p: the tail of the counted surprise under this mixture, which is again compound Poisson
   (kernels/compound.py), times the number of looks, at least the link's own p; the largest over
   the divisions into topic blocks. q over the same number of tests as the link's q.

What is explained is not innocent: a group that pushes one account of its own looks like its
followers. What is not explained is not guilty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.links import Links, Look, corrected_tests
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import each_buffer, each_co_action
from fanal.coordination.settings import Settings
from fanal.coordination.significance import SMALLEST_P, expected_co_actions
from fanal.coordination.strata import Strata, strata_of
from fanal.coordination.threads import in_threads
from fanal.kernels import sorting
from fanal.kernels import strata as kernel
from fanal.kernels.fdr import q_values

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Where age bins begin, seconds since the object's first action.
AGES_S = (0, 30, 60, 120, 300, 900)
_PAIRS_PER_CHUNK = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """What shared interest makes of links; arrays of shape (links,), in their order.

    Parameters
    ----------
    expected
        float64: co-actions expected of the pair null and shared interest, at least the link's.
    p, q
        float64, at least the link's p and q.
    source, block
        int32: the source (as in `Actions.sources`) or the topic block that explains most beyond
        the pair null; -1 where none does.
    blocks
        Topic blocks there were.
    """

    expected: F64
    p: F64
    q: F64
    source: I32
    block: I32
    blocks: int

    def explained_by(self, sources: pa.Array | None) -> list[str | None]:
        """Return, by link, the source's name or ``topic block 3``; None where nothing explains.

        Parameters
        ----------
        sources
            `Actions.sources`.
        """
        names = [] if sources is None else sources.to_pylist()
        return [
            names[source] if source >= 0 else f"topic block {block + 1}" if block >= 0 else None
            for source, block in zip(self.source.tolist(), self.block.tolist(), strict=True)
        ]


def affinity_of(
    rows: Ordered, links: Links, windows_us: list[int], settings: Settings
) -> Affinity:
    """Return expectation, p and q of links under the null model with shared interest.

    Parameters
    ----------
    rows, links, windows_us, settings
        As `find_links` took and gave them.

    Notes
    -----
    The pairs that are not in `links` cannot pass. Let p' be the larger of a pair's p and its tail
    under the mixture: p' >= p for all pairs tested. Benjamini-Hochberg and Benjamini-Yekutieli
    never reject more when p-values grow, so whatever p' rejects is in `links`. All that is
    rejected is then listed, its ranks among the listed are its ranks among all, and
    q' <= level holds for the same pairs whether the others are counted or not. Above the level,
    q' is at most too large.

    A link is judged at the look that gave it its p; that another look might save it is not asked.
    Cost: for each division into strata, an enumeration of the co-actions of the strata (from
    memory when there are few), and for each link O(strata of both + surprise * largest jump).
    """
    n = links.pair.size
    best = _Best(np.zeros(n), np.zeros(n), np.full(n, -1, np.int32), np.full(n, -1, np.int32))
    blocks = 0
    if n:
        # 1. strata
        divisions = strata_of(rows, max(windows_us), settings.seed)
        blocks = max(int(one.block.max(initial=-1)) + 1 for one in divisions)
        linked = np.zeros(rows.accounts, np.bool_)
        linked[links.pair] = linked[links.other] = True
        # 2. ages
        ages = _ages(rows)
        for look in links.together:
            mine = np.flatnonzero(links.window == look.window)
            for strata in divisions if mine.size else ():
                # 3., 4. expectation and tail
                _raise(best, mine, look, links, _needed(look, strata, linked), ages, settings)
    p = np.maximum(best.p, links.p)
    q = q_values(p, corrected_tests(links.tested, settings))
    return Affinity(
        expected=np.maximum(best.expected, links.expected),
        p=p,
        q=np.maximum(q, links.q),
        source=best.source,
        block=best.block,
        blocks=blocks,
    )


@dataclass(frozen=True, slots=True)
class _Best:
    """What the division that explains most says of each link; written in place."""

    expected: F64
    p: F64
    source: I32
    block: I32


@dataclass(frozen=True, slots=True)
class _Within:
    """The strata in which linked accounts act, numbered anew, and their rows."""

    strata: Strata
    stratum: I32  # of each row, -1 for none
    used: I64  # rows with a stratum
    linked: NDArray[np.bool_]


def _ages(rows: Ordered) -> I32:
    since = rows.time - np.repeat(rows.time[rows.starts[:-1]], np.diff(rows.starts))
    edges = np.array(AGES_S, np.int64) * 1_000_000
    return (np.searchsorted(edges, since, side="right") - 1).astype(np.int32)


def _needed(look: Look, strata: Strata, linked: NDArray[np.bool_]) -> _Within:
    rows = look.rows
    of_row = strata.of_object[rows.object_of]
    needed = np.zeros(strata.layer.size + 1, np.bool_)  # the last for objects without a stratum
    needed[of_row[linked[rows.account]]] = True
    needed[-1] = False
    number = np.where(needed, np.cumsum(needed) - 1, -1).astype(np.int32)
    kept = Strata(
        of_object=number[strata.of_object],
        layer=strata.layer[needed[:-1]],
        source=strata.source[needed[:-1]],
        block=strata.block[needed[:-1]],
    )
    of_row = number[of_row]
    return _Within(kept, of_row, np.flatnonzero(of_row >= 0), linked)


def _raise(
    best: _Best,
    mine: I64,
    look: Look,
    links: Links,
    within: _Within,
    ages: I32,
    settings: Settings,
) -> None:
    """Judge the links `mine` under one division, and keep what explains more."""
    pair, other, surprise = links.pair[mine], links.other[mine], links.surprise[mine]
    rates = expected_co_actions(look.rows, look.popular, pair, other)
    alone = links.layer[mine][:, None]
    rates[(alone >= 0) & (np.arange(rates.shape[1]) != alone)] = 0.0
    expected, log_p, most = np.zeros(mine.size), np.zeros(mine.size), np.zeros(mine.size, int)
    tables = _tables(look, within, ages)
    laws = look.popular.laws

    def judge(first: int) -> None:
        stop = min(first + _PAIRS_PER_CHUNK, mine.size)
        kernel.shared_interest(
            first, stop, pair, other, surprise, rates, laws, *tables, expected, most, log_p
        )

    in_threads(judge, list(range(0, mine.size, _PAIRS_PER_CHUNK)), settings.threads)
    p = np.clip(np.exp(log_p) * len(links.looks), SMALLEST_P, 1.0)
    more = p > best.p[mine]
    at, most = mine[more], most[more]
    best.p[at], best.expected[at] = p[more], expected[more]
    best.source[at] = np.append(within.strata.source, np.int32(-1))[most]
    best.block[at] = np.append(within.strata.block, np.int32(-1))[most]


def _tables(look: Look, within: _Within, ages: I32) -> tuple[kernel.Entries, kernel.Totals]:
    """Return what linked accounts do in strata, and the strata's totals (2, 3)."""
    rows, used = look.rows, within.used
    size, bins = within.strata.layer.size, len(AGES_S)
    # each (stratum, account) has a number
    key = within.stratum[used].astype(np.int64) * rows.accounts + rows.account[used]
    found, entry = np.unique(key, return_inverse=True)
    stratum, account = found // rows.accounts, found % rows.accounts
    objects = np.bincount(entry[rows.before[used] < 0], minlength=found.size).astype(np.float64)
    opens = sorting.opens_bin(rows.before, ages)[used]
    aged, age = entry[opens], ages[used][opens]
    order = np.argsort(aged, kind="stable")
    aged, age = aged[order], age[order]
    co_actions = np.zeros((size, bins, bins), np.int64)
    for filled, early, late in _co_actions(look, within):
        kernel.count_by_age(filled, early, late, within.stratum, ages, co_actions)
    totals = np.bincount(stratum[aged] * bins + age, minlength=size * bins).astype(np.float64)
    totals = totals.reshape(size, bins)
    meetings = np.ascontiguousarray(totals[:, :, None] * totals[:, None, :])
    kernel.take_own(aged, stratum[aged].astype(np.int32), age, bins, meetings)
    whole = np.bincount(stratum, weights=objects, minlength=size) ** 2
    whole -= np.bincount(stratum, weights=objects**2, minlength=size)
    return (
        _entries(within.linked, (account, stratum, objects), (aged, age)),
        (
            within.strata.layer,
            *_shares(look, within.strata),
            co_actions.sum(axis=(1, 2)) / np.maximum(whole, 1.0),
            co_actions / np.maximum(meetings, 1.0),
            *_surprises(look, within.strata),
        ),
    )


def _entries(
    linked: NDArray[np.bool_], entries: tuple[I64, I64, F64], actions: tuple[I64, I32]
) -> kernel.Entries:
    """Return the entries of linked accounts by account, then stratum."""
    account, stratum, objects = entries
    aged, age = actions
    mine = np.flatnonzero(linked[account])
    mine = mine[np.lexsort((stratum[mine], account[mine]))]
    position = np.full(account.size, -1, np.int64)
    position[mine] = np.arange(mine.size)
    at, bins = position[aged], len(AGES_S)
    counts = np.bincount(at[at >= 0] * bins + age[at >= 0], minlength=mine.size * bins)
    by_age: F64 = counts.reshape(mine.size, bins).astype(np.float64)
    starts = np.searchsorted(account[mine], np.arange(linked.size + 1)).astype(np.int64)
    return starts, stratum[mine].astype(np.int32), objects[mine], by_age


def _shares(look: Look, strata: Strata) -> tuple[F64]:
    """Return each stratum's share of its layer's co-actions."""
    inside = strata.of_object >= 0
    counts = np.bincount(
        strata.of_object[inside],
        weights=look.popular.by_object[inside],
        minlength=strata.layer.size,
    )
    return (counts / np.maximum(look.popular.by_layer[strata.layer], 1),)


def _surprises(look: Look, strata: Strata) -> tuple[I64, I32, F64]:
    """Return the law of the surprise of one co-action in each stratum, sparse."""
    popular, units = look.popular, look.popular.laws.shape[1]
    inside = np.flatnonzero((strata.of_object >= 0) & (popular.by_object > 0))
    key = strata.of_object[inside].astype(np.int64) * units + popular.surprise[inside]
    found, which = np.unique(key, return_inverse=True)
    mass = np.bincount(which, weights=popular.by_object[inside], minlength=found.size)
    whole = np.bincount(found // units, weights=mass, minlength=strata.layer.size)
    starts = np.searchsorted(found // units, np.arange(strata.layer.size + 1)).astype(np.int64)
    return starts, (found % units).astype(np.int32), mass / whole[found // units]


def _co_actions(look: Look, within: _Within) -> Iterator[tuple[int, I32, I32]]:
    """Yield the co-actions of the strata; others may be among them."""
    if look.popular.remembered is not None:
        return each_co_action(look.rows, look.popular)
    skipped = look.popular.skipped | (within.strata.of_object < 0)
    return each_buffer(look.rows, look.popular.window_us, skipped)
