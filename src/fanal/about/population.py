"""Who lives in a made-up world: its networks, and its accounts of ten kinds.

Countries are numbers (about/countries.py); a *place* is the rank of a country in the world's list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.about.countries import distances_km, numbers
from fanal.about.world import KINDS, World

_INT = NDArray[np.int64]
_BOOL = NDArray[np.bool_]
(
    RESIDENT, SOME_VPN, TRAVELLER, MIGRANT, BORDER, ALWAYS_VPN, CORPORATE, FARM, SHARED, MISLOCATED,
) = range(10)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Platform:
    """The networks of a world, drawn once."""

    homes: _INT  # country numbers, heaviest first
    weights: NDArray[np.float64]
    first: _INT  # of each country's networks
    count: _INT
    base: int  # where the networks of VPN providers begin
    listed: _BOOL  # by provider, corporate ones behind the others
    wrong_home: _INT  # of mis-located networks
    wrong_country: _INT


@dataclass(slots=True)
class People:
    """The accounts, one value each."""

    kind: _INT
    home: _INT
    other: _INT
    fixed: _INT
    mobile: _INT
    rate: NDArray[np.float64]
    provider: _INT
    exit: _INT
    share: NDArray[np.float64]
    move: _INT
    store: _INT
    app: NDArray[np.float64]


def country_numbers(text: str) -> _INT:
    """Return the numbers of codes with spaces between them."""
    of = numbers()
    return np.array([of[code] for code in text.split()], np.int64)


def _zipf(count: int, exponent: float) -> NDArray[np.float64]:
    weight = 1.0 / np.arange(1, count + 1) ** exponent
    return np.asarray(weight / weight.sum())


def _exactly(share: float, count: int, generator: np.random.Generator) -> _BOOL:
    chosen = np.zeros(count, bool)
    chosen[: round(share * count)] = True
    generator.shuffle(chosen)
    return chosen


def made_platform(world: World, generator: np.random.Generator) -> Platform:
    """Draw the networks, the mis-located ones, and which VPN providers the list has."""
    homes = country_numbers(world["countries"])
    weights = _zipf(homes.size, float(world["zipf"]))
    count = np.maximum(np.rint(weights * world["networks"]), world["networks_least"])
    count = count.astype(np.int64)
    first = np.cumsum(count) - count
    wrong = int(world["mislocated.networks"])
    wrong_home = generator.choice(homes.size, wrong, p=weights)
    shift = 1 + generator.choice(homes.size - 1, wrong)
    vpn, corporate = int(world["vpn.providers"]), int(world["vpn.corporate_providers"])
    listed = np.concatenate(
        [
            _exactly(float(world["vpn.recall"]), vpn, generator),
            _exactly(float(world["vpn.corporate_recall"]), corporate, generator),
        ]
    )
    wrong_country = homes[(wrong_home + shift) % homes.size]
    return Platform(
        homes, weights, first, count, int(count.sum()), listed, wrong_home, wrong_country
    )  # fmt: skip


def _uniform(
    between: list[float], size: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    return generator.uniform(between[0], between[1], size)


def made_people(
    world: World, platform: Platform, size: int, generator: np.random.Generator
) -> People:
    """Draw the accounts (1)."""
    kind = generator.choice(10, size, p=[world[f"kinds.{name}"] for name in KINDS])
    place = generator.choice(platform.homes.size, size, p=platform.weights)
    wrong = generator.integers(0, platform.wrong_home.size, size)
    place = np.where(kind == MISLOCATED, platform.wrong_home[wrong], place)
    other = (place + 1 + generator.integers(0, platform.homes.size - 1, size)) % (
        platform.homes.size
    )
    other = np.where(kind == BORDER, _neighbours(platform)[place], other)
    provider, exits = _exits(world, kind, generator)
    share = _uniform(world["place.leaks"], size, generator)
    share[kind == SOME_VPN] = _uniform(world["place.some_vpn_days"], size, generator)[
        kind == SOME_VPN
    ]
    share[kind == SHARED] = _uniform(world["place.shared_first"], size, generator)[
        kind == SHARED
    ]
    fixed = platform.first[place] + generator.integers(0, platform.count[place])
    # mis-located networks stand behind those of the VPN providers
    fixed[kind == MISLOCATED] = -1 - wrong[kind == MISLOCATED]
    people = People(
        kind=kind, home=place, other=other, fixed=fixed,
        mobile=platform.first[place] + generator.integers(0, platform.count[place]),
        rate=world["activity.median"] * np.exp(world["activity.sigma"]
                                               * generator.standard_normal(size)),
        provider=provider, exit=exits, share=share,
        move=np.floor(_uniform(world["place.move_days"], size, generator)).astype(np.int64),
        store=np.empty(0, np.int64), app=_uniform(world["store.app_days"], size, generator),
    )  # fmt: skip
    people.store = _stores(world, platform, people, generator)
    return people


def _neighbours(platform: Platform) -> _INT:
    """Return, of each place, the nearest other place of the world."""
    km = distances_km()[np.ix_(platform.homes, platform.homes)].copy()
    np.fill_diagonal(km, np.inf)
    return np.asarray(km.argmin(axis=1), np.int64)


def _exits(world: World, kind: _INT, generator: np.random.Generator) -> tuple[_INT, _INT]:
    """Draw each account's provider and its exit's country number."""
    size = kind.size
    vpn, corporate = int(world["vpn.providers"]), int(world["vpn.corporate_providers"])
    provider = generator.integers(0, vpn, size)
    provider = np.where(
        kind == CORPORATE, vpn + generator.integers(0, corporate, size), provider
    )
    exits = np.zeros(size, np.int64)
    for name, chosen in (
        ("vpn.exits", kind != CORPORATE),
        ("vpn.corporate_exits", kind == CORPORATE),
        ("vpn.farm_exits", kind == FARM),
    ):
        among = country_numbers(world[name])
        drawn = among[
            generator.choice(among.size, size, p=_zipf(among.size, world["vpn.exits_zipf"]))
        ]
        exits = np.where(chosen, drawn, exits)
    return provider, exits


def anywhere(size: int, platform: Platform, generator: np.random.Generator) -> _INT:
    """Return random countries by weight."""
    return platform.homes[generator.choice(platform.homes.size, size, p=platform.weights)]


def told_countries(
    people: People, platform: Platform, generator: np.random.Generator, **share: float
) -> _INT:
    """Return the country that each account's store or settings tell; -1 unknown.

    Parameters
    ----------
    share
        known, right, keeps (migrants, the old country), fakes (farms, the exit's country).
    """
    size = people.kind.size
    told = platform.homes[people.home]
    keeps = (people.kind == MIGRANT) & (generator.random(size) < share["keeps"])
    told = np.where(keeps, platform.homes[people.other], told)
    told = np.where(
        generator.random(size) < share["right"], told, anywhere(size, platform, generator)
    )
    fakes = (people.kind == FARM) & (generator.random(size) < share["fakes"])
    told = np.where(fakes, people.exit, told)
    return np.where(generator.random(size) < share["known"], told, -1)


def _stores(
    world: World, platform: Platform, people: People, generator: np.random.Generator
) -> _INT:
    store = {name: float(world[f"store.{name}"]) for name in ("known", "right")}
    return told_countries(
        people, platform, generator,
        **store, keeps=world["store.migrant_keeps"], fakes=world["store.farm_fakes"],
    )  # fmt: skip
