"""Is it the group, or the audience of one source? Quick fans are quick on every post.

The moment is no proof where a source calls its audience: thirty fans with notifications on repost
each post of their star within a minute, and the others on the post come hours later. So the
group is compared with what it does on the *other* objects of the same source, at the same age.

1. Age of an event: seconds since the first action on its object, in five bins.
2. On each event of an object with a source: q, the part of the actions at that age on the
   source's other objects that is the group's; at least its part of the layer. A group that
   pushes a source once has none of that; who is among the first on each of its objects has.
   Hashtags and texts have no source, and a file may not name it: what the group acts on there, in
   one layer, is taken for the objects of one unnamed source.
3. Bound of the tail of X, as for accounts placed at random (kernels/group_tails.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.joint_events import Events, rows_of
from fanal.coordination.ordered import Ordered
from fanal.kernels import group_tails

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Where age bins begin, seconds since the object's first action.
AGES_S = (0, 60, 300, 900, 3600)
#: The part of the layer weighs as much as so many actions: of a source that is named, of one that
#: is not (a group that was early once is no audience).
WEIGHT, WEIGHT_UNNAMED = 1.0, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Sources and ages of events.

    Parameters
    ----------
    row_at, event_at
        int64, shapes (actions,) as in `Events.row_object`, and (events,): object and age bin,
        as one number.
    source
        int32, shape (objects,): -1 for unknown.
    layer_of
        int32, shape (objects,).
    at_total
        int64: actions by object and age bin.
    """

    row_at: I64
    event_at: I64
    source: I32
    layer_of: I32
    at_total: I64


def audience_of(rows: Ordered, events: Events) -> Audience:
    """Return the sources of the objects and the ages of the events (1)."""
    ages = np.array(AGES_S, np.int64) * 1_000_000
    began = rows.time[rows.starts[:-1]]

    def at(objects: I32, time: I64) -> I64:
        age = np.searchsorted(ages, time - began[objects], side="right") - 1
        return objects.astype(np.int64) * ages.size + age

    row_at = at(events.row_object, events.row_time)
    return Audience(
        row_at=row_at,
        event_at=at(events.object, events.time),
        source=rows.source_of,
        layer_of=rows.layer_of,
        at_total=np.bincount(row_at, minlength=rows.source_of.size * ages.size),
    )


def objects_of(events: Events, accounts: I32, objects: int) -> NDArray[np.bool_]:
    """Return, by object, whether two actions of these accounts or more are on it."""
    mine = np.bincount(events.row_object[rows_of(events, accounts)], minlength=objects)
    many: NDArray[np.bool_] = mine >= 2
    return many


def _sources(events: Events, audience: Audience, accounts: I32) -> I32:
    """Return the source of each object; unnamed ones, by layer, for what the group acts on (2)."""
    known = audience.source
    theirs = objects_of(events, accounts, known.size) & (known < 0)
    unnamed = int(known.max(initial=-1)) + 1 + audience.layer_of
    named: I32 = np.where(theirs, unnamed, known).astype(np.int32)
    return named


def _by_source(at_total: I64, source: I32) -> I64:
    """Return totals by object and age summed by source and age."""
    ages = len(AGES_S)
    total = np.zeros((int(source.max(initial=-1)) + 1, ages), np.int64)
    known = source >= 0
    np.add.at(total, source[known], at_total.reshape(-1, ages)[known])
    return total.ravel()


def log_p_of_audience(
    events: Events, audience: Audience, accounts: I32, together: float
) -> float:
    """Return the bound of log P(X >= together) for the audience of the sources (2, 3)."""
    ages = len(AGES_S)
    mine = np.bincount(
        audience.row_at[rows_of(events, accounts)], minlength=audience.at_total.size
    )
    source_of = _sources(events, audience, accounts)
    source_total = _by_source(audience.at_total, source_of)
    mine_of_source = _by_source(mine, source_of)
    # 2. the group's part of the source's other objects
    where, source = audience.event_at, source_of[events.object]
    stratum = np.maximum(source, 0) * np.int64(ages) + where % ages
    part = events.share[accounts].sum(axis=0)[events.layer]
    others = np.maximum(source_total[stratum] - audience.at_total[where], 0)
    of_group = mine_of_source[stratum] - mine[where]
    weight = np.where(audience.source[events.object] >= 0, WEIGHT, WEIGHT_UNNAMED)
    elsewhere = (of_group + weight * part) / (others + weight)
    part = np.where(source >= 0, np.maximum(part, elsewhere), part)
    # 3. the bound
    mean, count = np.unique(np.diff(events.of_event) * part, return_counts=True)
    return float(group_tails.log_tail_at_random(together, mean, count.astype(np.float64)))
