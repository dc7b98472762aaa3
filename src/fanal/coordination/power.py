"""What a group would have to do in this very file to be linked: a thought experiment, computed.

1. Take one layer as it is: its accounts and what they do, its co-actions, both by time bin.
2. Let accounts of the file of a given activity act together, all of them each time, on b objects
   of middling popularity, on top of what they do already; at times drawn from the actions of the
   layer. 101 pairs of such accounts, and of such times, are drawn with one seed.
3. Draws, activity, popularity and hours change with the group. What the pair has done together
   anyhow counts too, and an episode counts once (coordination/evidence.py): times that fall into
   one half hour are one.
4. lambda, surprise and p of the pair come from the code that tests real pairs, in a look at this
   layer alone. What p is in half of the draws, or in nine of ten, counts.
5. They are found when p, over the looks, is at most fdr k(k-1)/2 / tests: Benjamini-Hochberg
   takes all pairs of a group or none where all are alike.

A pair of accounts is the group of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import (
    Evidence,
    best_of_episodes,
    counted_surprise,
    evidence_of,
)
from fanal.coordination.links import Look
from fanal.coordination.ordered import activity_by_bin, distinct_by_draws, draws_of
from fanal.coordination.significance import p_values
from fanal.kernels import null_model

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: A link needs two counted co-actions.
FEWEST_TIMES = 2
#: Pairs, and times of what they do together, that are drawn.
PLACEMENTS, PLACEMENT_SEED = 101, 0
#: Accounts that are drawn from, where the layer has so many of about this activity.
ALIKE = 10
#: Numbers that are tried; those between are, below the first that is found.
TRIED = (*range(2, 13), 15, 20, 25, 30, 40, 50, 70, 100, 140, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One layer at one window as pairs of accounts would meet it (1); d = PLACEMENTS draws.

    Parameters
    ----------
    look
        The layer alone.
    popular, objects
        int64: co-actions that an object can have, ascending, and how many objects have so many.
    curve
        float64, two rows: draws, and the distinct objects they give.
    pair, other
        int64, shape (d,): accounts, the smaller code first.
    own
        float64, shape (d, 2, bins): distinct objects of each by time bin.
    met
        What these pairs did together anyhow; its `link` counts the draws.
    """

    look: Look
    popular: I64
    objects: I64
    curve: tuple[F64, F64]
    pair: I64
    other: I64
    own: F64
    met: Evidence


def ground(look: Look, alike: I64) -> Ground:
    """Return one layer as accounts would meet it.

    Parameters
    ----------
    look
        A look at one layer alone.
    alike
        int64: codes of the accounts that pairs are drawn from, two or more.

    Notes
    -----
    Meets all co-actions of the layer once.
    """
    # 1. the layer as it is
    rows = look.rows
    met = look.popular.by_object
    values, counts = np.unique(met[met > 0], return_counts=True)
    # 2. pairs
    draw = np.random.default_rng(PLACEMENT_SEED)
    both = np.stack([draw.choice(alike, 2, replace=False) for _ in range(PLACEMENTS)])
    both.sort(axis=1)
    keys, which = np.unique(both[:, 0] << 32 | both[:, 1], return_inverse=True)
    return Ground(
        look=look,
        popular=values,
        objects=counts.astype(np.int64),
        curve=distinct_by_draws(rows, 0, float(rows.draws[0].max()) + TRIED[-1]),
        pair=both[:, 0],
        other=both[:, 1],
        own=_by_bin(look, both),
        met=_of_draws(evidence_of(rows, look.popular, keys), which),
    )


def accounts_like(activity: NDArray[np.int32], share: float) -> I64:
    """Return the accounts of the activity that this share of the active ones does not exceed.

    Parameters
    ----------
    activity
        int32, shape (accounts,): distinct objects of each in a layer.
    share
        0 to 1.

    Returns
    -------
    ndarray
        int64, ascending: all of exactly this activity; where they are fewer than `ALIKE`, those
        nearest to it with them, at most a fifth of the active ones (but two).
    """
    active = np.flatnonzero(activity > 0)
    of_them = activity[active].astype(np.int64)
    away = np.abs(of_them - np.quantile(of_them, share, method="inverted_cdf"))
    wanted = max(min(ALIKE, active.size // 5), 2, int((away == 0).sum()))
    return np.sort(active[np.argsort(away, kind="stable")[:wanted]])


def _by_bin(look: Look, both: I64) -> F64:
    rows = look.rows
    needed = np.zeros(rows.accounts, np.bool_)
    needed[both] = True
    starts, bins, counts = activity_by_bin(rows, 0, needed, np.ones(rows.bins))
    own = np.zeros((*both.shape, rows.bins))
    for place, account in np.ndenumerate(both):
        mine = slice(starts[account], starts[account + 1])
        own[place][bins[mine]] = counts[mine]
    return own


def _of_draws(found: Evidence, which: NDArray[np.intp]) -> Evidence:
    """Return the co-actions of each draw, where several draws can be of one pair."""
    parts = [np.flatnonzero(found.link == key) for key in which]
    taken = np.concatenate([np.zeros(0, np.int64), *parts])
    return Evidence(
        link=np.repeat(np.arange(which.size), [part.size for part in parts]),
        early=found.early[taken],
        late=found.late[taken],
        surprise=found.surprise[taken],
        counted=found.counted[taken],
    )


def pair_p(where: Ground, accounts: int, times: int, share: float = 0.5) -> float:
    """Return p at one look of a pair of a group that acts together.

    Parameters
    ----------
    where
        The layer, and the accounts.
    accounts
        k, 2 or more.
    times
        b: objects that all of them act on within the window; 1 or more.
    share
        Share of the draws for which p is at most what is returned.
    """
    # 2., 3. the layer with the group in it
    pairs = accounts * (accounts - 1) // 2
    total = int(where.look.popular.by_object.sum()) + times * pairs
    values, counts, joint = _objects_with(where, pairs, times)
    units = null_model.surprise_of(values, total)
    size = max(where.look.popular.laws.shape[1], int(units.max()) + 1)
    law = null_model.jump_law(values * counts, units, size)
    rows = np.random.default_rng(PLACEMENT_SEED).integers(
        0, where.look.rows.time.size, (PLACEMENTS, times)
    )
    surprise, counted = _counted(where, rows, null_model.surprise_of(joint, total), total)
    expected = expected_with(where, rows, accounts, total)
    # 4. its pair
    mean = float(law @ np.arange(size))
    order = np.lexsort((-surprise, expected, _rank(surprise, counted, expected * mean)))
    at = order[max(int(np.ceil(share * PLACEMENTS)) - 1, 0)]
    if counted[at] < FEWEST_TIMES:
        return 1.0
    found = p_values(
        np.array([[expected[at]]]), law[np.newaxis], np.array([surprise[at]], np.int64), 1
    )
    return float(found[0])


def _rank(surprise: I64, counted: I64, mean: F64) -> F64:
    """Return what orders draws as their tails do: the rate function of Poisson, falling."""
    ratio = np.maximum(surprise, 1) / mean
    rank = np.where(ratio > 1, -surprise * np.log(ratio) + surprise - mean, 0.0)
    return np.where(counted < FEWEST_TIMES, 1.0, rank)


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


def _counted(where: Ground, rows: I64, joint: NDArray[np.int32], total: int) -> tuple[I64, I64]:
    """Return surprise and number of what counts of each draw, an episode once (3)."""
    mine, met = where.look.rows, where.met
    known = where.look.popular.by_object[mine.object_of[met.early]]
    link = np.concatenate([met.link, np.repeat(np.arange(PLACEMENTS), rows.shape[1])])
    time = np.concatenate([mine.time[met.early], mine.time[rows].ravel()])
    units = np.concatenate([null_model.surprise_of(known, total), np.tile(joint, PLACEMENTS)])
    surprise = units.astype(np.int64)
    together = Evidence(
        link=link,
        early=link,
        late=link,
        surprise=surprise,
        counted=best_of_episodes(link, time, surprise),
    )
    return counted_surprise(together, PLACEMENTS)


def expected_with(where: Ground, rows: I64, accounts: int, total: int) -> F64:
    """Return lambda of the pair of each draw, with the group in the layer: float64, (d,).

    Parameters
    ----------
    where
        The layer, and the accounts.
    rows
        int64, shape (d, b): when they act together, as rows of the layer.
    accounts, total
        k, and the co-actions of the layer with theirs.
    """
    look, times = where.look, rows.shape[1]
    draws = look.rows.draws[0]
    ends = np.stack([where.pair, where.other], axis=1)
    after = draws_of(where.curve, look.rows.activity[0][ends] + times, draws[ends] + times)
    added, squares = after - draws[ends], after**2 - draws[ends] ** 2
    m = draws.sum() + accounts / 2 * added.sum(axis=1)
    meetings = m**2 - (draws**2).sum() - accounts / 2 * squares.sum(axis=1)
    overall = 2 * total * after.prod(axis=1) / np.maximum(meetings, 1.0)
    larger: F64 = np.maximum(overall, _expected_by_bin(where, rows, accounts))
    return larger


def _expected_by_bin(where: Ground, rows: I64, accounts: int) -> F64:
    mine, by_bin = where.look.rows, where.look.popular.by_bin[0]
    bursts = np.zeros((PLACEMENTS, mine.bins))
    np.add.at(bursts, (np.arange(PLACEMENTS)[:, None], mine.time_bin[rows]), 1)
    own = where.own + bursts[:, np.newaxis]
    grown = (own**2 - where.own**2).sum(axis=1) * accounts / 2
    squares = mine.bin_squares[0] + grown
    meetings = (mine.bin_totals[0] + accounts * bursts) ** 2 - squares
    co_actions = by_bin + accounts * (accounts - 1) / 2 * bursts
    weight = 2 * co_actions / np.maximum(meetings, 1.0)
    expected: F64 = (own.prod(axis=1) * weight).sum(axis=1)
    return expected


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
