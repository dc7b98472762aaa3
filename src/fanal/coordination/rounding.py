"""Numbers as they leave an analysis: equal on every machine and at any thread count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rounded(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `values` to six significant digits, so that they are equal on every machine."""
    return np.array([float(f"{value:.6g}") for value in values.tolist()], np.float64)
