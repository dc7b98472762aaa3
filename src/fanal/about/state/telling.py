"""What is to be told of accounts now: the estimate of about/estimate.py, of records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.estimate import REFUSALS, contradicted, refusals
from fanal.about.features import home_prior
from fanal.about.homes import homes_of
from fanal.about.quarantine import sitting_on
from fanal.about.rows import Rows
from fanal.about.state.changes import FIRST_WITH_COUNTRY
from fanal.about.state.held import Told
from fanal.about.state.records import letters, number_of
from fanal.about.weights import Weights, read_weights

_NO_DAY = REFUSALS.index("no day in the year")


@dataclass(frozen=True, slots=True)
class World:
    """What an account's estimate takes from all others."""

    weights: Weights
    prior: NDArray[np.float64]
    networks: NDArray[np.uint64]  # quarantined
    with_store: bool


def told_now(rows: Rows, world: World, settings: pa.Table | None, before: Told) -> Told:
    """Return what is to be told of each account of `rows`.

    Parameters
    ----------
    settings
        Table of account, time_zone, locale; None when there never was one.
    before
        What was last told. Of an account without a day in the year country, probability and day
        stay on record, with the refusal.
    """
    found = homes_of(rows, world.weights, world.prior, with_store=world.with_store)
    reason = refusals(
        found, sitting_on(rows, world.networks), contradicted(rows, found, settings)
    )
    said = ((reason == 0) | (reason >= FIRST_WITH_COUNTRY)) & (found.best >= 0)
    end = number_of(rows.as_of)
    now = Told(
        np.where(said, letters()[np.maximum(found.best, 0)], -1).astype(np.int16),
        np.where(said, six_digits(found.probability), 0.0),
        reason.astype(np.int8),
        np.full(reason.size, end, np.int32),
    )
    kept = Told(before.country, before.probability, now.refusal, before.day)
    return now.where(kept, reason == _NO_DAY)


def stores_of(rows: Rows) -> NDArray[np.int64]:
    """Return the number of each account's latest store country, -1 without one."""
    weights = read_weights().with_store
    return homes_of(rows, weights, home_prior(rows), with_store=True).fact("store")


def six_digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values within 0 .. 1 with six significant digits, as the estimate rounds them."""
    positive = np.maximum(values, 1e-300)
    scale = 10.0 ** np.minimum(5 - np.floor(np.log10(positive)), 300)
    return np.asarray(np.rint(values * scale) / scale)
