"""The least surprise that could be significant, by bucket of the expected co-actions.

Step 3 of the null model (kernels/null_model.py): a table by which most pairs are left out before
their own tail is computed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Buckets of log(lambda) per nat, and how many in all (half of them below lambda = 1).
BUCKETS_PER_LOG = 3.0
BUCKETS = 160
_FFT = 8192
_SMALLEST_CUT = 1e-13


def bucket_edge(bucket: NDArray[np.int64] | int) -> NDArray[np.float64]:
    """Return the smallest lambda of a bucket of `critical_surprise`."""
    return np.exp((np.asarray(bucket) - BUCKETS // 2) / BUCKETS_PER_LOG)


def critical_surprise(
    law: NDArray[np.float64], level: float, smallest: float, largest: float
) -> NDArray[np.int32]:
    """Return, by bucket of lambda, the least surprise whose tail is at most `level` (3).

    Parameters
    ----------
    law
        float64, shape (size,): the layer's jump law.
    level
        Tail probability; values below 1e-13 are raised to it (the filter only gets looser).
    smallest, largest
        Range of lambda that occurs.

    Returns
    -------
    ndarray
        int32, shape (BUCKETS,): lattice units, for the bucket's smallest lambda, hence never
        too large for the others in it; 0 in the first bucket, which also takes what is below.
    """
    critical = np.zeros(BUCKETS, np.int32)
    if level >= 1.0:
        return critical
    first, last = np.maximum(bucket_of(np.array([smallest, largest])), 1)
    rates = bucket_edge(np.arange(first, last + 1))
    steps = np.arange(law.shape[0])
    mean, square = float(law @ steps), float(law @ steps**2)
    reach = rates * mean + 12 * np.sqrt(rates * square) + law.shape[0]
    small = reach < 0.9 * _FFT
    exponent = np.fft.rfft(law, _FFT) - 1.0
    density = np.fft.irfft(np.exp(np.outer(rates[small], exponent)), _FFT, axis=1)
    tail = np.cumsum(density[:, ::-1], axis=1)[:, ::-1]
    found = np.argmax(tail <= max(level, _SMALLEST_CUT), axis=1)
    values = np.floor(rates * mean).astype(np.int32)  # at the mean the tail is far above
    values[small] = found
    critical[first : last + 1] = values
    critical[last + 1 :] = values[-1]
    return critical


def bucket_of(expected: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the bucket of `critical_surprise` that each expected number falls into."""
    raw = np.floor(np.log(np.maximum(expected, 1e-300)) * BUCKETS_PER_LOG) + BUCKETS // 2
    return np.clip(raw.astype(np.int64), 0, BUCKETS - 1)
