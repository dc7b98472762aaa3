"""Is it the group, or the audience of one source? Quick fans are quick on every post.

The moment is no proof where a source calls its audience: thirty fans with notifications on repost
each post of their star within a minute, and the others on the post come hours later. So the
group is compared with what it does on the *other* objects of the same source, at the same age.

1. Age of an event: seconds since the first action on its object, in four bins.
2. On each event of an object with a source: q, the part of the actions at that age on the
   source's other objects that is the group's; at least its part of the layer. A group that
   pushes a source once has none of that; who is among the first on each of its objects has.
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
AGES_S = (0, 60, 300, 900)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Sources and ages of events.

    Parameters
    ----------
    row_at, event_at
        int64, shapes (actions,) as in `Events.row_object`, and (events,): object and age bin,
        as one number.
    source
        int32, shape (objects,): -1 for none.
    at_total, source_total
        int64: actions by object and age bin, by source and age bin.
    """

    row_at: I64
    event_at: I64
    source: I32
    at_total: I64
    source_total: I64


def audience_of(rows: Ordered, events: Events) -> Audience | None:
    """Return the sources and ages of the events (1); None where no object has a source."""
    if not (rows.source_of >= 0).any():
        return None
    ages = np.array(AGES_S, np.int64) * 1_000_000
    began = rows.time[rows.starts[:-1]]

    def at(objects: I32, time: I64) -> I64:
        age = np.searchsorted(ages, time - began[objects], side="right") - 1
        return objects.astype(np.int64) * ages.size + age

    row_at = at(events.row_object, events.row_time)
    at_total = np.bincount(row_at, minlength=rows.source_of.size * ages.size)
    by_source = _by_source(at_total, rows.source_of)
    return Audience(
        row_at=row_at,
        event_at=at(events.object, events.time),
        source=rows.source_of,
        at_total=at_total,
        source_total=by_source,
    )


def _by_source(at_total: I64, source: I32) -> I64:
    """Return totals by object and age summed by source and age."""
    ages = len(AGES_S)
    total = np.zeros((int(source.max()) + 1, ages), np.int64)
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
    mine_of_source = _by_source(mine, audience.source)
    # 2. the group's part of the source's other objects
    where, source = audience.event_at, audience.source[events.object]
    stratum = np.maximum(source, 0) * np.int64(ages) + where % ages
    part = events.share[accounts].sum(axis=0)[events.layer]
    others = audience.source_total[stratum] - audience.at_total[where]
    of_group = mine_of_source[stratum] - mine[where]
    elsewhere = (of_group + part) / (others + 1.0)
    part = np.where(source >= 0, np.maximum(part, elsewhere), part)
    # 3. the bound
    mean, count = np.unique(np.diff(events.of_event) * part, return_counts=True)
    return float(group_tails.log_tail_at_random(together, mean, count.astype(np.float64)))
