"""The tempo that a burst is held against: how soon accounts follow one another on other objects.

The numbers are the steps of `coordination.bursts`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.kernels import bursts as kernel

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Ordinary tempo by window, seconds: share of an object's accounts that follow an action, and
#: strength (a + b of its beta law: how alike objects are). Means of 818 cascades of reposts (Ma
#: et al. 2017, doi:10.18653/v1/P17-1066); there the strength is 10 up to 60 s, and 7 is taken,
#: because natural objects are fast more often than a beta law says.
ORDINARY = (
    (10, 60, 300, 900, 3600, 86_400),
    (0.006, 0.02, 0.06, 0.12, 0.22, 0.44),
    (7.0, 7.0, 5.6, 3.6, 2.7, 2.0),
)
#: Made-up objects of that tempo put into each file.
ORDINARY_OBJECTS = 3.0
#: The file's tempo weighs as much as so many of the object's own rows; objects of its source;
#: objects of that moment.
OWN_ROWS, SOURCE_OBJECTS, MOMENT_OBJECTS = 10.0, 2.0, 10.0
#: The most bursty objects are no measure for others: so many, and this share of the tested,
#: where ordinary tempo would give them a p this small at most. More are the file's habit.
ASIDE, ASIDE_SHARE, ASIDE_P = 3, 0.01, 0.001
#: A mean lies so far from 0 and 1; the least strength.
LEAST, _WEAKEST = 1e-9, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The tested objects at one window (1); arrays of shape (tested,) unless said."""

    window_us: int
    rows: Ordered
    #: Followers of each row, shape (rows,).
    follow: I32
    #: Tested objects' place among them by object, -1: not tested; shape (objects,).
    place: I64
    objects: I64
    layer: I32
    accounts: I64
    actions: I64
    most: I64
    opens: I64
    share: F64
    square: F64

    @property
    def start(self) -> I64:
        """Return when each object's densest window opens, microseconds."""
        return self.rows.time[self.opens]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Mean share and strength, arrays of shape (tested,) (2)."""

    mean: F64
    strength: F64


def seen_at(rows: Ordered, tested: I64, window_us: int) -> Seen:
    """Return the tested objects at a window (1); O(rows)."""
    # 1. largest number of accounts within the window
    objects = rows.layer_of.shape[0]
    follow = kernel.followers(rows.starts, rows.time, rows.before, rows.after, window_us)
    accounts, most, opens = (np.zeros(objects, np.int64) for _ in range(3))
    share, square = np.zeros(objects), np.zeros(objects)
    kernel.moments(rows.starts, rows.before, follow, accounts, most, opens, share, square)
    place = np.full(objects, -1, np.int64)
    place[tested] = np.arange(tested.size)
    return Seen(
        window_us=window_us,
        rows=rows,
        follow=follow,
        place=place,
        objects=tested,
        layer=rows.layer_of[tested],
        accounts=accounts[tested],
        actions=np.diff(rows.starts)[tested],
        most=most[tested],
        opens=opens[tested],
        share=share[tested],
        square=square[tested],
    )


def tempo_of(seen: Seen, at_least: float) -> Tempo:
    """Return the tempo of a layer's other objects with `at_least` so many times the accounts (2)."""
    ordinary, alike = _ordinary(seen.window_us / 1e6)
    ordinary_square = ordinary * (ordinary * alike + 1) / (alike + 1)
    mean, square = np.empty(seen.objects.size), np.empty(seen.objects.size)
    for layer in np.unique(seen.layer):
        mine = np.flatnonzero(seen.layer == layer)
        order = mine[np.lexsort((seen.square[mine], seen.share[mine], seen.accounts[mine]))]
        size = seen.accounts[order]
        first = np.searchsorted(size, at_least * size)
        aside = _set_aside(seen, order)
        others = _of_others(np.ones(order.size), first, aside) + ORDINARY_OBJECTS
        for values, made_up, found in (
            (seen.share[order], ordinary, mean),
            (seen.square[order], ordinary_square, square),
        ):
            total = np.maximum(_of_others(values, first, aside), 0.0)
            found[order] = (total + ORDINARY_OBJECTS * made_up) / others
    spread = np.maximum(square - mean**2, 1e-12)
    return Tempo(mean=mean, strength=np.clip((mean - square) / spread, _WEAKEST, alike))


def _of_others(values: F64, first: I64, aside: I64) -> F64:
    """Return, for each position, the sum of `values` from `first` on, its own left out.

    So are the values at `aside` but the last; and at the last, for the others of `aside`: each
    position leaves out equally many others.
    """
    counted = np.append(values, 0.0)
    counted[aside[:-1]] = 0.0
    total: F64 = np.cumsum(counted[::-1])[::-1][first] - counted[:-1]
    inside = aside[:-1][first[aside[:-1]] <= aside[-1]]
    total[inside] -= counted[aside[-1]]
    return total


def _ordinary(window_s: float) -> tuple[float, float]:
    """Return ordinary share and strength at a window."""
    at = np.log(window_s)
    share, strength = (np.interp(at, np.log(ORDINARY[0]), row) for row in ORDINARY[1:])
    return float(share), float(strength)


def _set_aside(seen: Seen, objects: I64) -> I64:
    """Return the positions of a layer's most bursty objects, which are no measure for others.

    One more than are left out, the least bursty last: it stands in for each of the others. The
    last is one behind all positions where there are not so many.
    """
    share, strength = _ordinary(seen.window_us / 1e6)
    p, expected = np.zeros(objects.size), np.zeros(objects.size)
    kernel.burst_tails(
        seen.accounts[objects],
        seen.actions[objects],
        seen.most[objects],
        np.full(objects.size, share),
        np.full(objects.size, strength),
        p,
        expected,
    )
    few = ASIDE + int(objects.size * ASIDE_SHARE)
    order = np.lexsort((seen.start[objects], -seen.square[objects], -seen.share[objects], p))
    extreme = order[: few + 1][p[order[: few + 1]] <= ASIDE_P]
    return extreme if extreme.size > few else np.append(extreme, objects.size)


def raised(seen: Seen, mean: F64, source_of: I32 | None) -> F64:
    """Return `mean` raised to activity, own tempo and source's tempo (3).

    Parameters
    ----------
    seen
        The tested objects.
    mean
        float64, shape (tested,): the file's tempo.
    source_of
        int32, shape (objects,), -1: unknown.
    """
    largest = np.maximum(mean, _by_activity(seen))
    rows = seen.rows
    count, share = np.zeros(seen.objects.size), np.zeros(seen.objects.size)
    kernel.own_tempo(
        seen.objects,
        rows.starts,
        rows.time,
        rows.before,
        seen.follow,
        seen.opens,
        seen.window_us,
        count,
        share,
    )
    largest = np.maximum(largest, (OWN_ROWS * mean + share) / (OWN_ROWS + count))
    if source_of is None:
        return largest
    source = source_of[seen.objects].astype(np.int64)
    known = source >= 0
    same = np.where(known, source, 0)
    objects = np.bincount(same, weights=known)[same] - known
    shares = np.bincount(same, weights=known * seen.share)[same] - known * seen.share
    by_source = (SOURCE_OBJECTS * mean + shares) / (SOURCE_OBJECTS + objects)
    return np.where(known, np.maximum(largest, by_source), largest)


def _by_activity(seen: Seen) -> F64:
    """Return the share of the layer's actions on other objects that fall in each window (3)."""
    rows, found = seen.rows, np.zeros(seen.objects.size)
    layer_of_rows = rows.layer_of[rows.object_of]
    inside = kernel.rows_within(seen.opens, seen.objects, rows.starts, rows.time,
                                seen.window_us)  # fmt: skip
    for layer in np.unique(seen.layer):
        mine = np.flatnonzero(seen.layer == layer)
        time = np.sort(rows.time[layer_of_rows == layer])
        start = seen.start[mine]
        around = np.searchsorted(time, start + seen.window_us, "right")
        around -= np.searchsorted(time, start, "left")
        others = np.maximum(time.size - seen.actions[mine], 1)
        found[mine] = np.maximum(around - inside[mine], 0) / others
    return found


def at_that_moment(seen: Seen, small: I64, mean: F64) -> F64:
    """Return `mean`, for some objects raised to the tempo of others at their moment (4)."""
    # one total of means by object: many rows of one fast object are one sign
    higher = mean.copy()
    rows, window = seen.rows, seen.window_us
    place = seen.place[rows.object_of]
    near = np.flatnonzero(place >= 0)
    near = near[np.argsort(rows.time[near], kind="stable")]
    times = rows.time[near]
    for k in small.tolist():
        start = int(seen.start[k])
        first, last = (
            np.searchsorted(times, start - window),
            np.searchsorted(times, start + window, "right"),
        )
        around = near[first:last]
        mine = around[place[around] == k]
        others = around[
            (seen.layer[place[around]] == seen.layer[k])
            & (place[around] != k)
            & ~np.isin(rows.account[around], rows.account[mine])
        ]
        share = seen.follow[others] / (seen.accounts[place[others]] - 1)
        _, which, count = np.unique(place[others], return_inverse=True, return_counts=True)
        total = float((np.bincount(which, weights=share) / count).sum()) if count.size else 0.0
        now = (MOMENT_OBJECTS * mean[k] + total) / (MOMENT_OBJECTS + count.size)
        higher[k] = max(mean[k], now)
    return higher
