"""Who is told together with whom: places and channels that enough accounts share (P4).

1. A channel's cell is open when k accounts of a place have it; once open, while `k_leave` have it.
2. The others of the place are told without a channel, when they are as many. Are they fewer, but not
   none, the place's smallest channel joins them, and the next: the place matters more.
3. Every open cell has at least `k_leave` accounts; what is in no cell is nowhere.

About/publish.py says which accounts and places; thresholds are the policy's.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.memory import CELLS, Policy
from fanal.about.weighted import array

Cell = tuple[str, str | None]
_BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Crowds:
    """Accounts by cell.

    Parameters
    ----------
    level
        int8, shape (accounts,): 0 with a channel, 1 without, `NOWHERE`.
    open
        The cells that are open, sorted.
    """

    level: NDArray[np.int8]
    open: list[Cell]
    NOWHERE: ClassVar[int] = -1

    def cells(self, level: str) -> pa.Table:
        """Return the open cells as a table `CELLS`."""
        rows = [
            {"label": label, "channel": channel, "level": level, "open": True}
            for label, channel in self.open
        ]
        return pa.Table.from_pylist(rows, schema=CELLS)


def was_open(cells: pa.Table, level: str) -> frozenset[Cell]:
    """Return the cells of a table `CELLS` that are open at a level."""
    return frozenset(
        (one["label"], one["channel"])
        for one in cells.to_pylist()
        if one["level"] == level and one["open"]
    )


def crowds(
    label: pa.Array,
    channel: pa.Array,
    among: NDArray[np.bool_],
    was: frozenset[Cell],
    policy: Policy,
) -> Crowds:
    """Return in which cell each account is told.

    Parameters
    ----------
    label, channel
        What each account would get; channels may be null.
    among
        Whose labels count, and who may be told; none of them has a null label.
    was
        Cells that are open until now.
    policy
        `k` and `k_leave`.
    """
    pair = pc.binary_join_element_wise(label, channel, _BETWEEN)
    chosen = pa.array(among)
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for name, count in _counts(pair.filter(chosen)).items():
        places[name.split(_BETWEEN)[0]][name.split(_BETWEEN)[1]] = count
    open_: set[Cell] = set()
    for place, count in _counts(label.filter(chosen)).items():
        open_ |= _open(place, count, places[place], was, policy)
    with_channel = [f"{place}{_BETWEEN}{one}" for place, one in open_ if one is not None]
    alone = [place for place, one in open_ if one is None]
    told = among & array(pc.is_in(pair, pa.array(with_channel, pa.string())))
    bare = among & ~told & array(pc.is_in(label, pa.array(alone, pa.string())))
    level = np.select([told, bare], [0, 1], Crowds.NOWHERE).astype(np.int8)
    return Crowds(level, sorted(open_, key=lambda one: (one[0], one[1] or "")))


def _counts(names: pa.Array) -> dict[str, int]:
    found = pc.value_counts(names.drop_null())
    return dict(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True))


def _open(
    place: str, accounts: int, channels: dict[str, int], was: frozenset[Cell], policy: Policy
) -> set[Cell]:
    """Return the open cells of one place (1, 2)."""

    def enough(channel: str | None) -> int:
        return policy.k_leave if (place, channel) in was else policy.k

    kept = [one for one, count in channels.items() if count >= enough(one)]
    kept.sort(key=lambda one: (-channels[one], one))
    rest = accounts - sum(channels[one] for one in kept)
    while kept and 0 < rest < enough(None):
        rest += channels[kept.pop()]
    found: set[Cell] = {(place, one) for one in kept}
    return found | ({(place, None)} if rest >= enough(None) else set())
