"""Conditional logit over candidates: probabilities, and weights by Newton's method.

1. Probability of a candidate = exp(x . w) / sum over the account's candidates (McFadden, 1974).
2. Weights maximise the sum of log probabilities of the true candidates less ridge / 2 |w|^2: a
   concave function; Newton's method, steps halved while they do not climb.

numpy alone; sums in fixed order, so the same input gives the same weights.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fanal.about.features import Candidates

RIDGE: Final = 3.0
_STEPS: Final = 40
_SMALL: Final = 1e-8
_Floats = NDArray[np.float64]


def probabilities(
    score: _Floats, ends: NDArray[np.int64], heat: _Floats | float = 1.0
) -> _Floats:
    """Return the softmax within each account of scores divided by the account's heat (1)."""
    begins = np.concatenate([[0], ends[:-1]])
    counts = np.diff(ends, prepend=0)
    score = score / np.repeat(np.broadcast_to(heat, ends.shape), counts)
    score = np.exp(score - np.repeat(np.maximum.reduceat(score, begins), counts))
    return np.asarray(score / np.repeat(np.add.reduceat(score, begins), counts))


def true_candidates(found: Candidates, truth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, of each account, the row of its true country; elsewhere when it is not seen.

    Parameters
    ----------
    found
        Candidates of the accounts.
    truth
        int64, shape (accounts,): number of the true country.
    """
    counts = np.diff(found.ends, prepend=0)
    hit = np.flatnonzero(found.country == np.repeat(truth, counts))
    rows = found.ends - 1
    rows[np.repeat(np.arange(truth.size), counts)[hit]] = hit
    return rows


def fitted_weights(found: Candidates, chosen: NDArray[np.int64]) -> _Floats:
    """Return the weights under which the chosen candidates are most probable (2).

    Parameters
    ----------
    found
        Candidates of the accounts; a feature that is 0 throughout gets weight 0.
    chosen
        int64, shape (accounts,): row of the true candidate, as `true_candidates` returns it.
    """
    scale = found.x.std(axis=0)
    used = scale > 0
    x = found.x[:, used] / scale[used]
    w = np.zeros(x.shape[1])
    value, gradient, curvature = _climb(x, found.ends, chosen, w)
    for _ in range(_STEPS):
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while True:
            tried = _climb(x, found.ends, chosen, w + size * step)
            if tried[0] >= value or size < _SMALL:
                break
            size /= 2
        gained = tried[0] - value
        w = w + size * step
        value, gradient, curvature = tried
        if gained < _SMALL * chosen.size:
            break
    weights = np.zeros(found.x.shape[1])
    weights[used] = w / scale[used]
    return weights


def _climb(
    x: _Floats, ends: NDArray[np.int64], chosen: NDArray[np.int64], w: _Floats
) -> tuple[float, _Floats, _Floats]:
    """Return the objective, its gradient, and minus its second derivative."""
    begins = np.concatenate([[0], ends[:-1]])
    p = probabilities(x @ w, ends)
    weighted = x * p[:, None]
    mean = np.add.reduceat(weighted, begins, axis=0)
    value = float(np.log(np.maximum(p[chosen], 1e-300)).sum() - RIDGE / 2 * (w @ w))
    gradient = x[chosen].sum(axis=0) - mean.sum(axis=0) - RIDGE * w
    curvature = x.T @ weighted - mean.T @ mean + RIDGE * np.eye(w.size)
    return value, gradient, curvature
