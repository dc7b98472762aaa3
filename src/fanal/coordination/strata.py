"""Strata of shared interest: sets of objects that one interest explains.

1. Source: objects of one layer with the same source (the reposted account, the domain) are one
   stratum, where at least five of them were acted on by two accounts or more. A source with fewer
   objects is not followed, it is met.
2. Topic block, for the other objects: communities (Louvain, see kernels/louvain.py) of the graph
   of accounts and objects. What accounts do within the window must not become the taste
   that explains it, so of each object only actions that lie more than the widest window (and
   60 s) apart are in the graph; and no object at all of which more than 80 % of the pairs of
   accounts meet within it. Audiences meet at all delays; a group that acts on objects of its
   own, together, leaves nothing there. Accounts with three such actions or more are in it.
3. A block counts with 20 accounts or more. What is left has no stratum: there the null model of
   the pair stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered
from fanal.coordination.threads import in_threads
from fanal.kernels import strata as kernel
from fanal.kernels.louvain import both_ways, louvain

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

#: Objects with two accounts or more that make a source one that can be followed.
FEWEST_OBJECTS = 5
#: Accounts that make a topic block.
FEWEST_ACCOUNTS = 20
#: Actions that tell of taste, of an account in the graph.
FEWEST_ACTIONS = 3
#: Largest share of an object's pairs of accounts that may meet within the window.
MOST_WITHIN = 0.8
#: Actions closer than this say nothing of taste, however narrow the windows, microseconds.
APART_US = 60_000_000
#: Of the communities (modularity): tastes are narrower or wider.
RESOLUTIONS = (1.0, 0.5)


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


def strata_of(rows: Ordered, window_us: int, threads: int = 1) -> list[Strata]:
    """Return the divisions of the objects of `rows` into strata: one, or one for each resolution.

    Parameters
    ----------
    rows
        Rows in order.
    window_us
        The widest window, microseconds.
    threads
        Threads.

    Notes
    -----
    The graph is built only when some object that two accounts acted on has no source that
    counts. Blocks of the second resolution are numbered after those of the first.
    """
    # 1. sources
    met = np.bincount(rows.object_of[rows.before < 0], minlength=rows.layer_of.size) >= 2
    source = rows.source_of.astype(np.int64)
    key = np.where(source >= 0, source * rows.layers + rows.layer_of, -1)
    counted = np.bincount(key[met & (key >= 0)], minlength=int(key.max(initial=-1)) + 2)
    followed = (key >= 0) & (counted[key] >= FEWEST_OBJECTS)
    key = np.where(followed, key, -1)
    if not (met & ~followed).any():
        return [_numbered(rows, key, np.full(key.size, -1, np.int64))]
    # 2., 3. blocks
    graph = _graph(rows, window_us)
    found = in_threads(
        lambda resolution: _blocks(graph, key.size, resolution), list(RESOLUTIONS), threads
    )
    divisions, first = [], 0
    for block in found:
        block[block >= 0] += first
        first = max(first, int(block.max(initial=-1)) + 1)
        divisions.append(_numbered(rows, key, np.where(followed, -1, block)))
    return divisions


def _numbered(rows: Ordered, source_key: I64, block: I64) -> Strata:
    offset = int(source_key.max(initial=-1)) + 1
    block_key = np.where(block >= 0, offset + block * rows.layers + rows.layer_of, -1)
    key = np.maximum(source_key, block_key)
    found, stratum = np.unique(key[key >= 0], return_inverse=True)
    of_object = np.full(key.size, -1, np.int32)
    of_object[key >= 0] = stratum
    by_block = found >= offset
    plain = found - offset * by_block
    return Strata(
        of_object=of_object,
        layer=(plain % rows.layers).astype(np.int32),
        source=np.where(by_block, -1, plain // rows.layers).astype(np.int32),
        block=np.where(by_block, plain // rows.layers, -1).astype(np.int32),
    )


@dataclass(frozen=True, slots=True)
class _Graph:
    """Accounts and objects of the actions that tell of taste (2): nodes, accounts first."""

    accounts: int
    objects: I64  # of each node that is one
    starts: I64
    neighbour: I32


def _graph(rows: Ordered, window_us: int) -> _Graph:
    kept, tells = kernel.apart(
        rows.starts, rows.time, rows.before, max(window_us, APART_US), MOST_WITHIN
    )
    kept &= tells[rows.object_of]
    often = np.bincount(rows.account[kept], minlength=rows.accounts) >= FEWEST_ACTIONS
    kept &= often[rows.account]
    accounts, one = _nodes(rows.account[kept], rows.accounts)
    objects, other = _nodes(rows.object_of[kept], rows.layer_of.size)
    starts, neighbour = both_ways(
        one, other + np.int32(accounts.size), accounts.size + objects.size
    )
    return _Graph(accounts.size, objects, starts, neighbour)


def _nodes(codes: I32, size: int) -> tuple[I64, I32]:
    """Return which codes there are, and the place of each code among them."""
    there = np.bincount(codes, minlength=size) > 0
    place = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(there), place[codes]


def _blocks(graph: _Graph, objects: int, resolution: float) -> I64:
    """Return the topic block of each object, 0 the one with most accounts, -1 for none (2, 3)."""
    block = np.full(objects, -1, np.int64)
    if not graph.accounts:
        return block
    label = louvain(graph.starts, graph.neighbour, resolution)
    size = np.bincount(label[: graph.accounts], minlength=int(label.max()) + 1)
    number = np.empty(size.size, np.int64)
    number[np.argsort(-size, kind="stable")] = np.arange(size.size)
    number[size < FEWEST_ACCOUNTS] = -1
    block[graph.objects] = number[label[graph.accounts :]]
    return block
