"""The null model of a pair: same activity, same popularity, same hours, no arrangement.

The surprise of an object o is -log(P_o / P), P_o its co-actions and P their sum in the layer,
rounded to a lattice of 1/8 nat. Two accounts that co-act by chance do so a Poisson number of
times with rate lambda, each time on an object drawn with probability P_o / P: the sum of their
surprises is compound Poisson, on the lattice. Layers add up: the characteristic exponents of
independent compound Poisson variables do.

1. Surprise of each object; law of the surprise of one co-action, by layer.
2. Expected co-actions of a pair: the larger of the whole period's and the time bins' sum.
3. Critical surprise (kernels/critical.py): by layer and bucket of lambda, the smallest surprise whose tail is below a
   level. One layer's tail bounds the sum's from below, so pairs under it can be left out.
4. Tail: P(S' >= S) of the sum over layers, tilted to S (Esscher 1932; Lugannani & Rice 1980,
   doi:10.2307/1426607), then one Fourier sum over 512 to 32,768 frequencies. Tilting keeps
   the relative error below 1e-6 however small the tail. Below 1e-18 the Chernoff bound stands
   instead: it is never too small.
"""

from __future__ import annotations

import numpy as np
from numba import complex128, float64, int32, int64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

#: Width of the lattice of surprise, nats.
LATTICE = 0.125
#: Chernoff bounds below this stand for the tail itself (log of 1e-18).
EARLY_LOG_P = -41.446531673892822
_TILTS = 128

_F64 = float64[::1]
_F64_2 = float64[:, ::1]
_I32 = int32[::1]
_I64 = int64[::1]


def surprise_of(co_actions: NDArray[np.int64], total: int) -> NDArray[np.int32]:
    """Return the surprise of each object of a layer in lattice units (1).

    Parameters
    ----------
    co_actions
        int64, shape (objects,): P_o.
    total
        P, their sum; 0 gives zeros.

    Returns
    -------
    ndarray
        int32, shape (objects,): round(-log(P_o / P) / LATTICE); 0 where nobody co-acted.
    """
    seen = co_actions > 0
    units = np.zeros(co_actions.shape[0], np.int32)
    units[seen] = np.rint(np.log(total / co_actions[seen]) / LATTICE).astype(np.int32)
    return units


def jump_law(
    co_actions: NDArray[np.int64], surprise: NDArray[np.int32], size: int
) -> NDArray[np.float64]:
    """Return the law of one co-action's surprise in a layer (1).

    Parameters
    ----------
    co_actions, surprise
        Shape (objects,): P_o and its surprise in lattice units.
    size
        Length of the law: more than the largest surprise.

    Returns
    -------
    ndarray
        float64, shape (size,), sum 1; all zeros for a layer without co-actions.
    """
    mass = np.bincount(surprise, weights=co_actions, minlength=size).astype(np.float64)
    return mass / max(float(co_actions.sum()), 1.0)


@njit(void(_I64, _I64, _I64, _I32, _F64, _F64, int64), cache=True, nogil=True)
def add_expected_by_bin(
    pair: NDArray[np.int64],
    other: NDArray[np.int64],
    starts: NDArray[np.int64],
    bins: NDArray[np.int32],
    activity: NDArray[np.float64],
    expected: NDArray[np.float64],
    size: int,
) -> None:
    """Raise one layer's expected co-actions to the sum over time bins, where that is larger (2).

    Parameters
    ----------
    pair, other
        int64, shape (pairs,): the two accounts.
    starts, bins, activity
        The layer's sparse (account, bin) table: int64 (accounts + 1,), int32 and float64.
        `activity` is the account's distinct actions in the bin times sqrt(2 P_h) / m_h.
    expected
        float64, shape (pairs,): d_a d_b 2 P / m^2, raised in place.
    size
        Pairs to visit.
    """
    for k in range(size):
        i, i_end = starts[pair[k]], starts[pair[k] + 1]
        j, j_end = starts[other[k]], starts[other[k] + 1]
        total = 0.0
        while i < i_end and j < j_end:
            if bins[i] == bins[j]:
                total += activity[i] * activity[j]
                i += 1
                j += 1
            elif bins[i] < bins[j]:
                i += 1
            else:
                j += 1
        expected[k] = max(expected[k], total)


def tilts(
    laws: NDArray[np.float64], smallest: float, largest_surprise: int
) -> NDArray[np.float64]:
    """Return the grid of tilts that centres any pair's sum on its surprise (4).

    Parameters
    ----------
    laws
        float64, shape (layers, size).
    smallest
        The smallest total lambda of the pairs.
    largest_surprise
        The largest sum, lattice units.

    Returns
    -------
    ndarray
        float64, shape (128,), from 0 upwards in equal ratios, per lattice unit.
    """
    steps = np.arange(laws.shape[1])
    used = (laws * steps).sum(axis=1) > 0
    low, high = 0.0, 1.0
    needed = largest_surprise / max(smallest, 1e-300)

    def mean_at(theta: float) -> float:
        with np.errstate(over="ignore"):
            return float(((laws[used] * steps) @ np.exp(theta * steps)).min())

    while used.any() and mean_at(high) < needed:
        high *= 2
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_at(middle) < needed else (low, middle)
    return np.concatenate((np.zeros(1), np.geomspace(high * 1e-4, high, _TILTS - 1)))


@njit(float64(_F64, _F64_2, float64, int64), cache=True, nogil=True)
def _chernoff(
    rate: NDArray[np.float64], laws: NDArray[np.float64], theta: float, surprise: int
) -> float:
    """Return the logarithm of the Chernoff bound, at the tilt that makes it least (4)."""
    bound = 0.0
    for _ in range(6):
        bound, mean, variance = -theta * surprise, 0.0, 0.0
        step = np.exp(theta)
        for layer in range(laws.shape[0]):
            grow = 1.0 / step
            for unit in range(laws.shape[1]):
                grow *= step
                weight = rate[layer] * laws[layer, unit]
                if weight > 0.0:
                    grown = weight * grow
                    bound += grown - weight
                    mean += grown * unit
                    variance += grown * unit * unit
        shift = (surprise - mean) / max(variance, 1e-300)
        if abs(shift) < 1e-10 * theta:
            break
        theta += shift
    return bound


@njit(
    void(
        int64,
        int64,
        _F64_2,
        _F64_2,
        _F64_2,
        _F64_2,
        _F64_2,
        _F64,
        _I64,
        float64,
        _F64,
        _I32,
        _I32,
    ),
    cache=True,
    nogil=True,
)
def choose_tilts(
    first: int,
    stop: int,
    rates: NDArray[np.float64],
    laws: NDArray[np.float64],
    moment0: NDArray[np.float64],
    moment1: NDArray[np.float64],
    moment2: NDArray[np.float64],
    grid: NDArray[np.float64],
    surprise: NDArray[np.int64],
    enough: float,
    log_p: NDArray[np.float64],
    tilt: NDArray[np.int32],
    level: NDArray[np.int32],
) -> None:
    """Choose each pair's tilt, its Chernoff bound, and how many frequencies it needs (4).

    Parameters
    ----------
    first, stop
        Pairs to visit.
    rates
        float64, shape (pairs, layers): lambda.
    laws
        float64, shape (layers, size).
    moment0, moment1, moment2
        float64, shape (layers, 128): sums of law * k^n * exp(tilt k).
    grid
        The tilts.
    surprise
        int64, shape (pairs,): lattice units.
    enough
        A bound (logarithm) of at most this stands as it is.
    log_p
        Filled with the logarithm of the Chernoff bound, above 0 where the tilt is not quite at
        the surprise; 0 where the surprise is no larger than expected.
    tilt
        Filled with the index of the tilt.
    level
        Filled with log2 of the frequencies needed; 0 where the bound stands.
    """
    for k in range(first, stop):
        low, high = 0, grid.shape[0] - 1
        while low < high:
            middle = (low + high) // 2
            mean = 0.0
            for layer in range(rates.shape[1]):
                mean += rates[k, layer] * moment1[layer, middle]
            if mean < surprise[k]:
                low = middle + 1
            else:
                high = middle
        tilt[k] = low
        level[k] = 0
        if low == 0:
            log_p[k] = 0.0
            continue
        bound = -grid[low] * surprise[k]
        variance = 0.0
        for layer in range(rates.shape[1]):
            bound += rates[k, layer] * (moment0[layer, low] - moment0[layer, 0])
            variance += rates[k, layer] * moment2[layer, low]
        log_p[k] = bound
        if bound <= enough:
            continue
        if bound < EARLY_LOG_P:
            log_p[k] = _chernoff(rates[k], laws, grid[low], surprise[k])
            continue
        size = 9
        while size < 15 and (1 << size) < 16.0 * np.sqrt(variance):
            size += 1
        level[k] = size


@njit(complex128[:, ::1](_F64_2, float64, complex128[::1]), cache=True, nogil=True)
def _tilted_exponent(
    laws: NDArray[np.float64], theta: float, wave: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    layers, size = laws.shape
    frequencies = wave.shape[0]
    exponent = np.zeros((layers, frequencies // 2 + 1), np.complex128)
    for layer in range(layers):
        for unit in range(size):
            weight = laws[layer, unit] * np.exp(theta * unit)
            if weight == 0.0:
                continue
            for j in range(frequencies // 2 + 1):
                exponent[layer, j] += weight * (wave[(j * unit) % frequencies] - 1.0)
    return exponent


@njit(
    void(int64, int64, _I64, _F64_2, _F64_2, _F64, _I64, _F64, _I32, _I32),
    cache=True,
    nogil=True,
)
def fourier_tails(
    first: int,
    stop: int,
    order: NDArray[np.int64],
    rates: NDArray[np.float64],
    laws: NDArray[np.float64],
    grid: NDArray[np.float64],
    surprise: NDArray[np.int64],
    log_p: NDArray[np.float64],
    tilt: NDArray[np.int32],
    level: NDArray[np.int32],
) -> None:
    """Replace the Chernoff bound of the pairs in `order` by the tail itself (4).

    Parameters
    ----------
    first, stop
        Positions in `order` to visit.
    order
        int64: pairs ordered by (level, tilt), so that exponents are made once for many.
    rates, grid, surprise, log_p, tilt, level
        As in `choose_tilts`; `log_p` is replaced.
    laws
        float64, shape (layers, size).
    """
    layers = laws.shape[0]
    last_tilt, last_level = -1, -1
    exponent = np.empty((layers, 1), np.complex128)
    wave = np.empty(1, np.complex128)
    for position in range(first, stop):
        k = order[position]
        frequencies = 1 << level[k]
        theta = grid[tilt[k]]
        if level[k] != last_level:
            wave = np.empty(frequencies, np.complex128)
            for t in range(frequencies):
                angle = 2.0 * np.pi * t / frequencies
                wave[t] = complex(np.cos(angle), np.sin(angle))
        if level[k] != last_level or tilt[k] != last_tilt:
            exponent = _tilted_exponent(laws, theta, wave)
            last_level, last_tilt = level[k], tilt[k]
        half = frequencies // 2
        total = 0.0
        for j in range(half + 1):
            z = complex(0.0, 0.0)
            for layer in range(layers):
                z += rates[k, layer] * exponent[layer, j]
            turn = np.conj(wave[(j * surprise[k]) % frequencies])
            ring = 1.0 - np.exp(-theta) * np.conj(wave[j])
            term = (np.exp(z) * turn / ring).real
            total += term if j == 0 or j == half else 2.0 * term
        share = total / frequencies
        # a tilt that is not quite at the surprise has a bound above 1: only the product is a tail
        log_p[k] = min(log_p[k] + (np.log(share) if share > 0.0 else 0.0), 0.0)


def moments(
    laws: NDArray[np.float64], grid: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of law * k^n * exp(tilt k) for n = 0, 1, 2; each (layers, tilts) (4)."""
    steps = np.arange(laws.shape[1], dtype=np.float64)
    growth = np.exp(np.outer(steps, grid))
    return (
        np.ascontiguousarray(laws @ growth),
        np.ascontiguousarray((laws * steps) @ growth),
        np.ascontiguousarray((laws * steps**2) @ growth),
    )
