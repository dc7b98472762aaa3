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
from fanal.coordination.threads import in_threads
from fanal.kernels import habits as kernel

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: The habits, in order.
HABITS = ("clock", "age")
_LINKS_PER_CHUNK = 512


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
    For each link the product of the two accounts' actions on objects in common, and the linked
    accounts on these.
    """
    p = {habit: links.p.copy() for habit in HABITS}
    for look in links.together:
        mine = np.flatnonzero(links.window == look.window)
        if not mine.size:
            continue
        # 1. chances, 2. h
        clock, age = expected_by_habit(
            rows, links, mine, windows_us[look.window], settings.threads
        )
        # 3. p
        for habit, expected in zip(HABITS, (clock, age), strict=True):
            again = _again(look, links, mine, expected, settings)
            p[habit][mine] = np.maximum(p[habit][mine], again)
    return p


def expected_by_habit(
    rows: Ordered, links: Links, mine: I64, window_us: int, threads: int
) -> tuple[F64, F64]:
    """Return the co-actions that clock and age let expect, chances x h (1, 2).

    Parameters
    ----------
    rows, links
        As `find_links` took and gave them.
    mine
        int64, shape (n,): the links that are looked at, all of one window.
    window_us
        The window, microseconds, inclusive.
    threads
        Threads; the result does not depend on it.

    Returns
    -------
    tuple
        float64, shape (n,), twice: co-actions, 0 where nothing is known of a habit.
    """
    clock, age = np.zeros(mine.size), np.zeros(mine.size)
    pair, partner, layer = links.pair[mine], links.other[mine], links.layer[mine]
    tables = (*_accounts(rows), *_crowd(rows, links))

    def expect(begin: int) -> None:
        end = min(begin + _LINKS_PER_CHUNK, mine.size)
        near = np.full(rows.accounts, -1, np.int32)
        of_account, starts, born, layers, accounts, others, since, linked, of_object = tables
        kernel.expected_by_habit(
            begin, end, pair, partner, layer, window_us, layers, of_account, starts, born,
            rows.object_of, rows.time, rows.post, accounts, rows.source_of < 0, others, since,
            linked, near, of_object, clock, age,
        )  # fmt: skip

    in_threads(expect, list(range(0, mine.size, _LINKS_PER_CHUNK)), threads)
    return clock, age


def _accounts(rows: Ordered) -> tuple[I64, ...]:
    """Return rows by account and where each begins; birth, layers and accounts of objects."""
    of_account = np.argsort(rows.account, kind="stable").astype(np.int64)
    starts = np.searchsorted(rows.account[of_account], np.arange(rows.accounts + 1))
    layers = np.searchsorted(rows.layer_of, np.arange(rows.layers + 1))
    first = rows.object_of[rows.before < 0]
    accounts = np.bincount(first, minlength=rows.layer_of.size)
    born = rows.time[np.minimum(rows.starts[:-1], rows.time.size - 1)]
    found = (of_account, starts, born, layers, accounts)
    return tuple(np.ascontiguousarray(one, np.int64) for one in found)


def _crowd(rows: Ordered, links: Links) -> tuple[I64, ...]:
    """Return whom each account is linked to, and the linked accounts on each object."""
    ends = np.concatenate([links.pair, links.other])
    order = np.argsort(ends, kind="stable")
    others = np.concatenate([links.other, links.pair])[order]
    since = np.searchsorted(ends[order], np.arange(rows.accounts + 1))
    linked = np.zeros(rows.accounts, np.bool_)
    linked[ends] = True
    first = np.flatnonzero((rows.before < 0) & linked[rows.account])
    of_object = np.searchsorted(rows.object_of[first], np.arange(rows.layer_of.size + 1))
    found = (others, since, rows.account[first], of_object)
    return tuple(np.ascontiguousarray(one, np.int64) for one in found)


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
