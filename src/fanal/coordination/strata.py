"""Strata of shared interest: sets of objects that one interest explains.

1. Source: objects of one layer with the same source (the reposted account, the domain) are one
   stratum, where at least five of them were acted on by two accounts or more. A source with fewer
   objects is not followed, it is met.
2. Topic block, for the other objects: communities of the graph of accounts and objects, built
   only from actions on an object that lie more than the widest window (and 60 s) apart. What
   accounts do within the window must not become the taste that explains it: a group that
   acts on objects of its own, together, leaves one action an object and no block. Audiences meet
   at all delays.
3. A block counts with 50 accounts or more, an object is in it with two such actions or more.
   What is left has no stratum: there the null model of the pair stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.kernels import strata as kernel

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: Objects with two accounts or more that make a source one that can be followed.
FEWEST_OBJECTS = 5
#: Accounts that make a topic block.
FEWEST_ACCOUNTS = 20
#: Largest share of an object's pairs of accounts that may meet within the window.
MOST_WITHIN = 0.8
REPEATED = 2
#: Actions closer than this say nothing of taste, however narrow the windows, microseconds.
_APART_US = 60_000_000
_RESOLUTION = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """Strata, each of one layer.

    Parameters
    ----------
    of_object
        int32, shape (objects,): stratum of each object, -1 for none.
    layer, source, block
        int32, shape (strata,): layer; source as in `Actions.sources`, -1 for a topic block;
        number of the topic block (0 has the most accounts), -1 for a source.
    """

    of_object: I32
    layer: I32
    source: I32
    block: I32


def strata_of(rows: Ordered, window_us: int, seed: int) -> Strata:
    """Return the strata of the objects of `rows`.

    Parameters
    ----------
    rows
        Rows in order.
    window_us
        The widest window, microseconds.
    seed
        Seed of the communities.

    Notes
    -----
    The graph is built only when some object that two accounts acted on has no source that counts.
    """
    # 1. sources
    met = np.bincount(rows.object_of[rows.before < 0], minlength=rows.layer_of.size) >= 2
    source = rows.source_of.astype(np.int64)
    key = np.where(source >= 0, source * rows.layers + rows.layer_of, -1)
    counted = np.bincount(key[met & (key >= 0)], minlength=1)
    followed = (key >= 0) & (
        np.append(counted, 0)[np.minimum(key, counted.size)] >= FEWEST_OBJECTS
    )
    # 2., 3. blocks
    block = np.full(key.size, -1, np.int64)
    if (met & ~followed).any():
        block = topic_blocks(rows, window_us, seed)
    blocked = ~followed & (block >= 0)
    offset = int(key.max(initial=-1)) + 1
    key = np.where(
        followed, key, np.where(blocked, offset + block * rows.layers + rows.layer_of, -1)
    )
    found, stratum = np.unique(key[key >= 0], return_inverse=True)
    of_object = np.full(key.size, -1, np.int32)
    of_object[key >= 0] = stratum
    by_block = found >= offset
    return Strata(
        of_object=of_object,
        layer=((found - offset * by_block) % rows.layers).astype(np.int32),
        source=np.where(by_block, -1, found // rows.layers).astype(np.int32),
        block=np.where(by_block, (found - offset) // rows.layers, -1).astype(np.int32),
    )


def topic_blocks(rows: Ordered, window_us: int, seed: int) -> I64:
    """Return the topic block of each object, -1 for none (2, 3): int64, shape (objects,)."""
    kept, tells = kernel.apart(
        rows.starts, rows.time, rows.before, max(window_us, _APART_US), MOST_WITHIN
    )
    kept &= tells[rows.object_of]
    account, thing = rows.account[kept], rows.object_of[kept]
    often = np.bincount(account, minlength=rows.accounts) >= REPEATED
    account, thing = account[often[account]], thing[often[account]]
    block = np.full(tells.size, -1, np.int64)
    if not account.size:
        return block
    accounts, one = np.unique(account, return_inverse=True)
    things, other = np.unique(thing, return_inverse=True)
    label = _communities(one, other + accounts.size, accounts.size + things.size, seed)
    of_account, of_thing = label[: accounts.size], label[accounts.size :]
    size = np.bincount(of_account, minlength=int(label.max()) + 1)
    order = np.argsort(-size, kind="stable")
    number = np.empty(size.size, np.int64)
    number[order] = np.arange(size.size)
    number[size < FEWEST_ACCOUNTS] = -1
    block[things] = number[of_thing]
    return block


def _communities(one: I64, other: I64, nodes: int, seed: int) -> I64:
    import networkit as nk

    threads = nk.getMaxNumberOfThreads()
    try:
        nk.setNumberOfThreads(1)  # two threads give other labels from run to run
        nk.setSeed(seed, useThreadId=False)
        weight = np.ones(one.size)
        graph = nk.GraphFromCoo((weight, (one, other)), n=nodes, weighted=False, directed=False)
        leiden = nk.community.ParallelLeiden(graph, gamma=_RESOLUTION)
        leiden.run()
        return np.asarray(leiden.getPartition().getVector(), dtype=np.int64)
    finally:
        nk.setNumberOfThreads(threads)
