"""Estimates: what must not matter does not, what cannot be said is refused, and it calibrates."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.about import measured
from fanal.about.countries import codes, numbers, regions
from fanal.about.estimate import ESTIMATES, METADATA, REFUSALS, estimate
from fanal.about.features import home_prior
from fanal.about.homes import homes_of
from fanal.about.rows import rows_of
from fanal.about.simulate import Simulated, simulate
from fanal.about.weights import read_weights
from fanal.about.world import KINDS, reference_world, shift_names
from fanal.errors import AnalysisError
from fanal.model.days import ACCOUNTS, DAYS
from fanal.store.schema import arrow_schema

LAST = date(2026, 6, 30)


def rows(*parts: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """Rows of parts (account, ages, country, kind, network, client)."""
    return [
        (account, LAST - timedelta(days=age), country, kind, network, client)
        for account, ages, country, kind, network, client in parts
        for age in ages
    ]


def day_table(found: list[tuple[Any, ...]]) -> pa.Table:
    columns = list(zip(*found, strict=True))
    schema = arrow_schema(DAYS)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def holders(**settings_of: tuple[str | None, str | None]) -> pa.Table:
    found = [(name, zone, locale, None) for name, (zone, locale) in settings_of.items()]
    schema = arrow_schema(ACCOUNTS)
    columns = zip(*found, strict=True)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def one(found: list[tuple[Any, ...]], accounts: pa.Table | None = None, **more: Any) -> Any:
    return estimate(day_table(found), accounts, as_of=LAST, **more).to_pylist()[0]


FRENCH = ("a", range(0, 300, 2), "FR", "unknown", 5, "web")


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate(reference_world(), 1500, 77)


@pytest.fixture(scope="module")
def estimates(made: Simulated) -> pa.Table:
    return estimate(made.days, made.accounts, as_of=made.as_of)


def test_a_plain_resident_is_where_he_is() -> None:
    found = one(rows(FRENCH))
    assert found["country"] == "FR"
    assert found["region"] == "Western Europe"
    assert found["probability"] > 0.9
    assert found["refusal"] is None
    assert found["shield"] is False
    assert found["days"] == 150
    assert found["channel"] == "web"


def test_the_columns_are_those_of_the_contract(estimates: pa.Table) -> None:
    assert estimates.schema.equals(ESTIMATES)
    keys = estimates["account"].to_pylist()
    assert keys == sorted(keys)


def test_order_and_repeats_of_rows_do_not_matter(made: Simulated, estimates: pa.Table) -> None:
    generator = np.random.default_rng(3)
    order = generator.permutation(made.days.num_rows)
    again = np.concatenate([order, order[:5000]])
    found = estimate(made.days.take(pa.array(again)), made.accounts, as_of=made.as_of)
    assert found.equals(estimates)


@given(
    ages=st.lists(st.integers(0, 360), min_size=1, max_size=30),
    repeats=st.integers(1, 50),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_burst_is_a_day(ages: list[int], repeats: int, seed: int) -> None:
    base = rows(
        ("a", ages, "FR", "unknown", 5, "web"), ("a", ages[:3], "US", "unknown", 6, None)
    )
    burst = base + base[:2] * repeats
    order = np.random.default_rng(seed).permutation(len(burst))
    assert one([burst[i] for i in order]) == one(base)


def test_many_networks_of_one_day_are_one_day() -> None:
    base = rows(FRENCH, ("a", [1, 3], "US", "unknown", 1, "web"))
    burst = base + [(*base[-1][:4], network, "web") for network in range(100, 400)]
    assert one(burst) == one(base)


def test_an_account_is_judged_by_its_own_rows_alone() -> None:
    prior = np.full(len(codes()), 1 / len(codes()))
    other = rows(("b", range(100), "JP", "unknown", 9, "app:JP"))
    table = estimate(day_table(rows(FRENCH) + other), as_of=LAST, prior=prior, with_store=True)
    alone = estimate(day_table(rows(FRENCH)), as_of=LAST, prior=prior, with_store=True)
    assert table.to_pylist()[0] == alone.to_pylist()[0]


@pytest.mark.parametrize(
    ("ages", "reason"),
    [
        ([0], "one day"),
        ([0, 9], "two days"),
        ([0, 3, 9, 12], "too few days"),
        (range(200, 300), "dormant"),
        ([400, 500], "no day in the year"),
    ],
)
def test_too_little_is_refused_without_a_country(ages: Any, reason: str) -> None:
    found = one(rows(("a", ages, "FR", "unknown", 5, "web")))
    assert found["refusal"] == reason
    assert found["country"] is None
    assert found["probability"] is None
    assert found["region"] is None


def test_days_ahead_are_left_out_and_counted() -> None:
    ahead = rows(("a", [-1, -400], "US", "unknown", 5, "web"))
    table = estimate(day_table(rows(FRENCH) + ahead), as_of=LAST)
    assert table.to_pylist()[0] == one(rows(FRENCH))
    assert json.loads(table.schema.metadata[METADATA])["rows_left_out"]["future"] == 2


@pytest.mark.parametrize("code", ["EU", "AP", "XX", "ZZ", "", None])
def test_a_code_that_is_no_country_is_no_evidence(code: str | None) -> None:
    odd = rows(("a", [1, 3], code, "unknown", 5, "web"))
    table = estimate(day_table(rows(FRENCH) + odd), as_of=LAST)
    assert table["country"].to_pylist() == ["FR"]
    assert json.loads(table.schema.metadata[METADATA])["rows_left_out"]["country unknown"] == 2


def test_an_account_of_no_known_country_gets_none() -> None:
    found = one(rows(("a", range(50), None, "unknown", 5, "web")))
    assert found["country"] is None
    assert found["refusal"] is not None


@pytest.mark.parametrize(("behind", "shield"), [(49, False), (50, True), (100, True)])
def test_the_shield_needs_half_of_the_days(behind: int, shield: bool) -> None:
    found = one(
        rows(
            ("a", range(behind), "NL", "hosting_or_vpn", 1, "web"),
            ("a", range(behind, 100), "FR", "unknown", 5, "web"),
        )
    )
    assert found["shield"] is shield


def test_a_relay_of_a_provider_raises_no_shield() -> None:
    assert one(rows(("a", range(90), "FR", "cgnat", 1, "web")))["shield"] is False
    assert one(rows(("a", range(90), "FR", "relay", 1, "web")))["shield"] is False
    assert one(rows(("a", range(90), "FR", "tor", 1, "web")))["shield"] is True


def test_daily_web_use_wins_over_one_old_app() -> None:
    found = one(
        rows(
            ("a", range(89), "FR", "unknown", 5, "web"),
            ("a", [10, 20, 30], "FR", "unknown", 5, "app:FR"),
            ("a", range(100, 300), "FR", "unknown", 5, "app:FR"),
        )
    )
    assert found["channel"] == "web"
    assert found["channel_share"] == pytest.approx(89 / 92, abs=1e-5)


def test_no_client_known_is_no_channel() -> None:
    found = one(rows(("a", range(90), "FR", "unknown", 5, None)))
    assert found["channel"] is None
    assert found["channel_share"] is None


def test_two_operators_far_apart_are_two_places_at_once() -> None:
    found = one(
        rows(
            ("a", range(300), "FR", "unknown", 5, "web"),
            ("a", range(0, 300, 3), "BR", "unknown", 6, "web"),
        )
    )
    assert found["refusal"] == "two places at once"
    assert found["mixture_country"] == "BR"
    assert found["mixture_share"] == pytest.approx(0.25)


def test_a_border_worker_is_a_mixture_without_a_refusal() -> None:
    found = one(
        rows(
            ("a", range(300), "FR", "unknown", 5, "web"),
            ("a", [age for age in range(300) if age % 7 < 3], "CH", "unknown", 6, "web"),
        )
    )
    assert found["country"] == "FR"
    assert found["refusal"] is None
    assert found["mixture_country"] == "CH"


def test_one_trip_is_no_mixture() -> None:
    found = one(rows(FRENCH, ("a", range(51, 71, 2), "JP", "unknown", 6, "web")))
    assert found["country"] == "FR"
    assert found["mixture_country"] is None


def test_two_settings_against_the_country_withhold_it() -> None:
    abroad = ("a", range(200), "US", "unknown", 7, "web")
    found = one(rows(abroad), holders(a=("Europe/Paris", "fr-FR")))
    assert found["refusal"] == "settings contradict"
    assert found["country"] is None
    single = one(rows(abroad), holders(a=("Europe/Paris", "fr")))
    assert single["refusal"] is None
    assert single["country"] == "US"


def test_a_second_opinion_on_a_network_withholds_its_accounts() -> None:
    found = one(rows(FRENCH), disagreeing=np.array([5], np.uint64))
    assert found["refusal"] == "quarantined network"
    assert found["country"] is None


def test_each_code_stands_in_one_region() -> None:
    assert list(codes()) == sorted(set(codes()))
    assert len(regions()) == len(codes()) == len(numbers())
    assert all(regions())
    from fanal.model.places import codes as named

    assert set(named().values()) - {"?"} == set(codes())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.drop_columns(["network"]), "network"),
        (lambda table: table.slice(0, 0), "no day row"),
        (
            lambda table: table.set_column(0, "account", pa.nulls(table.num_rows, pa.string())),
            "without account",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_why(change: Any, said: str) -> None:
    with pytest.raises(AnalysisError, match=said):
        estimate(change(day_table(rows(FRENCH))))


def test_dictionary_columns_and_chunks_give_the_same(
    made: Simulated, estimates: pa.Table
) -> None:
    half = made.days.num_rows // 2
    chunked = pa.concat_tables([made.days.slice(0, half), made.days.slice(half)])
    assert estimate(chunked, made.accounts, as_of=made.as_of).equals(estimates)
    for name in ("account", "country", "client"):
        place = chunked.column_names.index(name)
        chunked = chunked.set_column(place, name, chunked[name].dictionary_encode())
    assert estimate(chunked, made.accounts, as_of=made.as_of).equals(estimates)


@pytest.mark.parametrize("with_store", [True, False])
def test_probabilities_hold_on_a_world_never_trained_on(
    made: Simulated, with_store: bool
) -> None:
    found = rows_of(made.days, made.as_of)
    weights = read_weights().chosen(with_store=with_store)
    homes = homes_of(found, weights, home_prior(found), with_store=with_store)
    true = dict(
        zip(*(made.truth[name].to_pylist() for name in ("account", "country")), strict=True)
    )
    right = np.array(
        [
            best >= 0 and codes()[best] == true[name]
            for name, best in zip(found.accounts.to_pylist(), homes.best, strict=True)
        ]
    )
    assert right.mean() >= 0.9
    assert measured.calibration_error(homes.probability, right) <= 0.03


def test_what_would_be_shown_is_nearly_always_right(
    made: Simulated, estimates: pa.Table
) -> None:
    true = dict(
        zip(*(made.truth[name].to_pylist() for name in ("account", "country")), strict=True)
    )
    shown = [
        row
        for row in estimates.to_pylist()
        if row["refusal"] is None and not row["shield"] and row["probability"] >= 0.9
    ]
    wrong = sum(row["country"] != true[row["account"]] for row in shown)
    assert len(shown) >= 0.65 * estimates.num_rows
    assert wrong <= 0.015 * estimates.num_rows


def test_refusals_are_of_the_list(estimates: pa.Table) -> None:
    assert set(estimates["refusal"].to_pylist()) - {None} <= set(REFUSALS[1:])


def test_a_simulation_repeats_itself() -> None:
    first, again = (simulate(reference_world(), 200, 5, "short_history") for _ in range(2))
    assert first.days.equals(again.days)
    assert first.accounts.equals(again.accounts)
    assert first.truth.equals(again.truth)
    assert not first.days.equals(simulate(reference_world(), 200, 6, "short_history").days)


def test_each_shift_is_a_world() -> None:
    for name in shift_names():
        made = simulate(reference_world(), 60, 5, name)
        assert made.days.num_rows > 60
        assert set(made.truth["kind_of_account"].to_pylist()) <= set(KINDS)
    with pytest.raises(AnalysisError, match="no shift"):
        simulate(reference_world(), 10, 5, "elsewhere")


def test_every_account_of_a_mislocated_network_is_put_in_the_same_wrong_country(
    made: Simulated,
) -> None:
    told = made.truth.to_pydict()
    wrong = {
        name: country
        for name, country, lost in zip(
            told["account"], told["country"], told["network_mislocated"], strict=True
        )
        if lost
    }
    days = made.days.to_pydict()
    places: dict[int, dict[str, int]] = {}
    for name, country, network in zip(
        days["account"], days["country"], days["network"], strict=True
    ):
        if name in wrong:
            seen = places.setdefault(network, {})
            seen[country] = seen.get(country, 0) + 1
    big = [seen for seen in places.values() if sum(seen.values()) > 500]
    assert big
    for seen in big:
        assert max(seen.values()) > 0.97 * sum(seen.values())
