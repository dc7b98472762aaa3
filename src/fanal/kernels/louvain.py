"""Communities of a graph by modularity, the same on every machine and at any thread count.

Louvain (Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008), nodes visited in their order
from a queue (Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z). No chance is in it.

1. Each node moves to the neighbouring community that gains most; where it leaves and where it
   comes, neighbours are looked at again, until nothing gains.
2. Communities become the nodes of a smaller graph; again from 1, until nothing merges.
3. Once more from the nodes, each in the community found for it: what was merged may part.

Modularity at a resolution r: the sum over communities of (edges inside) - r (degrees)^2 / 4m.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int32, int64, types
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I32 = int32[::1]
_I64 = int64[::1]
_F64 = float64[::1]
#: A move must gain so much, lest rounding moves a node back and forth.
_LEAST_GAIN = 1e-9
_ROUNDS = 3


@njit(types.Tuple((_I64, _I32))(_I32, _I32, int64), cache=True, nogil=True)
def both_ways(
    one: NDArray[np.int32], other: NDArray[np.int32], nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where each node's neighbours start, and the neighbours, of a graph of edges.

    Parameters
    ----------
    one, other
        int32, shape (edges,): the ends; no edge twice, none from a node to itself.
    nodes
        How many there are.

    Returns
    -------
    tuple
        int64 (nodes + 1,) and int32 (2 edges,). O(nodes + edges).
    """
    starts = np.zeros(nodes + 1, np.int64)
    for e in range(one.shape[0]):
        starts[one[e] + 1] += 1
        starts[other[e] + 1] += 1
    for i in range(nodes):
        starts[i + 1] += starts[i]
    free = starts[:nodes].copy()
    neighbour = np.empty(2 * one.shape[0], np.int32)
    for e in range(one.shape[0]):
        neighbour[free[one[e]]] = other[e]
        free[one[e]] += 1
        neighbour[free[other[e]]] = one[e]
        free[other[e]] += 1
    return starts, neighbour


@njit(_I32(_I64, _I32, _F64, _F64, _I32, float64), cache=True, nogil=True)
def _moved(
    starts: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    weight: NDArray[np.float64],
    degree: NDArray[np.float64],
    begin: NDArray[np.int32],
    resolution: float,
) -> NDArray[np.int32]:
    """Return the community of each node after all moves that gain, from some beginning (1)."""
    n = degree.shape[0]
    community, total = begin.copy(), np.zeros(n)
    for i in range(n):
        total[begin[i]] += degree[i]
    share = resolution / max(degree.sum(), 1.0)
    queue, waiting = np.arange(n).astype(np.int32), np.ones(n, np.bool_)
    tie, touched = np.zeros(n), np.empty(n, np.int32)
    head, held = 0, n
    while held > 0:
        i = queue[head]
        head = head + 1 if head + 1 < n else 0
        held -= 1
        waiting[i] = False
        mine, met = community[i], 0
        for e in range(starts[i], starts[i + 1]):
            c = community[neighbour[e]]
            if tie[c] == 0.0:
                touched[met] = c
                met += 1
            tie[c] += weight[e]
        total[mine] -= degree[i]
        best, gain = mine, tie[mine] - share * degree[i] * total[mine] + _LEAST_GAIN
        for t in range(met):
            c = touched[t]
            more = tie[c] - share * degree[i] * total[c]
            tie[c] = 0.0
            if more > gain:
                best, gain = c, more
        total[best] += degree[i]
        if best == mine:
            continue
        community[i] = best
        for e in range(starts[i], starts[i + 1]):
            j = neighbour[e]
            if community[j] != best and not waiting[j]:
                waiting[j] = True
                at = head + held
                queue[at if at < n else at - n] = j
                held += 1
    return community


@njit(int64(_I32), cache=True, nogil=True)
def _number(community: NDArray[np.int32]) -> int:
    """Return how many communities there are, numbered anew in place by their first nodes."""
    new = np.full(community.shape[0], -1, np.int32)
    found = 0
    for i in range(community.shape[0]):
        if new[community[i]] < 0:
            new[community[i]] = found
            found += 1
        community[i] = new[community[i]]
    return found


@njit(
    types.Tuple((_I64, _I32, _F64, _F64))(_I64, _I32, _F64, _F64, _I32, int64),
    cache=True,
    nogil=True,
)
def _merged(
    starts: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    weight: NDArray[np.float64],
    degree: NDArray[np.float64],
    community: NDArray[np.int32],
    communities: int,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Return the graph of the communities; edges inside one live on in its degree only (2)."""
    n = community.shape[0]
    first = np.zeros(communities + 1, np.int64)
    total = np.zeros(communities)
    for i in range(n):
        first[community[i] + 1] += 1
        total[community[i]] += degree[i]
    for c in range(communities):
        first[c + 1] += first[c]
    free, members = first[:communities].copy(), np.empty(n, np.int32)
    for i in range(n):
        members[free[community[i]]] = i
        free[community[i]] += 1
    ends = np.zeros(communities + 1, np.int64)
    others, tied = np.empty(neighbour.shape[0], np.int32), np.empty(neighbour.shape[0])
    place = np.full(communities, -1, np.int64)
    used = 0
    for c in range(communities):
        begin = used
        for m in range(first[c], first[c + 1]):
            for e in range(starts[members[m]], starts[members[m] + 1]):
                d = community[neighbour[e]]
                if d == c:
                    continue
                if place[d] < begin:
                    place[d] = used
                    others[used], tied[used] = d, 0.0
                    used += 1
                tied[place[d]] += weight[e]
        ends[c + 1] = used
    return ends, others[:used].copy(), tied[:used].copy(), total


@njit(_I32(_I64, _I32, float64), cache=True, nogil=True)
def louvain(
    starts: NDArray[np.int64], neighbour: NDArray[np.int32], resolution: float
) -> NDArray[np.int32]:
    """Return the community of each node (1 to 3).

    Parameters
    ----------
    starts, neighbour
        As `both_ways` gives them.
    resolution
        Above 0: the larger, the smaller the communities.

    Returns
    -------
    ndarray
        int32, shape (nodes,): 0, 1, ... in the order of their first nodes. Some twenty visits
        of each edge.
    """
    nodes = starts.shape[0] - 1
    label = np.arange(nodes).astype(np.int32)
    for _ in range(_ROUNDS):
        where, to, degree = starts, neighbour, np.diff(starts).astype(np.float64)
        weight, begin = np.ones(neighbour.shape[0]), label
        label = np.arange(nodes).astype(np.int32)
        while True:
            community = _moved(where, to, weight, degree, begin, resolution)
            found = _number(community)
            for i in range(nodes):
                label[i] = community[label[i]]
            if found == degree.shape[0]:
                break
            where, to, weight, degree = _merged(where, to, weight, degree, community, found)
            begin = np.arange(found).astype(np.int32)
    return label
