"""Estimates of some accounts, each as of a day of its own, in a world that all accounts make.

1. An account's rows end with its last day of evidence; later ones are left out.
2. The estimate looks at ages and at week-ends. Accounts whose evidence ends on the same day of the
   week, in the same world, are estimated together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.estimate import ESTIMATES, estimate_within
from fanal.about.memory import day_of, days_of
from fanal.about.rows import Rows
from fanal.about.weights import WeightsFile
from fanal.kernels.day_bits import AGES

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Others:
    """What an account's estimate takes from all accounts.

    Parameters
    ----------
    prior
        As `fanal.about.features.home_prior` returns it.
    networks
        uint64: the quarantined ones.
    """

    prior: NDArray[np.float64]
    networks: NDArray[np.uint64]


def estimates_as_of(
    rows: Rows,
    settings: pa.Table | None,
    evidence_on: Numbers,
    others: Callable[[date], Others],
    weights: WeightsFile,
    *,
    with_store: bool,
) -> pa.Table:
    """Return the estimate of each account by the days up to its own last day of evidence.

    Parameters
    ----------
    rows
        Of some accounts; ages count from `rows.as_of` and may be above a year.
    settings
        Table `ACCOUNTS`, or its time zones and locales; None without.
    evidence_on
        int64, shape (accounts,): days since 1970-01-01, none after `rows.as_of`.
    others
        Returns the world of all accounts as of the first day of a month.
    weights, with_store
        As for `fanal.about.estimate.estimate`.

    Returns
    -------
    pyarrow.Table
        `ESTIMATES`, in no order.
    """
    cut = until(rows, evidence_on)
    months = evidence_on.astype("datetime64[D]").astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    if settings is not None:
        theirs = pc.index_in(rows.accounts, settings["account"].combine_chunks()).drop_null()
        settings = settings.take(theirs)
    parts = [ESTIMATES.empty_table()]
    for month, weekday in sorted(
        set(zip(first.tolist(), (evidence_on % 7).tolist(), strict=True))
    ):
        chosen = np.flatnonzero((first == month) & (evidence_on % 7 == weekday))
        some = replace(only(cut, chosen), as_of=day_of(int(evidence_on[chosen[0]])))
        world = others(day_of(month))
        parts.append(
            estimate_within(
                some, settings, prior=world.prior, networks=world.networks, weights=weights,
                with_store=with_store,
            ).replace_schema_metadata(None)
        )  # fmt: skip
    return pa.concat_tables(parts)


def until(rows: Rows, last: Numbers) -> Rows:
    """Return rows whose ages count from a last day of each account; what is outside is left out (1)."""
    back = np.repeat(days_of(rows.as_of) - last, np.diff(rows.start))
    age = rows.age - back
    age[(age < 0) | (age >= AGES)] = -1
    return replace(rows, age=age.astype(np.int16))


def only(rows: Rows, chosen: Numbers) -> Rows:
    """Return the rows of some accounts, by their numbers, ascending."""
    at = positions(rows.start, chosen)
    start = np.concatenate([[0], np.cumsum(np.diff(rows.start)[chosen])])
    return replace(
        rows, accounts=rows.accounts.take(pa.array(chosen)), start=start, age=rows.age[at],
        country=rows.country[at], proxy=rows.proxy[at], store=rows.store[at],
        network=rows.network[at], client=rows.client[at],
    )  # fmt: skip


def positions(start: Numbers, chosen: Numbers) -> Numbers:
    """Return the rows of some accounts, one account after another."""
    size = np.diff(start)[chosen]
    skipped = start[chosen] - np.concatenate([[0], np.cumsum(size)[:-1]])
    return np.asarray(np.arange(int(size.sum())) + np.repeat(skipped, size))
