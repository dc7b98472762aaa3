"""How far a run is, told in pairs of actions, so that a rate means something."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fanal.coordination.cost import looks_pairs, pairs_of_actions
from fanal.coordination.ordered import Ordered

#: Called with (what, done, total).
Progress = Callable[[str, float, float], None]
#: Share of the work on a window that counting is; the rest is the sieve and the table.
COUNTING = 0.2


class Telling:
    """Tells how many pairs of actions are done with, over all looks.

    Parameters
    ----------
    views, windows_us
        As `links.views_of` gives them, and the windows; a look is each view in each window.
    progress
        Whom to tell; None: nobody, and nothing is counted.
    """

    def __init__(
        self, views: Mapping[int, Ordered], windows_us: list[int], progress: Progress | None
    ) -> None:
        self._progress = progress
        self._pairs = looks_pairs(views, windows_us) if progress else []

    def counted(self, look: int) -> Callable[[float], None] | None:
        """Return what to call with the share of a look's pairs that is counted."""
        return self._told(look, 0.0, COUNTING)

    def met(self, look: int) -> Callable[[float], None] | None:
        """Return what to call with the share of a look's pairs that went into the table."""
        return self._told(look, COUNTING, 1.0)

    def _told(self, look: int, begin: float, end: float) -> Callable[[float], None] | None:
        progress = self._progress
        if progress is None:
            return None
        before, mine, total = self._before(look, begin), self._pairs[look], sum(self._pairs)

        def told(share: float) -> None:
            progress("meeting pairs", before + mine * (end - begin) * share, total)

        return told

    def _before(self, look: int, begin: float) -> float:
        """Return what is done before a look: all are counted first, then all are met."""
        if begin == 0.0:
            return COUNTING * sum(self._pairs[:look])
        return COUNTING * sum(self._pairs) + (1 - COUNTING) * sum(self._pairs[:look])


class Shares:
    """Tells how many pairs of actions are done with, window by window.

    Parameters
    ----------
    what
        What is done.
    rows, windows_us
        The rows of all layers together; microseconds.
    progress
        Whom to tell; None: nobody, and nothing is counted.
    """

    def __init__(
        self, what: str, rows: Ordered, windows_us: list[int], progress: Progress | None
    ) -> None:
        self._what, self._progress = what, progress
        self._pairs = pairs_of_actions(rows, windows_us) if progress else []
        if progress is not None:
            progress(what, 0, max(sum(self._pairs), 1))

    def of(self, window: int) -> Callable[[float], None] | None:
        """Return what to call with the share of a window's pairs that is done with."""
        progress = self._progress
        if progress is None:
            return None
        before, mine, total = sum(self._pairs[:window]), self._pairs[window], sum(self._pairs)

        def told(share: float) -> None:
            progress(self._what, before + mine * share, max(total, 1))

        return told
