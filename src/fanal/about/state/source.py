"""A state as a source of cards: rows and estimates of some accounts, each as of a day of its own.

1. Records of the accounts asked for are merged, partition by partition, and read as rows.
2. What they take from all others (prior, quarantined networks) is the state's own sums: those of its
   last update, not of the day of the evidence. One account's share of them is one in all accounts.
3. A record holds a year up to the state's last day: evidence that ends earlier begins no earlier.

Nothing is written. Hold the state (`fanal.about.state.folder.alone`) while it is read.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.as_of import Others, estimates_as_of
from fanal.about.countries import codes
from fanal.about.memory import FIELDS, dates, days_of
from fanal.about.rows import Rows
from fanal.about.state.evidence import prior_of, quarantined
from fanal.about.state.folder import read_manifest, require_state
from fanal.about.state.opened import SETTINGS, Opened
from fanal.about.state.records import merged, partition_numbers, rows_from, union_of
from fanal.about.weights import WeightsFile, read_weights
from fanal.model.days import DAYS, HOSTING_OR_VPN, UNKNOWN
from fanal.store.schema import arrow_schema


class StateSource:
    """The accounts of a state (`fanal.about.publishing.Source`).

    Parameters
    ----------
    folder
        Of the state.
    fields
        Those of `FIELDS` that the source has; without ``store_country`` no store counts.
    weights
        Those that Fanal comes with when None.

    Raises
    ------
    StoreError
        The folder holds no state.
    """

    def __init__(
        self,
        folder: Path,
        *,
        fields: Collection[str] = FIELDS,
        weights: WeightsFile | None = None,
    ) -> None:
        require_state(folder)
        self._state = Opened(folder, read_manifest(folder))
        self._with_store, self._weights = "store_country" in fields, weights or read_weights()
        away = np.union1d(
            quarantined(self._state.networks()),
            np.array(self._state.manifest.disputed, np.uint64),
        )
        self._others = Others(prior_of(self._state.homes()), away)

    def accounts(self) -> pa.Array:
        """Return the keys of all accounts, sorted."""
        parts = [
            one.records
            for part in range(self._state.partitions)
            for one in self._state.held(part)
        ]
        return union_of(parts)

    def told(self, accounts: pa.Array, evidence_on: pa.Array) -> tuple[pa.Table, pa.Table]:
        """Return estimates and day rows of some accounts, each up to its last day of evidence."""
        rows, settings = self._rows(accounts)
        place = pc.index_in(rows.accounts, accounts)
        last = evidence_on.cast(pa.int32()).take(place).to_numpy().astype(np.int64)
        found = estimates_as_of(
            rows, settings, last, self._of_others, self._weights, with_store=self._with_store
        )
        return found, days_from(rows)

    def _of_others(self, _: date) -> Others:
        return self._others

    def _rows(self, accounts: pa.Array) -> tuple[Rows, pa.Table | None]:
        """Return rows and settings of the accounts that the state has (1)."""
        manifest = self._state.manifest
        number = partition_numbers(accounts, max(self._state.partitions, 1))
        parts, settings = [], []
        for one in np.unique(number).tolist() if self._state.partitions else []:
            held = [each.records for each in self._state.held(one)]
            names = accounts.filter(pa.array(number == one))
            names = names.filter(pc.is_in(names, union_of(held)))
            names = names.take(pc.sort_indices(names))
            parts.append(merged(held, names, manifest.as_of))
            settings.append(self._state.settings(one))
        records = merged(parts, union_of(parts), manifest.as_of)
        known = [one.cast(SETTINGS) for one in settings if one is not None]
        return (
            rows_from(records, manifest.clients, manifest.as_of),
            pa.concat_tables(known) if known else None,
        )


def days_from(rows: Rows) -> pa.Table:
    """Return rows as a table `DAYS`: what is behind a proxy is so by the commonest kind."""
    owner = np.repeat(np.arange(rows.start.size - 1), np.diff(rows.start))

    def words(number: np.ndarray, names: tuple[str, ...]) -> pa.Array:
        at = pa.array(number.astype(np.int32), mask=number < 0)
        return pa.array(names, pa.string()).take(at)

    columns = [
        rows.accounts.take(pa.array(owner)),
        dates(days_of(rows.as_of) - rows.age.astype(np.int64)),
        words(rows.country, codes()),
        words(rows.proxy.astype(np.int32), (UNKNOWN, HOSTING_OR_VPN)),
        pa.array(rows.network, mask=rows.network == 0),
        words(rows.client, rows.clients),
    ]
    return pa.Table.from_arrays(columns, schema=arrow_schema(DAYS))
