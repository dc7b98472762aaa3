"""The dossier of one account says what the run says, and what it would not say."""

from __future__ import annotations

from itertools import combinations

import pyarrow as pa
import pytest

from fanal.coordination import Result, Settings, actions_of, coordinate
from fanal.coordination.dossier import dossier_of
from fanal.errors import AnalysisError
from planted_world import planted_world

SETTINGS = Settings(shuffles=0, windows_s=(60.0, 300.0), threads=2)
WINDOWS = [60.0, 300.0]


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    world = planted_world(23, shares=6_000, accounts=600, objects=800).table
    return {"url": world, "text": world.slice(0, 3_000)}


@pytest.fixture(scope="module")
def result(tables: dict[str, pa.Table]) -> Result:
    return coordinate(actions_of(tables), SETTINGS)


def linked(result: Result, account: str) -> dict[str, float]:
    rows = result.edges.to_pylist()
    return {
        row["target"] if row["source"] == account else row["source"]: row["p"]
        for row in rows
        if account in (row["source"], row["target"])
    }


def test_its_links_are_those_of_the_run_with_the_same_p(
    tables: dict[str, pa.Table], result: Result
) -> None:
    account = result.edges["source"][0].as_py()
    found = dossier_of(actions_of(tables), account, WINDOWS, SETTINGS)
    told = {row["account"]: row["p"] for row in found.partners.to_pylist()}
    links = linked(result, account)
    assert links
    assert {name: told[name] for name in links} == pytest.approx(links)
    cutoff = result.summary["cutoff_p"]
    assert {name for name, p in told.items() if p <= cutoff} == set(links)


def test_partners_met_twice_are_those_of_brute_force(tables: dict[str, pa.Table]) -> None:
    table = tables["url"]
    account = table["account"][10].as_py()
    found = dossier_of(actions_of({"url": table}), str(account), [60.0], SETTINGS)
    rows = table.to_pylist()
    acts: dict[object, list[tuple[int, object]]] = {}
    for row in rows:
        acts.setdefault(row["object"], []).append((row["time"], row["account"]))
    met: dict[str, set[object]] = {}
    for thing, those in acts.items():
        for (at, one), (then, other) in combinations(those, 2):
            if abs(at - then) <= 60_000_000 and one != other and account in (one, other):
                met.setdefault(str(other if one == account else one), set()).add(thing)
    told = {row["account"]: row["objects"] for row in found.partners.to_pylist()}
    assert {name: len(met[name]) for name in told} == told
    assert found.partners.num_rows + found.met_once == len(met)


def test_a_planted_account_stands_out_among_controls_and_an_ordinary_one_does_not(
    tables: dict[str, pa.Table], result: Result
) -> None:
    actions = actions_of(tables)
    planted = dossier_of(actions, result.edges["source"][0].as_py(), WINDOWS, SETTINGS)
    assert planted.controls >= 20
    assert planted.as_strong is not None
    assert planted.as_strong < planted.controls / 4
    named = set(result.edges["source"].to_pylist()) | set(result.edges["target"].to_pylist())
    plain = next(
        one for one in actions.accounts.cast(pa.string()).to_pylist() if one not in named
    )
    ordinary = dossier_of(actions, plain, WINDOWS, SETTINGS)
    assert ordinary.smallest_p > result.summary["cutoff_p"]


def test_activity_is_counted_by_layer(tables: dict[str, pa.Table]) -> None:
    account = str(tables["url"]["account"][0].as_py())
    found = dossier_of(actions_of(tables), account, WINDOWS, SETTINGS)
    mine = [row for row in tables["text"].to_pylist() if str(row["account"]) == account]
    row = found.activity.to_pylist()[1]
    assert (row["layer"], row["actions"]) == ("text", len(mine))
    assert row["objects"] == len({one["object"] for one in mine})


def test_an_account_that_does_nothing_is_refused(tables: dict[str, pa.Table]) -> None:
    with pytest.raises(AnalysisError, match="nobody: this account does not act"):
        dossier_of(actions_of(tables), "nobody", WINDOWS, SETTINGS)
