"""What a group would have to do in this very file to be linked: a thought experiment, computed.

1. Take one layer as it is: the activity of its accounts, the co-actions of its objects, both by
   time bin.
2. Add k accounts of a given activity that act together on b objects, all of them each time,
   on top of what they do already: on the objects of middling popularity, at times drawn as the
   actions of the file fall (51 draws with one seed; what holds for half of them counts). Activity, popularity and
   hours change with them.
3. lambda, surprise and p of one of their pairs come from the code that tests real pairs, in a look
   at this layer alone; each meeting is an episode of its own.
4. They are found when p, over the looks, is at most fdr k(k-1)/2 / tests: all their pairs are
   alike, so Benjamini-Hochberg takes all of them or none.

A pair of accounts is the group of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import Popularity
from fanal.coordination.significance import p_values
from fanal.kernels import null_model

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: A link needs two counted co-actions.
FEWEST_TIMES = 2
#: Placements of the bursts in time.
PLACEMENTS, PLACEMENT_SEED = 51, 0
#: Numbers that are tried; those between are, below the first that is found.
TRIED = (*range(2, 13), 15, 20, 25, 30, 40, 50, 70, 100, 140, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One layer at one window, as a group would meet it (1).

    Parameters
    ----------
    layer
        Its number.
    rates, laws
        Of all layers: 2 P / m^2, and the law of a co-action's surprise.
    actions
        m of the layer.
    popular, objects
        int64: co-actions that an object can have, ascending, and how many objects have so many.
    by_bin, totals
        int64, shape (bins,): co-actions and actions of the layer.
    """

    layer: int
    rates: F64
    laws: F64
    actions: int
    popular: I64
    objects: I64
    by_bin: I64
    totals: I64


def ground(rows: Ordered, popular: Popularity, layer: int) -> Ground:
    """Return one layer as a group would meet it; O(rows)."""
    # 1. the layer as it is
    mine = popular.by_object[rows.layer_of == layer]
    values, counts = np.unique(mine[mine > 0], return_counts=True)
    return Ground(
        layer=layer,
        rates=popular.rate,
        laws=popular.laws,
        actions=int(rows.draws[layer].sum()),
        popular=values,
        objects=counts.astype(np.int64),
        by_bin=popular.by_bin[layer],
        totals=rows.bin_totals[layer],
    )


def pair_p(
    where: Ground, activity: F64, accounts: int, times: int, share: float = 0.5
) -> float:
    """Return p at one window of any pair of a group that acts together (2, 3).

    Parameters
    ----------
    where
        The layer.
    activity
        float64, shape (layers,): distinct objects that each account acts on besides.
    accounts
        k, 2 or more.
    times
        b: objects that all of them act on within the window; 1 or more.
    share
        Share of the placements in time for which p is at most what is returned.
    """
    # 2. the layer with the group in it
    pairs = accounts * (accounts - 1) // 2
    total = int(where.popular @ where.objects) + times * pairs
    values, counts, joint = _objects_with(where, pairs, times)
    units = null_model.surprise_of(values, total)
    surprise = int(null_model.surprise_of(joint, total).sum())
    laws = _with_law(where, values * counts, units)
    # 3. one of its pairs
    drawn = _expected(where, float(activity[where.layer]), accounts, times)
    expected = np.quantile(drawn, share, method="inverted_cdf")
    found = p_values(
        np.array([[expected]]),
        laws[where.layer : where.layer + 1],
        np.array([surprise], np.int64),
        1,
    )
    return float(found[0])


def _objects_with(where: Ground, pairs: int, times: int) -> tuple[I64, I64, I64]:
    """Return popularities with their numbers of objects, and those of the joint objects."""
    ends = np.cumsum(where.objects)
    known = min(times, int(ends[-1]) if ends.size else 0)
    start = ((int(ends[-1]) if ends.size else 0) - known) // 2
    at = np.searchsorted(ends, np.arange(start, start + known), side="right")
    joint = pairs + np.concatenate([where.popular[at], np.zeros(times - known, np.int64)])
    left = where.objects - np.bincount(at, minlength=where.objects.size)
    values = np.concatenate([where.popular, joint])
    return values, np.concatenate([left, np.ones(times, np.int64)]), joint


def _with_law(where: Ground, co_actions: I64, units: NDArray[np.int32]) -> F64:
    size = max(where.laws.shape[1], int(units.max()) + 1)
    laws = np.zeros((where.laws.shape[0], size))
    laws[:, : where.laws.shape[1]] = where.laws
    laws[where.layer] = null_model.jump_law(co_actions, units, size)
    return laws


def _expected(where: Ground, activity: float, accounts: int, times: int) -> F64:
    """Return lambda of a pair for each placement of the bursts: float64, (PLACEMENTS,)."""
    pairs = accounts * (accounts - 1) / 2
    total = float(where.popular @ where.objects) + times * pairs
    overall = 2 * total * ((activity + times) / (where.actions + accounts * times)) ** 2
    bursts = _placements(where, times)
    own = activity * where.totals / max(where.actions, 1) + bursts
    there = where.totals + accounts * bursts
    weight = 2 * (where.by_bin + pairs * bursts) / np.maximum(there, 1) ** 2
    by_bin = (own**2 * weight).sum(axis=1)
    larger: F64 = np.maximum(overall, by_bin)
    return larger


def _placements(where: Ground, times: int) -> I64:
    """Return how many bursts fall into each time bin: int64, shape (PLACEMENTS, bins)."""
    draw = np.random.default_rng(PLACEMENT_SEED).random((PLACEMENTS, times))
    sums = np.cumsum(where.totals)
    bins = np.searchsorted(sums, draw * sums[-1], side="right")
    counts = np.zeros((PLACEMENTS, sums.size), np.int64)
    np.add.at(counts, (np.arange(PLACEMENTS)[:, None], bins), 1)
    return counts


def smallest(is_found: Callable[[int], bool], most: int) -> int | None:
    """Return the least number, 2 to `most`, that is found; None when no number tried is.

    Parameters
    ----------
    is_found
        Asked for the numbers of `TRIED`, then for those below the first that is found.
    most
        No larger number is tried.
    """
    before = FEWEST_TIMES - 1
    for number in (*[n for n in TRIED if n < most], most):
        if number < FEWEST_TIMES or number <= before:
            continue
        if is_found(number):
            below = (n for n in range(before + 1, number) if is_found(n))
            return next(below, number)
        before = number
    return None
