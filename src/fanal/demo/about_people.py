"""Seven accounts planted into a made-up platform: what their addresses say, and what is true.

Six are those that a rule by the last connections gets wrong, or right; the seventh is wrong under
Fanal's rules too. Each has its own networks; nobody in it exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fanal.model.days import HOSTING_OR_VPN, UNKNOWN

#: Share of days on which they connect.
ACTIVE: Final = 0.8
_ZONES: Final = {
    "FR": "Europe/Paris", "DE": "Europe/Berlin", "CA": "America/Toronto", "RU": "Europe/Moscow",
    "ES": "Europe/Madrid",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A planted account.

    Parameters
    ----------
    key
        Names it in the words.
    handle
        Its name on the platform, and in its key.
    home
        ISO code of the country where it connects from in truth.
    through
        The country that its addresses say on `share` of its days; None: home.
    share
        0 to 1.
    listed
        Whether the list of VPNs has the network that it goes through.
    trip
        A country, and how many of the last days are spent there.
    neighbours
        Further accounts on the same network, in the same place.
    """

    key: str
    handle: str
    home: str
    through: str | None = None
    share: float = 1.0
    listed: bool = False
    trip: tuple[str, int] | None = None
    neighbours: int = 0

    @property
    def account(self) -> str:
        """Key of the account."""
        return f"demo:{self.handle}"


PEOPLE: Final = (
    Person(key="journalist", handle="tavelune_presse", home="FR", through="US", listed=True),
    Person(key="resident", handle="marche_du_bac", home="FR"),
    Person(key="traveller", handle="retour_de_loin", home="DE", trip=("TH", 21)),
    Person(key="abroad", handle="vrai_tavelunois", home="CA"),
    Person(key="danger", handle="voix_basse", home="RU", through="NL", share=0.97, listed=True),
    Person(key="mislocated", handle="radio_du_bac", home="ES", through="MX", neighbours=13),
    Person(key="unlisted", handle="bureau_des_ponts", home="FR", through="US"),
)


def planted(
    first: int, days: int, schema: pa.Schema, generator: np.random.Generator
) -> pa.Table:
    """Return the day rows of all of them.

    Parameters
    ----------
    first
        The first day, as days since 1970-01-01.
    days
        How many.
    schema
        Of the table of day rows that they go into.
    """
    tables = [
        _rows(person, place, account, first + _days(days, generator), first + days, generator)
        for place, person in enumerate(PEOPLE)
        for account in accounts_of(person)
    ]
    return pa.concat_tables(tables).cast(schema)


def accounts_of(person: Person) -> list[str]:
    """Return the keys of a person's account and of those of the neighbours."""
    numbers = range(2, person.neighbours + 2)
    return [person.account, *(f"{person.account}-{number}" for number in numbers)]


def settings(schema: pa.Schema) -> pa.Table:
    """Return the time zones and languages that they chose, true to home."""
    names = [(account, person) for person in PEOPLE for account in accounts_of(person)]
    columns: dict[str, list[Any]] = {
        "account": [account for account, _ in names],
        "time_zone": [_ZONES[person.home] for _, person in names],
        "locale": [None] * len(names),
        "signed_up_at": [None] * len(names),
    }
    return pa.table(columns, schema=schema)


def _days(days: int, generator: np.random.Generator) -> Any:
    return np.flatnonzero(generator.random(days) < ACTIVE)


def _rows(
    person: Person, place: int, account: str, day: Any, end: int, generator: np.random.Generator
) -> pa.Table:
    """Return one row for each day on which an account connects."""
    away = np.zeros(day.size, bool) if person.trip is None else day >= end - person.trip[1]
    other = (
        generator.random(day.size) < person.share
        if person.through
        else np.zeros(day.size, bool)
    )
    country = np.where(other, person.through or "", person.home)
    country = np.where(away, person.trip[0] if person.trip else "", country)
    # networks: home, the one that is gone through, the one abroad
    network = 1000 + 10 * place + np.where(away, 2, np.where(other, 1, 0))
    return pa.table(
        {
            "account": [account] * day.size,
            "day": pa.array(day.astype(np.int32)).cast(pa.date32()),
            "country": country.tolist(),
            "kind": np.where(other & person.listed, HOSTING_OR_VPN, UNKNOWN).tolist(),
            "network": pa.array(network.astype(np.uint64)),
            "client": ["web"] * day.size,
        }
    )
