"""Upper tail of a compound Poisson sum on the lattice, one intensity measure for each pair.

The sum S has jumps of k lattice units at rate v_k, k = 0 ... K - 1, independent. A mixture of
several compound Poisson variables is again one: its v is the sum of theirs.

1. Nothing is surprising at or below the mean: the tail is given as 1.
2. Chernoff bound at the tilt where the tilted mean is the observed sum. Below 1e-18, or what
   else is enough, it stands: it is never too small.
3. Panjer's recursion (Panjer 1981, doi:10.1017/S0515036100006796):
   g(x) = 1/x * sum over k of k v_k g(x - k). All terms are positive, so that nothing
   cancels; g is carried without exp(-sum v) and scaled back when it grows, so that nothing
   underflows. The tail is summed from the observed sum upwards, never as 1 - the rest.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.null_model import EARLY_LOG_P

_F64 = float64[::1]
_LARGE = 1e200
_NEGLIGIBLE = 1e-14


@njit(float64(_F64, int64), cache=True, nogil=True)
def log_chernoff(intensity: NDArray[np.float64], surprise: int) -> float:
    """Return the logarithm of the Chernoff bound of P(S >= surprise); 0 up to the mean (1, 2).

    Parameters
    ----------
    intensity
        float64, shape (K,): v_k, not negative.
    surprise
        Lattice units.
    """
    mean = 0.0
    for k in range(intensity.shape[0]):
        mean += k * intensity[k]
    if surprise <= mean:
        return 0.0
    if mean <= 0.0:
        return -np.inf
    theta, bound = 0.0, 0.0
    for _ in range(60):  # Newton on log(mean): convex, hence from the second round on one-sided
        bound, mean, square = -theta * surprise, 0.0, 0.0
        step, grow = np.exp(theta), 1.0
        for k in range(1, intensity.shape[0]):
            grow *= step
            if intensity[k] > 0.0:
                grown = intensity[k] * grow
                bound += grown - intensity[k]
                mean += grown * k
                square += grown * k * k
        shift = np.log(mean / surprise) * mean / square
        if abs(shift) < 1e-9 * theta:
            break
        theta = max(theta - shift, 0.0)
    return float(min(bound, 0.0))


@njit(float64(_F64, int64), cache=True, nogil=True)
def log_panjer(intensity: NDArray[np.float64], surprise: int) -> float:
    """Return log P(S >= surprise) by the recursion alone, for a surprise above the mean (3).

    Parameters
    ----------
    intensity, surprise
        As for `log_upper_tail`.
    """
    size = intensity.shape[0]
    weight = np.zeros(size + 3)  # k v_k, and zeros so that four are taken at a time
    rate, mean = 0.0, 0.0
    for k in range(1, size):
        weight[k] = k * intensity[k]
        rate += intensity[k]
        mean += weight[k]
    # g of the last sums, each twice, falling, so that g(x - k) lies at + k
    ring = np.zeros(2 * size + 3)
    ring[0] = ring[size] = 1.0
    log_scale, tail, quiet, x, at = -rate, 0.0, 0, 0, 0
    while quiet < size:
        x += 1
        at = at - 1 if at > 0 else size - 1
        a, b, c, d = 0.0, 0.0, 0.0, 0.0
        for k in range(0, size, 4):
            a += weight[k] * ring[at + k]
            b += weight[k + 1] * ring[at + k + 1]
            c += weight[k + 2] * ring[at + k + 2]
            d += weight[k + 3] * ring[at + k + 3]
        density = (a + b + c + d) / x
        ring[at] = ring[at + size] = density
        if x >= surprise:
            tail += density
            quiet = quiet + 1 if x > mean and density <= _NEGLIGIBLE * tail else 0
        if density > _LARGE:
            for k in range(ring.shape[0]):
                ring[k] /= _LARGE
            tail /= _LARGE
            log_scale += np.log(_LARGE)
    return float(min(np.log(tail) + log_scale, 0.0)) if tail > 0.0 else 0.0


@njit(float64(_F64, int64), cache=True, nogil=True)
def log_upper_tail(intensity: NDArray[np.float64], surprise: int) -> float:
    """Return log P(S >= surprise) for jumps of k units at rate ``intensity[k]`` (1 to 3).

    Parameters
    ----------
    intensity
        float64, shape (K,): v_k, not negative; v_0 changes nothing.
    surprise
        Lattice units, not negative.

    Returns
    -------
    float
        0 up to the mean; the Chernoff bound where that is below log(1e-18); -inf where no sum
        of jumps can be reached. O(surprise * K).
    """
    bound = log_chernoff(intensity, surprise)
    if bound == 0.0 or bound < EARLY_LOG_P:
        return float(bound)
    return float(min(log_panjer(intensity, surprise), bound))
