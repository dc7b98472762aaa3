"""How far a search for links is, told in pairs of actions, so that a rate means something."""

from __future__ import annotations

from collections.abc import Callable

from fanal.coordination.cost import pairs_of_actions
from fanal.coordination.ordered import Ordered

#: Called with (what, done, total).
Progress = Callable[[str, float, float], None]
#: Share of the work on a window that counting is; the rest is the sieve and the table.
COUNTING = 0.2


class Telling:
    """Tells how many pairs of actions are done with, over all windows.

    Parameters
    ----------
    rows, windows_us
        As in `links.find_links`.
    progress
        Whom to tell; None: nobody, and nothing is counted.
    """

    def __init__(self, rows: Ordered, windows_us: list[int], progress: Progress | None) -> None:
        self._progress = progress
        self._pairs = pairs_of_actions(rows, windows_us) if progress else []

    def counted(self, window: int) -> Callable[[float], None] | None:
        """Return what to call with the share of a window's pairs that is counted."""
        return self._told(window, 0.0, COUNTING)

    def met(self, window: int) -> Callable[[float], None] | None:
        """Return what to call with the share of a window's pairs that went into the table."""
        return self._told(window, COUNTING, 1.0)

    def _told(self, window: int, begin: float, end: float) -> Callable[[float], None] | None:
        progress = self._progress
        if progress is None:
            return None
        before, mine, total = sum(self._pairs[:window]), self._pairs[window], sum(self._pairs)

        def told(share: float) -> None:
            progress("meeting pairs", before + mine * (begin + (end - begin) * share), total)

        return told
