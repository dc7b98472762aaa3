"""Affinity: which links stay when shared interest is expected, too.

Fans of one star repost the same posts within a minute, and so do readers of one newspaper.
The null model of a pair knows how active accounts are and when, not what they follow.

1. Strata of shared interest: sources, topic blocks (coordination/strata.py).
2. Within a stratum, by the age of the object at the action (since its first action in the file):
   who is quick on every post is compared with those who are as quick.
3. Expected co-actions of a pair in a stratum: the largest of s_a s_b 2P/(m^2 - sum of s^2), the
   same over pairs of age bins, the same over bins of six hours. Where that is more than the
   pair null's own share there, lambda P_s/P, the difference is added. So the intensity of every
   surprise is at least the pair null's.
4. p: the tail of the counted surprise under the mixture (kernels/compound.py), times the number
   of looks, at least the link's own p. q over the same number of tests as the link's q.

What is explained is not innocent: a group that pushes one account of its own looks like its
followers. What is not explained is not guilty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.coordination.links import Links, Look, corrected_tests
from fanal.coordination.ordered import Ordered
from fanal.coordination.popularity import each_buffer
from fanal.coordination.threads import in_threads
from fanal.coordination.settings import Settings
from fanal.coordination.significance import SMALLEST_P, expected_co_actions
from fanal.coordination.strata import Strata, strata_of
from fanal.kernels import sorting
from fanal.kernels import strata as kernel
from fanal.kernels.fdr import q_values

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

#: Where age bins begin, seconds since the object's first action.
AGES_S = (0, 60, 300, 900)
_PAIRS_PER_CHUNK = 256
HOURS_US = 86_400_000_000
BINS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Affinity:
    """What shared interest makes of links; arrays of shape (links,), in their order.

    Parameters
    ----------
    expected
        float64: co-actions expected of the pair null and shared interest, at least the link's.
    p, q
        float64, at least the link's.
    source, block
        int32: the source (as in `Actions.sources`) or the topic block that explains most beyond
        the pair null; -1 where none does.
    blocks
        Topic blocks that were used.
    """

    expected: F64
    p: F64
    q: F64
    source: I32
    block: I32
    blocks: int

    def explained_by(self, sources: pa.Array | None) -> list[str | None]:
        """Return, by link, the source's name or ``topic block 3``; None where nothing does."""
        names = [] if sources is None else sources.to_pylist()
        return [
            names[source] if source >= 0 else f"topic block {block + 1}" if block >= 0 else None
            for source, block in zip(self.source.tolist(), self.block.tolist(), strict=True)
        ]


def affinity_of(
    rows: Ordered, links: Links, windows_us: list[int], settings: Settings
) -> Affinity:
    """Return expectation, p and q of links under the null model with shared interest.

    Parameters
    ----------
    rows, links, windows_us, settings
        As `find_links` took and gave them.

    Notes
    -----
    The pairs that are not in `links` cannot pass. Let p be a pair's p and p' = max(p, tail under
    the mixture). p' >= p for all pairs, and Benjamini-Hochberg (as Benjamini-Yekutieli) never
    rejects more when p-values grow; so what p' rejects is in `links`. All that is rejected being
    listed, the ranks of those rejected among the listed are their ranks among all, and q' <= level
    holds for the same pairs whether or not the others are counted; where q' is above the
    level it is at most too large.

    A link is judged at the look that gave it its p: one that another layer might save is not.
    Cost: one more enumeration of co-actions (none while they are remembered), and for each link
    the strata in which both act, and O(surprise x largest surprise).
    """
    n = links.pair.size
    expected, p = links.expected.copy(), links.p.copy()
    source, block = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    if not n:
        return Affinity(expected=expected, p=p, q=p, source=source, block=block, blocks=0)
    # 1. strata
    strata = strata_of(rows, max(windows_us), settings.seed)
    linked = np.zeros(rows.accounts, np.bool_)
    linked[links.pair] = linked[links.other] = True
    ages = _ages(rows)
    for look in links.together:
        mine = np.flatnonzero(links.window == look.window)
        if not mine.size:
            continue
        # 2., 3. tables of the strata
        entries, totals = _tables(look, strata, linked, ages, settings.threads)
        # 4. p
        found, most, log_p = _judged(look, links, mine, (entries, totals), settings.threads)
        expected[mine] = np.maximum(expected[mine], found)
        tail = np.minimum(np.exp(log_p) * len(links.looks), 1.0)
        p[mine] = np.maximum(p[mine], np.maximum(tail, SMALLEST_P))
        source[mine] = np.where(most >= 0, np.append(strata.source, -1)[most], -1)
        block[mine] = np.where(most >= 0, np.append(strata.block, -1)[most], -1)
    q = q_values(p, corrected_tests(links.tested, settings))
    return Affinity(
        expected=expected,
        p=p,
        q=np.maximum(q, links.q),
        source=source,
        block=block,
        blocks=int(strata.block.max(initial=-1)) + 1,
    )


def _ages(rows: Ordered) -> I32:
    since = rows.time - np.repeat(rows.time[rows.starts[:-1]], np.diff(rows.starts))
    edges = np.array(AGES_S, np.int64) * 1_000_000
    return (np.searchsorted(edges, since, side="right") - 1).astype(np.int32)


Entries = tuple[I64, I32, F64, F64, I64, I32, F64]
Totals = tuple[I32, F64, F64, F64, I64, I32, F64]


def _tables(
    look: Look, strata: Strata, linked: NDArray[np.bool_], ages: I32, threads: int
) -> tuple[Entries, Totals]:
    """Return what linked accounts do in strata, and the strata's totals (2, 3)."""
    rows, popular = look.rows, look.popular
    hour = ((rows.time // HOURS_US) % BINS).astype(np.int32)
    of_row = strata.of_object[rows.object_of]
    needed = np.zeros(strata.layer.size + 1, np.bool_)
    needed[of_row[linked[rows.account]]] = True
    needed[-1] = False
    of_row = np.where(needed[of_row], of_row, np.int32(-1))
    used = np.flatnonzero(of_row >= 0)
    size, n_ages = strata.layer.size, len(AGES_S)
    # numbers of (stratum, account) and (stratum, time bin)
    entry_key, entry = np.unique(
        of_row[used].astype(np.int64) * rows.accounts + rows.account[used], return_inverse=True
    )
    cell_key, cell_used = np.unique(
        of_row[used].astype(np.int64) * BINS + hour[used], return_inverse=True
    )
    cell = np.zeros(of_row.size, np.int32)
    cell[used] = cell_used
    by_age, by_cell = (
        np.zeros((size, n_ages, n_ages), np.int64),
        np.zeros(cell_key.size, np.int64),
    )
    for filled, early, late in _co_actions(look, of_row):
        kernel.count_cells(filled, early, late, of_row, ages, cell, by_age, by_cell)
    # actions: distinct objects; distinct objects by age bin; by time bin
    new = rows.before[used] < 0
    new_age = sorting.opens_bin(rows.before, ages)[used]
    new_time = sorting.opens_bin(rows.before, hour)[used]
    actions = np.bincount(entry[new], minlength=entry_key.size).astype(np.float64)
    of_entry = (entry_key // rows.accounts).astype(np.int64)
    account_of_entry = entry_key % rows.accounts

    # totals of a stratum
    def rate_of(pairs: F64, sums: F64, squares: F64) -> F64:
        return np.where(pairs > 0, pairs / np.maximum(sums**2 - squares, 1.0), 0.0)

    sums = np.bincount(of_entry, weights=actions, minlength=size)
    squares = np.bincount(of_entry, weights=actions**2, minlength=size)
    together = by_age.sum(axis=(1, 2)).astype(np.float64)
    rate = rate_of(together, sums, squares)
    # by age
    order = np.argsort(entry[new_age], kind="stable")
    sorted_entry = entry[new_age][order]
    sorted_age = ages[used][new_age][order]
    sorted_stratum = of_row[used][new_age][order]
    m = np.zeros((size, n_ages))
    np.add.at(m, (sorted_stratum, sorted_age), 1.0)
    meetings = np.ascontiguousarray(m[:, :, None] * m[:, None, :])
    kernel.add_meetings(sorted_entry, sorted_stratum, sorted_age, n_ages, meetings)
    rate_by_age = np.where(by_age > 0, by_age / np.maximum(meetings, 1.0), 0.0)
    # by time bin: (entry, bin) -> actions
    pair_key, count = np.unique(
        entry[new_time] * BINS + hour[used][new_time], return_counts=True
    )
    cell_of = np.searchsorted(cell_key, of_entry[pair_key // BINS] * BINS + pair_key % BINS)
    cell_sums = np.bincount(cell_of, weights=count, minlength=cell_key.size)
    cell_squares = np.bincount(
        cell_of, weights=count.astype(float) ** 2, minlength=cell_key.size
    )
    weight = np.sqrt(rate_of(2.0 * by_cell, cell_sums, cell_squares))
    # entries of linked accounts, by account then stratum
    mine = np.flatnonzero(linked[account_of_entry])
    mine = mine[np.lexsort((of_entry[mine], account_of_entry[mine]))]
    starts = np.searchsorted(account_of_entry[mine], np.arange(rows.accounts + 1)).astype(
        np.int64
    )
    position = np.full(entry_key.size, -1, np.int64)
    position[mine] = np.arange(mine.size)
    at = position[sorted_entry]
    aged = np.bincount(at[at >= 0] * n_ages + sorted_age[at >= 0], minlength=mine.size * n_ages)
    entry_age = aged.reshape(mine.size, n_ages).astype(np.float64)
    at = position[pair_key // BINS]
    order = np.lexsort((pair_key % BINS, at))
    order = order[at[order] >= 0]
    time_starts = np.searchsorted(at[order], np.arange(mine.size + 1)).astype(np.int64)
    time_bin = (pair_key[order] % BINS).astype(np.int32)
    weighted = count[order] * weight[cell_of[order]]
    entries = (
        starts,
        of_entry[mine].astype(np.int32),
        actions[mine],
        entry_age,
        time_starts,
        time_bin,
        weighted,
    )
    # jumps
    objects = np.flatnonzero(
        (strata.of_object >= 0) & (popular.by_object > 0) & ~popular.skipped
    )
    objects = objects[needed[strata.of_object[objects]]]
    units = popular.laws.shape[1]
    jump_key, inverse = np.unique(
        strata.of_object[objects].astype(np.int64) * units + popular.surprise[objects],
        return_inverse=True,
    )
    mass = np.bincount(inverse, weights=popular.by_object[objects], minlength=jump_key.size)
    jump_starts = np.searchsorted(jump_key // units, np.arange(size + 1)).astype(np.int64)
    whole = np.bincount(jump_key // units, weights=mass, minlength=size)
    probability = mass / whole[jump_key // units]
    share = whole / np.maximum(popular.by_layer[strata.layer], 1)
    totals = (
        strata.layer,
        share,
        rate,
        rate_by_age,
        jump_starts,
        (jump_key % units).astype(np.int32),
        probability,
    )
    return entries, totals


def _co_actions(look, of_row):
    if look.popular.remembered is not None:
        for early, late in look.popular.remembered:
            yield early.shape[0], early, late
        return
    first = look.rows.starts[:-1]
    skipped = look.popular.skipped | (of_row[first] < 0)
    yield from each_buffer(look.rows, look.popular.window_us, skipped)


def _judged(look, links, mine, tables, threads):
    pair, other = links.pair[mine], links.other[mine]
    rates = expected_co_actions(look.rows, look.popular, pair, other)
    alone = links.layer[mine]
    layers = np.arange(rates.shape[1])
    rates[(alone[:, None] >= 0) & (layers[None, :] != alone[:, None])] = 0.0
    surprise = links.surprise[mine]
    expected, log_p = np.zeros(mine.size), np.zeros(mine.size)
    most = np.zeros(mine.size, np.int64)

    def work(first: int) -> None:
        kernel.shared_interest(
            first,
            min(first + _PAIRS_PER_CHUNK, mine.size),
            pair,
            other,
            surprise,
            rates,
            look.popular.laws,
            *tables,
            expected,
            most,
            log_p,
        )

    in_threads(work, list(range(0, mine.size, _PAIRS_PER_CHUNK)), threads)
    return expected, most, log_p
