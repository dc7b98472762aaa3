"""Communities: groups of accounts with more links among themselves than to others.

Leiden (Traag, Waltman & van Eck 2019, doi:10.1038/s41598-019-41695-z) as networkit has it, on
links weighted by the objects in common; one thread and a fixed seed, since two threads give
other labels from run to run.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_RESOLUTION = 1.0


def communities(
    source: NDArray[np.int64], target: NDArray[np.int64], weight: NDArray[np.float64], seed: int
) -> NDArray[np.int64]:
    """Return the community of each node.

    Parameters
    ----------
    source, target
        int64, shape (links,): nodes 0 to n - 1, each in at least one link.
    weight
        float64, shape (links,), positive.
    seed
        Seed of the algorithm.

    Returns
    -------
    ndarray
        int64, shape (n,): 0 is the largest community; of equals, the one with the smallest node.
    """
    if not source.size:
        return np.zeros(0, np.int64)
    import networkit as nk

    threads = nk.getMaxNumberOfThreads()
    nodes = int(max(source.max(), target.max())) + 1
    graph = nk.Graph(nodes, weighted=True)
    for a, b, w in zip(source.tolist(), target.tolist(), weight.tolist(), strict=True):
        graph.addEdge(a, b, w)
    try:
        nk.setNumberOfThreads(1)
        nk.setSeed(seed, useThreadId=False)
        leiden = nk.community.ParallelLeiden(graph, gamma=_RESOLUTION)
        leiden.run()
        labels = np.asarray(leiden.getPartition().getVector(), dtype=np.int64)
    finally:
        nk.setNumberOfThreads(threads)
    return _by_size(labels)


def _by_size(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    _, first, number, size = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(size.size, np.int64)
    rank[np.lexsort((first, -size))] = np.arange(size.size)
    return rank[number]
