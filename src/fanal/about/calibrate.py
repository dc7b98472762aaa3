"""Calibration on this server's own accounts: who told, by choice, where they are.

1. Estimates of the labelled accounts, before any refusal, against what they told.
2. One number, the *heat*, by which all log-odds are divided, is fitted to them. Of each half of the
   sample (by position in order of account) it is fitted on the other, so that what is reported was
   not seen while fitting; the weights written carry the heat of the whole sample.
3. Shares with Wilson intervals; and how many labels a stated error would need: n such that the
   interval's half-width at the observed precision is at most the error, divided by the share of
   labelled accounts that the rule gives at all.

Who volunteers is not everybody: the record says so, and no arithmetic here mends it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about import measured
from fanal.about.countries import numbers
from fanal.about.estimate import contradicted, refusals, shielded
from fanal.about.features import home_prior
from fanal.about.homes import homes_of
from fanal.about.quarantine import quarantine
from fanal.about.rows import Rows, rows_of
from fanal.about.weights import Weights, WeightsFile
from fanal.errors import AnalysisError
from fanal.model.interval import wilson

#: Fewer labels say nothing: 30 right of 30 is still a lower bound of .89.
LEAST_LABELS: Final = 30
PUBLISHED: Final = 0.9
_HEATS: Final = np.round(np.geomspace(0.4, 4.0, 47), 4)
_Z2: Final = 1.959963984540054**2


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was measured, and weights with the heat of this sample.

    Parameters
    ----------
    record
        accounts (labelled and seen), before and after (accuracy, ECE, Brier), published (precision
        with its interval, coverage, labels needed), by days seen, heat, what it cannot tell.
    weights
        As given, with the fitted heat and this record.
    """

    record: dict[str, Any]
    weights: WeightsFile


def calibrate(
    days: pa.Table,
    truth: pa.Table,
    accounts: pa.Table | None = None,
    *,
    weights: WeightsFile,
    made_on: str,
    as_of: date | None = None,
    with_store: bool | None = None,
    error: float = 0.02,
) -> Calibration:
    """Return how well the estimates hold for accounts that told where they are.

    Parameters
    ----------
    days, accounts
        Tables `DAYS` and `ACCOUNTS` of model/days.py; all accounts, not the labelled alone.
    truth
        Columns account, country (ISO 3166-1 alpha-2), one row an account.
    weights
        What is measured and recalibrated.
    made_on
        Date of the record: YYYY-MM-DD.
    as_of, with_store
        As for `estimate`.
    error
        Half-width of the interval of the published precision for which labels are counted.

    Raises
    ------
    AnalysisError
        Columns are missing, a country is no ISO code, an account stands there twice, or fewer
        than 30 labelled accounts are in `days`.
    """
    rows = rows_of(days, as_of)
    if with_store is None:
        with_store = bool((rows.store >= 0).any())
    chosen = weights.chosen(with_store=with_store)
    prior = home_prior(rows)
    found = homes_of(rows, chosen, prior, with_store=with_store)
    place, country = _labels(rows, truth)
    held = quarantine(rows, found.fact("store"), accounts).withheld
    against = contradicted(rows, found, accounts)
    shown = (refusals(found, held, against) == 0) & ~shielded(found)
    right = found.best[place] == country
    p = found.probability[place]

    def heated(heat: float) -> NDArray[np.float64]:
        scaled = Weights(chosen.values, chosen.temperature * heat)
        return homes_of(rows, scaled, prior, with_store=with_store).probability[place]

    tried = np.stack([heated(float(heat)) for heat in _HEATS])
    after, heat = _crossed(tried, right)
    record = {
        "made_on": made_on,
        "as_of": rows.as_of.isoformat(),
        "with_store": with_store,
        "accounts": int(place.size),
        "heat": float(heat),
        "before": measured.told(p, right),
        "after": measured.told(after, right),
        "published": _published(after >= PUBLISHED, right, shown[place], error),
        "by_days_seen": measured.told_by_days(after, right, found.fact("days")[place]),
        "cannot_tell": "whether accounts that did not volunteer are like those that did",
    }
    name = "with_store" if with_store else "without_store"
    kept = Weights(chosen.values, chosen.temperature * heat)
    known = weights.record | {"calibrated_here": {name: record}}
    return Calibration(record, replace(weights, **{name: kept}, record=known))


def _labels(rows: Rows, truth: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return place among the rows' accounts and country of each labelled account, in order."""
    missing = {"account", "country"} - set(truth.column_names)
    if missing:
        raise AnalysisError(f"the labels have no column {' and no '.join(sorted(missing))}.")
    of = numbers()
    place = {name: number for number, name in enumerate(rows.accounts.to_pylist())}
    told: dict[int, int] = {}
    names = truth["account"].to_pylist()
    if len(set(names)) < len(names):
        raise AnalysisError("an account stands twice among the labels.")
    for name, code in zip(names, truth["country"].to_pylist(), strict=True):
        if code not in of:
            raise AnalysisError(
                f"among the labels, {code!r} is no country.",
                hint="Give ISO 3166-1 alpha-2 codes: FR, US.",
            )
        if name in place:
            told[place[name]] = of[code]
    if len(told) < LEAST_LABELS:
        raise AnalysisError(
            f"{len(told)} labelled accounts are in the day rows: too few to say anything.",
            hint=f"{LEAST_LABELS} at the least; the record counts how many an error needs.",
        )
    order = sorted(told)
    return np.array(order, np.int64), np.array([told[one] for one in order], np.int64)


def _crossed(
    tried: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    """Return probabilities with the heat of the other half, and the heat of all (2)."""
    even = np.arange(right.size) % 2 == 0
    after = np.empty(right.size)
    for half in (even, ~even):
        after[half] = tried[_likeliest(tried[:, ~half], right[~half])][half]
    return after, float(_HEATS[_likeliest(tried, right)])


def _likeliest(tried: NDArray[np.float64], right: NDArray[np.bool_]) -> int:
    inside = np.clip(tried, 1e-9, 1 - 1e-9)
    likely = np.where(right, np.log(inside), np.log1p(-inside)).sum(axis=1)
    return int(np.argmax(likely))


def _published(
    sure: NDArray[np.bool_], right: NDArray[np.bool_], shown: NDArray[np.bool_], error: float
) -> dict[str, Any]:
    """Return precision and coverage of what is sure and not refused, and labels needed (3)."""
    kept = sure & shown
    n, good = int(kept.sum()), int((kept & right).sum())
    low, high = wilson(good, n)
    covered = wilson(n, kept.size)
    return {
        "accounts": n,
        "precision": good / n if n else None,
        "precision_low": low,
        "precision_high": high,
        "coverage": n / kept.size,
        "coverage_low": covered[0],
        "coverage_high": covered[1],
        "error_asked": error,
        "labels_needed": labels_needed(good, n, kept.size, error),
    }


def labels_needed(right: int, published: int, labelled: int, error: float) -> int | None:
    """Return how many labels make the interval's half-width at most `error`; None of nothing.

    Parameters
    ----------
    right, published, labelled
        Accounts published and right, published, labelled.
    error
        Half-width of the 95 % interval, within 0 .. 1.

    Examples
    --------
    >>> labels_needed(97, 100, 130, 0.01)
    1877
    """
    if published == 0:
        return None
    share = (right + 1) / (published + 2)
    # a Wilson interval of n is about as wide as the plain one of n + z^2
    n = max(_Z2 * share * (1 - share) / error**2 - _Z2, 1.0)
    return ceil(n * labelled / published)
