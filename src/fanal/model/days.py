"""What an account's connections become: day rows, and what is known of the accounts beside them.

No address stands here: a connection is an account, a day, a country, a kind and a keyed network.
Rows may come in any order and more than once; a day counts once for each (country, network).
"""

from __future__ import annotations

from typing import Final

from fanal.model.tables import Column, Table

#: Kinds that the shipped lists can tell. A user's own database may say finer ones; whatever is
#: not in `PROXY_KINDS` or `SHARED_KINDS` counts as a plain connection.
HOSTING_OR_VPN: Final = "hosting_or_vpn"
TOR: Final = "tor"
RELAY: Final = "relay"
CGNAT: Final = "cgnat"
UNKNOWN: Final = "unknown"
#: A day on one of these is a day behind a proxy: its country is the exit's, not the account's.
PROXY_KINDS: Final = (HOSTING_OR_VPN, TOR, "vpn", "proxy", "hosting")
#: Many accounts behind one address, in the account's own country: no proxy, and no reproach.
SHARED_KINDS: Final = (RELAY, CGNAT)

DAYS = Table(
    "days",
    (
        Column("account", "text", "key of the account", required=True),
        Column("day", "day", "date of the connection, UTC", required=True),
        Column("country", "text", "ISO 3166-1 alpha-2 of the address; null when unknown"),
        Column(
            "kind",
            "text",
            "hosting_or_vpn | tor | relay | cgnat | unknown, or what the user's own database says",
            required=True,
        ),
        Column(
            "network",
            "uint64",
            "keyed hash of the /16 (IPv4) or /32 (IPv6) prefix, or an id given in the log; "
            "null when unknown",
        ),
        Column(
            "client",
            "text",
            "web | app | app:FR (the store's country) | api | another client's name; null",
        ),
    ),
    ("account", "day", "country", "kind", "network", "client"),
)

#: The optional second table of an operator, one row an account; not the `accounts` of a case.
ACCOUNTS = Table(
    "accounts",
    (
        Column("account", "text", "key of the account, as in days", required=True),
        Column("time_zone", "text", "IANA name as the holder chose it: Europe/Paris; null"),
        Column("locale", "text", "BCP 47 tag as the holder chose it: fr-FR; null"),
        Column("signed_up_at", "time", "when the account was made, UTC; null when unknown"),
    ),
    ("account",),
)
