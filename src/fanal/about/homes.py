"""The numbers behind the estimates: the most probable country of each account, and its facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.about.countries import far
from fanal.about.features import UNSEEN_SHARE, day_weights, weekends
from fanal.about.rows import Rows
from fanal.about.weights import Weights
from fanal.kernels.home import FACTS, homes


@dataclass(frozen=True, slots=True)
class Homes:
    """Numbers behind the estimates, one row an account.

    Parameters
    ----------
    best, probability
        Number of the most probable country (-1 none) and its probability, before any refusal.
    second
        Number of the country of most plain days besides it, -1 none.
    facts
        int64, shape (accounts, len(FACTS)); kernels/home.py names them.
    """

    best: NDArray[np.int16]
    probability: NDArray[np.float64]
    second: NDArray[np.int16]
    facts: NDArray[np.int64]

    def fact(self, name: str) -> NDArray[np.int64]:
        """Return one of `FACTS`, by account."""
        return np.asarray(self.facts[:, FACTS.index(name)])


def homes_of(
    rows: Rows, weights: Weights, prior: NDArray[np.float64], *, with_store: bool
) -> Homes:
    """Return the numbers behind the estimates.

    Parameters
    ----------
    rows
        As `rows_of` returns them.
    weights
        One of the two sets, fitting `with_store`.
    prior
        As `home_prior` returns it.
    with_store
        Whether the app store's country counts.
    """
    accounts = rows.start.size - 1
    found = Homes(
        np.empty(accounts, np.int16),
        np.empty(accounts),
        np.empty(accounts, np.int16),
        np.zeros((accounts, len(FACTS)), np.int64),
    )
    homes(
        rows.start, rows.age, rows.country, rows.proxy, rows.store, with_store,
        far(), day_weights(), weekends(rows), prior, UNSEEN_SHARE,
        weights.values, weights.temperature,
        found.best, found.probability, found.second, found.facts,
    )  # fmt: skip
    return found
