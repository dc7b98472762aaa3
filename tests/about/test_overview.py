"""The tables of the private report: no small cell, and waves of sign-ups told from whole moments."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from fanal.about.cells import LEAST_SHOWN, folded
from fanal.about.overview import overview, told_of, wrong_of
from fanal.about.rows import rows_of
from fanal.about.sign_ups import sign_ups
from fanal.about.simulate import simulate
from fanal.about.weights import read_weights
from fanal.about.world import reference_world
from fanal.kernels.hypergeometric import hypergeometric_tails
from fanal.model.days import ACCOUNTS, DAYS
from fanal.store.schema import arrow_schema

LAST = date(2026, 6, 30)
US = 86_400_000_000
EPOCH = date(1970, 1, 1)
#: Account, days before the last, country, network.
Made = tuple[str, int, str, int]


def tables(made: list[Made]) -> tuple[pa.Table, pa.Table]:
    """Return day rows and accounts of accounts made on some days, seen that day alone."""
    days = [
        (name, LAST - timedelta(days=age), country, "unknown", network, "web")
        for name, age, country, network in made
    ]
    # the last day of the table is the day of the report
    days.append(("zz", LAST, None, "unknown", None, None))
    columns = [
        pa.array(column, field.type)
        for column, field in zip(zip(*days, strict=True), arrow_schema(DAYS), strict=True)
    ]
    when = [((LAST - EPOCH).days - age) * US for _, age, _, _ in made]
    names = [name for name, *_ in made]
    none = pa.nulls(len(names), pa.string())
    holders = pa.table([names, none, none, when], names=list(ACCOUNTS.names))
    return (
        pa.Table.from_arrays(columns, schema=arrow_schema(DAYS)),
        holders.cast(arrow_schema(ACCOUNTS)),
    )


def ordinary(seed: int, accounts: int = 900) -> list[Made]:
    """Return accounts made at any time from thirty networks of three countries."""
    generator = np.random.default_rng(seed)
    network = generator.integers(0, 30, accounts)
    age = generator.integers(1, 364, accounts)
    return [
        (f"a{n:04}", int(age[n]), ("FR", "DE", "BR")[network[n] % 3], int(network[n]) + 1)
        for n in range(accounts)
    ]


def found(made: list[Made]) -> Any:
    days, holders = tables(made)
    return sign_ups(rows_of(days), holders)


def test_a_wave_from_one_network_stands_out_alone() -> None:
    wave = [(f"w{n}", 100 - n % 3, "FR", 7) for n in range(25)]
    told = found(ordinary(1) + wave)
    (one,) = told.waves
    assert (one.network, one.country, one.accounts >= 25) == (7, "FR", True)
    assert one.expected < 10
    assert one.q <= 0.01
    assert one.first <= LAST - timedelta(days=100)
    assert LAST - timedelta(days=98) < one.first + timedelta(days=one.days)


def test_nothing_stands_out_among_ordinary_sign_ups() -> None:
    assert [found(ordinary(seed)).waves for seed in range(2, 8)] == [()] * 6


def test_when_a_whole_country_comes_none_of_its_networks_stands_out() -> None:
    generator = np.random.default_rng(8)
    moment = [
        (f"m{n}", 50 + n % 3, "BR", 3 * int(generator.integers(1, 11))) for n in range(400)
    ]
    assert found(ordinary(8) + moment).waves == ()


def test_a_country_that_comes_through_a_network_held_to_be_elsewhere_is_no_wave() -> None:
    moment = [(f"m{n}", 50 + n % 3, "BR", 3 * (1 + n % 10)) for n in range(400)]
    wrongly = [(f"x{n}", 50 + n % 3, "DE", 2) for n in range(25)]
    assert 2 in {one.network for one in found(ordinary(9) + wrongly).waves}
    assert found(ordinary(9) + moment + wrongly).waves == ()


def test_a_network_alone_in_its_country_is_counted_and_not_judged() -> None:
    lonely = [(f"l{n}", 40, "IS", 99) for n in range(30)]
    told = found(ordinary(10) + lonely)
    assert (told.waves, told.alone) == ((), 1)


def test_a_row_of_the_second_day_after_does_not_count() -> None:
    days, holders = tables([(f"a{n}", 30, "FR", 1) for n in range(6)])
    late = holders.set_column(
        3,
        "signed_up_at",
        pa.array([((LAST - EPOCH).days - 32) * US] * 6).cast(pa.timestamp("us", "UTC")),
    )
    told = sign_ups(rows_of(days), late)
    assert told is not None
    assert (told.known, told.seen, told.tested) == (6, 0, 0)


@pytest.mark.parametrize("column", ["absent", "null", "no table"])
def test_without_times_of_sign_up_there_is_no_answer(column: str) -> None:
    days, holders = tables(ordinary(11))
    nulls = holders.set_column(
        3, "signed_up_at", pa.nulls(len(holders), pa.timestamp("us", "UTC"))
    )
    given = {"absent": holders.drop(["signed_up_at"]), "null": nulls, "no table": None}
    assert sign_ups(rows_of(days), given[column]) is None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_tail_is_that_of_the_hypergeometric_law(data: Any) -> None:
    of = data.draw(st.integers(1, 400))
    kind, drawn = data.draw(st.integers(0, of)), data.draw(st.integers(0, of))
    seen = data.draw(st.integers(0, min(kind, drawn)))
    p = np.empty(1)
    hypergeometric_tails(*(np.array([one]) for one in (seen, kind, drawn, of)), p)
    assert p[0] == pytest.approx(hypergeom.sf(seen - 1, of, kind, drawn), rel=1e-9, abs=1e-300)


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 90)))
def test_no_cell_is_small_and_nothing_is_lost(counts: dict[str, int]) -> None:
    told = folded(counts)
    assert all(n >= LEAST_SHOWN for _, n in told.cells)
    assert told.others is None or told.others == 0 or told.others >= LEAST_SHOWN
    shown = sum(n for _, n in told.cells)
    if told.others is None:
        assert told.cells == ()
    else:
        assert shown + told.others == sum(counts.values())


@pytest.fixture(scope="module")
def made() -> Any:
    return simulate(reference_world(), 1500, 21)


def test_every_account_is_given_a_country_or_refused_for_one_reason(made: Any) -> None:
    told = overview(made.days, made.accounts)
    assert told.accounts == told.given + sum(n for _, n in told.refused)
    assert told.sure <= told.given <= told.enough <= told.accounts
    assert sum(one.rows for one in told.kinds) == told.rows - told.left_out["older"]
    assert told.sign_ups is None


def test_the_overview_is_json_without_a_key_of_an_account(made: Any) -> None:
    text = json.dumps(told_of(overview(made.days, made.accounts)))
    assert "made:" not in text


def test_wrong_people_are_those_of_this_server_once_it_was_calibrated() -> None:
    record = read_weights().record
    world = wrong_of(record, with_store=True)
    assert (world.here, world.accounts) == (False, record["with_store"]["accounts"])
    assert world.low < world.wrong < world.high
    own = {
        "accounts": 500, "made_on": "2026-11-22",
        "published": {"accounts": 400, "precision": 0.99},
    }  # fmt: skip
    here = wrong_of(record | {"calibrated_here": {"with_store": own}}, with_store=True)
    assert (here.here, here.wrong, here.accounts) == (True, 800, 500)
    assert here.low < 800 < here.high
    assert not wrong_of(
        record | {"calibrated_here": {"with_store": own}}, with_store=False
    ).here
