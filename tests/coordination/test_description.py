"""Days of creation that stand out, and what the most accounts acted on: descriptions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from fanal.coordination import actions_of
from fanal.coordination.busiest import busiest
from fanal.coordination.creations import binomial_tail, creation_days
from planted_world import planted_world


@pytest.mark.parametrize("share", [0.0002, 0.01, 0.2, 0.5])
@pytest.mark.parametrize("number", [1, 10, 900, 20_000])
@pytest.mark.parametrize("count", [0, 1, 3, 12, 79, 800])
def test_the_tail_is_that_of_the_binomial(count: int, number: int, share: float) -> None:
    count = min(count, number)
    expected = binom.sf(count - 1, number, share)
    assert binomial_tail(count, number, share) == pytest.approx(expected, rel=1e-8, abs=1e-11)


def counted(created: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    days, accounts = np.unique(created, return_counts=True)
    return days.astype(np.int64), accounts.astype(np.int64)


def test_a_day_on_which_many_were_created_is_named_with_what_was_expected() -> None:
    draw = np.random.default_rng(3)
    created = np.concatenate([draw.integers(15_000, 18_000, 900), np.full(9, 16_500)])
    found = creation_days(*counted(created))
    assert found[0].day == 16_500
    assert found[0].accounts >= 9
    assert 0.2 < found[0].expected < 0.6
    assert found[0].p < 1e-4


def test_where_accounts_came_by_chance_hardly_a_day_stands_out() -> None:
    with_days = 0
    for seed in range(60):
        created = np.random.default_rng(seed).integers(15_000, 18_000, 900)
        with_days += bool(creation_days(*counted(created)))
    assert with_days <= 6  # at most 5 % are expected


def test_ten_accounts_in_five_days_stand_out_no_more_often_than_said() -> None:
    draw = np.random.default_rng(5)
    named = [bool(creation_days(*counted(draw.integers(0, 5, 10)))) for _ in range(1_000)]
    assert sum(named) <= 65  # 50 are allowed; Poisson at the others' mean named 114


def test_a_platforms_good_month_is_no_cluster() -> None:
    draw = np.random.default_rng(4)
    created = np.concatenate(
        [draw.integers(15_000, 18_000, 300), draw.integers(16_000, 16_030, 600)]
    )
    assert not creation_days(*counted(created))


@pytest.mark.parametrize("created", [[], [5], [5] * 40, [5, 6]])
def test_nothing_to_compare_with_names_no_day(created: list[int]) -> None:
    assert creation_days(*counted(np.array(created, np.int64))) == []


def test_the_busiest_objects_are_those_a_plain_loop_finds() -> None:
    table = planted_world(7, shares=800, accounts=60, objects=50, groups=0).table
    rows: dict[str, list[tuple[int, str]]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["object"], []).append((row["time"], row["account"]))
    several = {key: one for key, one in rows.items() if len({who for _, who in one}) > 1}
    order = sorted(
        several,
        key=lambda key: (
            -len({who for _, who in several[key]}),
            max(several[key])[0] - min(several[key])[0],
        ),
    )
    found = busiest(actions_of({"url": table}), 10)
    assert [one["object"] for one in found] == order[:10]
    for one in found:
        times = [time for time, _ in rows[one["object"]]]
        assert (one["first_us"], one["last_us"]) == (min(times), max(times))
        assert one["actions"] == len(times)
        assert (one["first_us"], one["first_account"]) in rows[one["object"]]
        assert one["objects"] == len(several)
