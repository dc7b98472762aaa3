"""Day rows of some accounts, as far as the rules of about/publish.py ask for them.

1. Each account's rows end with its own last day of evidence; they begin a year before.
2. A day is behind a proxy when any of its rows is; it is plain when one of its rows is not.
3. Clients are told by name only as far as the source knows them, stores' countries only where they
   are the country told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa

from fanal.about.countries import codes, regions
from fanal.about.memory import AN_APP_STORE, ANOTHER_CLIENT, STORE, STORE_OF
from fanal.about.shield import SHIELD_DAYS
from fanal.about.weighted import OLDEST_DAYS, Seen, array, place
from fanal.model.days import PROXY_KINDS

#: How many days back proxies and other places are counted.
RECENT_DAYS: Final = SHIELD_DAYS


@cache
def country_codes() -> pa.Array:
    """Return the ISO codes in the order of their numbers."""
    return pa.array(codes(), pa.string())


def region_of(country: pa.Array) -> pa.Array:
    """Return the region of each country, null where there is none."""
    number = place(country, country_codes())
    return pa.array(regions(), pa.string()).take(pa.array(number, mask=number < 0))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows up to each account's last day of evidence.

    Parameters
    ----------
    recent, behind
        Of the last `RECENT_DAYS` days: any; behind a proxy.
    plain
        Behind no proxy, in a country: its number.
    clients, words
        With a client: its place among the words.
    """

    recent: Seen
    behind: Seen
    plain: Seen
    clients: Seen
    words: list[str]


def evidence_of(names: pa.Array, days: pa.Table, evidence_on: pa.Array) -> Evidence:
    """Return the rows of some accounts; later and older days are left out.

    Parameters
    ----------
    names
        Keys of the accounts.
    days
        Table `DAYS`; rows of other accounts are left out.
    evidence_on
        date32, one an account: the last day that is looked at.
    """
    owner, country = place(days["account"], names), place(days["country"], country_codes())
    day = array(days["day"].cast(pa.date32()).cast(pa.int32())).astype(np.int64)
    age = array(evidence_on.cast(pa.int32())).astype(np.int64)[owner] - day
    clients = days["client"].cast(pa.string()).combine_chunks().dictionary_encode()
    client = place(clients, clients.dictionary)
    proxy = place(days["kind"], pa.array(PROXY_KINDS)) >= 0
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    inside = (owner >= 0) & (age >= 0) & (age < OLDEST_DAYS)
    rows = Seen(owner, country, age, month - month.min(initial=0), len(names))
    of_client = Seen(owner, client, age, rows.month, len(names))
    recent = inside & (age < RECENT_DAYS)
    return Evidence(
        recent=rows.where(recent),
        behind=rows.where(recent & proxy),
        plain=rows.where(inside & ~proxy & (country >= 0)),
        clients=of_client.where(inside & (client >= 0)),
        words=clients.dictionary.to_pylist(),
    )


def as_told(
    seen: Evidence, country: pa.Array, fields: Collection[str]
) -> tuple[Seen, list[str]]:
    """Return clients as they may stand beside each account's country, and their names (P4)."""
    told = [_told(word, fields) for word in seen.words]
    labels = sorted({*told, STORE_OF, AN_APP_STORE})
    at = np.array([labels.index(one) for one in told] or [0], np.int64)
    stores = pa.array([word.removeprefix(STORE) for word in seen.words], pa.string())
    store = place(stores, country_codes()) if len(stores) else np.full(1, -1)
    rows = seen.clients
    own = place(country, country_codes())[rows.owner] == store[rows.label]
    label = at[rows.label]
    own &= label == labels.index(AN_APP_STORE)
    label = np.where(own, labels.index(STORE_OF), label)
    return Seen(rows.owner, label, rows.age, rows.month, rows.accounts), labels


def _told(client: str, fields: Collection[str]) -> str:
    """Return a client as it may be told where its store's country is not."""
    if client in {"web", "app"}:
        return client
    if client.startswith(
        STORE
    ):  # else a client that calls itself so: the source knows no stores
        return AN_APP_STORE if "store_country" in fields else ANOTHER_CLIENT
    return client if "client_name" in fields else ANOTHER_CLIENT
