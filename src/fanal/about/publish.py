"""What a first publication of a file may say of each account: a country, a region, or nothing.

All rules stand in this file, all thresholds below. It reads estimates and day rows, nothing else.

1. P3: an account with half of its days of 180 behind a proxy is withheld, whatever else is known.
   The days on which the proxy failed are not looked at: they would tell what it is there to hide.
2. An estimate that was refused is withheld with its refusal: too few days, quarantined network ...
3. A country needs a probability of .9.
4. P1: it needs 60 % of the days, a day half as heavy for each 90 days of age, and three months.
5. P4: at least k accounts of this file must get the same place and channel. Else the region, when
   at least k accounts get that with their channel; else nothing.
6. The channel: "web", "app", "an app store"; a store's country only when it is the published place.
   Of an account without a place no channel is told: its lack or its presence would tell the reason.
7. P2: nothing is drawn at random. A country is told as it was found, or it is not told.
8. One public reason for all that is withheld. The precise one is for the holder and the operator.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.model import places
from fanal.model.days import PROXY_KINDS

#: 3. Least probability of a country.
LEAST_PROBABILITY: Final = 0.9
#: P1. Least share of the weighted days; days after which a day counts half; least calendar months.
LEAST_SHARE: Final = 0.6
HALF_LIFE_DAYS: Final = 90
LEAST_MONTHS: Final = 3
#: P3. Least share of proxy days, and how many days back they are counted.
PROXY_SHARE: Final = 0.5
PROXY_DAYS: Final = 180
#: P4. Least accounts with the same published place and channel.
LEAST_ACCOUNTS: Final = 20
#: Older days are not looked at.
OLDEST_DAYS: Final = 365

COUNTRY, REGION, WITHHELD = "country", "region", "withheld"
NOT_DISCLOSED: Final = "not disclosed"
#: Precise reasons that are found here; to them come the refusals of the estimate.
PROXY: Final = "proxy days"
IMPROBABLE: Final = "not probable enough"
ELSEWHERE: Final = "too many days elsewhere"
FEW_MONTHS: Final = "too few months"
FEW_ACCOUNTS: Final = "too few accounts"
REASONS: Final = (PROXY, IMPROBABLE, ELSEWHERE, FEW_MONTHS, FEW_ACCOUNTS)
#: What a source may have for a card (about/fields.toml says what each has).
FIELDS: Final = ("channel", "store_country", "client_name")
STORE: Final = "app:"
AN_APP_STORE: Final = "an app store"
ANOTHER_CLIENT: Final = "another client"

PUBLICATION: Final = pa.schema(
    [
        ("account", pa.string()),
        ("state", pa.string()),
        ("label", pa.string()),
        ("reason", pa.string()),
        ("public_reason", pa.string()),
        ("channel", pa.string()),
        ("channel_share", pa.float64()),
    ]
)
#: What others may see. `reason` is not among them.
PUBLIC: Final = ("account", "state", "label", "public_reason", "channel", "channel_share")

_Mask = NDArray[np.bool_]


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
        Least accounts with the same published place and channel (P4).
    fields
        Those of `FIELDS` that the source has; what it has not is not told.

    Returns
    -------
    pyarrow.Table
        `PUBLICATION`, in the order of `estimates`. `label`: ISO 3166-1 code, region, or null when
        withheld. `reason`: null for a country; `FEW_ACCOUNTS` for a region; one of `REASONS` or a
        refusal of the estimate when withheld. `channel_share`: in tenths. Columns `PUBLIC` may be
        seen by others, `reason` by holder and operator alone.

    Notes
    -----
    O(day rows) time; 365 x 2 bytes an account.
    """
    seen = _seen(estimates, days, as_of)
    reason = _first_reason(estimates, seen, as_of)
    channel = estimates["channel"].combine_chunks().cast(pa.string())
    if "channel" not in fields:
        channel = pa.nulls(len(channel), pa.string())
    country, region = (estimates[name].combine_chunks() for name in ("country", "region"))
    in_country = _channel(channel, country, fields)
    in_region = _channel(channel, region, fields)
    # 5. P4
    fit = _array(reason.is_null())
    alone = fit & _at_least(k, country, in_country, fit)
    left = fit & ~alone
    together = left & _at_least(k, region, in_region, left)
    return _table(
        estimates,
        np.select([alone, together], [0, 1], 2),
        [country, region],
        [in_country, in_region],
        pc.if_else(pa.array(left), FEW_ACCOUNTS, reason),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Days of each account, one row a day of age, one column an account.

    Parameters
    ----------
    behind, any
        Of the last 180 days: behind a proxy; at all.
    plain, home
        Of the last 365 days, behind no proxy: in any country; in the estimated one.
    """

    behind: _Mask
    any: _Mask
    plain: _Mask
    home: _Mask


def _seen(estimates: pa.Table, days: pa.Table, as_of: date) -> _Seen:
    """Return the days of each account: a day is one day, however many rows it has."""
    owner = _place(days["account"], estimates["account"].combine_chunks())
    day = days["day"].cast(pa.date32()).cast(pa.int32())
    age = (as_of - date(1970, 1, 1)).days - _array(day)
    codes = pa.array(sorted(set(places.codes().values())), pa.string())
    country = _place(days["country"], codes)
    home = _place(estimates["country"], codes)
    proxy = _place(days["kind"], pa.array(PROXY_KINDS)) >= 0
    known = (owner >= 0) & (age >= 0) & (age < OLDEST_DAYS)
    recent = known & (age < PROXY_DAYS)
    plain = known & ~proxy & (country >= 0)

    def days_of(rows: _Mask, oldest: int) -> _Mask:
        found = np.zeros((oldest, estimates.num_rows), bool)
        found[age[rows], owner[rows]] = True
        return found

    return _Seen(
        behind=days_of(recent & proxy, PROXY_DAYS),
        any=days_of(recent, PROXY_DAYS),
        plain=days_of(plain, OLDEST_DAYS),
        home=days_of(plain & (country == home[owner]), OLDEST_DAYS),
    )


def _first_reason(estimates: pa.Table, seen: _Seen, as_of: date) -> pa.Array:
    """Return why each account's country is not told, null where nothing is against it (1-4)."""
    probability = estimates["probability"].combine_chunks().fill_null(0.0)
    return pc.coalesce(
        _where(_behind_a_proxy(seen), PROXY),
        estimates["refusal"].combine_chunks().cast(pa.string()),
        _where(_array(probability) < LEAST_PROBABILITY, IMPROBABLE),
        _where(~_mostly_there(seen), ELSEWHERE),
        _where(_months_there(seen, as_of) < LEAST_MONTHS, FEW_MONTHS),
    )


def _behind_a_proxy(seen: _Seen) -> _Mask:
    """Return whether half of the days of the last 180 were behind a proxy (P3)."""
    behind, at_all = seen.behind.sum(axis=0), seen.any.sum(axis=0)
    return np.asarray((at_all > 0) & (behind >= PROXY_SHARE * at_all))


def _mostly_there(seen: _Seen) -> _Mask:
    """Return whether 60 % of the weighted days were in the country (P1).

    Weights are whole numbers: sums of them are exact, whatever their order.
    """
    there, at_all = (np.zeros(seen.home.shape[1], np.int64) for _ in range(2))
    for age in range(OLDEST_DAYS):
        weight = round(1_000_000 * 0.5 ** (age / HALF_LIFE_DAYS))
        there += weight * seen.home[age]
        at_all += weight * seen.plain[age]
    return np.asarray((there > 0) & (there >= LEAST_SHARE * at_all))


def _months_there(seen: _Seen, as_of: date) -> NDArray[np.int64]:
    """Return in how many calendar months each account was in its country (P1)."""
    of_day = [(as_of - timedelta(days=age)).isoformat()[:7] for age in range(OLDEST_DAYS)]
    months = np.zeros(seen.home.shape[1], np.int64)
    for month in dict.fromkeys(of_day):
        months += seen.home[[one == month for one in of_day]].any(axis=0)
    return months


def _channel(channel: pa.Array, label: pa.Array, fields: Collection[str]) -> pa.Array:
    """Return the channel as it may stand beside a label (6)."""
    store = pc.starts_with(channel, STORE)
    theirs = pc.equal(channel, pc.binary_join_element_wise(STORE, label, ""))
    of_place = pc.binary_join_element_wise("app store of ", label, "")
    named = channel if "client_name" in fields else ANOTHER_CLIENT
    if "store_country" in fields:
        stores = pc.if_else(theirs, of_place, AN_APP_STORE)
    else:  # a client that calls itself so: the source knows no stores
        stores = ANOTHER_CLIENT
    known = pc.is_in(channel, pa.array(["web", "app"]))
    told = pc.if_else(known, channel, pc.if_else(store, stores, named))
    return pc.if_else(channel.is_null(), pa.scalar(None, pa.string()), told)


def _at_least(k: int, label: pa.Array, channel: pa.Array, among: _Mask) -> _Mask:
    """Return whether k accounts of those in question get this label and channel (P4)."""
    words = [column.dictionary_encode("encode") for column in (label, channel)]
    first, second = (_array(one.indices).astype(np.int64) for one in words)
    pair = first * len(words[1].dictionary) + second
    accounts = np.bincount(pair[among], minlength=int(pair.max(initial=0)) + 1)
    return np.asarray(accounts[pair] >= k)


def _table(
    estimates: pa.Table,
    level: NDArray[Any],
    labels: list[pa.Array],
    channels: list[pa.Array],
    reason: pa.Array,
) -> pa.Table:
    """Return the publication; `level` is 0 for the country, 1 for the region, 2 for nothing."""
    number, nothing = pa.array(level), pa.nulls(level.size, pa.string())
    channel = pc.choose(number, *channels, nothing)
    share = pc.round(estimates["channel_share"].combine_chunks().cast(pa.float64()), 1)
    columns = [
        estimates["account"].combine_chunks(),
        pa.array([COUNTRY, REGION, WITHHELD]).take(number),
        pc.choose(number, *labels, nothing),
        reason,
        _where(level == 2, NOT_DISCLOSED),
        channel,
        pc.if_else(channel.is_null(), pa.scalar(None, pa.float64()), share),
    ]
    return pa.Table.from_arrays(columns, schema=PUBLICATION)


def _array(column: Any) -> NDArray[Any]:
    """Return a column without nulls as an array."""
    whole = isinstance(column, pa.ChunkedArray)
    found: NDArray[Any] = column.to_numpy() if whole else column.to_numpy(zero_copy_only=False)
    return found


def _place(column: pa.ChunkedArray, words: pa.Array) -> NDArray[np.int32]:
    """Return the place of each value among words, -1 where it is none of them."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    parts = [
        pc.index_in(chunk.dictionary.cast(pa.string()), words).take(chunk.indices).fill_null(-1)
        for chunk in column.chunks
    ]
    return np.concatenate([_array(part) for part in parts] or [np.empty(0, np.int32)])


def _where(mask: _Mask, word: str) -> pa.Array:
    """Return a word where the mask holds, null elsewhere."""
    return pa.array([word]).take(pa.array(np.zeros(mask.size, np.int8), mask=~mask))
