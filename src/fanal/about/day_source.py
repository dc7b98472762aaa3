"""Day rows of a table as a source of cards: for benches, tests and the demo.

1. Rows are brought together by account once.
2. What an account takes from all others (prior, quarantined networks) is as of the first day of the
   month in which its evidence ends, from all rows up to then.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.as_of import Others, estimates_as_of, only, positions, until
from fanal.about.features import home_prior
from fanal.about.memory import FIELDS, days_of
from fanal.about.quarantine import quarantine
from fanal.about.rows import encoded, rows_of
from fanal.about.state.telling import stores_of
from fanal.about.weights import WeightsFile, read_weights


class DaySource:
    """Day rows of all accounts, in memory.

    Parameters
    ----------
    days
        Table `DAYS`: any order.
    settings
        Table `ACCOUNTS`; None without.
    fields
        Those of `FIELDS` that the source has; without ``store_country`` no store counts.
    weights
        Those that Fanal comes with when None.
    """

    def __init__(
        self,
        days: pa.Table,
        settings: pa.Table | None = None,
        *,
        fields: Collection[str] = FIELDS,
        weights: WeightsFile | None = None,
    ) -> None:
        self._days = days = _by_account(days)
        self._settings, self._weights = settings, weights or read_weights()
        self._with_store = "store_country" in fields
        rows = rows_of(days)
        day = days["day"].cast(pa.int32()).to_numpy()
        self._rows = replace(rows, age=(days_of(rows.as_of) - day).astype(np.int16))
        self._others: dict[date, Others] = {}

    def accounts(self) -> pa.Array:
        """Return the keys of all accounts."""
        return self._rows.accounts

    def told(self, accounts: pa.Array, evidence_on: pa.Array) -> tuple[pa.Table, pa.Table]:
        """Return estimates and day rows of some accounts (`fanal.about.publishing.Source`)."""
        place = pc.index_in(self._rows.accounts, accounts)
        chosen = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
        last = evidence_on.cast(pa.int32()).take(place.take(pa.array(chosen)))
        found = estimates_as_of(
            only(self._rows, chosen), self._settings, last.to_numpy().astype(np.int64),
            self.others, self._weights, with_store=self._with_store,
        )  # fmt: skip
        return found, self._days.take(pa.array(positions(self._rows.start, chosen)))

    def others(self, on: date) -> Others:
        """Return what all accounts make together, by their days up to one (2)."""
        if on not in self._others:
            last = np.full(len(self._rows.accounts), days_of(on))
            rows = replace(until(self._rows, last), as_of=on)
            held = quarantine(rows, stores_of(rows), self._settings).networks
            away = held.filter(held["quarantined"])["network"].to_numpy()
            self._others[on] = Others(home_prior(rows), away)
        return self._others[on]


def _by_account(days: pa.Table) -> pa.Table:
    """Return rows in order of their accounts, words as numbers (1)."""
    days = days.combine_chunks()
    for place, name in enumerate(days.column_names):
        if days[name].type == pa.string() and days.num_rows:
            words = days[name].combine_chunks().dictionary_encode()
            days = days.set_column(place, name, words)
    names, account = encoded(days["account"])
    rank = np.empty(len(names), np.int64)
    rank[pc.sort_indices(pa.array(names, pa.string())).to_numpy()] = np.arange(len(names))
    number = rank[account]
    if (number[1:] >= number[:-1]).all():
        return days
    return days.take(pa.array(np.argsort(number, kind="stable"))).combine_chunks()
