"""Country, kind and network of the rows of a log: looked up by address, or given by the log.

1. Addresses are read, looked up and forgotten with their batch.
2. What the log gives is taken when it is a country, a kind, a network; codes that say "unknown"
   in some databases are no country.
3. A log in which (nearly) every address is one and the same, or none of the public network, is
   that of a server that anonymises, or that sits behind a proxy: it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import numbers
from fanal.about.networks import Networks, Numbers
from fanal.about.reading.addresses import addresses_of
from fanal.about.reading.base import Cells, Tally
from fanal.about.reading.texts import Mask, absent, mapped, text_column
from fanal.errors import ReaderError
from fanal.model.days import TOR, UNKNOWN

if TYPE_CHECKING:
    from fanal.about.ip.layer import Addresses
    from fanal.about.ip.table import IpTable

#: What databases write for "no country", in capitals; T1 is a widely used mark of Tor.
NO_COUNTRY: Final = frozenset({"XX", "ZZ", "EU", "AP", "A1", "A2", "O1", "T1", "--", "UNKNOWN"})
_ALSO: Final = {"UK": "GB", "EL": "GR"}
_KIND: Final = re.compile(r"[a-z][a-z_]{0,39}")
#: Rows, and accounts, from which one address for all is no accident.
_ENOUGH: Final = 100
ACCOUNTS_ONE: Final = 5
_WORD: Final = pa.dictionary(pa.int32(), pa.string())

Reject = Callable[[Mask, str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Three columns of day rows."""

    country: pa.Array
    kind: pa.Array
    network: pa.Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Places of addresses, and which rows have none."""

    place: Place
    absent: Mask
    unreadable: Mask
    not_public: Mask

    def or_given(self, given: Place) -> Place:
        """Return the places with those of the log where there is no address."""
        mask = pa.array(self.absent)

        def filled(found: pa.Array, other: pa.Array) -> pa.Array:
            words = pa.types.is_dictionary(found.type)
            if words:
                found, other = found.dictionary_decode(), other.dictionary_decode()
            both = pc.if_else(mask, other, found)
            return both.dictionary_encode() if words else both

        return Place(
            country=filled(self.place.country, given.country),
            kind=filled(self.place.kind, given.kind),
            network=filled(self.place.network, given.network),
        )


class LookedUp:
    """Places by address."""

    def __init__(self, table: IpTable, networks: Networks, tally: Tally) -> None:
        from fanal.about.ip.special import NOT_PUBLIC

        self._table, self._networks, self._tally = table, networks, tally
        self._countries = pa.array(table.country_names, pa.string())
        self._kinds = pa.array(table.kind_names, pa.string())
        self._not_public = np.array([name in NOT_PUBLIC for name in table.kind_names], bool)
        self._met = self._public = 0
        self._one: tuple[int, int] | None = None
        self._several = False

    def of(self, column: pa.Array) -> Found:
        """Return the places of a column of addresses."""
        texts, bad = text_column(column)
        empty = absent(texts) & ~bad
        found = addresses_of(texts, self._table)  # 1. read, looked up
        places = self._table.places(found)
        there = found.family != 0
        not_public = there & self._not_public[places.kind]
        self._count(found, there, there & ~not_public)
        numbers_of, _ = self._networks.of(found.family, found.high, found.low)
        public = there & ~not_public
        self._dispute(numbers_of[public], places.databases_disagree[public])
        country = np.where(places.country == 0, -1, places.country.astype(np.int32))
        place = Place(
            country=_words(country, self._countries),
            kind=_words(places.kind.astype(np.int32), self._kinds),
            network=pa.array(numbers_of, mask=~there | not_public),
        )
        return Found(
            place=place, absent=empty, unreadable=~there & ~empty, not_public=not_public
        )

    def refuse_if_hollow(self, file: str, accounts: int) -> None:
        """Raise ReaderError when the addresses cannot be those of `accounts` accounts (3)."""
        if self._met < _ENOUGH:
            return
        if not self._several and accounts >= ACCOUNTS_ONE:
            raise ReaderError(
                f"{file}: all {self._met:,} connections come from one address: the server "
                "anonymises, or the address is that of a proxy in front of it",
                hint="Log the address that the proxy passes on, or give a country column.",
            )
        if self._public * 100 < self._met:
            raise ReaderError(
                f"{file}: of {self._met:,} addresses, {self._public:,} are of the public network: "
                "the server anonymises, or logs the proxies in front of it",
                hint="Log the address that the proxy passes on, or give a country column.",
            )

    def _dispute(self, networks: Numbers, disagree: Mask) -> None:
        """Weigh, by network, what a second database says of the country."""
        if self._table.second is None:
            return
        names, place = np.unique(networks, return_inverse=True)
        more = np.bincount(place, np.where(disagree, 1.0, -1.0), len(names)).astype(int)
        for name, count in zip(names.tolist(), more.tolist(), strict=True):
            self._tally.disputed[name] += count

    def _count(self, found: Addresses, there: Mask, public: Mask) -> None:
        self._met += int(there.sum())
        self._public += int(public.sum())
        if self._several or not there.any():
            return
        high, low = found.high[there], found.low[there]
        first = self._one or (int(high[0]), int(low[0]))
        same = (high == np.uint64(first[0])) & (low == np.uint64(first[1]))
        self._one, self._several = first, not bool(same.all())


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Places that a log gives, and which rows give none."""

    place: Place
    says_nothing: Mask


class GivenPlaces:
    """Places as the log gives them (2)."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def of(self, some: Cells, reject: Reject) -> Given:
        """Return the places of some rows; what is no country or no kind is rejected."""
        texts, bad = text_column(some.columns["country"])
        country, kind = mapped(texts, country_code), mapped(texts, _kind_by_country)
        wrong = bad | absent(mapped(texts, _as_country)) & ~absent(texts)
        reject(wrong, "country", "not a country code")
        said = absent(texts)
        if "kind" in some.columns:
            kinds, bad = text_column(some.columns["kind"])
            judged = mapped(kinds, kind_name)
            reject(bad | absent(judged) & ~absent(kinds), "kind", "not a kind")
            kind = _first_known(judged, kind)
            said = said & absent(kinds)
        kind = pc.fill_null(kind.dictionary_decode(), UNKNOWN).dictionary_encode()
        place = Place(country=country, kind=kind, network=self._network(some))
        return Given(place=place, says_nothing=said)

    def _network(self, some: Cells) -> pa.Array:
        if "network" not in some.columns:
            return pa.nulls(len(some.lines), pa.uint64())
        encoded = text_column(some.columns["network"])[0].dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        return pa.array([self._networks.of_text(text) for text in texts], pa.uint64()).take(
            encoded.indices
        )


def country_code(text: str) -> str | None:
    """Return the ISO 3166-1 code that a text is, None when it is none.

    Examples
    --------
    >>> country_code(" fr"), country_code("UK"), country_code("XX"), country_code("France")
    ('FR', 'GB', None, None)
    """
    code = text.strip().upper()
    code = _ALSO.get(code, code)
    return code if code in numbers() else None


def _as_country(text: str) -> str | None:
    return text if text.strip().upper() in NO_COUNTRY else country_code(text)


def _kind_by_country(text: str) -> str | None:
    return TOR if text.strip().upper() == "T1" else UNKNOWN


def kind_name(text: str) -> str | None:
    """Return a kind as it may be kept: one word of letters."""
    word = text.strip().lower().replace("-", "_").replace(" ", "_")
    return word if _KIND.fullmatch(word) else None


def _first_known(said: pa.Array, other: pa.Array) -> pa.Array:
    said, other = said.dictionary_decode(), other.dictionary_decode()
    silent = pc.fill_null(pc.equal(said, UNKNOWN), True)  # noqa: FBT003 - Arrow's own argument
    return pc.if_else(silent, pc.fill_null(other, UNKNOWN), said).dictionary_encode()


def _words(codes: NDArray[np.int32], names: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), names)
