"""What the publisher remembers of each account, what an operator decides, and the words for both.

The rules that fill it are in about/publish.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PRIVATE, OPT_IN, OPEN = "private", "opt-in", "public"
MODES: Final = (PRIVATE, OPT_IN, OPEN)
COUNTRY, REGION, WITHHELD = "country", "region", "withheld"
WISH_REGION, WISH_NOTHING = "region", "nothing"
NOT_DISCLOSED: Final = "not disclosed"
#: Precise reasons that are found here; to them come the refusals of the estimate.
PROXY: Final = "proxy days"
IMPROBABLE: Final = "not probable enough"
ELSEWHERE: Final = "too many days elsewhere"
FEW_MONTHS: Final = "too few months"
FEW_ACCOUNTS: Final = "too few accounts"
FEW_WITH_CHANNEL: Final = "too few accounts with this channel"
RISK: Final = "risk list"
WISHED: Final = "the holder's wish"
NOT_YET: Final = "not looked at yet"
NOT_ASKED: Final = "the holder did not ask"
IN_PREVIEW: Final = "in preview"
IN_PRIVATE: Final = "private mode"
REASONS: Final = (PROXY, IMPROBABLE, ELSEWHERE, FEW_MONTHS, FEW_ACCOUNTS)
#: Reasons that do not lie in the days: less is told than the country and its channel.
OTHER_REASONS: Final = (
    FEW_WITH_CHANNEL, RISK, WISHED, NOT_YET, NOT_ASKED, IN_PREVIEW, IN_PRIVATE,
)  # fmt: skip
#: Refusals of the estimate that take a held country (P1); the others only keep a new one out.
NO_DAY: Final = "no day in the year"
TAKING: Final = (NO_DAY, "quarantined network")
#: What a source may have for a card (about/fields.toml says what each has).
FIELDS: Final = ("channel", "store_country", "client_name")
STORE: Final = "app:"
STORE_OF: Final = "app store of "
AN_APP_STORE: Final = "an app store"
ANOTHER_CLIENT: Final = "another client"

#: The publisher's private memory, one row an account: the clock, the candidate, what is settled by
#: holder and platform, and the card as it is shown.
HELD: Final = pa.schema(
    [
        ("account", pa.string()),
        ("number", pa.int32()),  # looks so far
        ("next_on", pa.date32()),
        ("country", pa.string()),  # the candidate
        ("reason", pa.string()),  # why there is none
        ("channel", pa.string()),
        ("shield", pa.bool_()),
        ("evidence_on", pa.date32()),  # the last day that was looked at
        ("wish", pa.string()),  # "region" | "nothing"
        ("asked_on", pa.date32()),  # opt-in
        ("first_on", pa.date32()),  # the first look that found a country
        ("created", pa.int16()),  # year
        ("renamed", pa.string()),  # "2025-11"
        ("state", pa.string()),  # what is shown, from here on
        ("label", pa.string()),
        ("shown_channel", pa.string()),
        ("shown_created", pa.int16()),
        ("shown_renamed", pa.string()),
        ("why", pa.string()),  # for holder and operator alone
    ]
)
#: Columns that others may see.
SHOWN: Final = ("state", "label", "shown_channel", "shown_created", "shown_renamed")
#: Columns that say what could be shown, or why it could not: null for who wants nothing told.
CANDIDATE: Final = ("country", "reason", "channel", "shield", "created", "renamed")
#: Cells that are open (P4). `channel` is null where none is told.
CELLS: Final = pa.schema(
    [
        ("label", pa.string()),
        ("channel", pa.string()),
        ("level", pa.string()),
        ("open", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an operator decided.

    Parameters
    ----------
    mode
        "private", "opt-in" or "public" (P7).
    k, k_leave
        Accounts at which a cell opens; below which it closes (P4).
    risk
        ISO codes of countries that are told as regions (P5).
    fields
        Those of `FIELDS` that the source has; what it has not is not told.
    """

    mode: str = PRIVATE
    k: int = 20
    k_leave: int = 15
    risk: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset(FIELDS)


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication leaves.

    Parameters
    ----------
    held, cells
        Tables `HELD` (rows as given) and `CELLS` (the open ones).
    changed
        Accounts whose card others see otherwise than before.
    """

    held: pa.Table
    cells: pa.Table
    changed: pa.Array


def blank(accounts: pa.Array, next_on: NDArray[np.int64]) -> pa.Table:
    """Return the memory of accounts that were never looked at."""
    count = len(accounts)
    known = {
        "account": accounts,
        "number": pa.array(np.zeros(count, np.int32)),
        "next_on": dates(next_on),
        "reason": pa.array([NOT_YET] * count, pa.string()),
        "shield": pa.array(np.zeros(count, bool)),
        "state": pa.array([WITHHELD] * count, pa.string()),
        "why": pa.array([NOT_YET] * count, pa.string()),
    }
    columns = [known.get(one.name, pa.nulls(count, one.type)) for one in HELD]
    return pa.Table.from_arrays(columns, schema=HELD)


def with_columns(held: pa.Table, **columns: Any) -> pa.Table:
    """Return a table `HELD` with other columns."""
    arrays = [columns.get(name, held[name]) for name in HELD.names]
    cast = [one.cast(field.type) for one, field in zip(arrays, HELD, strict=True)]
    return pa.Table.from_arrays(cast, schema=HELD)


def days_of(day: date) -> int:
    """Return a day as days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def day_of(days: int) -> date:
    """Return the day of a number of days since 1970-01-01."""
    return date.fromordinal(days + date(1970, 1, 1).toordinal())


def dates(days: NDArray[np.int64]) -> pa.Array:
    """Return days since 1970-01-01 as dates."""
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def differs(one: Any, other: Any) -> NDArray[np.bool_]:
    """Return where two columns differ; null equals null."""
    other_value = pc.not_equal(one, other).fill_null(fill_value=False)
    either = pc.xor(one.is_null(), other.is_null())
    found = pc.or_(other_value, either)
    chunked = isinstance(found, pa.ChunkedArray)
    return np.asarray(found.to_numpy() if chunked else found.to_numpy(zero_copy_only=False))
