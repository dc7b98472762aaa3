"""Rows in the order in which co-actions are met, with what the null model needs to know of them.

1. Order rows by object, then time; link an account's repeats.
2. Activity of each account by layer (distinct objects acted on), and by time bin.
3. Draws: how often an account would have to draw an object at random, by popularity, to act on
   that many distinct ones. Who draws often draws the viral object again and again; counting it
   once would make the busiest accounts look less busy everywhere else (the step from Chung-Lu to
   the saturating model, as in Caldarelli et al. 2020, doi:10.1038/s42005-020-0340-4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.actions import Actions
from fanal.coordination.settings import BIN_US
from fanal.kernels import sorting

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Points of the curve from draws to distinct objects; in between it is straight.
_DRAWS_TRIED = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Rows ordered by object, then time. Arrays of shape (rows,) unless said.

    Parameters
    ----------
    layers, accounts, bins
        How many of each.
    layer_of, source_of
        int32, shape (objects,), as in `Actions`.
    starts
        int64, shape (objects + 1,): where each object's rows start.
    object_of, account, time, post, lang, time_bin
        As in `Actions`; `time_bin` counts from the first.
    before, after
        The account's neighbouring rows on the same object, -1 where there is none.
    alone
        uint8, 1 where there is neither.
    activity
        int32, shape (layers, accounts): distinct objects acted on.
    draws
        float64, shape (layers, accounts): at least `activity`, at most the account's actions.
    bin_totals, bin_squares
        int64, shape (layers, bins): sum over accounts of the distinct objects acted on in a
        bin, and of their squares.
    """

    layers: int
    accounts: int
    bins: int
    layer_of: I32
    source_of: I32
    starts: I64
    object_of: I32
    account: I32
    time: I64
    post: I32
    lang: I32
    time_bin: I32
    before: I32
    after: I32
    alone: NDArray[np.uint8]
    activity: I32
    draws: F64
    bin_totals: I64
    bin_squares: I64

    @property
    def largest_object(self) -> int:
        """Rows of the object with the most."""
        return int(np.diff(self.starts).max())


def ordered(actions: Actions) -> Ordered:
    """Return the rows of `actions` in order; O(rows)."""
    # 1. order
    first = int(actions.time.min())
    ages = (actions.time - first).astype(np.uint64)
    by_time = sorting.order_by(ages, np.uint64(ages.max()))
    order, starts = sorting.group_by(by_time, actions.object_of, actions.layer_of.shape[0])
    time = actions.time[order]
    time_bin = (time // BIN_US - first // BIN_US).astype(np.int32)
    empty = np.empty(0, np.int32)
    rows = Ordered(
        layers=len(actions.layers),
        accounts=len(actions.accounts),
        bins=int(time_bin.max()) + 1,
        layer_of=actions.layer_of,
        source_of=actions.source_of,
        starts=starts,
        object_of=actions.object_of[order],
        account=empty,
        time=time,
        post=actions.post[order],
        lang=actions.lang[order],
        time_bin=time_bin,
        before=empty,
        after=empty,
        alone=np.empty(0, np.uint8),
        activity=np.empty((0, 0), np.int32),
        draws=np.empty((0, 0), np.float64),
        bin_totals=np.empty((0, 0), np.int64),
        bin_squares=np.empty((0, 0), np.int64),
    )
    return with_accounts(rows, actions.account[order])


def with_accounts(rows: Ordered, account: I32) -> Ordered:
    """Return the same rows with other accounts (a shuffle); O(rows)."""
    before = np.empty(account.shape[0], np.int32)
    after = np.empty(account.shape[0], np.int32)
    sorting.link_repeats(rows.starts, account, rows.accounts, before, after)
    # 2. activity
    layer = rows.layer_of[rows.object_of]
    distinct = before < 0
    activity = _by_account(rows, layer[distinct], account[distinct])
    actions = _by_account(rows, layer, account)
    by_account, starts = sorting.group_by(
        np.arange(account.shape[0], dtype=np.int32), account, rows.accounts
    )
    totals, squares = sorting.totals_by_bin(
        by_account,
        starts,
        sorting.opens_bin(before, rows.time_bin),
        layer,
        rows.time_bin,
        rows.layers,
        rows.bins,
    )
    return replace(
        rows,
        account=account,
        before=before,
        after=after,
        alone=((before < 0) & (after < 0)).view(np.uint8),
        activity=activity,
        draws=np.stack([_draws(rows, n, activity[n], actions[n]) for n in range(rows.layers)]),
        bin_totals=totals,
        bin_squares=squares,
    )


def _by_account(rows: Ordered, layer: I32, account: I32) -> I32:
    flat = np.bincount(
        layer.astype(np.int64) * rows.accounts + account, minlength=rows.layers * rows.accounts
    )
    return flat.reshape(rows.layers, rows.accounts).astype(np.int32)


def _draws(rows: Ordered, layer: int, activity: I32, actions: I32) -> F64:
    """Return the draws behind each account's distinct objects in a layer (3); 0 for none."""
    curve = distinct_by_draws(rows, layer, float(actions.max()))
    return np.where(activity > 0, draws_of(curve, activity, actions), 0.0)


def distinct_by_draws(rows: Ordered, layer: int, most: float) -> tuple[F64, F64]:
    """Return numbers of draws up to `most`, and the distinct objects each gives (3)."""
    popularity = np.diff(rows.starts)[rows.layer_of == layer].astype(np.float64)
    popularity /= popularity.sum()
    shares, count = np.unique(popularity, return_counts=True)
    tried = np.geomspace(0.5, max(most, 1.0), _DRAWS_TRIED)
    return tried, -np.expm1(-np.outer(tried, shares)) @ count


def draws_of(curve: tuple[F64, F64], activity: I32, actions: I32 | F64) -> F64:
    """Return the draws behind so many distinct objects, as `curve` has them (3).

    Never more than the account's actions: one that acted on every object there is would
    otherwise have drawn without end.
    """
    tried, distinct = curve
    return np.clip(np.interp(activity, distinct, tried), activity, actions)


def of_layer(rows: Ordered, layer: int) -> Ordered:
    """Return the rows of one layer alone; they lie together, so this copies little."""
    objects = np.flatnonzero(rows.layer_of == layer)
    first, last = int(objects[0]), int(objects[-1]) + 1
    start, stop = int(rows.starts[first]), int(rows.starts[last])
    part = slice(start, stop)
    shift = np.int32(start)
    return replace(
        rows,
        layers=1,
        layer_of=np.zeros(last - first, np.int32),
        source_of=rows.source_of[first:last],
        starts=rows.starts[first : last + 1] - start,
        object_of=rows.object_of[part] - np.int32(first),
        account=rows.account[part],
        time=rows.time[part],
        post=rows.post[part],
        lang=rows.lang[part],
        time_bin=rows.time_bin[part],
        before=np.where(rows.before[part] < 0, np.int32(-1), rows.before[part] - shift),
        after=np.where(rows.after[part] < 0, np.int32(-1), rows.after[part] - shift),
        alone=rows.alone[part],
        activity=rows.activity[layer : layer + 1],
        draws=rows.draws[layer : layer + 1],
        bin_totals=rows.bin_totals[layer : layer + 1],
        bin_squares=rows.bin_squares[layer : layer + 1],
    )


def activity_by_bin(
    rows: Ordered, layer: int, accounts: NDArray[np.bool_], weight: F64
) -> tuple[I64, I32, F64]:
    """Return a layer's sparse (account, bin) activity, weighted by bin, for some accounts (2).

    Parameters
    ----------
    rows, layer
        The rows and the layer's number.
    accounts
        bool, shape (accounts,): which accounts are needed.
    weight
        float64, shape (bins,): multiplies the activity of a bin.

    Returns
    -------
    tuple
        starts int64 (accounts + 1,), bins int32, weighted activity float64.
    """
    opens = sorting.opens_bin(rows.before, rows.time_bin) & accounts[rows.account]
    if rows.layers > 1:
        opens &= rows.layer_of[rows.object_of] == layer
    key = rows.account[opens].astype(np.int64) * rows.bins + rows.time_bin[opens]
    found, counts = np.unique(key, return_counts=True)
    starts = np.searchsorted(found // rows.bins, np.arange(rows.accounts + 1)).astype(np.int64)
    bins = (found % rows.bins).astype(np.int32)
    return starts, bins, counts * weight[bins]
