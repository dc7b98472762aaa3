"""How well probabilities hold: calibration error, Brier score, Wilson intervals, by group.

1. ECE: accounts in fifteen bins of probability; the mean of |mean probability - share right|,
   weighted by accounts (Naeini, Cooper, Hauskrecht, 2015, doi:10.1609/aaai.v29i1.9602).
2. Brier: the mean of (probability - right)^2 (Brier, 1950).
3. Intervals of shares: Wilson (1927), doi:10.1080/01621459.1927.10502953, 95 %.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fanal.model.interval import wilson

BINS: Final = 15
#: Groups of accounts by days seen: 1-4, 5-19, 20-99, 100 and more.
DAYS_SEEN: Final = (1, 5, 20, 100)


def calibration_error(p: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error (1); 0 of nothing."""
    if p.size == 0:
        return 0.0
    place = np.minimum((p * BINS).astype(np.int64), BINS - 1)
    gap = np.bincount(place, weights=p - right, minlength=BINS)
    return float(np.abs(gap).sum() / p.size)


def told(p: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Return what is measured of some accounts: accuracy, its interval, ECE, Brier, n."""
    n = int(p.size)
    low, high = wilson(int(right.sum()), n)
    return {
        "accounts": n,
        "accuracy": _shown(float(right.mean()) if n else 0.0),
        "accuracy_low": _shown(low),
        "accuracy_high": _shown(high),
        "ece": _shown(calibration_error(p, right)),
        "brier": _shown(float(np.mean((p - right) ** 2)) if n else 0.0),
    }


def told_by_days(
    p: NDArray[np.float64], right: NDArray[np.bool_], days: NDArray[np.int64]
) -> dict[str, Any]:
    """Return what is measured by number of days seen."""
    group = np.digitize(days, DAYS_SEEN)
    names = ("none", "1-4", "5-19", "20-99", "100 and more")
    return {
        name: told(p[group == number], right[group == number])
        for number, name in enumerate(names)
        if (group == number).any()
    }


def _shown(value: float) -> float:
    return float(f"{value:.4g}")
