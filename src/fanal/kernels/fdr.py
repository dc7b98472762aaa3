"""Control of the false discovery rate over many tests of which only the small p are listed.

1. Benjamini & Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x: q_(k) = min over j >= k
   of p_(j) tests / j.
2. Benjamini & Yekutieli (2001), doi:10.1214/aos/1013699998: the same with tests multiplied by
   1 + 1/2 + ... + 1/tests; valid under any dependence.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EULER = 0.57721566490153286


def inflation(tests: float, method: str) -> float:
    """Return what `method` multiplies the number of tests by: 1 for bh, the harmonic sum for by.

    Raises
    ------
    ValueError
        `method` is neither "bh" nor "by".
    """
    if method == "bh":
        return 1.0
    if method != "by":
        raise ValueError(f"fdr method {method!r} is neither 'bh' nor 'by'")
    if tests < 1000:
        return float(np.sum(1.0 / np.arange(1, int(tests) + 1))) if tests >= 1 else 1.0
    return float(np.log(tests) + _EULER + 0.5 / tests)


def q_values(p: NDArray[np.float64], tests: float, method: str = "bh") -> NDArray[np.float64]:
    """Return the q-value of each listed p among `tests` tests.

    Parameters
    ----------
    p
        float64, shape (n,): the listed p-values. Every test not listed must have a larger p
        than any q-value that is used.
    tests
        How many tests were made, listed or not; at least n.
    method
        "bh" or "by".

    Returns
    -------
    ndarray
        float64, shape (n,), at most 1. O(n log n).
    """
    order = np.argsort(p, kind="stable")
    ranked = p[order] * (tests * inflation(tests, method)) / np.arange(1, p.size + 1)
    lowest = np.minimum.accumulate(ranked[::-1])[::-1]
    q = np.empty_like(lowest)
    q[order] = np.minimum(lowest, 1.0)
    return q
