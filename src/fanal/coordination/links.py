"""Links: pairs of accounts that act together beyond what the null model explains.

1. Popularity of each object within each window; candidates that could be significant.
2. Expected co-actions of each candidate.
3. p of those that still could be links, over several windows the smallest, corrected; q over
   all pairs of active accounts; links are those at or below the level.
4. Evidence of each link. Where one pair of posts shares several objects it counts once: p is
   taken again from the counted surprise (never smaller than before), and q with it.

A pair needs two counted co-actions: one coincidence makes no link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import Evidence, counted_surprise, evidence_of
from fanal.coordination.keeping import Arrays, Forgetful, Keeper, Within
from fanal.coordination.ordered import Ordered
from fanal.coordination.pairs import Pairs, critical_surprises, pairs
from fanal.coordination.popularity import Popularity, popularity
from fanal.coordination.progress import Progress, Telling
from fanal.coordination.settings import Settings
from fanal.coordination.significance import (
    expected_co_actions,
    merged,
    p_values,
    tested_pairs,
)
from fanal.kernels.fdr import inflation, q_values
from fanal.kernels.null_model import bucket_of

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links as arrays of shape (links,), ordered by pair; accounts are codes.

    Parameters
    ----------
    pair, other
        int64 account codes, the smaller first.
    window
        int64: which window gave the smallest p.
    expected
        float64: expected co-actions, summed over the layers.
    surprise
        int64: counted, lattice units.
    p, q
        float64.
    evidence
        One `Evidence` per window, its `link` counting the links of that window in order.
    popular
        One `Popularity` per window.
    tested, weighed
        Pairs of active accounts; pairs whose tail was computed, summed over the windows.
    cutoff
        The largest p of a link; 0 without links.
    """

    pair: I64
    other: I64
    window: I64
    expected: F64
    surprise: I64
    p: F64
    q: F64
    evidence: list[Evidence]
    popular: list[Popularity]
    tested: float
    weighed: int
    cutoff: float


def find_links(
    rows: Ordered,
    windows_us: list[int],
    settings: Settings,
    progress: Progress | None = None,
    kept: Keeper | None = None,
) -> Links:
    """Return the links among `rows`.

    Parameters
    ----------
    rows
        Rows in order, see `coordination.ordered.ordered`.
    windows_us
        Windows in microseconds.
    settings
        Level, method and threads are used.
    progress
        Called with (what, done, total): pairs of actions on one object within the windows.
    kept
        Keeps what is finished of each window.
    """
    tested = tested_pairs(rows)
    tests = corrected_tests(tested, settings)
    kept, tell = kept or Forgetful(), Telling(rows, windows_us, progress)
    # 1. popularity
    popular = []
    for number, window_us in enumerate(windows_us):
        mine, done = Within(kept, f"window-{number}-"), tell.counted(number)
        one = popularity(
            rows, window_us, settings.threads, len(windows_us), kept=mine, done=done
        )
        popular.append(one)
    known = kept.get("tails")
    if known is None:
        known = _tails(rows, popular, settings, tests, kept, tell)
        kept.put("tails", known)
        for number in range(len(popular)):
            kept.forget(f"window-{number}-part-")
    keys, p, window = known["keys"], known["p"], known["window"]
    # 3. q
    q = q_values(p, tests)
    chosen = q <= settings.fdr
    links = Links(
        pair=keys[chosen] >> 32,
        other=keys[chosen] & 0xFFFFFFFF,
        window=window[chosen],
        expected=np.zeros(int(chosen.sum())),
        surprise=np.zeros(int(chosen.sum()), np.int64),
        p=p[chosen],
        q=q[chosen],
        evidence=[],
        popular=popular,
        tested=tested,
        weighed=int(known["weighed"][0]),
        cutoff=0.0,
    )
    return _with_evidence(rows, links, settings, tests)


def _tails(
    rows: Ordered,
    popular: list[Popularity],
    settings: Settings,
    tests: float,
    kept: Keeper,
    tell: Telling,
) -> Arrays:
    """Return keys, p and window of the pairs that could be links, and how many were weighed."""
    found: list[tuple[Pairs, F64]] = []
    for number, one in enumerate(popular):
        # 1. candidates
        mine, done = Within(kept, f"window-{number}-"), tell.met(number)
        level = _level(float(one.by_object.sum()) / 2, tests, len(popular), settings)
        candidates = pairs(rows, one, level, settings.threads, kept=mine, done=done)
        # 2. expected
        found.append(
            (candidates, expected_co_actions(rows, one, candidates.pair, candidates.other))
        )
    # 3. p
    found = _tightened(rows, popular, found, tests, settings)
    tails = [
        (candidates, p_values(expected, one.laws, candidates.surprise, settings.threads))
        for one, (candidates, expected) in zip(popular, found, strict=True)
    ]
    keys, p, window = merged(tails)
    weighed = sum(candidates.pair.size for candidates, _ in tails)
    return {"keys": keys, "p": p, "window": window, "weighed": np.array([weighed])}


def corrected_tests(tested: float, settings: Settings) -> float:
    """Return the number of tests that the method of `settings` divides by; at least 1."""
    return max(tested * inflation(tested, settings.fdr_method), 1.0)


def _level(pairs_left: float, tests: float, windows: int, settings: Settings) -> float:
    """Return the largest p at one window that a link can have when so many pairs are left."""
    return min(settings.fdr * max(pairs_left, 1.0) / tests, 1.0) / windows


def _tightened(
    rows: Ordered,
    popular: list[Popularity],
    found: list[tuple[Pairs, F64]],
    tests: float,
    settings: Settings,
) -> list[tuple[Pairs, F64]]:
    """Leave out pairs that cannot be links, until hardly any goes.

    Of R pairs with p at most c, the cutoff is at most fdr R / tests: each pair that is left out
    lowers the level for the others. What remains needs its exact tail.
    """
    left = sum(candidates.pair.size for candidates, _ in found)
    before = left + 1
    while left and left < 0.9 * before:
        before = left
        level = _level(left, tests, len(popular), settings)
        found = [
            _possible(rows, one, candidates, expected, level)
            for one, (candidates, expected) in zip(popular, found, strict=True)
        ]
        left = sum(candidates.pair.size for candidates, _ in found)
    return found


def _possible(
    rows: Ordered, popular: Popularity, candidates: Pairs, expected: F64, level: float
) -> tuple[Pairs, F64]:
    critical = critical_surprises(rows, popular, level)
    passes = np.ones(candidates.pair.size, np.bool_)
    for layer in range(rows.layers):
        active = expected[:, layer] > 0
        bucket = bucket_of(expected[active, layer])
        passes[active] &= candidates.surprise[active] >= critical[layer, bucket]
    kept = replace(
        candidates,
        pair=candidates.pair[passes],
        other=candidates.other[passes],
        objects=candidates.objects[passes],
        surprise=candidates.surprise[passes],
    )
    return kept, np.ascontiguousarray(expected[passes])


def _with_evidence(rows: Ordered, links: Links, settings: Settings, tests: float) -> Links:
    # 4. evidence, each pair of posts once
    expected, surprise, p = links.expected.copy(), links.surprise.copy(), links.p.copy()
    evidence = []
    for number, popular in enumerate(links.popular):
        mine = np.flatnonzero(links.window == number)
        pair, other = links.pair[mine], links.other[mine]
        shown = evidence_of(rows, popular, pair << 32 | other)
        counted, co_actions = counted_surprise(shown, mine.size)
        rates = expected_co_actions(rows, popular, pair, other)
        again = p_values(rates, popular.laws, counted, settings.threads) * len(links.popular)
        again[co_actions < 2] = 1.0
        p[mine] = np.maximum(p[mine], np.minimum(again, 1.0))
        expected[mine], surprise[mine] = rates.sum(axis=1), counted
        evidence.append(shown)
    q = q_values(p, tests)
    kept = q <= settings.fdr
    return replace(
        links,
        pair=links.pair[kept],
        other=links.other[kept],
        window=links.window[kept],
        expected=expected[kept],
        surprise=surprise[kept],
        p=p[kept],
        q=q[kept],
        evidence=[_only(one, kept[links.window == n]) for n, one in enumerate(evidence)],
        cutoff=float(p[kept].max(initial=0.0)),
    )


def _only(evidence: Evidence, kept: NDArray[np.bool_]) -> Evidence:
    number = np.cumsum(kept) - 1
    chosen = kept[evidence.link]
    return Evidence(
        link=number[evidence.link[chosen]],
        early=evidence.early[chosen],
        late=evidence.late[chosen],
        surprise=evidence.surprise[chosen],
        counted=evidence.counted[chosen],
    )
