"""Stability: a link without what it rests on most, and at half and double the window.

1. Level: the largest p that Benjamini and Hochberg let through in this run.
2. Without the strongest object: its two posts are left out, whatever else they have in common.
3. Without the busiest day (UTC): the day whose counted co-actions surprise most is left out.
   Not asked of a file of less than three days.
4. At half and at double the window: popularity, expectation and co-actions anew. Not asked
   below the precision of the times.
5. Where the habits of the two accounts, by the clock and by age, are expected, too
   (coordination/habits.py).
6. p again each time, expectation unchanged by what is left out (so p can only be too large). A
   link that does not stay at or below the level every time is fragile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.evidence import Evidence, chosen
from fanal.coordination.habits import HABITS, habits_of
from fanal.coordination.judging import judged
from fanal.coordination.keeping import Arrays, Forgetful, Keeper, Within
from fanal.coordination.links import Links, corrected_tests
from fanal.coordination.ordered import Ordered
from fanal.coordination.other_windows import at_windows
from fanal.coordination.popularity import Popularity
from fanal.coordination.progress import Progress, Shares
from fanal.coordination.settings import Settings

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

DAY_US = 86_400_000_000
#: Days that a file must cover before one of them can be left out.
FEWEST_DAYS = 3
#: What is asked of each link, in order.
ASKED = ("object", "day", "half", "double", *HABITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What becomes of each link when something is left out or the window is another.

    Parameters
    ----------
    p
        What was asked (`ASKED`) -> float64, shape (links,): p then, corrected for the looks;
        NaN where it could not be asked; where it is far below the level, an upper bound.
    level
        The largest p with which a link of this run lives.
    fragile
        bool, shape (links,): it dies at least once.
    """

    p: dict[str, F64]
    level: float
    fragile: NDArray[np.bool_]

    def because(self) -> list[list[str]]:
        """Return, by link, at what it dies: names of `ASKED`."""
        dies = {asked: np.nan_to_num(p, nan=0.0) > self.level for asked, p in self.p.items()}
        return [
            [asked for asked in ASKED if dies[asked][link]] for link in range(self.fragile.size)
        ]


def stability_of(
    rows: Ordered,
    links: Links,
    windows_us: list[int],
    precision_s: float,
    settings: Settings,
    progress: Progress | None = None,
    kept: Keeper | None = None,
) -> Stability:
    """Return how stable each link is.

    Parameters
    ----------
    rows, links, windows_us
        As `links.find_links` took and gave them.
    precision_s
        Seconds to which times are known.
    settings
        Level, method and threads are used.
    progress
        Called with (what, done, total), in pairs of actions.
    kept
        Keeps what is finished of each window.

    Notes
    -----
    Costs one more count of co-actions for each window, at double of it, and one tail a link and
    question.
    """
    # 1. level
    tests = corrected_tests(links.tested, settings)
    level = min(settings.fdr * max(links.p.size, 1) / tests, settings.fdr)
    p = {asked: np.full(links.p.size, np.nan) for asked in ASKED}
    others = [_others(window, precision_s) for window in windows_us]
    widest = [max(asked.values(), default=0) for asked in others]
    tell = Shares("what links rest on", rows, widest, progress)
    for look in links.together:
        mine = np.flatnonzero(links.window == look.window)
        if not mine.size:
            continue
        again = _Again(rows, links, mine, level, settings)
        shown = links.evidence[look.window]
        # 2. object, 3. day
        p["object"][mine] = again.p(look.popular, chosen(shown, _without_object(rows, shown)))
        if rows.time.max() - rows.time.min() >= FEWEST_DAYS * DAY_US:
            p["day"][mine] = again.p(look.popular, chosen(shown, _without_day(rows, shown)))
        # 4. windows
        within = Within(kept or Forgetful(), f"stability-{look.window}-")
        found = again.at(others[look.window], within, tell.of(look.window))
        for asked, found_p in found.items():
            p[asked][mine] = found_p
    # 5. habits
    p |= habits_of(rows, links, windows_us, settings)
    # 6. fragile
    dies = [np.nan_to_num(one, nan=0.0) > level for one in p.values()]
    return Stability(p=p, level=level, fragile=np.logical_or.reduce(dies))


def _others(window_us: int, precision_s: float) -> dict[str, int]:
    """Return the other windows that can be asked, the narrower first."""
    asked = {"half": window_us // 2, "double": window_us * 2}
    return {name: window for name, window in asked.items() if window >= precision_s * 1e6}


class _Again:
    """Judges the links of one window again."""

    def __init__(
        self, rows: Ordered, links: Links, mine: I64, level: float, settings: Settings
    ) -> None:
        self._enough = level / len(links.looks)
        self._rows, self._settings = rows, settings
        self._pairs = links.pair[mine], links.other[mine]
        self._looks = len(links.looks)
        self._layers = sorted({look.layer for look in links.looks})

    def p(self, popular: Popularity, shown: Evidence) -> F64:
        """Return p of the links from some of their co-actions."""
        found = judged(
            self._rows, popular, self._pairs, shown, self._layers, self._settings, self._enough
        )
        return np.minimum(found.p * self._looks, 1.0)

    def at(
        self, windows_us: dict[str, int], kept: Keeper, done: Callable[[float], None] | None
    ) -> Arrays:
        """Return p of the links within each of other windows, the narrower first."""
        known = kept.get("windows")
        if known is not None:
            return known
        pair, other = self._pairs
        asked = list(windows_us.values())
        found = at_windows(self._rows, asked, pair << 32 | other, self._settings.threads, done)
        p = {name: self.p(*one) for name, one in zip(windows_us, found, strict=True)}
        kept.put("windows", p)
        return p


def _without_object(rows: Ordered, shown: Evidence) -> NDArray[np.bool_]:
    """Leave out the two posts of the strongest object that counts."""
    strongest = _first_counted(shown)
    posts = rows.post[shown.early].astype(np.int64) << 32 | rows.post[shown.late]
    kept: NDArray[np.bool_] = posts != posts[strongest][shown.link]
    return kept


def _first_counted(shown: Evidence) -> I64:
    """Return the first counted co-action of each link; they are ordered by surprise."""
    links = int(shown.link.max(initial=-1)) + 1
    first = np.zeros(links, np.int64)
    counted = np.flatnonzero(shown.counted)[::-1]
    first[shown.link[counted]] = counted
    return first


def _without_day(rows: Ordered, shown: Evidence) -> NDArray[np.bool_]:
    """Leave out the day whose counted co-actions surprise most; of equals the first."""
    day = rows.time[shown.early] // DAY_US
    day -= day.min(initial=0)
    key = shown.link * (int(day.max(initial=0)) + 1) + day
    keys, number = np.unique(key, return_inverse=True)
    total = np.bincount(number, weights=shown.surprise * shown.counted, minlength=keys.size)
    link = keys // (int(day.max(initial=0)) + 1)
    order = np.lexsort((keys, -total, link))
    first = np.ones(order.size, np.bool_)
    first[1:] = link[order][1:] != link[order][:-1]
    busiest = np.zeros(int(link.max(initial=-1)) + 1, np.int64)
    busiest[link[order[first]]] = keys[order[first]]
    kept: NDArray[np.bool_] = key != busiest[shown.link]
    return kept
