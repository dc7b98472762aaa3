"""Bursts: objects on which more accounts act within the window than the tempo here explains.

One burst can be seen where no two accounts ever meet twice. A burst is not coordination: an
event in the world makes one too.

1. Tested: objects with at least three accounts (two are a pair, and pairs have their own test).
   Of each, the largest number of distinct accounts within the window.
2. The file's tempo: on the layer's other objects, the share of an object's accounts that follow
   an action within the window: its mean, and how alike objects are. The tested object is left
   out; made-up objects of ordinary tempo are put in, so that no tempo is ever 0; and objects
   are never taken to be more alike than ordinary ones are. Twice: from all objects, and from
   those with at least half as many accounts.
3. The mean is raised to the largest of: what the file's activity in that window would give;
   the object's own tempo outside that window; the tempo of objects of the same source.
4. p: the larger of the two bounds (`kernels.bursts`, 3). Where it is small, again with the
   tempo of other objects at that very moment, the burst's own accounts left out: a goal, or a
   siren, makes all objects of that minute fast.
5. p = min(1, smallest p x windows); q by Benjamini-Hochberg over all tested objects.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.ordered import Ordered
from fanal.coordination.result import rounded
from fanal.coordination.settings import Settings
from fanal.kernels import bursts as kernel
from fanal.kernels.fdr import inflation, q_values

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Accounts that an object needs to be tested.
FEWEST_ACCOUNTS = 3
#: Ordinary tempo by window, seconds: share of an object's accounts that follow an action, and
#: strength (a + b of its beta law: how alike objects are). Measured on 818 cascades of reposts
#: (Ma et al. 2017, doi:10.18653/v1/P17-1066).
ORDINARY = ((10, 60, 300, 900, 3600, 86_400),
            (0.006, 0.02, 0.06, 0.12, 0.22, 0.44),
            (10.0, 10.0, 5.6, 3.6, 2.7, 2.0))  # fmt: skip
#: Made-up objects of that tempo put into each file.
ORDINARY_OBJECTS = 1.0
#: What a tempo seen on few rows, or few objects, must outweigh.
SHRINK_ROWS, SHRINK_OBJECTS = 10.0, 2.0
_LEAST, _WEAKEST = 1e-9, 0.05

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The tested objects at one window (1); arrays of shape (tested,) unless said."""

    window_us: int
    rows: Ordered
    #: Followers of each row, shape (rows,).
    follow: I32
    #: Tested objects' place among them by object, -1: not tested; shape (objects,).
    place: I64
    objects: I64
    layer: I32
    accounts: I64
    actions: I64
    most: I64
    opens: I64
    share: F64
    square: F64

    @property
    def start(self) -> I64:
        """Return when each object's densest window opens, microseconds."""
        return self.rows.time[self.opens]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tempo:
    """Mean share and strength, arrays of shape (tested,) (2)."""

    mean: F64
    strength: F64


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
    looks = [_judged(_seen(rows, tested, round(w * 1e6)), source_of, settings.fdr)
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


def _seen(rows: Ordered, tested: I64, window_us: int) -> _Seen:
    # 1. largest number of accounts within the window
    objects = rows.layer_of.shape[0]
    follow = kernel.followers(rows.starts, rows.time, rows.before, rows.after, window_us)
    accounts, most, opens = (np.zeros(objects, np.int64) for _ in range(3))
    share, square = np.zeros(objects), np.zeros(objects)
    kernel.moments(rows.starts, rows.before, follow, accounts, most, opens, share, square)
    place = np.full(objects, -1, np.int64)
    place[tested] = np.arange(tested.size)
    return _Seen(
        window_us=window_us,
        rows=rows,
        follow=follow,
        place=place,
        objects=tested,
        layer=rows.layer_of[tested],
        accounts=accounts[tested],
        actions=np.diff(rows.starts)[tested],
        most=most[tested],
        opens=opens[tested],
        share=share[tested],
        square=square[tested],
    )


def _judged(seen: _Seen, source_of: I32 | None, level: float) -> tuple[_Seen, F64, F64]:
    """Return what was seen at a window, p and the expected largest number."""
    p, expected = np.zeros(seen.objects.size), np.zeros(seen.objects.size)
    for tempo in (_tempo(seen, 0.0), _tempo(seen, 0.5)):
        # 3., 4.
        raised = replace(tempo, mean=_raised(seen, tempo.mean, source_of))
        _raise_to(seen, raised, np.arange(seen.objects.size), p, expected)
        small = np.flatnonzero(p <= level)
        now = replace(raised, mean=_at_that_moment(seen, small, raised.mean))
        _raise_to(seen, now, small, p, expected)
    return seen, p, expected


def _raise_to(seen: _Seen, tempo: _Tempo, some: I64, p: F64, expected: F64) -> None:
    one, largest = p[some], expected[some]
    kernel.burst_tails(
        seen.accounts[some],
        seen.actions[some],
        seen.most[some],
        np.clip(tempo.mean[some], _LEAST, 1 - _LEAST),
        tempo.strength[some],
        one,
        largest,
    )
    p[some], expected[some] = one, largest


def _tempo(seen: _Seen, at_least: float) -> _Tempo:
    """Return the tempo of a layer's other objects with `at_least` so many times the accounts (2)."""
    at = np.log(seen.window_us / 1e6)
    ordinary, alike = (float(np.interp(at, np.log(ORDINARY[0]), row)) for row in ORDINARY[1:])
    ordinary_square = ordinary * (ordinary * alike + 1) / (alike + 1)
    mean, square = np.empty(seen.objects.size), np.empty(seen.objects.size)
    for layer in np.unique(seen.layer):
        mine = np.flatnonzero(seen.layer == layer)
        order = mine[np.argsort(seen.accounts[mine], kind="stable")]
        size = seen.accounts[order]
        first = np.searchsorted(size, at_least * size)
        others = mine.size - 1 - first + ORDINARY_OBJECTS
        for values, made_up, found in (
            (seen.share, ordinary, mean),
            (seen.square, ordinary_square, square),
        ):
            above = np.append(np.cumsum(values[order][::-1])[::-1], 0.0)
            total = above[first] - values[order] + ORDINARY_OBJECTS * made_up
            found[order] = np.maximum(total, 0.0) / others
    spread = np.maximum(square - mean**2, 1e-12)
    return _Tempo(mean=mean, strength=np.clip((mean - square) / spread, _WEAKEST, alike))


def _raised(seen: _Seen, mean: F64, source_of: I32 | None) -> F64:
    # 3. the largest expectation
    largest = np.maximum(mean, _by_activity(seen))
    rows = seen.rows
    count, share = np.zeros(seen.objects.size), np.zeros(seen.objects.size)
    kernel.own_tempo(
        seen.objects,
        rows.starts,
        rows.time,
        rows.before,
        seen.follow,
        seen.opens,
        seen.window_us,
        count,
        share,
    )
    largest = np.maximum(largest, (SHRINK_ROWS * mean + share) / (SHRINK_ROWS + count))
    if source_of is None:
        return largest
    source = source_of[seen.objects].astype(np.int64)
    known = source >= 0
    same = np.where(known, source, 0)
    objects = np.bincount(same, weights=known)[same] - known
    shares = np.bincount(same, weights=known * seen.share)[same] - known * seen.share
    by_source = (SHRINK_OBJECTS * mean + shares) / (SHRINK_OBJECTS + objects)
    return np.where(known, np.maximum(largest, by_source), largest)


def _by_activity(seen: _Seen) -> F64:
    """Return the share of the layer's actions on other objects that fall in each window (3)."""
    rows, found = seen.rows, np.zeros(seen.objects.size)
    layer_of_rows = rows.layer_of[rows.object_of]
    inside = kernel.rows_within(seen.opens, seen.objects, rows.starts, rows.time,
                                seen.window_us)  # fmt: skip
    for layer in np.unique(seen.layer):
        mine = np.flatnonzero(seen.layer == layer)
        time = np.sort(rows.time[layer_of_rows == layer])
        start = seen.start[mine]
        around = np.searchsorted(time, start + seen.window_us, "right")
        around -= np.searchsorted(time, start, "left")
        others = np.maximum(time.size - seen.actions[mine], 1)
        found[mine] = np.maximum(around - inside[mine], 0) / others
    return found


def _at_that_moment(seen: _Seen, small: I64, mean: F64) -> F64:
    """Return `mean`, for some objects raised to the tempo of others at their moment (4)."""
    raised = mean.copy()
    rows, window = seen.rows, seen.window_us
    place = seen.place[rows.object_of]
    near = np.flatnonzero(place >= 0)
    near = near[np.argsort(rows.time[near], kind="stable")]
    times = rows.time[near]
    for k in small.tolist():
        start = int(seen.start[k])
        first, last = (
            np.searchsorted(times, start - window),
            np.searchsorted(times, start + window, "right"),
        )
        around = near[first:last]
        mine = around[place[around] == k]
        others = around[
            (seen.layer[place[around]] == seen.layer[k])
            & (place[around] != k)
            & ~np.isin(rows.account[around], rows.account[mine])
        ]
        share = seen.follow[others] / (seen.accounts[place[others]] - 1)
        now = (SHRINK_ROWS * mean[k] + float(share.sum())) / (SHRINK_ROWS + others.size)
        raised[k] = max(mean[k], now)
    return raised


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
