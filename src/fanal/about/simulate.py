"""A made-up platform whose truth is known: connections of accounts of ten kinds, as day rows.

1. Accounts: kind, home, networks, activity, and by kind another country, an exit, a day of moving.
2. Days: an account is active on a day with probability 1 - exp(-rate).
3. Places: where each active day was spent, trip by trip.
4. Rows: one or two connections of an active day; the VPN's exit where one was used; the database's
   country, which is wrong for mis-located networks and now and then elsewhere; the list's flag,
   which is a property of the provider.
5. Clients, time zones, locales: mostly true to home, with the errors that world.toml states.

Nobody in it exists. Everything is drawn from one numpy Generator: same seed, same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.countries import codes, zones
from fanal.about.population import (
    ALWAYS_VPN,
    BORDER,
    CORPORATE,
    FARM,
    MIGRANT,
    MISLOCATED,
    SHARED,
    SOME_VPN,
    TRAVELLER,
    People,
    Platform,
    anywhere,
    country_numbers,
    made_people,
    made_platform,
    told_countries,
)
from fanal.about.world import KINDS, World, shifted
from fanal.model.days import ACCOUNTS, DAYS, HOSTING_OR_VPN, UNKNOWN
from fanal.store.schema import arrow_schema

_CHUNK: Final = 4000
_INT = NDArray[np.int64]
_BOOL = NDArray[np.bool_]
TRUTH: Final = pa.schema(
    [
        ("account", pa.string()),
        ("country", pa.string()),
        ("kind_of_account", pa.string()),
        ("exit_country", pa.string()),
        ("exit_listed", pa.bool_()),
        ("network_mislocated", pa.bool_()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a made-up platform holds, and what is true there.

    Parameters
    ----------
    days, accounts
        Tables `DAYS` and `ACCOUNTS` of model/days.py.
    truth
        account, country (where it is operated from at the end), kind_of_account, exit_country
        (of the VPN it uses, else null), exit_listed (whether the list has that provider),
        network_mislocated.
    as_of
        The last day.
    """

    days: pa.Table
    accounts: pa.Table
    truth: pa.Table
    as_of: date


def simulate(world: World, accounts: int, seed: int, shift: str | None = None) -> Simulated:
    """Return a made-up platform of some accounts.

    Parameters
    ----------
    world
        `reference_world()`, or one of your own.
    accounts
        How many; about 270 rows each.
    seed
        Same seed, same rows.
    shift
        A named shift of world.toml.

    Raises
    ------
    AnalysisError
        There is no such shift.

    Notes
    -----
    About 1.5 s and 60 MB of memory for 10,000 accounts.
    """
    world = shifted(world, shift)
    generator = np.random.default_rng(np.random.SeedSequence([seed, 0xFA]))
    platform = made_platform(world, generator)
    people = made_people(world, platform, accounts, generator)
    names = pa.array([f"made:{number:07}" for number in range(accounts)])
    parts = [
        _rows(world, platform, people, np.arange(low, min(low + _CHUNK, accounts)), generator)
        for low in range(0, accounts, _CHUNK)
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    first = date.fromisoformat(str(world["first_day"]))
    return Simulated(
        days=_days(names, columns, first),
        accounts=_holders(world, platform, people, names, generator),
        truth=_truth(platform, people, names),
        as_of=date.fromordinal(first.toordinal() + int(world["days"]) - 1),
    )


def _active(
    world: World, people: People, who: _INT, generator: np.random.Generator
) -> tuple[_INT, _INT]:
    """Return account and day of each active day (2)."""
    days = int(world["days"])
    chance = 1.0 - np.exp(-people.rate[who])
    active = generator.random((who.size, days)) < chance[:, None]
    account, day = np.nonzero(active)
    return who[account], day


def _places(
    world: World, platform: Platform, people: People, account: _INT, day: _INT,
    generator: np.random.Generator,
) -> _INT:  # fmt: skip
    """Return the place (rank of the country) where each active day was spent (3)."""
    kind, size = people.kind[account], account.size
    place = people.home[account].copy()
    other = people.other[account]
    place = np.where((kind == MIGRANT) & (day < people.move[account]), other, place)
    away = (kind == SHARED) & (generator.random(size) > people.share[account])
    working = (day + 2) % 7 < 5  # 1 January 2025 is a Wednesday
    away |= (kind == BORDER) & working & (generator.random(size) < world["place.border_days"])
    place = np.where(away, other, place)
    return _trips(world, platform, people, account, day, place, generator)


def _trips(
    world: World, platform: Platform, people: People, account: _INT, day: _INT, place: _INT,
    generator: np.random.Generator,
) -> _INT:  # fmt: skip
    """Send travellers away."""
    low = int(account[0]) if account.size else 0
    count = int(account[-1]) - low + 1 if account.size else 0
    travellers = low + np.flatnonzero(people.kind[low : low + count] == TRAVELLER)
    days = int(world["days"])
    where = np.full((count, days), -1, np.int32)
    trips = generator.poisson(world["place.trips"], travellers.size)
    shortest, longest = world["place.trip_days"]
    for one, number in zip(travellers, trips, strict=True):
        begins = generator.integers(0, days, number)
        lasts = generator.integers(shortest, longest + 1, number)
        to = generator.choice(platform.homes.size, number, p=platform.weights)
        for begin, last, country in zip(begins, lasts, to, strict=True):
            where[one - low, begin : begin + last] = country
    trip = where[account - low, day]
    return np.where(trip >= 0, trip, place)


def _rows(
    world: World, platform: Platform, people: People, who: _INT,
    generator: np.random.Generator,
) -> tuple[NDArray[Any], ...]:  # fmt: skip
    """Return account, day, country, flagged, network, client of the rows of some accounts (4)."""
    account, day = _active(world, people, who, generator)
    place = _places(world, platform, people, account, day, generator)
    vpn = _on_vpn(people, account, generator)
    twice = generator.random(account.size) < world["place.second_network"]
    index = np.concatenate([np.arange(account.size), np.flatnonzero(twice)])
    index.sort(kind="stable")
    second = np.zeros(index.size, bool)
    second[1:] = index[1:] == index[:-1]
    account, day, place, vpn = account[index], day[index], place[index], vpn[index]
    # a border worker's second connection of the day is at home
    place = np.where(second & (people.kind[account] == BORDER), people.home[account], place)
    # the second connection of a shared account is either operator's
    either = second & (people.kind[account] == SHARED)
    first = generator.random(index.size) < people.share[account]
    whose = np.where(first, people.home[account], people.other[account])
    place = np.where(either, whose, place)
    country, network, listed = _connections(
        world, platform, people, (account, place, vpn, second), generator
    )
    return account, day, country, listed, network, _clients(people, account, generator)


def _on_vpn(people: People, account: _INT, generator: np.random.Generator) -> _BOOL:
    kind, drawn = people.kind[account], generator.random(account.size)
    hidden = np.isin(kind, (ALWAYS_VPN, CORPORATE, FARM))
    return np.where(
        hidden,
        drawn >= people.share[account],
        (kind == SOME_VPN) & (drawn < people.share[account]),
    )


def _connections(
    world: World, platform: Platform, people: People,
    cells: tuple[_INT, _INT, _BOOL, _BOOL], generator: np.random.Generator,
) -> tuple[_INT, _INT, _BOOL]:  # fmt: skip
    """Return the database's country, the network and the flag of each row (4)."""
    account, place, vpn, second = cells
    size = account.size
    home = people.home[account]
    # abroad: home-routed roaming, else any network there
    routed = (place != home) & (generator.random(size) < world["place.home_routed"])
    routed &= people.kind[account] == TRAVELLER
    place = np.where(routed, home, place)
    visited = platform.first[place] + (generator.random(size) * platform.count[place]).astype(
        np.int64
    )
    settled = people.kind[account] == SHARED
    settled |= np.isin(people.kind[account], (MIGRANT, BORDER))
    # whoever lives or works abroad is on one network there
    lodged = platform.first[place] + people.mobile[account] % platform.count[place]
    own = np.where(second, people.mobile[account], people.fixed[account])
    own = np.where((people.fixed[account] < 0), people.fixed[account], own)
    network = np.where(place == home, own, np.where(settled, lodged, visited))
    country = platform.homes[place]
    wrong = (network < 0) & (place == home)
    country = np.where(wrong, platform.wrong_country[-1 - np.minimum(network, -1)], country)
    network = np.where(wrong, platform.base + 100_000 - network, network)
    exits, network = _through(world, platform, people, account, vpn, network, generator)
    country = np.where(vpn, exits, country)
    noise = generator.random(size) < world["place.geo_noise"]
    country = np.where(noise, anywhere(size, platform, generator), country)
    listed = vpn & platform.listed[people.provider[account]]
    listed |= generator.random(size) < world["place.false_flags"]
    return country, network, listed


def _through(
    world: World, platform: Platform, people: People, account: _INT, vpn: _BOOL,
    network: _INT, generator: np.random.Generator,
) -> tuple[_INT, _INT]:  # fmt: skip
    """Return the exit's country and network of rows through a VPN."""
    among = country_numbers(world["vpn.exits"])
    drawn = among[generator.integers(0, among.size, account.size)]
    strays = generator.random(account.size) < world["vpn.other_exit"]
    strays &= people.kind[account] != CORPORATE
    exits = np.where(strays, drawn, people.exit[account])
    through = platform.base + people.provider[account] * 300 + exits
    return exits, np.where(vpn, through, network)


def _clients(people: People, account: _INT, generator: np.random.Generator) -> _INT:
    """Return -1 for the web, else the country number of the app's store (5)."""
    app = generator.random(account.size) < people.app[account]
    return np.where(app & (people.store[account] >= 0), people.store[account], -1)


def _keyed(network: _INT) -> NDArray[np.uint64]:
    """Return numbers that look like keyed hashes (splitmix64)."""
    z = network.astype(np.uint64) + np.uint64(1)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _text(values: NDArray[Any], words: list[str | None]) -> pa.Array:
    indices = pa.array(values, pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string())).cast(
        pa.string()
    )


def _days(names: pa.Array, columns: list[NDArray[Any]], first: date) -> pa.Table:
    account, day, country, listed, network, client = columns
    epoch = (first - date(1970, 1, 1)).days
    arrays = [
        names.take(pa.array(account)),
        pa.array((day + epoch).astype(np.int32)).cast(pa.date32()),
        _text(country, list(codes())),
        _text(listed.astype(np.int32), [UNKNOWN, HOSTING_OR_VPN]),
        pa.array(_keyed(network)),
        _text(client + 1, ["web", *(f"app:{code}" for code in codes())]),
    ]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(DAYS))


def _holders(
    world: World,
    platform: Platform,
    people: People,
    names: pa.Array,
    generator: np.random.Generator,
) -> pa.Table:
    """Return the second table: time zone and locale, mostly true to home (5)."""
    size = people.kind.size
    same = {"keeps": world["holder.migrant_keeps"], "fakes": world["holder.farm_fakes"]}
    zone, locale = (
        told_countries(
            people, platform, generator, **same,
            known=world[f"holder.{name}_known"], right=world[f"holder.{name}_right"],
        )
        for name in ("time_zone", "locale")
    )  # fmt: skip
    bare = generator.random(size) >= world["holder.locale_with_country"]
    kept = _first_zones()
    time_zones = [kept.get(int(one)) if one >= 0 else None for one in zone]
    locales = [
        None if one < 0 else "en" if plain else f"en-{codes()[one]}"
        for one, plain in zip(locale, bare, strict=True)
    ]
    empty = pa.nulls(size, pa.timestamp("us", tz="UTC"))
    return pa.Table.from_arrays(
        [names, pa.array(time_zones, pa.string()), pa.array(locales, pa.string()), empty],
        schema=arrow_schema(ACCOUNTS),
    )


def _first_zones() -> dict[int, str]:
    """Return the first zone, by name, that only one country keeps, else the first at all."""
    found: dict[int, str] = {}
    for alone in (True, False):
        for zone, kept in sorted(zones().items()):
            if "/" in zone and (len(kept) == 1 or not alone):
                for country in kept:
                    found.setdefault(country, zone)
    return found


def _truth(platform: Platform, people: People, names: pa.Array) -> pa.Table:
    behind = np.isin(people.kind, (SOME_VPN, ALWAYS_VPN, CORPORATE, FARM))
    return pa.Table.from_arrays(
        [
            names,
            _text(platform.homes[people.home], list(codes())),
            _text(people.kind, list(KINDS)),
            _text(np.where(behind, people.exit + 1, 0), [None, *codes()]),
            pa.array(platform.listed[people.provider] & behind),
            pa.array(people.kind == MISLOCATED),
        ],
        schema=TRUTH,
    )
