"""Links that hang on one object, one day or one window are fragile; the others are not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.coordination import Settings, actions_of, coordinate
from fanal.coordination.result import kept_together
from planted_world import SECOND, planted_world

HOUR, DAY = 3600, 86_400
START = 1_700_006_400  # midnight UTC
SETTINGS = Settings(shuffles=0, windows_s=(60.0,))


def world(acts: list[tuple[str, str, int]]) -> pa.Table:
    """Return quiet company for some acts of two accounts: 300 accounts over ten days."""
    random = np.random.default_rng(11)
    rows = [
        (f"o{int(random.integers(400))}", f"u{int(random.integers(300))}",
         START + int(random.integers(10 * DAY)))
        for _ in range(4_000)
    ]  # fmt: skip
    rows += acts
    return pa.table(
        {
            "object": [row[0] for row in rows],
            "account": [row[1] for row in rows],
            "time": [row[2] * SECOND for row in rows],
        }
    )


def together(objects: int, delays: list[int], days: list[int]) -> list[tuple[str, str, int]]:
    """Let a and b act on so many objects of their own, each some seconds apart."""
    acts = []
    for n in range(objects):
        at = START + days[n % len(days)] * DAY + 9 * HOUR + n * 2 * HOUR % (12 * HOUR)
        acts += [(f"own{n}", "a", at), (f"own{n}", "b", at + delays[n % len(delays)])]
    return acts


def link(acts: list[tuple[str, str, int]]) -> tuple[dict[str, object], dict[str, object]]:
    result = coordinate(actions_of({"url": world(acts)}), SETTINGS)
    row = {"source": "a", "target": "b"}
    found = [
        next((one for one in table.to_pylist() if row.items() <= one.items()), {})
        for table in (result.edges, result.checks)
    ]
    return found[0], found[1]


def test_many_objects_on_many_days_are_not_fragile() -> None:
    edge, check = link(together(8, [5, 12, 20], [0, 1, 3, 4, 6, 8]))
    assert edge["fragile"] is False
    assert check["fragile_because"] == []
    assert check["p_half_window"] is not None
    assert max(check[name] for name in check if name.startswith("p_w")) < 1e-3  # type: ignore[type-var]


def test_two_objects_hang_on_one() -> None:
    edge, check = link(together(2, [5], [0, 5]))
    assert edge["fragile"] is True
    assert "object" in check["fragile_because"]  # type: ignore[operator]
    assert check["p_without_object"] == 1.0


def test_all_on_one_day_hangs_on_it() -> None:
    edge, check = link(together(6, [5], [4]))
    assert edge["fragile"] is True
    assert check["fragile_because"] == ["day"]


def test_half_the_window_loses_a_slow_pair() -> None:
    edge, check = link(together(8, [40, 55], [0, 1, 3, 4, 6, 8]))
    assert edge["fragile"] is True
    assert check["fragile_because"] == ["half"]
    assert check["p_half_window"] == 1.0


def test_a_file_of_one_day_is_not_asked_for_its_busiest() -> None:
    rows = world([]).to_pydict()
    table = pa.table(
        rows | {"time": [START * SECOND + time % (DAY * SECOND) // 2 for time in rows["time"]]}
    )
    result = coordinate(actions_of({"url": table}), Settings(shuffles=0, fdr=0.5))
    assert result.checks["p_without_day"].null_count == result.checks.num_rows


def test_below_the_precision_half_the_window_is_not_asked() -> None:
    minutes = planted_world(5, shares=4_000, accounts=300, objects=400).table
    floored = pa.compute.multiply(pa.compute.divide(minutes["time"], 60 * SECOND), 60 * SECOND)
    table = minutes.set_column(minutes.column_names.index("time"), "time", floored)
    result = coordinate(actions_of({"url": table}), Settings(shuffles=0))
    assert result.edges.num_rows
    assert result.checks["p_half_window"].null_count == result.checks.num_rows
    assert result.checks["p_double_window"].null_count == 0


def test_the_headline_holds_no_fragile_link_and_the_counts_agree() -> None:
    result = coordinate(
        actions_of({"url": planted_world(5, shares=4_000, accounts=300, objects=400).table}),
        SETTINGS,
    )
    assert 0 < result.headline.num_rows == result.summary["headline"]
    assert not any(result.headline["fragile"].to_pylist())
    assert sum(result.edges["fragile"].to_pylist()) == result.summary["fragile"]
    because = [bool(row) for row in result.checks["fragile_because"].to_pylist()]
    assert sum(because) == result.summary["fragile"]


def test_two_cliques_stay_together_under_any_seed() -> None:
    pairs = [(f"{one}{n}", f"{one}{m}") for one in "ab" for n in range(5) for m in range(n)]
    edges = pa.table(
        {"source": [a for a, _ in pairs], "target": [b for _, b in pairs], "objects": [3] * 20}
    )
    names = sorted({end for pair in pairs for end in pair})
    table = pa.table({"account": names, "community": [0] * 5 + [1] * 5})
    assert kept_together(edges, table) == [1.0, 1.0]


@pytest.mark.parametrize("threads", [1, 2])
def test_checks_do_not_depend_on_threads(threads: int) -> None:
    table = planted_world(6, shares=3_000, accounts=200, objects=300).table
    one = coordinate(actions_of({"url": table}), Settings(shuffles=0, threads=1))
    other = coordinate(actions_of({"url": table}), Settings(shuffles=0, threads=threads))
    assert one.checks.equals(other.checks)
    assert one.edges.equals(other.edges)
