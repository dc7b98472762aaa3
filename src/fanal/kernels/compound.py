"""Upper tail of a compound Poisson sum on the lattice, one intensity measure for each pair.

The sum S has jumps of k lattice units at rate v_k, k = 0 ... K - 1, independent. A mixture of
several compound Poisson variables is again one: its v is the sum of theirs.

1. Nothing is surprising at or below the mean: the tail is given as 1.
2. Chernoff bound at the tilt where the tilted mean is the observed sum. Below 1e-18 it stands:
   it is never too small.
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
        for k in range(1, intensity.shape[0]):
            if intensity[k] > 0.0:
                grown = intensity[k] * np.exp(theta * k)
                bound += grown - intensity[k]
                mean += grown * k
                square += grown * k * k
        shift = np.log(mean / surprise) * mean / square
        if abs(shift) < 1e-9 * theta:
            break
        theta = max(theta - shift, 0.0)
    return float(min(bound, 0.0))


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
    size = intensity.shape[0]
    rate, mean = 0.0, 0.0
    for k in range(1, size):
        rate += intensity[k]
        mean += k * intensity[k]
    ring = np.zeros(size)  # g of the last K sums, at x % K
    ring[0] = 1.0
    log_scale, tail, quiet, x = -rate, 0.0, 0, 0
    while quiet < size:
        x += 1
        density = 0.0
        for k in range(1, min(x + 1, size)):
            density += k * intensity[k] * ring[(x - k) % size]
        density /= x
        ring[x % size] = density
        if x >= surprise:
            tail += density
            quiet = quiet + 1 if x > mean and density <= _NEGLIGIBLE * tail else 0
        if density > _LARGE:
            for k in range(size):
                ring[k] /= _LARGE
            tail /= _LARGE
            log_scale += np.log(_LARGE)
    if tail <= 0.0:
        return float(bound)
    return float(min(np.log(tail) + log_scale, bound, 0.0))
