"""Is it the moment that a group shares, or only the taste? A test of the times alone.

Fans of one star, readers of one paper act on the same objects; they are no group for that. Here
the objects of the group are given, and so is how often its members act on each; only *when* is
left to chance.

1. On each object that two of the group's actions are on: n of each event, and q, the part of the
   object's actions that is the group's.
2. Bound of the tail of X when the times are exchanged within objects (kernels/group_tails.py).
3. An object that hardly anybody else acts on says nothing about times. When most of X rests on
   objects whose actions are mostly the group's own, or when not even the most joint events that
   these objects allow would pass, the times cannot be tested.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.joint_events import Events, rows_of
from fanal.kernels import group_tails

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


#: Above this part of an object's actions, or of X, "most" is meant (3).
MOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tempo:
    """Events by object.

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where each object's events are in `size`.
    size
        float64: accounts of each event of two or more.
    actions
        int64, shape (objects,): actions of each object, in events of any size.
    """

    starts: I64
    size: F64
    actions: I64


def tempo_of(events: Events, objects: int) -> Tempo:
    """Return the events of each object; O(events log events)."""
    order = np.argsort(events.object, kind="stable")
    counts = np.bincount(events.object, minlength=objects)
    return Tempo(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        size=np.diff(events.of_event)[order].astype(np.float64),
        actions=np.bincount(events.row_object, minlength=objects),
    )


def timing(
    events: Events, tempo: Tempo, accounts: I32, joint: I32, counts: I32, level: float
) -> float | None:
    """Return log p that the times alone explain X; None where they cannot be tested.

    Parameters
    ----------
    events, tempo
        The events, and those of each object.
    accounts
        The group.
    joint, counts
        Its joint events, and how many members count in each.
    level
        Log of the level to pass.
    """
    # 1. objects with two actions of the group or more
    objects, mine = np.unique(events.row_object[rows_of(events, accounts)], return_counts=True)
    objects, mine = objects[mine >= 2], mine[mine >= 2]
    part = mine / tempo.actions[objects]
    kinds: dict[tuple[float, float], int] = {}
    most = 0.0
    for one, actions, q in zip(objects.tolist(), mine.tolist(), part.tolist(), strict=True):
        size = tempo.size[tempo.starts[one] : tempo.starts[one + 1]]
        most += _most_together(size, actions)
        for n, count in zip(*np.unique(size, return_counts=True), strict=True):
            kinds[float(n), q] = kinds.get((float(n), q), 0) + int(count)
    # 2. the bound
    table = np.array([(n, q, count) for (n, q), count in kinds.items()]).reshape(-1, 3)
    columns = [np.ascontiguousarray(table[:, column]) for column in range(3)]
    each = counts - 1
    log_p = float(group_tails.log_tail_within_objects(float(each.sum()), *columns))
    if log_p <= level:
        return log_p
    # 3. could they have passed at all?
    own = part[np.searchsorted(objects, events.object[joint])] > MOST
    if each[own].sum() > MOST * each.sum():
        return None
    if group_tails.log_tail_within_objects(most, *columns) > level:
        return None
    return log_p


def _most_together(size: F64, actions: int) -> float:
    """Return the largest X that so many actions can give in events of these sizes."""
    largest = np.sort(size)[::-1]
    taken = np.clip(actions - (np.cumsum(largest) - largest), 0, largest)
    return float(np.maximum(taken - 1, 0).sum())
