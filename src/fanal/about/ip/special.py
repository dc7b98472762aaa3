"""The kinds of network, and the ranges that the registries set aside for a purpose.

IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and what updates it). The narrower
of two ranges comes later, and stands.
"""

from __future__ import annotations

import ipaddress
from functools import cache

from fanal.about.ip.ranges import Steps, steps_of

#: Code of a kind = its place here. `unknown` is what no list names: most homes and telephones,
#: and each exit that no list has.
KINDS = (
    "unknown", "hosting_or_vpn", "tor", "relay", "cgnat",
    # said by an operator's own database only
    "vpn", "hosting", "proxy", "residential_proxy", "satellite",
    # no address of the public network
    "private", "loopback", "link_local", "documentation", "multicast", "reserved",
    # IPv4 carried in IPv6 by a third party (Teredo, 6to4, NAT64)
    "tunnel",
    # no address at all
    "unreadable",
)  # fmt: skip
CODES = {kind: code for code, kind in enumerate(KINDS)}
#: Kinds that a visitor from the public network cannot have: behind them is a mistake of the
#: server's own configuration, most often a proxy in front of it.
NOT_PUBLIC = frozenset(
    (
        "private",
        "loopback",
        "link_local",
        "documentation",
        "multicast",
        "reserved",
        "unreadable",
    )
)
#: Kinds behind which somebody may sit in another country.
SHIELDED = frozenset(
    ("hosting_or_vpn", "tor", "relay", "vpn", "hosting", "proxy", "residential_proxy", "tunnel")
)

SPECIAL_IPV4 = {
    "0.0.0.0/8": "reserved", "10.0.0.0/8": "private", "100.64.0.0/10": "cgnat",
    "127.0.0.0/8": "loopback", "169.254.0.0/16": "link_local", "172.16.0.0/12": "private",
    "192.0.0.0/24": "reserved", "192.0.2.0/24": "documentation", "192.88.99.0/24": "tunnel",
    "192.168.0.0/16": "private", "198.18.0.0/15": "reserved",
    "198.51.100.0/24": "documentation", "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast", "240.0.0.0/4": "reserved",
}  # fmt: skip
SPECIAL_IPV6 = {
    # only 2000::/3 is given out
    "::/3": "reserved", "4000::/2": "reserved", "8000::/1": "reserved",
    "::1/128": "loopback", "64:ff9b::/96": "tunnel", "64:ff9b:1::/48": "tunnel",
    "2001::/23": "reserved", "2001::/32": "tunnel", "2001:db8::/32": "documentation",
    "2002::/16": "tunnel", "3fff::/20": "documentation", "fc00::/7": "private",
    "fe80::/10": "link_local", "ff00::/8": "multicast",
}  # fmt: skip


@cache
def special(family: int) -> Steps:
    """Return the special ranges of a family, codes of `KINDS`; 0 elsewhere."""
    networks = SPECIAL_IPV4 if family == 4 else SPECIAL_IPV6
    return steps_of((row_of(text, CODES[kind]) for text, kind in networks.items()), family)


def row_of(text: str, code: int) -> tuple[int, int, int]:
    """Return first address, last address and code of a network, or of one address.

    Raises
    ------
    ValueError
        When the text is neither.
    """
    network = ipaddress.ip_network(text, strict=False)
    return int(network.network_address), int(network.broadcast_address), code
