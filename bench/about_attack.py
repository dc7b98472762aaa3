"""What a poller learns who asks for every card, every day, for thirteen months.

Made-up worlds (docs/reference-world.md) of 790 days: about thirteen months before anything is
published, then a publication every day for thirteen, all accounts together, mode "public", k = 20.
The poller sees the whole card (`SHOWN` of about/publish.py) of every account every day. Thresholds were
tuned on seeds 51 and 52; the figures are of seeds 9941 and 9942, on which nothing was tried.

1. Trips: 5,000 accounts that live at home make one trip of 21 days while they are polled, 5,000 do
   not. Half of those who travel use only an app while away. (a) Coupled: the same world without the
   trips; whose sequence of cards is the same tells nothing to any distinguisher: the share of
   sequences that differ bounds the advantage of all. (b) The best of a family of distinguishers and
   a logistic regression, chosen on one half, measured on the other.
2. Moves: from the day of moving to the day the new country is shown.
3. 5,000 accounts always behind a VPN that the list has; on 3 % of their days it fails: country, network
   and store are those of the home. Twice the same world, with and without these days.
4. What is shown of those who never move, and how often it changes.

No peer: no other card is published with its rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.countries import codes, numbers
from fanal.about.day_source import DaySource
from fanal.about.measured import wilson
from fanal.about.memory import CELLS, HELD, SHOWN, Policy
from fanal.about.population import made_people, made_platform
from fanal.about.publishing import publish_day
from fanal.about.simulate import Simulated, simulate
from fanal.about.world import World, changed, reference_world
from fanal.model.days import UNKNOWN
from measure import Measure, table

DAYS = 790
POLLED = 395
TRIP_DAYS = 21
LEAKS = 0.03
ARM = 5_000
SEED, LEAK_SEED = 9941, 9942
SECRET = b"the secret of this bench, no other"
PUBLIC = Policy(mode="public")
AT_HOME = ("resident", "some_vpn")


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


# 1. trips


def features(seen: Polled, who: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return what a poller may look at in each sequence of cards, float64 (accounts, features)."""
    cards, labels = seen.cards[who], seen.labels[who]
    days = cards.shape[1]
    changes = np.diff(cards, axis=1) != 0
    shown = labels > 0
    first = np.where(shown.any(axis=1), shown.argmax(axis=1), days)
    moved = (np.diff(labels, axis=1) != 0) & shown[:, 1:] & shown[:, :-1]
    hidden = ~shown[:, 1:] & shown[:, :-1]
    other = moved | hidden
    after = changes & (np.arange(1, days) > first[:, None])
    columns = {
        "changes": changes.sum(axis=1),
        "any change after the first card": after.any(axis=1),
        "changes after the first card": after.sum(axis=1),
        "day of the first card": first,
        "any other place": moved.any(axis=1),
        "any withdrawal": hidden.any(axis=1),
        "withdrawals": hidden.sum(axis=1),
        "days with a place": shown.sum(axis=1),
        "places": np.array([np.unique(one[one > 0]).size for one in labels]),
        "never a place": ~shown.any(axis=1),
        "day of the last change": np.where(
            changes.any(axis=1), days - changes[:, ::-1].argmax(axis=1), 0
        ),
        "day of the first loss": np.where(other.any(axis=1), other.argmax(axis=1), days),
        "changes of a card without its place": (after & ~other).sum(axis=1),
    }
    return list(columns), np.column_stack([*columns.values()]).astype(np.float64)


def best_distinguisher(
    x: np.ndarray, names: list[str], away: np.ndarray, seed: int
) -> tuple[str, float, float]:
    """Return the distinguisher chosen on one half, its advantage on the other, the upper bound.

    A threshold on one feature, either way, or on the score of a logistic regression on all of them and
    their squares. The bound is of 95 %, one-sided, by the normal approximation.
    """
    half = np.random.default_rng([seed, 3]).random(away.size) < 0.5
    scores = {name: x[:, number] for number, name in enumerate(names)}
    scores["logistic regression"] = regression(x, away, half)
    chosen = max(
        ((*threshold(score[half], away[half]), name) for name, score in scores.items()),
        key=lambda one: one[0],
    )
    _, level, sign, name = chosen
    said = sign * scores[name][~half] >= sign * level
    test = away[~half]
    hit, false = said[test].mean(), said[~test].mean()
    spread = hit * (1 - hit) / test.sum() + false * (1 - false) / (~test).sum()
    return name, float(hit - false), float(hit - false + 1.645 * np.sqrt(spread))


def threshold(score: np.ndarray, away: np.ndarray) -> tuple[float, float, int]:
    """Return the best advantage of a threshold, the threshold, and its side."""
    levels, place = np.unique(score, return_inverse=True)
    hit = np.bincount(place[away], minlength=levels.size) / away.sum()
    false = np.bincount(place[~away], minlength=levels.size) / (~away).sum()
    above = np.cumsum((hit - false)[::-1])[::-1]
    below = np.cumsum(hit - false)
    if above.max() >= below.max():
        return float(above.max()), float(levels[above.argmax()]), 1
    return float(below.max()), float(levels[below.argmax()]), -1


def regression(x: np.ndarray, away: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Return scores of a ridge-penalised logistic regression fitted on one half (Newton)."""
    scaled = (x - x[half].mean(axis=0)) / np.maximum(x[half].std(axis=0), 1e-9)
    design = np.column_stack([np.ones(x.shape[0]), scaled, scaled**2])
    weight = np.zeros(design.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(design[half] @ weight, -30, 30)))
        slope = design[half].T @ (away[half] - p) - weight
        bend = (design[half].T * (p * (1 - p))) @ design[half] + np.eye(weight.size)
        weight += np.linalg.solve(bend, slope)
    return design @ weight


def trips(made: Simulated, still: Polled, seed: int, arm: int = ARM) -> list[Measure]:
    """Measure what trips change (1)."""
    chosen, trip = arms(made, seed, arm, still.cards.shape[1])
    moved = poll(made, with_trips(made, trip, seed), still.cards.shape[1])
    away = np.arange(chosen.size) >= arm
    names, x = features(moved, chosen)
    name, advantage, bound = best_distinguisher(x, names, away, seed)
    # (a) the same accounts, with and without the trip
    number = {word: n for n, word in enumerate(still.words)}
    again = np.array([number.setdefault(word, len(number)) for word in moved.words])[
        moved.cards
    ]
    differs = (again != still.cards).any(axis=1)
    own = int(differs[trip.account].sum())
    others = np.setdiff1d(np.arange(differs.size), trip.account)
    wrong = foreign(moved, trip)
    return [
        Measure("trip of 21 days: upper bound of the advantage", bound, "", 0.05,
                note=f"95 %, one-sided; measured {advantage:+.4f} by {name!r}, chosen on the other "
                f"half; {arm:,} accounts per arm"),
        Measure("... any distinguisher: sequences that the trip changes", own / arm, "", 0.05,
                note=f"{own:,} of {arm:,}, {interval(own, arm)}; with and without it, all else equal"),
        Measure("... others' sequences that all trips together change",
                float(differs[others].mean()), "",
                note=f"{int(differs[others].sum()):,} of {others.size:,}: by cells and shares"),
        Measure("... country of the trip ever shown", wrong / arm, "", 0.001,
                note=f"{wrong:,} of {arm:,}"),
    ]  # fmt: skip


def foreign(seen: Polled, trip: Trip) -> int:
    """Return of how many who were away the country was ever on a card."""
    numbers_of = seen.label_numbers()
    where = np.array([numbers_of.get(codes()[one], -1) for one in trip.country])
    return int((seen.labels[trip.account] == where[:, None]).any(axis=1).sum())


def interval(some: int, of: int) -> str:
    low, high = wilson(some, of)
    return f"{low:.4f} to {high:.4f}"


# 2. moves, 4. who stays


def moves(made: Simulated, still: Polled, world: World, seed: int) -> list[Measure]:
    """Measure when a move is seen (2)."""
    generator = np.random.default_rng(np.random.SeedSequence([seed, 0xFA]))
    platform = made_platform(world, generator)
    people = made_people(world, platform, made.truth.num_rows, generator)
    polled = still.cards.shape[1]
    migrant = pc.equal(made.truth["kind_of_account"], "migrant").to_numpy()
    at = people.move - (DAYS - polled)
    labels, of = still.labels, still.label_numbers()
    place = np.array(
        [of.get(codes()[platform.homes[one]], -1) for one in range(platform.homes.size)]
    )
    old, new = place[people.other], place[people.home]
    inside = np.flatnonzero(migrant & (at >= 0) & (at < polled - 200))
    inside = inside[labels[inside, at[inside]] == old[inside]]
    late = labels[inside] == new[inside, None]
    late &= np.arange(polled) >= at[inside, None]
    seen = late.any(axis=1)
    delay = np.where(seen, late.argmax(axis=1) - at[inside], np.inf)
    middle = float(np.quantile(delay, 0.5, method="higher"))
    low, high = (float(np.quantile(delay[seen], q)) for q in (0.25, 0.75))
    note = f"of {delay.size:,} whose old country was shown; {int((~seen).sum())} not in the "
    note += "200 days and more that followed (their settings keep the old country, or p < .9)"
    return [
        Measure("move: median days until the new country is shown", middle, "d", 150.0, note=note),
        Measure("... what the poller cannot know: interquartile range", high - low, "d", 30.0, False,
                f"{low:.0f} to {high:.0f} days, of those shown; p90 "
                f"{np.quantile(delay[seen], 0.9):.0f}"),
    ]  # fmt: skip


def who_stays(made: Simulated, still: Polled) -> list[Measure]:
    """Measure what is shown of those who never move (4)."""
    stays = pc.is_in(made.truth["kind_of_account"], pa.array(AT_HOME)).to_numpy()
    labels, of = still.labels, still.label_numbers()
    truth = np.array([of.get(one, -1) for one in made.truth["country"].to_pylist()])
    shown = labels[stays] > 0
    years = float((np.cumsum(shown, axis=1) > 0).sum() / 365)
    before, after = labels[stays][:, :-1], labels[stays][:, 1:]
    place = int(((before != after) & (before > 0) & (after > 0)).sum())
    gone = int(((before > 0) & (after == 0)).sum())
    cards = still.cards[stays]
    other = (cards[:, :-1] != cards[:, 1:]) & (before > 0) & (after > 0)
    kinds = np.array([one[0] for one in still.words])[still.cards[:, -1]]
    wrong = (kinds == "country") & (labels[:, -1] != truth)
    moved = pc.equal(made.truth["kind_of_account"], "migrant").to_numpy()
    bad, all_bad = int(wrong[~moved].sum()), int(wrong.sum())
    return [
        Measure("who never moves: other place, per account and year", place / years, "",
                note=f"{place:,} in {years:,.0f} years since the first card"),
        Measure("... withdrawn, per account and year", gone / years, "", note=f"{gone:,}"),
        Measure("... another channel, per account and year",
                (int(other.sum()) - place) / years, ""),
        Measure("all accounts, on the last day: a country", float((kinds == "country").mean()), "",
                note=f"a region {float((kinds == 'region').mean()):.3f}"),
        Measure("... a wrong country, per 1,000 who did not move", 1000 * bad / (~moved).sum(), "",
                6.0, note=f"{bad:,} of {(~moved).sum():,}; {interval(bad, int((~moved).sum()))}"),
        Measure("... with those whose move does not show yet", 1000 * all_bad / kinds.size, "",
                note=f"{all_bad:,} of {kinds.size:,}, of whom {moved.sum():,} moved within "
                f"{DAYS} days: the price of late cards"),
    ]  # fmt: skip


# 3. leaks

LEAKY = {
    "kinds.resident": 0.36, "kinds.some_vpn": 0.06, "kinds.traveller": 0.05, "kinds.migrant": 0.02,
    "kinds.border_worker": 0.01, "kinds.always_vpn": 0.42, "kinds.corporate_vpn": 0.02,
    "kinds.farm": 0.02, "kinds.shared": 0.02, "kinds.mislocated": 0.02, "place.leaks": [0.0, 0.0],
}  # fmt: skip


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


def leaks(accounts: int = 15_600, seed: int = LEAK_SEED, polled: int = POLLED) -> list[Measure]:
    """Measure what the days on which a VPN fails tell (3)."""
    made = simulate(long_world(**LEAKY), accounts, seed)
    always = pc.equal(made.truth["kind_of_account"], "always_vpn").to_numpy()
    abroad = pc.not_equal(made.truth["country"], made.truth["exit_country"]).fill_null(True)
    listed = made.truth["exit_listed"].to_numpy(zero_copy_only=False)
    hidden = np.flatnonzero(always & listed & abroad.to_numpy())[:ARM]
    open_ = np.flatnonzero(always & ~listed & abroad.to_numpy())
    base = poll(made, made.days, polled)
    first = poll(made, with_leaks(made, hidden, seed), polled)
    second = poll(made, with_leaks(made, open_, seed), polled)
    same, other = same_cards(base, first), same_cards(base, second)
    shown, theirs = home_shown(made, first, hidden), home_shown(made, second, open_)
    rest = np.setdiff1d(np.arange(accounts), open_)
    return [
        Measure("VPN on the list, 3 % leaks: home ever shown", float(shown), "", 0.0,
                note=f"of {hidden.size:,}; store country included"),
        Measure("... cards that the leaks change, of all accounts", float((~same).sum()), "", 0.0,
                note=f"of {accounts:,}, {polled} days each; "
                f"bytes {'equal' if written(base) == written(first) else 'differ'}"),
        Measure("VPN that no list has, 3 % leaks: home ever shown", float(theirs), "",
                note=f"of {open_.size:,}: to the rules these are plain days"),
        Measure("... their cards that the leaks change", float((~other[open_]).sum()), "",
                note=f"and {int((~other[rest]).sum()):,} of {rest.size:,} others'"),
    ]  # fmt: skip


def written(seen: Polled) -> bytes:
    """Return all that was public, as bytes."""
    return repr(seen.words).encode() + seen.cards.tobytes()


def main() -> list[Measure]:
    """Measure all."""
    world = long_world(
        **{"kinds.migrant": 0.09, "kinds.resident": 0.54, "kinds.traveller": 0.05}
    )
    made = simulate(world, 16_000, SEED)
    still = poll(made, made.days)
    return [
        *trips(made, still, SEED),
        *moves(made, still, world, SEED),
        *leaks(),
        *who_stays(made, still),
    ]


if __name__ == "__main__":
    print(table(main()))
