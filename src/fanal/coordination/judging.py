"""p of chosen pairs from the co-actions that count: all layers together, and each alone.

1. Of each episode the most surprising co-action of the layers counts.
2. p of the counted surprise, at the rate of these layers; two counted co-actions at least.
3. The smallest over the layers; whoever asks corrects for the looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import Evidence, best_of_episodes, counted_surprise
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Popularity
from fanal.coordination.settings import Settings
from fanal.coordination.significance import expected_co_actions, p_values

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Counted co-actions that a link needs: one coincidence makes no link.
FEWEST_CO_ACTIONS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the co-actions of pairs say, arrays of shape (pairs,) unless said.

    Parameters
    ----------
    p
        float64: the smallest over the layers tried, not corrected for having tried them.
    layer
        int64: which gave it; -1: all together.
    expected
        float64: expected co-actions in these layers.
    surprise
        int64: counted in these layers, lattice units.
    counted
        bool, shape (co-actions,): what counts in the layers of its pair.
    """

    p: F64
    layer: I64
    expected: F64
    surprise: I64
    counted: NDArray[np.bool_]


def judged(
    rows: Ordered,
    popular: Popularity,
    pairs: tuple[I64, I64],
    shown: Evidence,
    layers: Iterable[int],
    settings: Settings,
    enough: float = 0.0,
) -> Judged:
    """Return p of pairs from their co-actions.

    Parameters
    ----------
    rows, popular
        All layers together, within the window.
    pairs
        Account codes, the smaller first.
    shown
        Co-actions of the pairs, `link` counting them.
    layers
        Layers to try alone; -1: all together.
    settings
        Threads are used.
    enough
        As for `significance.p_values`.
    """
    size = pairs[0].size
    rates = expected_co_actions(rows, popular, *pairs)
    layer_of = rows.layer_of[rows.object_of[shown.early]]
    best, layer = np.full(size, np.inf), np.full(size, -1, np.int64)
    expected, surprise = np.zeros(size), np.zeros(size, np.int64)
    counted = np.zeros(shown.link.size, np.bool_)
    for alone in layers:
        # 1. what counts
        inside = np.ones(shown.link.size, np.bool_) if alone < 0 else layer_of == alone
        counts = _counted_inside(shown, inside, rows)
        total, co_actions = counted_surprise(replace(shown, counted=counts), size)
        # 2. p
        columns = slice(None) if alone < 0 else slice(alone, alone + 1)
        rate = np.ascontiguousarray(rates[:, columns])
        p = np.ones(size)
        tried = (rate.sum(axis=1) > 0) & (co_actions >= FEWEST_CO_ACTIONS)
        p[tried] = p_values(
            rate[tried], popular.laws[columns], total[tried], settings.threads, enough
        )
        # 3. the smallest
        better = p < best
        best[better], layer[better] = p[better], alone
        expected[better], surprise[better] = rate.sum(axis=1)[better], total[better]
        counted[better[shown.link]] = counts[better[shown.link]]
    return Judged(p=best, layer=layer, expected=expected, surprise=surprise, counted=counted)


def _counted_inside(
    shown: Evidence, inside: NDArray[np.bool_], rows: Ordered
) -> NDArray[np.bool_]:
    counted = np.zeros(shown.link.size, np.bool_)
    counted[inside] = best_of_episodes(
        shown.link[inside], rows.time[shown.early[inside]], shown.surprise[inside]
    )
    return counted
