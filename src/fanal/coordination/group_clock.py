"""Is it the group, or the clock? Habits to the minute meet day after day.

A tool posts at nine sharp, a player solves the day's riddle over her coffee: such accounts act on
the same object of the day within the same minute, and never agreed on it. So the group is
compared with what it does at that time of day on *other* days.

1. Around each event, `AROUND_US` on either side of its time of day (UTC), on all other days: the
   actions of its layer on the objects that the group acts on, and how many are the group's.
2. q is the group's part of them; at least its part of the layer. A group that meets at any hour
   has next to none of that; who is online at that minute every day has.
3. Bound of the tail of X, as for accounts placed at random (kernels/group_tails.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.group_audience import objects_of
from fanal.coordination.joint_events import Events, rows_of
from fanal.kernels import group_tails

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: On either side of a time of day, microseconds.
AROUND_US = 300_000_000
#: The part of the layer weighs as much as so many actions: one earlier meeting is no habit.
WEIGHT = 10.0
DAY_US = 86_400_000_000


def log_p_of_clock(events: Events, layer_of: I32, accounts: I32, together: float) -> float:
    """Return the bound of log P(X >= together) for accounts with these hours (1, 2, 3).

    Parameters
    ----------
    events
        The events.
    layer_of
        int32, shape (objects,).
    accounts
        The group.
    together
        Its X.
    """
    part = events.share[accounts].sum(axis=0)[events.layer]
    theirs = objects_of(events, accounts, layer_of.size)
    asked = np.flatnonzero(theirs[events.object])
    # 1. around that time of day
    everybody = np.flatnonzero(theirs[events.row_object])
    mine = rows_of(events, accounts)
    mine = mine[theirs[events.row_object[mine]]]
    others, of_group = (
        _on_other_days(events, asked, rows, layer_of) for rows in (everybody, mine)
    )
    # 2. the group's part
    elsewhere = (of_group + WEIGHT * part[asked]) / (others + WEIGHT)
    part[asked] = np.maximum(part[asked], elsewhere)
    # 3. the bound
    mean, count = np.unique(np.diff(events.of_event) * part, return_counts=True)
    return float(group_tails.log_tail_at_random(together, mean, count.astype(np.float64)))


def _on_other_days(events: Events, asked: I64, rows: I64, layer_of: I32) -> F64:
    """Return how many of some actions lie around each event's time of day on other days."""
    found = np.zeros(asked.size)
    time, layer = events.row_time[rows], layer_of[events.row_object[rows]]
    for one in np.unique(events.layer[asked]):
        here = events.layer[asked] == one
        start, when = events.time[asked[here]], np.sort(time[layer == one])
        hour = np.sort(when % DAY_US)
        hour = np.concatenate([hour - DAY_US, hour, hour + DAY_US])
        found[here] = _around(hour, start % DAY_US) - _around(when, start)
    return found


def _around(ordered: I64, middle: I64) -> I64:
    last: I64 = np.searchsorted(ordered, middle + AROUND_US, side="right")
    return last - np.searchsorted(ordered, middle - AROUND_US, side="left")
