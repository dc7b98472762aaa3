"""Worlds with trips and failures of a VPN planted in them, and a poller who sees every card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.countries import codes, numbers
from fanal.about.day_source import DaySource
from fanal.about.memory import CELLS, HELD, SHOWN, Policy
from fanal.about.publishing import publish_day
from fanal.about.simulate import Simulated
from fanal.about.world import World, changed, reference_world
from fanal.model.days import UNKNOWN

DAYS = 790
POLLED = 395
TRIP_DAYS = 21
LEAKS = 0.03
ARM = 5_000
SEED, LEAK_SEED = 9941, 9942
SECRET = b"the secret of this bench, no other"
PUBLIC = Policy(mode="public")
AT_HOME = ("resident", "some_vpn")
LEAKY = {
    "kinds.resident": 0.36, "kinds.some_vpn": 0.06, "kinds.traveller": 0.05, "kinds.migrant": 0.02,
    "kinds.border_worker": 0.01, "kinds.always_vpn": 0.42, "kinds.corporate_vpn": 0.02,
    "kinds.farm": 0.02, "kinds.shared": 0.02, "kinds.mislocated": 0.02, "place.leaks": [0.0, 0.0],
}  # fmt: skip


def long_world(**more: Any) -> World:
    """Return the reference world over `DAYS` days, trips and moves as often as in its 400."""
    change = {"days": DAYS, "place.trips": 4.0 * DAYS / 400, "place.move_days": [60, DAYS - 10]}
    return changed(reference_world(), change | more)


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poller saw.

    Parameters
    ----------
    first
        The first day.
    accounts
        Keys, in the order of the rows of `cards`.
    cards
        int32, shape (accounts, POLLED): number of the card; 0 is the withheld one.
    words
        The cards by number, as tuples of `SHOWN`.
    """

    first: date
    accounts: list[str]
    cards: np.ndarray
    words: list[tuple[Any, ...]]

    @property
    def labels(self) -> np.ndarray:
        """int32, shape (accounts, POLLED): number of the label; 0 none."""
        names: dict[Any, int] = {None: 0}
        number = np.array([names.setdefault(one[1], len(names)) for one in self.words])
        return number[self.cards]

    def label_numbers(self) -> dict[Any, int]:
        """Return the number of each label in `labels`."""
        names: dict[Any, int] = {None: 0}
        for one in self.words:
            names.setdefault(one[1], len(names))
        return names


def poll(made: Simulated, days: pa.Table, polled: int = POLLED) -> Polled:
    """Publish every day, and look at every card; accounts are in the order of `made.truth`."""
    source = DaySource(days, made.accounts)
    first = made.as_of - timedelta(days=polled - 1)
    held, cells = HELD.empty_table(), CELLS.empty_table()
    names = made.truth["account"].combine_chunks()
    cards = np.zeros((len(names), polled), np.int32)
    words: dict[tuple[Any, ...], int] = {("withheld", *[None] * (len(SHOWN) - 1)): 0}
    for number in range(polled):
        on = first + timedelta(days=number)
        left = publish_day(source, held, cells, on=on, secret=SECRET, policy=PUBLIC)
        held, cells = left.held, left.cells
        if number:
            cards[:, number] = cards[:, number - 1]
        place = pc.index_in(left.changed, names).to_numpy()
        rows = held.take(pc.index_in(left.changed, held["account"].combine_chunks()))
        shown = zip(*(rows[name].to_pylist() for name in SHOWN), strict=True)
        cards[place, number] = [words.setdefault(one, len(words)) for one in shown]
    return Polled(first, names.to_pylist(), cards, list(words))


@dataclass(frozen=True, slots=True)
class Trip:
    """Who is away, from when on (days since 1970-01-01), and where."""

    account: np.ndarray
    begins: np.ndarray
    country: np.ndarray


def with_trips(made: Simulated, trip: Trip, seed: int) -> pa.Table:
    """Return the rows of a world in which some accounts made one trip more."""
    generator = np.random.default_rng([seed, 2])
    days = made.days
    owner = pc.index_in(days["account"], made.truth["account"].combine_chunks()).to_numpy()
    begins = np.full(made.truth.num_rows, 10**6)
    where = np.zeros(made.truth.num_rows, np.int64)
    begins[trip.account], where[trip.account] = trip.begins, trip.country
    day = days["day"].cast(pa.int32()).to_numpy()
    away = (day >= begins[owner]) & (day < begins[owner] + TRIP_DAYS)
    country = pa.array(codes(), pa.string()).take(pa.array(where[owner]))
    network = (where[owner] + 1).astype(np.uint64) << np.uint64(40)
    network += generator.integers(0, 3, owner.size).astype(np.uint64)
    app = away & (generator.random(made.truth.num_rows) < 0.5)[owner]
    mask = pa.array(away)
    return _with(
        days,
        country=pc.if_else(mask, country, days["country"].combine_chunks()),
        network=pc.if_else(mask, pa.array(network), days["network"].combine_chunks()),
        client=pc.if_else(pa.array(app), "app", days["client"].combine_chunks()),
    )


def _with(days: pa.Table, **columns: Any) -> pa.Table:
    for name, column in columns.items():
        days = days.set_column(days.column_names.index(name), name, column)
    return days


def arms(made: Simulated, seed: int, arm: int, polled: int) -> tuple[np.ndarray, Trip]:
    """Return who stays (first half) and who travels (second), and their trips."""
    generator = np.random.default_rng([seed, 1])
    at_home = pc.is_in(made.truth["kind_of_account"], pa.array(AT_HOME))
    chosen = np.flatnonzero(at_home.to_numpy())
    chosen = generator.permutation(chosen)[: 2 * arm]
    if chosen.size < 2 * arm:
        raise ValueError("too few accounts that live at home")
    away = chosen[arm:]
    last = made.as_of.toordinal() - date(1970, 1, 1).toordinal()
    begins = last - polled + 1 + generator.integers(0, polled - TRIP_DAYS, arm)
    home = np.array([numbers()[one] for one in made.truth["country"].to_pylist()])[away]
    among = np.unique(home)
    country = generator.choice(among, arm)
    country = np.where(
        country == home, np.roll(among, 1)[np.searchsorted(among, home)], country
    )
    return chosen, Trip(away, begins, country)


def with_leaks(made: Simulated, who: np.ndarray, seed: int) -> pa.Table:
    """Return the rows of a world in which the VPN of some accounts fails on some days."""
    generator = np.random.default_rng([seed, 4])
    days = made.days
    owner = pc.index_in(days["account"], made.truth["account"].combine_chunks()).to_numpy()
    theirs = np.zeros(made.truth.num_rows, bool)
    theirs[who] = True
    day = (
        days["day"].cast(pa.int32()).to_numpy() - days["day"].cast(pa.int32()).to_numpy().min()
    )
    fails = generator.random((made.truth.num_rows, DAYS + 1)) < LEAKS
    leak = pa.array(theirs[owner] & fails[owner, day])
    home = made.truth["country"].combine_chunks().take(pa.array(owner))
    plain = days.filter(pc.equal(days["kind"], UNKNOWN)).group_by("country").aggregate(
        [("network", "min")]
    )  # fmt: skip
    network = (
        plain["network_min"]
        .combine_chunks()
        .take(pc.index_in(home, plain["country"].combine_chunks()))
    )
    store = pc.binary_join_element_wise("app:", home, "")
    return _with(
        days,
        country=pc.if_else(leak, home, days["country"].combine_chunks()),
        kind=pc.if_else(leak, UNKNOWN, days["kind"].combine_chunks()),
        network=pc.if_else(leak, network, days["network"].combine_chunks()),
        client=pc.if_else(leak, store, days["client"].combine_chunks()),
    )


def same_cards(one: Polled, other: Polled) -> np.ndarray:
    """Return bool, shape (accounts,): whose cards are the same every day."""
    number = {word: n for n, word in enumerate(one.words)}
    again = np.array([number.setdefault(word, len(number)) for word in other.words])
    return np.asarray((again[other.cards] == one.cards).all(axis=1))


def home_shown(made: Simulated, seen: Polled, who: np.ndarray) -> int:
    """Return of how many accounts the home was ever on a card."""
    of = seen.label_numbers()
    truth = made.truth["country"].to_pylist()
    home = np.array([of.get(truth[one], -1) for one in who])
    return int((seen.labels[who] == home[:, None]).any(axis=1).sum())


def foreign(seen: Polled, trip: Trip) -> int:
    """Return of how many who were away the country was ever on a card."""
    numbers_of = seen.label_numbers()
    where = np.array([numbers_of.get(codes()[one], -1) for one in trip.country])
    return int((seen.labels[trip.account] == where[:, None]).any(axis=1).sum())


def written(seen: Polled) -> bytes:
    """Return all that was public, as bytes."""
    return repr(seen.words).encode() + seen.cards.tobytes()
