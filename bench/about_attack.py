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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from about_poller import (
    ARM,
    AT_HOME,
    DAYS,
    LEAK_SEED,
    LEAKY,
    POLLED,
    SEED,
    Polled,
    arms,
    foreign,
    home_shown,
    long_world,
    poll,
    same_cards,
    with_leaks,
    with_trips,
    written,
)  # fmt: skip
from fanal.about.countries import codes
from fanal.about.population import made_people, made_platform
from fanal.about.simulate import Simulated, simulate
from fanal.about.world import World
from fanal.model.interval import wilson
from measure import Measure, table

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
