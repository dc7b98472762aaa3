"""What the burst test sees, and what it does not accuse."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.coordination import Settings, actions_of
from fanal.coordination.bursts import (
    BURST_ACCOUNTS,
    BURSTS,
    burst_accounts,
    find_bursts,
)
from fanal.coordination.bursts import tested_objects as objects_tested
from fanal.coordination.links import find_links
from fanal.coordination.ordered import ordered

SECOND, HOUR, DAY = 1_000_000, 3600.0, 86_400.0
#: 1 Nov 2023, a round second.
START = 1_698_796_800
MINUTE = 60.0
Row = tuple[str, str, float]


def table_of(rows: Iterable[Row], **columns: list[str]) -> pa.Table:
    objects, accounts, seconds = zip(*rows, strict=True)
    times = [round((START + second) * SECOND) for second in seconds]
    return pa.table({"object": objects, "account": accounts, "time": times} | columns)


def calm(seed: int, objects: int = 60, accounts: int = 12, spread: float = 1.8) -> list[Row]:
    """Return objects with heavy-tailed delays, each with accounts of its own."""
    draw = np.random.default_rng(seed)
    rows = []
    for o in range(objects):
        born = draw.uniform(0, 6 * DAY)
        delays = 3 * HOUR * np.exp(draw.normal(0, spread, accounts))
        rows += [(f"calm {o}", f"c{o}-{a}", born + d) for a, d in enumerate(delays)]
    return rows


def paste(name: str, at: float, accounts: int = 8, within: float = 50.0) -> list[Row]:
    """Return one sentence that fresh accounts paste once."""
    return [(name, f"{name}-{a}", at + within * a / (accounts - 1)) for a in range(accounts)]


def bursts(
    table: pa.Table, windows: tuple[float, ...] = (MINUTE,), fdr: float = 0.05
) -> pa.Table:
    actions = actions_of({"text": table})
    return find_bursts(actions, ordered(actions), list(windows), Settings(fdr=fdr))


def listed(rows: list[Row]) -> list[str]:
    return bursts(table_of(rows))["object"].to_pylist()


def test_eight_accounts_that_paste_one_sentence_once_are_seen() -> None:
    found = bursts(table_of(calm(1) + paste("pasted", 3 * DAY)))
    assert found.schema.equals(BURSTS)
    (row,) = found.to_pylist()
    assert row["object"] == "pasted"
    assert row["accounts"] == 8
    assert row["expected"] < 3
    assert row["p"] <= row["q"] <= 0.05
    assert row["start"].timestamp() == START + 3 * DAY


def test_no_pair_test_sees_that_burst() -> None:
    rows = ordered(actions_of({"text": table_of(calm(1) + paste("pasted", 3 * DAY))}))
    assert find_links(rows, [60 * SECOND], Settings()).p.size == 0


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_listed_where_nothing_is_planted(seed: int) -> None:
    assert listed(calm(seed)) == []


def test_few_accounts_or_none_are_not_tested() -> None:
    rows = [(f"o{o}", f"a{o}-{a}", float(a)) for o in range(50) for a in range(4)]
    actions = actions_of({"text": table_of(rows)})
    assert objects_tested(ordered(actions)).size == 0
    found = bursts(table_of(rows))
    assert found.equals(BURSTS.empty_table())
    none = burst_accounts(actions, ordered(actions), found)
    assert none.equals(BURST_ACCOUNTS.empty_table())


def shares_of_level(rows: list[Row], objects: int) -> dict[float, float]:
    p = np.array(bursts(table_of(rows), fdr=0.999999)["p"].to_pylist())
    return {level: float((p <= level).sum()) / objects for level in (0.2, 0.05, 0.01)}


def test_p_is_not_below_its_level_where_all_objects_have_one_tempo() -> None:
    for level, share in shares_of_level(calm(7, objects=1500, spread=1.0), 1500).items():
        assert share <= level + 3 * np.sqrt(level / 1500)


def test_p_is_not_below_its_level_where_objects_differ_in_tempo() -> None:
    draw = np.random.default_rng(8)
    rows = []
    for o in range(1500):
        born, fast = draw.uniform(0, 6 * DAY), draw.beta(0.2, 6.8)
        soon = draw.random(15) < fast
        delays = np.where(soon, draw.uniform(0, 60, 15), draw.uniform(0, DAY, 15))
        rows += [(f"o{o}", f"a{o}-{a}", born + d) for a, d in enumerate(delays)]
    for level, share in shares_of_level(rows, 1500).items():
        assert share <= level + 3 * np.sqrt(level / 1500)


def test_an_object_that_bursts_again_and_again_has_its_own_tempo() -> None:
    again = [("goal", f"g{day}-{a}", day * DAY + 5.0 * a) for day in range(6) for a in range(8)]
    assert listed(calm(3) + again) == []


def test_a_moment_at_which_everything_is_fast_is_an_event() -> None:
    moment = [
        (f"event {o}", f"e{o}-{a}", 3 * DAY + o + 7.0 * a) for o in range(30) for a in range(8)
    ]
    assert listed(calm(4, objects=300) + moment) == []


def test_the_tempo_of_a_source_explains_its_objects() -> None:
    draw = np.random.default_rng(9)
    fans = [
        (f"star {o}", f"f{o}-{a}", o * HOUR + draw.exponential(400))
        for o in range(4)
        for a in range(8)
    ]
    actions = actions_of({"text": table_of(calm(5) + fans + paste("star 9", 3 * DAY))})
    rows = ordered(actions)
    stars = ["star" in name for name in actions.objects.to_pylist()]
    source_of = np.where(stars, 0, -1).astype(np.int32)
    alone = find_bursts(actions, rows, [MINUTE], Settings())
    known = find_bursts(actions, rows, [MINUTE], Settings(), source_of)
    assert alone["object"].to_pylist() == ["star 9"]
    assert known.num_rows == 0


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_few_bursts_do_not_hide_one_another(count: int) -> None:
    several = [row for o in range(count) for row in paste(f"pasted {o}", (o + 1) * DAY)]
    assert sorted(listed(calm(6) + several)) == [f"pasted {o}" for o in range(count)]


def test_of_equal_bursts_all_are_listed_or_none() -> None:
    several = [row for o in range(5) for row in paste(f"pasted {o}", (o + 1) * DAY)]
    assert listed(calm(6) + several) == []


def test_what_most_objects_do_is_the_habit_of_the_file() -> None:
    rows = calm(6) + [row for o in range(20) for row in paste(f"often {o}", o * 7 * HOUR)]
    assert listed(rows) == []


def test_several_windows_are_corrected_for() -> None:
    rows = table_of(calm(1) + paste("pasted", 3 * DAY))
    one, three = bursts(rows), bursts(rows, (MINUTE, 120.0, 300.0))
    assert three["window_s"].to_pylist() == [MINUTE]
    assert three["p"][0].as_py() == pytest.approx(3 * one["p"][0].as_py(), rel=1e-5)


def test_the_order_of_the_input_does_not_matter() -> None:
    table = table_of(calm(1) + paste("one", 2 * DAY) + paste("two", 4 * DAY))
    other = table.take(np.random.default_rng(1).permutation(table.num_rows))
    assert bursts(table).equals(bursts(other))


def test_accounts_of_a_burst_come_with_their_silence_before() -> None:
    rows = [
        *calm(1),
        *paste("pasted", 3 * DAY),
        ("pasted", "pasted-0", 3 * DAY + 20),
        ("earlier", "pasted-2", 3 * DAY - 500),
    ]
    actions = actions_of(
        {"text": table_of(rows, post=[f"post {number}" for number in range(len(rows))])}
    )
    ranked = ordered(actions)
    found = find_bursts(actions, ranked, [MINUTE], Settings())
    who = burst_accounts(actions, ranked, found)
    assert who.schema.equals(BURST_ACCOUNTS)
    assert who["account"].to_pylist() == [f"pasted-{a}" for a in range(8)]
    assert who["time"].to_pylist() == sorted(who["time"].to_pylist())
    silent = who["silent_s"].to_pylist()
    assert silent[2] == pytest.approx(500 + 100 / 7, abs=1e-5)
    assert [value is None for value in silent] == [a != 2 for a in range(8)]
    first = len(calm(1))
    assert who["post"].to_pylist() == [f"post {first + a}" for a in range(8)]
    bare = actions_of({"text": table_of(rows)})
    assert burst_accounts(bare, ordered(bare), found)["post"].null_count == 8


def test_reposts_of_ordinary_cascades_give_no_burst(fanal_data: Path) -> None:
    path = fanal_data / "data/weibo_ced_cascades/reposts.parquet"
    shares = pq.read_table(path, columns=["cascade_id", "account", "date_beijing"])
    time = shares["date_beijing"].cast(pa.timestamp("us")).cast(pa.int64())
    found = bursts(
        pa.table({"object": shares["cascade_id"], "account": shares["account"], "time": time})
    )
    assert found.num_rows == 0
