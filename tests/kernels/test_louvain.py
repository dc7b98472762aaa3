"""Communities by modularity: planted ones are found, and no others beat them."""

from __future__ import annotations

import numpy as np
import pytest

from fanal.kernels.louvain import both_ways, louvain


def graph(edges: list[tuple[int, int]], nodes: int) -> tuple[np.ndarray, np.ndarray]:
    ends = np.array(edges, np.int32).reshape(-1, 2)
    return both_ways(ends[:, 0].copy(), ends[:, 1].copy(), nodes)


def modularity(edges: np.ndarray, label: np.ndarray, resolution: float) -> float:
    degree = np.bincount(edges.ravel(), minlength=label.size)
    inside = (label[edges[:, 0]] == label[edges[:, 1]]).mean()
    total = np.bincount(label, weights=degree)
    return float(inside - resolution * (total**2).sum() / degree.sum() ** 2)


def test_each_node_has_its_neighbours_on_both_sides() -> None:
    starts, neighbour = graph([(0, 2), (1, 2), (0, 3)], 5)
    found = [neighbour[starts[i] : starts[i + 1]].tolist() for i in range(5)]
    assert found == [[2, 3], [2], [0, 1], [0], []]


def test_two_cliques_with_one_edge_between_them_are_two() -> None:
    edges = [(a, b) for a in range(5) for b in range(a)]
    edges += [(a + 5, b + 5) for a, b in edges]
    label = louvain(*graph([*edges, (0, 5)], 11), 1.0)
    assert label.tolist() == [0] * 5 + [1] * 5 + [2]


def test_an_empty_graph_leaves_every_node_alone() -> None:
    assert louvain(*graph([], 3), 1.0).tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(6))
def test_planted_audiences_are_found(seed: int) -> None:
    draw = np.random.default_rng(seed)
    accounts, objects = draw.permutation(240) % 4, draw.permutation(160) % 4
    likes = draw.random((240, 160)) < np.where(accounts[:, None] == objects, 0.2, 0.02)
    edges = np.argwhere(likes) + np.array([0, 240])
    truth = np.concatenate([accounts, objects])
    label = louvain(*graph(edges.tolist(), 400), 1.0)
    assert modularity(edges, label, 1.0) >= modularity(edges, truth, 1.0) - 1e-9
    same = (label[:, None] == label) == (truth[:, None] == truth)
    assert same.mean() > 0.97


@pytest.mark.parametrize("resolution", [1.0, 0.5])
def test_no_single_move_gains(resolution: float) -> None:
    draw = np.random.default_rng(9)
    edges = np.unique(draw.integers(0, [30, 40], (220, 2)), axis=0)
    edges[:, 1] += 30
    label = louvain(*graph(edges.tolist(), 70), resolution)
    best = modularity(edges, label, resolution)
    for node in range(70):
        for community in range(label.max() + 1):
            other = label.copy()
            other[node] = community
            assert modularity(edges, other, resolution) <= best + 1e-9
