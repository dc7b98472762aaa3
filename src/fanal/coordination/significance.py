"""Expected co-actions, p and q of pairs under the null model (kernels/null_model.py).

1. Expected co-actions by layer: the larger of the whole period's and the time bins' sum.
2. p: the tail of the summed surprise over the layers.
3. Several looks (windows, and layers alone beside all together): p = min(1, smallest p x number
   of looks).
4. q over all pairs of accounts active in any layer (kernels/fdr.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered, activity_by_bin
from fanal.coordination.pairs import Pairs
from fanal.coordination.popularity import Popularity
from fanal.coordination.threads import in_threads
from fanal.kernels import null_model

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_PAIRS_PER_CHUNK = 4096
#: Smallest p that is written.
SMALLEST_P = 1e-300


def expected_co_actions(rows: Ordered, popular: Popularity, pair: I64, other: I64) -> F64:
    """Return the expected co-actions of pairs by layer (1): float64, shape (pairs, layers)."""
    needed = np.zeros(rows.accounts, np.bool_)
    needed[pair] = needed[other] = True
    columns = []
    for layer in range(rows.layers):
        draws = rows.draws[layer]
        expected = draws[pair] * draws[other] * popular.rate[layer]
        meetings = rows.bin_totals[layer].astype(np.float64) ** 2 - rows.bin_squares[layer]
        weight = np.sqrt(2.0 * popular.by_bin[layer] / np.maximum(meetings, 1.0))
        starts, bins, weighted = activity_by_bin(rows, layer, needed, weight)
        null_model.add_expected_by_bin(
            pair, other, starts, bins, weighted, expected, pair.shape[0]
        )
        columns.append(expected)
    return np.ascontiguousarray(np.stack(columns, axis=1))


def p_values(expected: F64, laws: F64, surprise: I64, threads: int, enough: float = 0.0) -> F64:
    """Return the tail of each pair's surprise (2).

    Parameters
    ----------
    expected
        float64, shape (pairs, layers): lambda.
    laws
        float64, shape (layers, size): jump laws, see `null_model.jump_law`.
    surprise
        int64, shape (pairs,): lattice units.
    threads
        Threads.
    enough
        A tail whose Chernoff bound is at most this is left at that bound, which is cheap and
        never too small; 0: all are exact down to 1e-18.

    Returns
    -------
    ndarray
        float64, shape (pairs,), 1e-300 to 1.
    """
    n = surprise.shape[0]
    if not n:
        return np.zeros(0, np.float64)
    grid = null_model.tilts(laws, float(expected.sum(axis=1).min()), int(surprise.max()))
    moments = null_model.moments(laws, grid)
    log_p, tilt, level = np.zeros(n), np.zeros(n, np.int32), np.zeros(n, np.int32)
    least = float(np.log(enough)) if enough else -np.inf

    def choose(first: int) -> None:
        stop = min(first + _PAIRS_PER_CHUNK, n)
        null_model.choose_tilts(
            first, stop, expected, laws, *moments, grid, surprise, least, log_p, tilt, level
        )

    in_threads(choose, list(range(0, n, _PAIRS_PER_CHUNK)), threads)
    order = np.flatnonzero(level)
    order = order[np.lexsort((tilt[order], level[order]))]

    def tails(first: int) -> None:
        stop = min(first + _PAIRS_PER_CHUNK, order.shape[0])
        null_model.fourier_tails(
            first, stop, order, expected, laws, grid, surprise, log_p, tilt, level
        )

    in_threads(tails, list(range(0, order.shape[0], _PAIRS_PER_CHUNK)), threads)
    return np.maximum(np.exp(log_p), SMALLEST_P)


def tested_pairs(rows: Ordered) -> float:
    """Return the number of pairs of accounts active in any layer (4)."""
    active = float((rows.activity.sum(axis=0) > 0).sum())
    return active * (active - 1) / 2


def merged(found: list[tuple[Pairs, F64]]) -> tuple[I64, F64, I64]:
    """Return (pair keys, p over all looks, the look with the smallest p) (3).

    Parameters
    ----------
    found
        The pairs of each look and their p.

    Returns
    -------
    tuple
        int64 keys ``pair << 32 | other`` ascending, float64 p, int64 look numbers.
    """
    keys = np.concatenate([pairs.pair << 32 | pairs.other for pairs, _ in found])
    p = np.concatenate([p for _, p in found])
    look = np.repeat(np.arange(len(found)), [pairs.pair.shape[0] for pairs, _ in found])
    order = np.lexsort((look, p, keys))
    keys, p, look = keys[order], p[order], look[order]
    first = np.ones(keys.shape[0], np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    return keys[first], np.minimum(p[first] * len(found), 1.0), look[first]
