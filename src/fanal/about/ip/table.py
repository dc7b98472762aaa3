"""From addresses to countries and kinds of network, and whether two databases disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.about.ip.layer import Addresses, Codes, Layer, read_column
from fanal.about.ip.sources import Source
from fanal.about.ip.special import CODES


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """What is said of each address, row for row.

    Parameters
    ----------
    country, kind
        uint16, shape (n,): places in `IpTable.country_names` and in `IpTable.kind_names`.
    databases_disagree
        bool, shape (n,): a second source knows another country. False everywhere without one.
    """

    country: Codes
    kind: Codes
    databases_disagree: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IpTable:
    """Countries and kinds of addresses; see `load`."""

    country: Layer
    kind: Layer
    second: Layer | None
    listed: tuple[Source, ...]

    @property
    def country_names(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-2 of each country code; code 0 is empty: not known."""
        return self.country.names

    @property
    def kind_names(self) -> tuple[str, ...]:
        """The kind of each kind code; code 0 is ``unknown``: no list names it."""
        return self.kind.names

    def sources(self) -> list[Source]:
        """Return the sources in use, in the order in which they were laid over each other."""
        return list(self.listed)

    def countries(self, ipv4: NDArray[np.uint32]) -> Codes:
        """Return the country code of each IPv4 address (uint32)."""
        return self.country.of_ipv4(ipv4)

    def countries_ipv6(self, high: NDArray[np.uint64], low: NDArray[np.uint64]) -> Codes:
        """Return the country code of each IPv6 address, given as two halves (uint64)."""
        return self.country.of_ipv6(high, low)

    def kinds(self, ipv4: NDArray[np.uint32]) -> Codes:
        """Return the kind code of each IPv4 address (uint32)."""
        return self.kind.of_ipv4(ipv4)

    def kinds_ipv6(self, high: NDArray[np.uint64], low: NDArray[np.uint64]) -> Codes:
        """Return the kind code of each IPv6 address, given as two halves (uint64)."""
        return self.kind.of_ipv6(high, low)

    def read(self, column: Any) -> Addresses:
        """Return the addresses of a pyarrow column of text; see `read_column`."""
        return read_column(column)

    def places(self, addresses: Addresses) -> Places:
        """Return country, kind and disagreement of each address of either family."""
        country = self.country.of(addresses)
        differ = np.zeros(len(addresses), np.bool_)
        if self.second is not None:
            here = self._second_codes()[self.second.of(addresses)]
            differ = (country != 0) & (here != 0) & (country != here)
        kind = self.kind.of(addresses, CODES["unreadable"])
        return Places(country=country, kind=kind, databases_disagree=differ)

    def _second_codes(self) -> NDArray[np.int64]:
        """Return our code of each of the second source's countries; above all where we have none."""
        assert self.second is not None
        ours = {name: code for code, name in enumerate(self.country_names)}
        other = len(ours)
        return np.array([ours.get(name, other) for name in self.second.names], np.int64)
