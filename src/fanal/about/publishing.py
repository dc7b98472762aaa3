"""One publication: who is looked at, what is known of them, and the cards that come of it.

1. Accounts that the source has and the memory has not are taken in.
2. Looks that were missed are made day by day, each as of the day it was due: a publisher who comes a
   week late leaves what one leaves who came every day.
3. Of the accounts of a look: estimates and day rows as of their last days of evidence.
4. The rules: about/publish.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.memory import SHOWN, day_of, days_of, differs
from fanal.about.publish import Policy, Published, due, publish, with_new
from fanal.about.weighted import array

#: Called with estimates, day rows and last days of evidence (date32, by estimate) of who was looked at.
Keep = Callable[[pa.Table, pa.Table, pa.Array], None]


class Source(Protocol):
    """Where day rows come from: about/day_source.py, about/state/source.py."""

    def accounts(self) -> pa.Array:
        """Return the keys of all accounts."""
        ...

    def told(self, accounts: pa.Array, evidence_on: pa.Array) -> tuple[pa.Table, pa.Table]:
        """Return `ESTIMATES` and `DAYS` of some accounts, each up to its last day of evidence.

        Parameters
        ----------
        accounts
            Keys; of those that the source has not nothing is returned.
        evidence_on
            date32, one an account.
        """
        ...


def publish_day(
    source: Source,
    held: pa.Table,
    cells: pa.Table,
    *,
    on: date,
    secret: bytes,
    policy: Policy,
    keep: Keep | None = None,
) -> Published:
    """Return the memory and the cards after the publication of a day, and of those missed before.

    Parameters
    ----------
    source
        Day rows of all accounts.
    held, cells, on, secret, policy
        As for `fanal.about.publish.publish`; `held` is empty the first time.
    keep
        Is given what each look rested on.

    Returns
    -------
    Published
        Rows of `held` in their order, new accounts behind them.

    Notes
    -----
    O(accounts + day rows of those due), for each day on which a look was due.
    """
    held = with_new(held, source.accounts(), on=on, secret=secret)
    turns = array(held["next_on"].cast(pa.int32()))
    now = held
    while turns.min(initial=days_of(on) + 1) < days_of(on):
        day = day_of(int(turns.min()))
        left = _one_day(source, now, cells, day, secret, policy, keep)
        now, cells = left.held, left.cells
        turns = array(now["next_on"].cast(pa.int32()))
    left = _one_day(source, now, cells, on, secret, policy, keep)
    changed = np.zeros(held.num_rows, bool)
    for name in SHOWN:
        changed |= differs(held[name], left.held[name])
    names = left.held["account"].combine_chunks()
    return Published(left.held, left.cells, names.filter(pa.array(changed)))


def _one_day(
    source: Source, held: pa.Table, cells: pa.Table, on: date, secret: bytes, policy: Policy,
    keep: Keep | None,
) -> Published:  # fmt: skip
    """Publish one day (3, 4)."""
    rows, evidence_on = due(held, on, secret)
    names = held["account"].combine_chunks().take(pa.array(rows))
    estimates, days = source.told(names, evidence_on)
    if keep is not None and len(names):
        keep(estimates, days, evidence_on.take(pc.index_in(estimates["account"], names)))
    return publish(held, cells, estimates, days, on=on, secret=secret, policy=policy)
