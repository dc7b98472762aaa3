"""A poller of a small platform: what trips and failures of a VPN change in all that is public."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

import about_attack as attack
import about_poller as poller
from fanal.about.memory import Policy
from fanal.about.simulate import simulate


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poller, "PUBLIC", Policy(mode="public", k=5, k_leave=4))


def test_no_trip_is_ever_named_and_few_change_anything() -> None:
    made = simulate(poller.long_world(), 160, 62)
    still = poller.poll(made, made.days, 90)
    assert (still.cards[:, -1] > 0).mean() > 0.4
    chosen, trip = poller.arms(made, 62, 45, 90)
    moved = poller.poll(made, poller.with_trips(made, trip, 62), 90)
    assert poller.foreign(moved, trip) == 0
    differs = ~poller.same_cards(still, moved)
    assert int(differs[trip.account].sum()) <= 3
    names, x = attack.features(moved, chosen)
    assert x.shape == (90, len(names))


def test_a_store_and_a_network_of_home_on_three_days_in_a_hundred_change_no_byte() -> None:
    made = simulate(poller.long_world(**poller.LEAKY), 150, 63)
    always = pc.equal(made.truth["kind_of_account"], "always_vpn").to_numpy()
    who = np.flatnonzero(always & made.truth["exit_listed"].to_numpy(zero_copy_only=False))
    assert who.size > 40
    leaky = poller.with_leaks(made, who, 63)
    assert not leaky.equals(made.days)
    base, leaked = poller.poll(made, made.days, 45), poller.poll(made, leaky, 45)
    assert poller.written(leaked) == poller.written(base)
    assert set(leaked.cards[who].ravel().tolist()) == {0}


def test_a_distinguisher_finds_what_is_there_and_nothing_where_nothing_is() -> None:
    generator = np.random.default_rng(5)
    away = np.arange(4000) >= 2000
    x = generator.normal(size=(4000, 3))
    *_, bound = attack.best_distinguisher(x, ["a", "b", "c"], away, 1)
    assert bound < 0.06
    x[away, 1] += 1.0
    name, advantage, bound = attack.best_distinguisher(x, ["a", "b", "c"], away, 1)
    assert name in {"b", "logistic regression"}
    assert 0.33 < advantage < bound < 0.45
