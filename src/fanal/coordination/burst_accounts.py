"""Who acted in a burst, when, with which post, and how long each had been silent before."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.ordered import Ordered

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

_US = pa.timestamp("us", tz="UTC")
BURST_ACCOUNTS = pa.schema(
    [
        ("layer", pa.string()),
        ("object", pa.string()),
        ("account", pa.string()),
        ("time", _US),
        ("post", pa.string()),
        ("silent_s", pa.float64()),
    ]
)


def burst_accounts(actions: Actions, rows: Ordered, bursts: pa.Table) -> pa.Table:
    """Return who acted in each burst.

    Parameters
    ----------
    actions, rows
        As for `find_bursts`.
    bursts
        What it returned.

    Returns
    -------
    Table
        With the schema `BURST_ACCOUNTS`, ordered as the bursts, then by time and account: each
        account's first action in the window; `post` is null where the source names none,
        `silent_s` the seconds since its latest earlier action in any layer, null where there
        is none.
    """
    taken, burst = [], []
    for number, row in enumerate(bursts.to_pylist()):
        part = _rows_of(actions, rows, row["layer"], row["object"])
        start = int(bursts["start"][number].cast(pa.int64()).as_py())
        inside = part[(rows.time[part] >= start)
                      & (rows.time[part] <= start + round(row["window_s"] * 1e6))]  # fmt: skip
        # each account once: its first row here is the one whose earlier row lies outside
        inside = inside[rows.before[inside] < inside[0]]
        names = actions.accounts.take(pa.array(rows.account[inside])).cast(pa.string())
        order = pc.sort_indices(
            pa.table({"time": rows.time[inside], "account": names}),
            sort_keys=[("time", "ascending"), ("account", "ascending")],
        )
        taken.append(inside[order.to_numpy()])
        burst += [number] * inside.size
    found = np.concatenate(taken) if taken else np.empty(0, np.int64)
    return pa.table(
        {
            "layer": bursts["layer"].take(pa.array(burst, pa.int64())),
            "object": bursts["object"].take(pa.array(burst, pa.int64())),
            "account": actions.accounts.take(pa.array(rows.account[found])).cast(pa.string()),
            "time": pa.array(rows.time[found]),
            "post": _posts(actions, rows.post[found]),
            "silent_s": _silences(rows, found),
        }
    ).cast(BURST_ACCOUNTS)


def _rows_of(actions: Actions, rows: Ordered, layer: str, name: str) -> I64:
    same = np.flatnonzero(np.asarray(pc.equal(actions.objects.cast(pa.string()), name)))
    (code,) = same[rows.layer_of[same] == actions.layers.index(layer)]
    return np.arange(rows.starts[code], rows.starts[code + 1])


def _posts(actions: Actions, post: I32) -> pa.Array:
    if actions.posts is None:
        return pa.nulls(post.size, pa.string())
    named = pa.array(post, mask=(post < 0) | (post >= len(actions.posts)))
    return actions.posts.take(named).cast(pa.string())


def _silences(rows: Ordered, found: I64) -> pa.Array:
    """Return the seconds from each row back to the account's latest earlier time."""
    asked = np.zeros(rows.accounts, np.bool_)
    asked[rows.account[found]] = True
    theirs = np.flatnonzero(asked[rows.account])
    order = theirs[np.lexsort((rows.time[theirs], rows.account[theirs]))]
    account, time = rows.account[order], rows.time[order]
    silent: list[float | None] = []
    for row in found.tolist():
        first, last = np.searchsorted(account, [rows.account[row], rows.account[row] + 1])
        earlier = int(np.searchsorted(time[first:last], rows.time[row]))
        gap = rows.time[row] - time[first + earlier - 1]
        silent.append(round(int(gap) / 1e6, 6) if earlier else None)
    return pa.array(silent, pa.float64())
