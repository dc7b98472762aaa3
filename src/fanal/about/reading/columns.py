"""Which column of a log is which field: as the user says, else by usual names.

Names of columns are shown in messages only where they look like names: the first line of a log
without names holds data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from fanal.errors import ReaderError

#: Field of a connection -> usual names of its column, the surer first.
CONNECTION: Final[Mapping[str, tuple[str, ...]]] = {
    "account": ("account", "account_id", "user_id", "uid", "user", "username", "compte"),
    "time": (
        "time", "timestamp", "created_at", "logged_at", "occurred_at", "datetime", "date_time",
        "ts", "last_used_at", "date", "day", "horodatage",
    ),
    "ip": (
        "ip", "ip_address", "client_ip", "remote_ip", "remote_addr", "address", "ip_addr",
        "last_used_ip", "adresse_ip",
    ),
    "country": ("country", "country_code", "pays"),
    "kind": ("kind", "ip_kind", "connection_kind"),
    "network": ("network", "network_id", "asn"),
    "client": ("client", "app", "application", "client_name"),
}  # fmt: skip
#: Field of an account -> usual names of its column.
ACCOUNT: Final[Mapping[str, tuple[str, ...]]] = {
    "account": CONNECTION["account"] + ("id",),
    "time_zone": ("time_zone", "timezone", "tz", "fuseau_horaire"),
    "locale": ("locale", "language", "lang", "langue"),
    "signed_up_at": ("signed_up_at", "created_at", "registered_at", "sign_up_time"),
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z_ -]{0,39}\d{0,3}")


def resolved(
    names: Sequence[str],
    known: Mapping[str, tuple[str, ...]],
    said: Mapping[str, str],
    file: str,
) -> dict[str, str]:
    """Return field -> column of a log whose columns are `names`.

    Raises
    ------
    ReaderError
        A column that was named is not there, or there is none for the account.
    """
    missing = [column for column in said.values() if column not in names]
    if missing:
        raise ReaderError(f"{file}: no column {missing[0]!r}; {_shown(names)}")
    plain = {name.strip().lower(): name for name in reversed(names)}
    found = {}
    for field, usual in known.items():
        column = said.get(field) or next((plain[one] for one in usual if one in plain), None)
        if column is not None and (field in said or column not in said.values()):
            found[field] = column
    return found


def require(
    found: Mapping[str, str], fields: Sequence[str], names: Sequence[str], file: str
) -> None:
    """Raise ReaderError when a field has no column."""
    for field in fields:
        if field not in found:
            raise ReaderError(
                f"{file}: which column is the {field}? {_shown(names)}",
                hint=f"Name it: --column {field}=COLUMN.",
            )


def _shown(names: Sequence[str]) -> str:
    if not all(_NAME.fullmatch(name.strip()) for name in names):
        return "its first line is not a line of names"
    return f"there are {', '.join(name.strip() for name in names)}"
