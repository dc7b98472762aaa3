"""Which sources answer, and in what order they are laid over each other.

1. Countries: the source shipped, or a file of the operator's in its place.
2. Kinds: the shipped list of hosting and VPN networks; over it what the operator's database says
   of networks; over it his lists of relays and of Tor exits.
3. Over all, what the registries set aside: no country, and a kind of their own.
4. A second source of countries raises a flag where the two know and differ. It decides nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from fanal.about.ip import cached
from fanal.about.ip.brought import Brought, read_database, read_list
from fanal.about.ip.layer import Layer, tables_of
from fanal.about.ip.packed import unpack
from fanal.about.ip.ranges import Ranges, Steps, outside, over
from fanal.about.ip.sources import Source
from fanal.about.ip.special import KINDS, SPECIAL_IPV4, SPECIAL_IPV6, special
from fanal.about.ip.table import IpTable
from fanal.errors import ReaderError

#: What a layer is made from: ranges, and where they come from.
Made = tuple[Ranges, tuple[Source, ...]]
#: Reads a database; within one `load` each file once.
Database = Callable[[Path], Brought]


def load(
    folder: Path | None = None,
    *,
    countries: Path | None = None,
    second: Path | None = None,
    relay: Path | None = None,
    tor: Path | None = None,
) -> IpTable:
    """Return the tables, from the cache when they are there; the first time takes about a second.

    Parameters
    ----------
    folder
        Where built tables are kept; None for the user's cache folder. Nothing has to be writable.
    countries
        The operator's own database in place of the shipped one: .mmdb or .csv, see
        `fanal.about.ip.brought`.
    second
        Another one, only to be compared with the first.
    relay, tor
        Lists of addresses or networks, one a line.

    Raises
    ------
    ReaderError
        When a file that was brought cannot be read.
    """
    place = cached.cache_folder() if folder is None else folder
    brought = (countries, relay, tor)
    database = cache(read_database)
    country, by_country = _kept(
        place, "country", (countries,), lambda: _country(countries, database)
    )
    kind, by_kind = _kept(place, "kind", brought, lambda: _kind(*brought, database))
    other: Layer | None = None
    by_second: tuple[Source, ...] = ()
    if second is not None:
        other, by_second = _kept(place, "second", (second,), lambda: _second(second, database))
    return IpTable(
        country=country, kind=kind, second=other, listed=by_country + by_second + by_kind
    )


def _kept(
    folder: Path, name: str, brought: tuple[Path | None, ...], build: Callable[[], Made]
) -> tuple[Layer, tuple[Source, ...]]:
    """Return a layer from the cache, named after all that it is made from; else build it."""

    def made() -> tuple[dict[str, object], cached.Arrays]:
        ranges, sources = build()
        rows = [source.as_row() for source in sources]
        return {"names": ranges.names, "sources": rows}, tables_of(ranges)

    words, tables = cached.kept(folder / f"{name}-{_hash(name, brought)}.table", made)
    sources = tuple(Source(**row) for row in words["sources"])
    return Layer(tuple(words["names"]), tables), sources


def _hash(name: str, brought: tuple[Path | None, ...]) -> str:
    said = json.dumps([cached.FORM, name, KINDS, SPECIAL_IPV4, SPECIAL_IPV6])
    found = hashlib.sha256(said.encode())
    for packed in ("countries.xz", "kinds.xz"):
        found.update(hashlib.sha256(_shipped(packed)).digest())
    for path in brought:
        found.update(hashlib.sha256(_read(path)).digest() if path else b"-")
        found.update(path.name.encode("utf-8", "replace") if path else b"-")
    return found.hexdigest()[:32]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReaderError(f"{path} cannot be read: {error.strerror or error}.") from error


@cache
def _shipped(name: str) -> bytes:
    return files("fanal.about.ip").joinpath(name).read_bytes()


def _country(path: Path | None, database: Database = read_database) -> Made:
    """Return the countries of one source (1, 3)."""
    if path is None:
        ranges, sources = unpack(_shipped("countries.xz"))
    else:
        found = database(path)
        ranges, sources = found.countries, (found.source,)
    return _each(outside, ranges), sources


def _second(path: Path, database: Database) -> Made:
    """Return the countries to compare with (4)."""
    ranges, (source,) = _country(path, database)
    return ranges, (replace(source, answers="second country"),)


def _kind(
    countries: Path | None, relay: Path | None, tor: Path | None, database: Database
) -> Made:
    """Return the kinds, list over list (2, 3)."""
    ranges, sources = unpack(_shipped("kinds.xz"))
    lists: list[Brought] = []
    if countries is not None:
        lists.append(database(countries))
    lists += [read_list(path, kind) for path, kind in ((relay, "relay"), (tor, "tor")) if path]
    for one in lists:
        if one.kind_source.networks or one.kind_source.networks_ipv6:
            above = one.kinds
            ranges = Ranges(KINDS, over(ranges.ipv4, above.ipv4), over(ranges.ipv6, above.ipv6))
            sources = (*sources, one.kind_source)
    return _each(over, ranges), sources


def _each(rule: Callable[[Steps, Steps], Steps], ranges: Ranges) -> Ranges:
    """Return the ranges with what the registries set aside laid over them (3)."""
    return Ranges(ranges.names, rule(ranges.ipv4, special(4)), rule(ranges.ipv6, special(6)))
