"""Bounds of tails for X, the sum over events of (members in the event - 1), where positive.

X grows by one with each further member in an event: linear in a crowd, not quadratic.

1. Accounts placed at random: members in an event are dominated, in convex order, by a Poisson
   variable with mean mu = (accounts in it) times (share of all actions that are the group's).
2. Times exchanged within each object: members in an event are dominated by a binomial variable
   of n (accounts in it) and q (share of the object's actions that are the group's); sampling
   without replacement is below it in convex order (Hoeffding 1963,
   doi:10.1080/01621459.1963.10500830, theorem 4).
3. log P(X >= x) <= -theta x + sum of log E exp(theta (J - 1)+), for every theta > 0 (Chernoff
   1952, doi:10.1214/aoms/1177729330); the least over theta by golden section. A theta that is
   not quite the best gives a bound all the same.
"""

from __future__ import annotations

import math

import numpy as np
from numba import float64
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

F64 = NDArray[np.float64]
_F64 = float64[::1]
_GOLDEN = 0.6180339887498949
_LARGEST_THETA = 25.0
_TRIES = 24


@njit(float64(float64, float64, _F64, _F64), cache=True, nogil=True)
def _random_at(theta: float, x: float, mean: F64, count: F64) -> float:
    total = -theta * x
    grown = math.expm1(theta)
    for i in range(mean.shape[0]):
        mu = mean[i]
        up = mu * grown
        if up > 600.0:
            total += count[i] * (up - theta)
        else:
            nobody = math.exp(-mu)
            total += count[i] * math.log(nobody + math.exp(-theta) * (math.exp(up) - nobody))
    return total


@njit(float64(float64, float64, _F64, _F64, _F64), cache=True, nogil=True)
def _within_at(theta: float, x: float, size: F64, part: F64, count: F64) -> float:
    total = -theta * x
    grown = math.expm1(theta)
    for i in range(size.shape[0]):
        some = size[i] * math.log1p(part[i] * grown) - theta
        if part[i] < 1.0 and theta > 0.0:
            nobody = size[i] * math.log1p(-part[i]) + math.log1p(-math.exp(-theta))
            high, low = max(some, nobody), min(some, nobody)
            some = high + math.log1p(math.exp(low - high))
        total += count[i] * some
    return total


@njit(float64(float64, _F64, _F64), cache=True, nogil=True)
def log_tail_at_random(x: float, mean: F64, count: F64) -> float:
    """Return a bound of log P(X >= x) for accounts placed at random (1, 3); at most 0.

    Parameters
    ----------
    x
        The observed X.
    mean, count
        float64, shape (kinds,): mu, and how many events have it.
    """
    low, high = 0.0, _LARGEST_THETA
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = _random_at(left, x, mean, count), _random_at(right, x, mean, count)
    best = min(0.0, at_left, at_right)
    for _ in range(_TRIES):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = _random_at(left, x, mean, count)
            best = min(best, at_left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = _random_at(right, x, mean, count)
            best = min(best, at_right)
    return float(best)


@njit(float64(float64, _F64, _F64, _F64), cache=True, nogil=True)
def log_tail_within_objects(x: float, size: F64, part: F64, count: F64) -> float:
    """Return a bound of log P(X >= x) for times exchanged within objects (2, 3); at most 0.

    Parameters
    ----------
    x
        The observed X.
    size, part, count
        float64, shape (kinds,): n, q, and how many events have them.
    """
    low, high = 0.0, _LARGEST_THETA
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left = _within_at(left, x, size, part, count)
    at_right = _within_at(right, x, size, part, count)
    best = min(0.0, at_left, at_right)
    for _ in range(_TRIES):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = _within_at(left, x, size, part, count)
            best = min(best, at_left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = _within_at(right, x, size, part, count)
            best = min(best, at_right)
    return float(best)


@njit(float64(_F64, _F64), cache=True, nogil=True)
def expected_at_random(mean: F64, count: F64) -> float:
    """Return E X for accounts placed at random: the sum of mu - 1 + exp(-mu) (1)."""
    total = 0.0
    for i in range(mean.shape[0]):
        mu = mean[i]
        total += count[i] * (0.5 * mu * mu if mu < 1e-5 else mu + math.expm1(-mu))
    return total
