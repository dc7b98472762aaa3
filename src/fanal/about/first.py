"""What a first publication of a file alone may say of each account: the rules, on an empty memory.

The rules are those of about/publish.py: every account is looked at today, by all its days.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.memory import (
    CELLS,
    FIELDS,
    NOT_DISCLOSED,
    WITHHELD,
    Policy,
    blank,
    dates,
    days_of,
    with_columns,
)  # fmt: skip
from fanal.about.publish import LEAST_ACCOUNTS, candidates, would_show
from fanal.about.weighted import array, where

PUBLICATION: Final = pa.schema(
    [
        ("account", pa.string()),
        ("state", pa.string()),
        ("label", pa.string()),
        ("reason", pa.string()),
        ("public_reason", pa.string()),
        ("channel", pa.string()),
    ]
)
#: What others may see. `reason` is not among them.
PUBLIC: Final = ("account", "state", "label", "public_reason", "channel")


def first_publication(
    estimates: pa.Table,
    days: pa.Table,
    *,
    as_of: date,
    k: int = LEAST_ACCOUNTS,
    fields: Collection[str] = FIELDS,
) -> pa.Table:
    """Return what a first publication of this file alone would say of each account.

    Parameters
    ----------
    estimates
        Table `ESTIMATES` of about/estimate.py, one row an account.
    days
        Table `DAYS` (model/days.py) it was made from: any order, repeats do not matter.
    as_of
        The day of the estimate.
    k
        Least accounts of a cell (P4).
    fields
        Those of `FIELDS` that the source has; what it has not is not told.

    Returns
    -------
    pyarrow.Table
        `PUBLICATION`, in the order of `estimates`. `label`: ISO 3166-1 code, region, or null when
        withheld. `reason`: null for a country with its channel; else why there is no more. Columns
        `PUBLIC` may be seen by others, `reason` by holder and operator alone.

    Notes
    -----
    O(day rows log day rows) time.
    """
    policy = Policy(k=k, k_leave=k, fields=frozenset(fields))
    names = estimates["account"].combine_chunks()
    today = np.full(len(names), days_of(as_of))
    held = blank(names, today)
    held = with_columns(held, **candidates(held, estimates, days, dates(today), policy))
    card = would_show(held, CELLS.empty_table(), policy)
    hidden = array(pc.equal(card["state"], WITHHELD))
    return pa.Table.from_arrays(
        [
            names, card["state"], card["label"], card["why"], where(hidden, NOT_DISCLOSED),
            card["shown_channel"],
        ],
        schema=PUBLICATION,
    )  # fmt: skip
