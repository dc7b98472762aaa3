"""Links: pairs of accounts that act together beyond what the null model explains.

1. Looks: all layers together, and, where there are several, each alone, at each window. A layer
   that says nothing of a pair must not hide what another one says.
2. Popularity of each object in each look; candidates that could be significant; what is expected
   of them (coordination/pairs.py, significance.py).
3. p of those that still could be links, over the looks the smallest, corrected; q over all pairs
   of active accounts; links are those at or below the level.
4. Evidence of each link. An episode counts once (coordination/evidence.py): p is taken again
   from the counted surprise, and q with it.

A pair needs two counted co-actions: one coincidence makes no link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import Evidence, chosen, evidence_of
from fanal.coordination.judging import judged
from fanal.coordination.keeping import Arrays, Forgetful, Keeper, Within
from fanal.coordination.ordered import Ordered, of_layer
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
from fanal.kernels.critical import bucket_of
from fanal.kernels.fdr import inflation, q_values

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to look at the rows: a window, and all layers (-1) or one alone."""

    window: int
    layer: int
    rows: Ordered
    popular: Popularity


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links as arrays of shape (links,), ordered by pair; accounts are codes.

    Parameters
    ----------
    pair, other
        int64 account codes, the smaller first.
    window
        int64: which window gave the smallest p.
    layer
        int64: which layer gave it alone; -1: all together.
    expected
        float64: expected co-actions in these layers.
    surprise
        int64: counted in these layers, lattice units.
    p, q
        float64.
    evidence
        One `Evidence` per window, its `link` counting the links of that window in order.
    looks
        All looks, window by window, all layers together first.
    tested, weighed
        Pairs of active accounts; pairs whose tail was computed, summed over the looks.
    cutoff
        The largest p of a link; 0 without links.
    """

    pair: I64
    other: I64
    window: I64
    layer: I64
    expected: F64
    surprise: I64
    p: F64
    q: F64
    evidence: list[Evidence]
    looks: list[Look]
    tested: float
    weighed: int
    cutoff: float

    @property
    def together(self) -> list[Look]:
        """The looks at all layers together, one per window."""
        return [look for look in self.looks if look.layer < 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    look: Look
    candidates: Pairs
    expected: F64


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
        Keeps what is finished of each look.
    """
    tested = tested_pairs(rows)
    tests = corrected_tests(tested, settings)
    kept = kept or Forgetful()
    # 1. looks
    tell = Telling(views_of(rows), windows_us, progress)
    looks = looks_at(rows, windows_us, settings, kept, tell)
    known = kept.get("tails")
    if known is None:
        known = _tails(looks, tests, settings, kept, tell)
        kept.put("tails", known)
        for number in range(len(looks)):
            kept.forget(f"look-{number}-part-")
    keys, p, which = known["keys"], known["p"], known["look"]
    q = q_values(p, tests)
    kept_links = q <= settings.fdr
    links = Links(
        pair=keys[kept_links] >> 32,
        other=keys[kept_links] & 0xFFFFFFFF,
        window=np.array([one.window for one in looks])[which[kept_links]],
        layer=np.array([one.layer for one in looks])[which[kept_links]],
        expected=np.zeros(int(kept_links.sum())),
        surprise=np.zeros(int(kept_links.sum()), np.int64),
        p=p[kept_links],
        q=q[kept_links],
        evidence=[],
        looks=looks,
        tested=tested,
        weighed=int(known["weighed"][0]),
        cutoff=0.0,
    )
    return _with_evidence(rows, links, settings, tests)


def _tails(
    looks: list[Look], tests: float, settings: Settings, kept: Keeper, tell: Telling
) -> Arrays:
    """Return keys, p and look of the pairs that could be links, and how many were weighed."""
    # 2. candidates: no more pairs can be links than meet twice in the widest look
    most = max(float(look.popular.by_object.sum()) for look in looks) / 2
    level = _level(most, tests, len(looks), settings)
    found = []
    for number, look in enumerate(looks):
        mine, done = Within(kept, f"look-{number}-"), tell.met(number)
        found.append(_candidates(look, level, settings, mine, done))
    # 3. p
    found = _tightened(found, tests, settings)
    tails = [
        (one.candidates, p_values(one.expected, one.look.popular.laws,
                                  one.candidates.surprise, settings.threads))
        for one in found
    ]  # fmt: skip
    keys, p, which = merged(tails)
    weighed = sum(one.candidates.pair.size for one in found)
    return {"keys": keys, "p": p, "look": which, "weighed": np.array([weighed])}


def corrected_tests(tested: float, settings: Settings) -> float:
    """Return the number of tests that the method of `settings` divides by; at least 1."""
    return max(tested * inflation(tested, settings.fdr_method), 1.0)


def views_of(rows: Ordered) -> dict[int, Ordered]:
    """Return the rows of all layers together (-1) and, where there are several, of each alone."""
    if rows.layers == 1:
        return {-1: rows}
    return {-1: rows} | {layer: of_layer(rows, layer) for layer in range(rows.layers)}


def looks_at(
    rows: Ordered,
    windows_us: list[int],
    settings: Settings,
    kept: Keeper | None = None,
    tell: Telling | None = None,
) -> list[Look]:
    """Return the looks of a run, window by window, all layers together first (1)."""
    kept, views = kept or Forgetful(), views_of(rows)
    asked = [(window, layer) for window in range(len(windows_us)) for layer in views]
    return [
        Look(
            window=window,
            layer=layer,
            rows=views[layer],
            popular=popularity(
                views[layer],
                windows_us[window],
                settings.threads,
                len(asked),
                kept=Within(kept, f"look-{number}-"),
                done=tell.counted(number) if tell else None,
            ),
        )
        for number, (window, layer) in enumerate(asked)
    ]


def _level(pairs_left: float, tests: float, looks: int, settings: Settings) -> float:
    """Return the largest p at one look that a link can have when so many pairs are left."""
    return min(settings.fdr * max(pairs_left, 1.0) / tests, 1.0) / looks


def _candidates(
    look: Look,
    level: float,
    settings: Settings,
    kept: Keeper,
    done: Callable[[float], None] | None,
) -> _Found:
    candidates = pairs(look.rows, look.popular, level, settings.threads, kept=kept, done=done)
    expected = expected_co_actions(look.rows, look.popular, candidates.pair, candidates.other)
    return _Found(look=look, candidates=candidates, expected=expected)


def _tightened(found: list[_Found], tests: float, settings: Settings) -> list[_Found]:
    """Leave out pairs that cannot be links, until hardly any goes.

    Of R pairs with p at most c, the cutoff is at most fdr R / tests: each pair that is left out
    lowers the level for the others. What remains needs its exact tail.
    """
    left = sum(one.candidates.pair.size for one in found)
    before = left + 1
    while left and left < 0.9 * before:
        before = left
        level = _level(left, tests, len(found), settings)
        found = [_possible(one, level) for one in found]
        left = sum(one.candidates.pair.size for one in found)
    return found


def _possible(found: _Found, level: float) -> _Found:
    rows, candidates, expected = found.look.rows, found.candidates, found.expected
    critical = critical_surprises(rows, found.look.popular, level)
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
    return replace(found, candidates=kept, expected=np.ascontiguousarray(expected[passes]))


def _with_evidence(rows: Ordered, links: Links, settings: Settings, tests: float) -> Links:
    # 4. evidence, each episode once
    again = links
    evidence = []
    for look in links.together:
        mine = np.flatnonzero(links.window == look.window)
        keys = links.pair[mine] << 32 | links.other[mine]
        shown = evidence_of(rows, look.popular, keys, settings.threads)
        again, shown = _judged(again, mine, look, shown, settings)
        evidence.append(shown)
    q = q_values(again.p, tests)
    kept = q <= settings.fdr
    return replace(
        again,
        pair=again.pair[kept],
        other=again.other[kept],
        window=again.window[kept],
        layer=again.layer[kept],
        expected=again.expected[kept],
        surprise=again.surprise[kept],
        p=again.p[kept],
        q=q[kept],
        evidence=[_only(one, kept[links.window == n]) for n, one in enumerate(evidence)],
        cutoff=float(again.p[kept].max(initial=0.0)),
    )


def _judged(
    links: Links, mine: I64, together: Look, shown: Evidence, settings: Settings
) -> tuple[Links, Evidence]:
    """Take p again from what counts: all layers together, and each alone; keep the smallest."""
    tried = sorted({look.layer for look in links.looks})
    pairs = links.pair[mine], links.other[mine]
    again = judged(together.rows, together.popular, pairs, shown, tried, settings)
    p, expected, surprise = links.p.copy(), links.expected.copy(), links.surprise.copy()
    layer = links.layer.copy()
    p[mine] = np.maximum(p[mine], np.minimum(again.p * len(links.looks), 1.0))
    layer[mine], expected[mine], surprise[mine] = again.layer, again.expected, again.surprise
    layer_of = together.rows.layer_of[together.rows.object_of[shown.early]]
    inside = (again.layer[shown.link] < 0) | (again.layer[shown.link] == layer_of)
    links = replace(links, p=p, expected=expected, surprise=surprise, layer=layer)
    return links, chosen(replace(shown, counted=again.counted), inside)


def _only(evidence: Evidence, kept: NDArray[np.bool_]) -> Evidence:
    number = np.cumsum(kept) - 1
    shown = chosen(evidence, kept[evidence.link])
    return replace(shown, link=number[shown.link])
