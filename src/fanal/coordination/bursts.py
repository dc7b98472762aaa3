"""Bursts: objects on which more accounts act within the window than the tempo here explains.

One burst can be seen where no two accounts ever meet twice. A burst is not coordination: an
event in the world makes one too.

1. Tested: objects with at least five accounts; how many there are says nothing of their times,
   and fewer could reach no small p. Of each, the largest number of distinct accounts within
   the window.
2. The file's tempo: on the layer's other objects, the share of an object's accounts that follow
   an action within the window: its mean, and how alike objects are. The tested object is left
   out, and so are the few that are most bursty, lest several bursts hide one another; made-up
   objects of ordinary tempo are put in, so that no tempo is ever 0; and objects are never taken
   to be more alike than ordinary ones are. Twice: from all objects, and from those with at least
   half as many accounts.
3. The mean is raised to the largest of: what the file's activity in that window would give;
   the object's own tempo outside that window; the tempo of objects of the same source.
4. p: the larger of the two bounds (`kernels.bursts`, 3). Where it is small, again with the
   tempo of other objects at that very moment, the burst's own accounts left out: a goal, or a
   siren, makes all objects of that minute fast.
5. p = min(1, smallest p x windows); q by Benjamini-Hochberg over all tested objects.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.burst_accounts import BURST_ACCOUNTS, burst_accounts
from fanal.coordination.ordered import Ordered
from fanal.coordination.rounding import rounded
from fanal.coordination.settings import Settings
from fanal.coordination.tempo import (
    LEAST,
    Seen,
    Tempo,
    at_that_moment,
    raised,
    seen_at,
    tempo_of,
)
from fanal.kernels import bursts as kernel
from fanal.kernels.fdr import inflation, q_values

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

__all__ = ["BURSTS", "BURST_ACCOUNTS", "burst_accounts", "find_bursts", "tested_objects"]

#: Accounts that an object needs to be tested.
FEWEST_ACCOUNTS = 5
_US = pa.timestamp("us", tz="UTC")
BURSTS = pa.schema(
    [
        ("layer", pa.string()),
        ("object", pa.string()),
        ("window_s", pa.float64()),
        ("start", _US),
        ("accounts", pa.int64()),
        ("expected", pa.float64()),
        ("p", pa.float64()),
        ("q", pa.float64()),
    ]
)


def tested_objects(rows: Ordered) -> I64:
    """Return the objects that are tested, int64 codes, ascending (1)."""
    accounts = np.bincount(rows.object_of[rows.before < 0], minlength=rows.layer_of.shape[0])
    return np.flatnonzero(accounts >= FEWEST_ACCOUNTS)


def find_bursts(
    actions: Actions,
    rows: Ordered,
    windows_s: list[float],
    settings: Settings,
    source_of: I32 | None = None,
) -> pa.Table:
    """Return the bursts among `rows`: objects with q at or below the level.

    Parameters
    ----------
    actions, rows
        The actions, for their names, and their rows in order.
    windows_s
        Windows in seconds, at least one; several are corrected for.
    settings
        `fdr` and `fdr_method` are used.
    source_of
        int32, shape (objects,): account or domain that each object comes from, -1: unknown.

    Returns
    -------
    Table
        With the schema `BURSTS`, ordered by p, layer, object: `start` opens the densest window,
        `accounts` is how many distinct ones act in it, `expected` a bound on the largest number
        that the tempo gives. Empty where nothing is significant. O(rows log rows).
    """
    tested = tested_objects(rows)
    looks = [_judged(seen_at(rows, tested, round(w * 1e6)), source_of, settings.fdr)
             for w in windows_s]  # fmt: skip
    if not tested.size:
        return BURSTS.empty_table()
    # 5. windows, q
    each = np.stack([p for _, p, _ in looks])
    which = each.argmin(axis=0)
    p = np.minimum(each.min(axis=0) * len(looks), 1.0)
    q = q_values(p, tested.size * inflation(tested.size, settings.fdr_method))
    listed = np.flatnonzero(q <= settings.fdr)
    chosen = [(looks[which[k]][0], looks[which[k]][2][k], k) for k in listed]
    layer = np.array(actions.layers, object)[rows.layer_of[tested[listed]]]
    table = pa.table(
        {
            "layer": pa.array(layer, pa.string()),
            "object": actions.objects.take(pa.array(tested[listed])).cast(pa.string()),
            "window_s": pa.array([windows_s[which[k]] for k in listed], pa.float64()),
            "start": pa.array([int(seen.start[k]) for seen, _, k in chosen], pa.int64()),
            "accounts": pa.array([int(seen.most[k]) for seen, _, k in chosen], pa.int64()),
            "expected": rounded(np.array([expected for _, expected, _ in chosen])),
            "p": rounded(p[listed]),
            "q": rounded(q[listed]),
        }
    ).cast(BURSTS)
    return table.sort_by([("p", "ascending"), ("layer", "ascending"), ("object", "ascending")])


def _judged(seen: Seen, source_of: I32 | None, level: float) -> tuple[Seen, F64, F64]:
    """Return what was seen at a window, p and the expected largest number."""
    p, expected = np.zeros(seen.objects.size), np.zeros(seen.objects.size)
    for tempo in (tempo_of(seen, 0.0), tempo_of(seen, 0.5)):
        # 3., 4.
        higher = replace(tempo, mean=raised(seen, tempo.mean, source_of))
        _raise_to(seen, higher, np.arange(seen.objects.size), p, expected)
        small = np.flatnonzero(p <= level)
        now = replace(higher, mean=at_that_moment(seen, small, higher.mean))
        _raise_to(seen, now, small, p, expected)
    return seen, p, expected


def _raise_to(seen: Seen, tempo: Tempo, some: I64, p: F64, expected: F64) -> None:
    one, largest = p[some], expected[some]
    kernel.burst_tails(
        seen.accounts[some],
        seen.actions[some],
        seen.most[some],
        np.clip(tempo.mean[some], LEAST, 1 - LEAST),
        tempo.strength[some],
        one,
        largest,
    )
    p[some], expected[some] = one, largest
