"""The upper tail of the hypergeometric law: how many of the drawn are of one kind.

Logarithms of the terms by `lgamma`, added from the first one on until they no longer count.
"""

from __future__ import annotations

from math import exp, lgamma

import numpy as np
from numba import float64, int64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_I64 = int64[::1]


@njit(float64(int64, int64), cache=True, nogil=True)
def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)


@njit(void(_I64, _I64, _I64, _I64, float64[::1]), cache=True, nogil=True)
def hypergeometric_tails(
    seen: NDArray[np.int64],
    kind: NDArray[np.int64],
    drawn: NDArray[np.int64],
    of: NDArray[np.int64],
    p: NDArray[np.float64],
) -> None:
    """Fill p with the chance of `seen` or more of a kind of `kind` among `drawn` out of `of`.

    Parameters
    ----------
    seen, kind, drawn, of
        int64, shape (n,): 0 <= seen <= min(kind, drawn), kind <= of, drawn <= of.
    p
        float64, shape (n,): filled. O(terms); up to `kind` of them.

    References
    ----------
    Fisher, R. A. (1922), On the interpretation of chi-squared from contingency tables,
    doi:10.2307/2340521 (the exact test of a table with given margins).
    """
    for i in range(seen.shape[0]):
        most = min(kind[i], drawn[i])
        if seen[i] <= max(0, kind[i] + drawn[i] - of[i]):
            p[i] = 1.0
            continue
        whole = _log_choose(of[i], drawn[i])
        total, term = 0.0, 0.0
        for k in range(seen[i], most + 1):
            before = term
            term = exp(
                _log_choose(kind[i], k) + _log_choose(of[i] - kind[i], drawn[i] - k) - whole
            )
            total += term
            if term < before and term < 1e-17 * total:
                break
        p[i] = min(1.0, total)
