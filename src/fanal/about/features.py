"""What each candidate country of an account has for it.

1. Prior: the share of accounts whose plain days are mostly there, in this very table; who is behind
   a proxy on half of the days is not among them (about/shield.py).
2. Weights of days: half-life 90 days; week-ends by the calendar of `as_of`.
3. Candidates and features: kernels/home.py, which names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fanal.about.countries import codes, far
from fanal.about.rows import Rows
from fanal.about.shield import hidden
from fanal.kernels.day_bits import AGES
from fanal.kernels.day_rows import most_seen
from fanal.kernels.home import FACTS, FEATURES, features

HALF_LIFE_DAYS: Final = 90.0
#: Accounts that each country has before any is counted.
_AT_FIRST: Final = 0.1
#: Share of accounts that are thought to be at home in a country they never show, at least.
UNSEEN_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates of all accounts, one after another; *elsewhere* is the last of each account.

    Parameters
    ----------
    x
        float64, shape (candidates, FEATURES).
    country
        int16, shape (candidates,): number, -1 elsewhere.
    ends
        int64, shape (accounts,): where each account's candidates end.
    facts
        int64, shape (accounts, len(FACTS)).
    """

    x: NDArray[np.float64]
    country: NDArray[np.int16]
    ends: NDArray[np.int64]
    facts: NDArray[np.int64]


def day_weights() -> NDArray[np.float64]:
    """Return float64, shape (AGES,): what a day counts for, by its age (2)."""
    return np.asarray(0.5 ** (np.arange(AGES) / HALF_LIFE_DAYS))


def weekends(rows: Rows) -> NDArray[np.uint8]:
    """Return uint8, shape (AGES,): 1 on Saturdays and Sundays (2)."""
    return np.asarray((rows.as_of.weekday() - np.arange(AGES)) % 7 >= 5, np.uint8)


def home_countries(rows: Rows) -> NDArray[np.int16]:
    """Return the country of most plain days of every account that has one and does not hide."""
    most = np.empty(rows.start.size - 1, np.int16)
    most_seen(rows.start, rows.age, rows.country, rows.proxy, len(codes()), most)
    return np.asarray(most[(most >= 0) & ~hidden(rows)])


def home_prior(rows: Rows) -> NDArray[np.float64]:
    """Return float64, shape (countries,): share of accounts whose plain days are mostly there (1).

    Nobody who hides behind a proxy is counted, nor any day behind one. Sums to 1; every country has some.
    """
    country = home_countries(rows)
    prior = np.bincount(country, minlength=len(codes())) + _AT_FIRST
    return np.asarray(prior / prior.sum())


def candidates(rows: Rows, prior: NDArray[np.float64], *, with_store: bool) -> Candidates:
    """Return the features of every candidate of every account.

    Parameters
    ----------
    rows
        As `rows_of` returns them.
    prior
        As `home_prior` returns it.
    with_store
        Whether the app store's country is used.
    """
    accounts = rows.start.size - 1
    room = accounts * 8
    while True:
        x = np.empty((room, FEATURES))
        country = np.empty(room, np.int16)
        ends = np.empty(accounts, np.int64)
        facts = np.zeros((accounts, len(FACTS)), np.int64)
        filled = features(
            rows.start, rows.age, rows.country, rows.proxy, rows.store, with_store,
            far(), day_weights(), weekends(rows), prior, UNSEEN_SHARE, x, country, ends, facts,
        )  # fmt: skip
        if filled >= 0:
            return Candidates(x[:filled], country[:filled], ends, facts)
        room *= 2
