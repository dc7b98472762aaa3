"""Where an answer about an address comes from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One list or database.

    Parameters
    ----------
    name
        As its publisher calls it; of a file that the operator brought, the file's name.
    answers
        ``country``, ``kind`` or ``second country``.
    licence
        Its terms, with the attribution they ask for.
    date
        YYYY-MM-DD, the day of the data itself; empty when the file does not say.
    networks, networks_ipv6
        Rows of the source, IPv4 and IPv6.
    addresses
        IPv4 addresses in them, each counted once.
    """

    name: str
    answers: str
    licence: str
    date: str
    networks: int
    networks_ipv6: int
    addresses: int

    def as_row(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)
