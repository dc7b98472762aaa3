"""Habits: which links stay when the hours, and the haste, of two accounts are expected, too.

A tool posts the day's hashtag at nine sharp; a player solves the day's riddle over her coffee; a
fan passes on whatever her star says within ten seconds, in a file that does not name the star.
Such accounts meet within the minute again and again, and never agreed on it. The null model of a
pair compares hours in bins of six, and shared interest needs a source, or a topic block, that the
file shows well.

1. Chances: the objects on which both act, in the layers that the link rests on.
   - Clock: those on which they act within half a day of one another.
   - Age: those without a named source of whose accounts a quarter or more is not linked to either of
     the two. On an object that hardly anybody else acts on, age says nothing.
2. h: of the actions of the one and of the other on different chances, the share that would be
   within the window of one another, had the objects been the same.
   - Clock: by time of day (UTC), of actions more than half a day apart.
   - Age: by seconds since the object's first action.
3. Expected by habit: chances x h, of one post of an account one chance. Where that is more than
   the pair null expects, its rates are raised to it, and p is taken again from the same counted
   surprise; times the number of looks, at least the link's own p.

A group that always acts at one minute of the day, or always among the first, is explained, too:
nothing in the file tells it from a habit. One that meets at changing hours and ages is not
touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.links import Links, Look
from fanal.coordination.ordered import Ordered
from fanal.coordination.settings import Settings
from fanal.coordination.significance import expected_co_actions, p_values

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY_US = 86_400_000_000
HALF_DAY_US = DAY_US // 2
#: Age says something of an object while at most this part of its accounts is linked to the two.
MOST = 0.75
#: The habits, in order.
HABITS = ("clock", "age")


def habits_of(
    rows: Ordered, links: Links, windows_us: list[int], settings: Settings
) -> dict[str, F64]:
    """Return p of each link when habits are expected.

    Parameters
    ----------
    rows, links, windows_us, settings
        As `find_links` took and gave them.

    Returns
    -------
    dict
        Habit (`HABITS`) -> float64, shape (links,): at least the link's p, at most 1.

    Notes
    -----
    For each link the square of the two accounts' actions on objects in common, and the linked
    accounts on these.
    """
    p = {habit: links.p.copy() for habit in HABITS}
    order = np.argsort(rows.account, kind="stable")
    starts = np.searchsorted(rows.account[order], np.arange(rows.accounts + 1))
    crowd = _Crowd(rows, links)
    for look in links.together:
        mine = np.flatnonzero(links.window == look.window)
        expected = {habit: np.zeros(mine.size) for habit in HABITS}
        for n, link in enumerate(mine.tolist()):
            ends = int(links.pair[link]), int(links.other[link])
            one, other = _in_common(
                rows,
                *(
                    _of_layer(rows, order[starts[end] : starts[end + 1]], links.layer[link])
                    for end in ends
                ),
            )
            window_us = windows_us[look.window]
            expected["clock"][n] = by_clock(rows, one, other, window_us)
            told = crowd.tells(rows.object_of[one], ends)
            one, other = _in_common(rows, one[told], other)
            expected["age"][n] = by_age(rows, one, other, window_us)
        for habit in HABITS:
            again = _again(look, links, mine, expected[habit], settings)
            p[habit][mine] = np.maximum(p[habit][mine], again)
    return p


def by_clock(rows: Ordered, one: I64, other: I64, window_us: int) -> float:
    """Return how often two accounts would meet by their times of day alone (1, 2).

    Parameters
    ----------
    rows
        Rows in order.
    one, other
        Rows of either account on objects in common.
    window_us
        Microseconds.
    """
    apart = rows.time[one][:, None] - rows.time[other][None, :]
    same_day = np.abs(apart) <= HALF_DAY_US
    hour = (apart + HALF_DAY_US) % DAY_US - HALF_DAY_US
    return _expected(rows, one, other, same_day, ~same_day, np.abs(hour) <= window_us)


def by_age(rows: Ordered, one: I64, other: I64, window_us: int) -> float:
    """Return how often two accounts would meet by the ages of objects alone (1, 2).

    Parameters
    ----------
    rows, one, other, window_us
        As for `by_clock`.
    """
    ages = [
        rows.time[mine] - rows.time[rows.starts[rows.object_of[mine]]] for mine in (one, other)
    ]
    apart = np.abs(ages[0][:, None] - ages[1][None, :])
    different = rows.object_of[one][:, None] != rows.object_of[other][None, :]
    return _expected(rows, one, other, ~different, different, apart <= window_us)


def _expected(
    rows: Ordered, one: I64, other: I64, near: Bools, tried: Bools, meets: Bools
) -> float:
    """Return chances x h, by pairs of actions: of one post of an account one chance (3)."""
    same = near & (rows.object_of[one][:, None] == rows.object_of[other][None, :])
    first, second = np.nonzero(same)
    _, once = np.unique(rows.object_of[one[first]], return_index=True)
    chances = min(
        np.unique(rows.post[one[first[once]]]).size,
        np.unique(rows.post[other[second[once]]]).size,
    )
    all_tried = int(tried.sum())
    return chances * int((tried & meets).sum()) / all_tried if all_tried else 0.0


class _Crowd:
    """Who else acts on an object: the linked accounts on each, and how many there are in all."""

    def __init__(self, rows: Ordered, links: Links) -> None:
        ends = np.concatenate([links.pair, links.other])
        others = np.concatenate([links.other, links.pair])
        order = np.argsort(ends, kind="stable")
        self._others = others[order]
        self._starts = np.searchsorted(ends[order], np.arange(rows.accounts + 1))
        linked = np.zeros(rows.accounts, np.bool_)
        linked[ends] = True
        first = np.flatnonzero(rows.before < 0)
        self._accounts = np.bincount(rows.object_of[first], minlength=rows.source_of.size)
        first = first[linked[rows.account[first]]]
        self._linked = rows.account[first]
        self._of_object = np.searchsorted(
            rows.object_of[first], np.arange(rows.source_of.size + 1)
        )
        self._unnamed = rows.source_of < 0
        self._near = np.zeros(rows.accounts, np.bool_)

    def tells(self, objects: NDArray[np.int32], ends: tuple[int, int]) -> Bools:
        """Return of which objects the age says something of two accounts (1)."""
        near = [self._others[self._starts[end] : self._starts[end + 1]] for end in ends]
        for some in near:
            self._near[some] = True
        told = [
            bool(self._unnamed[one])
            and self._near[self._linked[self._of_object[one] : self._of_object[one + 1]]].sum()
            < MOST * self._accounts[one]
            for one in objects.tolist()
        ]
        for some in near:
            self._near[some] = False
        return np.array(told, np.bool_)


def _in_common(rows: Ordered, one: I64, other: I64) -> tuple[I64, I64]:
    objects = np.intersect1d(rows.object_of[one], rows.object_of[other])
    return (
        one[np.isin(rows.object_of[one], objects)],
        other[np.isin(rows.object_of[other], objects)],
    )


def _of_layer(rows: Ordered, mine: I64, layer: np.int64) -> I64:
    return mine if layer < 0 else mine[rows.layer_of[rows.object_of[mine]] == layer]


def _again(look: Look, links: Links, mine: I64, by_habit: F64, settings: Settings) -> F64:
    """Return p with the rates raised to what habit lets expect (3); 0 where it is not more."""
    rates = expected_co_actions(look.rows, look.popular, links.pair[mine], links.other[mine])
    alone = links.layer[mine][:, None]
    rates[(alone >= 0) & (np.arange(rates.shape[1]) != alone)] = 0.0
    whole = rates.sum(axis=1)
    p, more = np.zeros(mine.size), np.flatnonzero((by_habit > whole) & (whole > 0))
    rates = np.ascontiguousarray(rates[more] * (by_habit[more] / whole[more])[:, None])
    found = p_values(rates, look.popular.laws, links.surprise[mine][more], settings.threads)
    p[more] = np.minimum(found * len(links.looks), 1.0)
    return p
