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

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.keeping import Forgetful, Keeper, Within
from fanal.coordination.links import Links, Look, corrected_tests
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Chunk, in_chunks
from fanal.coordination.progress import Progress, Shares
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
        float64, at least the link's p and q; an upper bound of p where that is so small that
        the link passes whatever becomes of the others (level / tests).
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
    rows: Ordered,
    links: Links,
    windows_us: list[int],
    settings: Settings,
    progress: Progress | None = None,
    kept: Keeper | None = None,
) -> Affinity:
    """Return expectation, p and q of links under the null model with shared interest.

    Parameters
    ----------
    rows, links, windows_us, settings
        As `find_links` took and gave them.
    progress
        Called with (what, done, total), in pairs of actions.
    kept
        Keeps what is finished of each window.

    Notes
    -----
    The pairs that are not in `links` cannot pass. Let p' be the larger of a pair's p and its tail
    under the mixture: p' >= p for all pairs tested. Benjamini-Hochberg and Benjamini-Yekutieli
    never reject more when p-values grow, so whatever p' rejects is in `links`. All that is
    rejected is then listed, its ranks among the listed are its ranks among all, and
    q' <= level holds for the same pairs whether the others are counted or not. Above the level,
    q' is at most too large.

    A tail whose Chernoff bound is at most level / tests is left at the bound: such a p is rejected
    at any rank, and stays so; who is above keeps p and rank, hence q.

    A link is judged at the look that gave it its p; that another look might save it is not asked.
    Cost: an enumeration of co-actions (from memory when there are few), and for each division
    into strata O(rows), and for each link O(strata of both), and O(surprise * largest jump) where
    its tail can matter.
    """
    tests = corrected_tests(links.tested, settings)
    best, blocks = _Best.of_nothing(links.pair.size), 0
    if links.pair.size:
        # 1. strata
        divisions = strata_of(rows, max(windows_us), settings.threads)
        blocks = max(int(one.block.max(initial=-1)) + 1 for one in divisions)
        linked = np.zeros(rows.accounts, np.bool_)
        linked[links.pair] = linked[links.other] = True
        # 2. ages
        ages = _ages(rows)
        tell = Shares("what shared interest explains", rows, windows_us, progress)
        judge = _Judge(rows, divisions, linked, ages, tests, settings)
        for look in links.together:
            mine = np.flatnonzero(links.window == look.window)
            if mine.size:
                # 3., 4. expectation and tail
                within = Within(kept or Forgetful(), f"affinity-{look.window}-")
                judge.links(best, mine, look, links, within, tell.of(look.window))
    p = np.clip(np.exp(best.log_p) * len(links.looks), SMALLEST_P, 1.0)
    p = np.maximum(p, links.p)
    return Affinity(
        expected=np.maximum(best.expected, links.expected),
        p=p,
        q=np.maximum(q_values(p, tests), links.q),
        source=best.source,
        block=best.block,
        blocks=blocks,
    )


@dataclass(frozen=True, slots=True)
class _Best:
    """What the division that explains most says of each link; written in place."""

    expected: F64
    log_p: F64  # at one look
    bound: F64  # what the last division gave
    source: I32
    block: I32

    @classmethod
    def of_nothing(cls, links: int) -> _Best:
        return cls(
            expected=np.zeros(links),
            log_p=np.full(links, -np.inf),
            bound=np.full(links, np.nan),
            source=np.full(links, -1, np.int32),
            block=np.full(links, -1, np.int32),
        )


@dataclass(frozen=True, slots=True)
class _Inside:
    """The strata in which linked accounts act, numbered anew, and the stratum of each row."""

    strata: Strata
    stratum: I32  # -1 for none


def _ages(rows: Ordered) -> I32:
    since = rows.time - np.repeat(rows.time[rows.starts[:-1]], np.diff(rows.starts))
    edges = np.array(AGES_S, np.int64) * 1_000_000
    return (np.searchsorted(edges, since, side="right") - 1).astype(np.int32)


class _Judge:
    """Judges links under each division into strata, one window after the other."""

    def __init__(
        self,
        rows: Ordered,
        divisions: list[Strata],
        linked: NDArray[np.bool_],
        ages: I32,
        tests: float,
        settings: Settings,
    ) -> None:
        self._rows, self._linked, self._ages, self._settings = rows, linked, ages, settings
        self._enough = settings.fdr / tests
        every = np.arange(rows.time.shape[0], dtype=np.int32)
        self._by_account = sorting.group_by(every, rows.account, rows.accounts)
        self._inside = [_needed(rows, strata, linked) for strata in divisions]

    def links(
        self,
        best: _Best,
        mine: I64,
        look: Look,
        links: Links,
        kept: Keeper,
        done: Callable[[float], None] | None,
    ) -> None:
        """Judge the links `mine` of a window, and keep what explains most."""
        known = kept.get("met")
        if known is None:
            met = _met(look, self._inside, self._ages, self._settings.threads, done)
            known = {f"division-{n}": one for n, one in enumerate(met)}
            kept.put("met", known)
        tables = in_threads(
            lambda n: self._tables(look, self._inside[n], known[f"division-{n}"]),
            list(range(len(self._inside))),
            self._settings.threads,
        )
        for inside, of_division in zip(self._inside, tables, strict=True):
            self._raise(best, mine, look, links, inside.strata, of_division)

    def _raise(
        self,
        best: _Best,
        mine: I64,
        look: Look,
        links: Links,
        strata: Strata,
        tables: tuple[kernel.Entries, kernel.Totals],
    ) -> None:
        """Judge the links `mine` under one division, and keep what explains more."""
        pair, other, surprise = links.pair[mine], links.other[mine], links.surprise[mine]
        rates = expected_co_actions(look.rows, look.popular, pair, other)
        alone = links.layer[mine][:, None]
        rates[(alone >= 0) & (np.arange(rates.shape[1]) != alone)] = 0.0
        expected, log_p, most = (
            np.zeros(mine.size),
            np.zeros(mine.size),
            np.zeros(mine.size, int),
        )
        known, bound = best.log_p[mine], best.bound[mine]
        laws, enough = look.popular.laws, float(np.log(self._enough / len(links.looks)))

        def judge(first: int) -> None:
            stop = min(first + _PAIRS_PER_CHUNK, mine.size)
            kernel.shared_interest(
                first, stop, pair, other, surprise, rates, laws, *tables, enough, known, bound,
                expected, most, log_p,
            )  # fmt: skip

        chunks = list(range(0, mine.size, _PAIRS_PER_CHUNK))
        in_threads(judge, chunks, self._settings.threads)
        best.bound[mine] = bound
        more = (log_p > known) | (best.expected[mine] == 0.0)
        at, most = mine[more], most[more]
        best.log_p[at], best.expected[at] = log_p[more], expected[more]
        best.source[at] = np.append(strata.source, np.int32(-1))[most]
        best.block[at] = np.append(strata.block, np.int32(-1))[most]

    def _tables(
        self, look: Look, inside: _Inside, met: I64
    ) -> tuple[kernel.Entries, kernel.Totals]:
        """Return what linked accounts do in strata, and the strata's totals (2, 3)."""
        rows, strata = self._rows, inside.strata
        starts, stratum, objects, by_age, pairs, meetings = kernel.interests(
            *self._by_account, inside.stratum, self._ages, rows.before, self._linked,
            strata.layer.size, len(AGES_S),
        )  # fmt: skip
        return (
            (starts, stratum, objects, by_age),
            (
                strata.layer,
                *_shares(look, strata),
                met.sum(axis=(1, 2)) / np.maximum(pairs, 1.0),
                met / np.maximum(meetings, 1.0),
                *_surprises(look, strata),
            ),
        )


def _needed(rows: Ordered, strata: Strata, linked: NDArray[np.bool_]) -> _Inside:
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
    return _Inside(kept, number[of_row])


def _met(
    look: Look,
    divisions: list[_Inside],
    ages: I32,
    threads: int,
    done: Callable[[float], None] | None,
) -> list[I64]:
    """Return the co-actions of each division by stratum and the two ages."""
    rows, popular, bins = look.rows, look.popular, len(AGES_S)

    def meet(_: Chunk, buffers: Iterable[tuple[int, I32, I32]]) -> list[I64]:
        met = [np.zeros((one.strata.layer.size, bins, bins), np.int64) for one in divisions]
        for filled, early, late in buffers:
            for one, counts in zip(divisions, met, strict=True):
                kernel.count_by_age(filled, early, late, one.stratum, ages, counts)
        return met

    if popular.remembered is not None:
        shares = [popular.remembered[n::threads] for n in range(threads)]
        parts = in_threads(
            lambda share: meet((0, 0), ((one.size, one, other) for one, other in share)),
            shares,
            threads,
            done=done,
        )
    else:
        nowhere = np.logical_and.reduce([one.strata.of_object < 0 for one in divisions])
        skipped = popular.skipped | nowhere
        parts = in_chunks(meet, rows, popular.window_us, skipped, threads, done=done)
    return [np.sum([part[n] for part in parts], axis=0) for n in range(len(divisions))]


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
