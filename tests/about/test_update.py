"""A state of accounts: what it tells is what all day rows tell, in whatever order they came."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fanal.about.estimate import estimate
from fanal.about.rows import Rows, rows_of
from fanal.about.simulate import Simulated, simulate
from fanal.about.state.folder import read_manifest
from fanal.about.state.forget import forget
from fanal.about.state.held import Batches, held_of
from fanal.about.state.records import merged, records_of, rows_from, union_of
from fanal.about.state.update import TURNS, compact, update
from fanal.about.world import reference_world
from fanal.cli.about import app
from fanal.errors import FanalError, StoreError
from fanal.model.days import DAYS
from fanal.store.schema import arrow_schema

LAST = date(2026, 6, 30)
COUNTRIES = ("FR", "DE", "BR", "XX", None)
KINDS = ("unknown", "hosting_or_vpn", "cgnat")
NETWORKS = (None, 7, 8, 2**63 + 5)
CLIENTS = (None, "web", "app:FR", "app:DE")


def day_table(found: list[tuple[Any, ...]]) -> pa.Table:
    schema = arrow_schema(DAYS)
    columns = list(zip(*found, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def residents(count: int, ages: range, country: str = "FR") -> pa.Table:
    return day_table(
        [
            (f"a{number:03}", LAST - timedelta(days=age), country, "unknown", number % 9, "web")
            for number in range(count)
            for age in ages
        ]
    )


def told_in(folder: Path) -> dict[str, tuple[Any, ...]]:
    """What a freshly renewed state has on record, by account."""
    found = {}
    for path in folder.glob("base-*"):
        batch = Batches(path).get(0)
        for row in batch.to_pylist():
            found[row["account"]] = (row["country"], row["probability"], row["refusal"])
    return found


def bits(rows: Rows) -> set[tuple[Any, ...]]:
    """What the estimate can see of rows: places with their days, clients with theirs."""
    owner = np.repeat(np.arange(rows.start.size - 1), np.diff(rows.start))
    seen: set[tuple[Any, ...]] = set()
    for i in range(rows.age.size):
        name, age = rows.accounts[int(owner[i])].as_py(), int(rows.age[i])
        if age < 0:
            continue
        if rows.country[i] >= 0:
            behind = int(rows.proxy[i])
            network = 0 if behind else int(rows.network[i])
            seen.add((name, age, int(rows.country[i]), behind, network))
        if rows.client[i] >= 0:
            seen.add((name, age, rows.clients[rows.client[i]], int(rows.store[i])))
    return seen


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate(reference_world(), 600, 11)


ROW = st.tuples(
    st.sampled_from(["a", "b", "ç", "🦊"]),
    st.integers(0, 420).map(lambda age: LAST - timedelta(days=age)),
    st.sampled_from(COUNTRIES),
    st.sampled_from(KINDS),
    st.sampled_from(NETWORKS),
    st.sampled_from(CLIENTS),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=120), st.randoms(use_true_random=False))
def test_records_merged_in_any_order_are_the_rows(
    found: list[tuple[Any, ...]], random: Any
) -> None:
    clients = ["web", "app:DE", "app:FR"]
    shares = [[row for row in found if random.random() < 0.6] for _ in range(3)] + [found]
    parts = [records_of(rows_of(day_table(share), LAST), clients) for share in shares if share]
    random.shuffle(parts)
    end = (LAST - date(1970, 1, 1)).days
    names = union_of(parts)
    at_once = merged(parts, names, end)
    in_turn = parts[0]
    for part in parts[1:]:
        in_turn = merged([part, in_turn], union_of([part, in_turn]), end)
    assert in_turn.data.tobytes() == at_once.data.tobytes()
    assert in_turn.ends.tolist() == at_once.ends.tolist()
    assert bits(rows_from(at_once, clients, end)) == bits(rows_of(day_table(found), LAST))


def test_days_of_every_density_come_back() -> None:
    generator = np.random.default_rng(3)
    found = []
    for number, share in enumerate((0.004, 0.02, 0.1, 0.3, 0.7, 1.0)):
        for age in [*np.flatnonzero(generator.random(365) < share).tolist(), 0, 364]:
            day = LAST - timedelta(days=age)
            found.append((f"a{number}", day, "FR", "unknown", 2**64 - 1 - number, "web"))
    rows = rows_of(day_table(found), LAST)
    records = records_of(rows, ["web"])
    end = (LAST - date(1970, 1, 1)).days
    assert bits(rows_from(records, ["web"], end)) == bits(rows)
    assert records.data.size <= 6 * 2 * 60


def test_an_account_on_hundreds_of_networks_comes_back() -> None:
    found = [
        ("a", LAST - timedelta(days=n % 365), "FR", "unknown", n + 1, None) for n in range(700)
    ]
    rows = rows_of(day_table(found), LAST)
    records = records_of(rows, [])
    end = (LAST - date(1970, 1, 1)).days
    again = merged([records, records], records.accounts, end)
    assert again.data.tobytes() == records.data.tobytes()
    assert bits(rows_from(again, [], end)) == bits(rows)


def test_one_update_tells_what_the_estimate_tells(made: Simulated, tmp_path: Path) -> None:
    found = update(tmp_path, made.days, made.accounts, partitions=4).sort_by("account")
    wanted = estimate(made.days, made.accounts, as_of=made.as_of)
    for name in ("account", "country", "probability", "refusal"):
        assert found[name].to_pylist() == wanted[name].to_pylist()
    assert found["refusal_before"].null_count == len(found)


def test_order_and_division_of_updates_do_not_matter(made: Simulated, tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    share = generator.integers(0, 3, len(made.days))
    pieces = [made.days.filter(pa.array(share == number)) for number in range(3)]
    update(tmp_path / "whole", made.days, made.accounts, partitions=4)
    for name, order in (("some", (0, 1, 2, 0)), ("other", (2, 1, 0))):
        folder = tmp_path / name
        for number in order:
            update(
                folder, pieces[number], made.accounts if number == 1 else None,
                partitions=4, as_of=made.as_of,
            )  # fmt: skip
        compact(folder)
    whole, some, other = (held_records(tmp_path / name) for name in ("whole", "some", "other"))
    assert some == whole
    assert other == whole


def held_records(folder: Path) -> list[tuple[str, bytes]]:
    """Tracks by account; numbers of clients depend on the order, hence without these."""
    found = []
    manifest = read_manifest(folder)
    for base in manifest.bases:
        held = held_of(Batches(folder / base).get(0))
        rows = rows_from(held.records, manifest.clients, manifest.as_of)
        names = rows.accounts.to_pylist()
        seen = sorted(map(repr, bits(rows)))
        found.append((repr(names), "\n".join(seen).encode()))
    return found


def test_whoever_applies_all_changes_has_what_is_told(made: Simulated, tmp_path: Path) -> None:
    known: dict[str, tuple[Any, ...]] = {}
    accounts = made.accounts
    for days_back in (60, 59, 40, 3, 0):
        until = made.as_of - timedelta(days=days_back)
        rows = made.days.filter(pc.less_equal(made.days["day"], pa.scalar(until)))
        fresh = rows.filter(pc.greater(rows["day"], pa.scalar(until - timedelta(days=40))))
        found = update(tmp_path, fresh if known else rows, accounts, partitions=4)
        accounts = None
        for row in found.to_pylist():
            before = known.get(row["account"], (None, None, None))
            assert before == (
                row["country_before"], row["probability_before"], row["refusal_before"],
            )  # fmt: skip
            known[row["account"]] = (row["country"], row["probability"], row["refusal"])
    compact_changes = compact(tmp_path)
    for row in compact_changes.to_pylist():
        known[row["account"]] = (row["country"], row["probability"], row["refusal"])
    for row in estimate(made.days, made.accounts, as_of=made.as_of).to_pylist():
        country, probability, refusal = known[row["account"]]
        assert (country, refusal) == (row["country"], row["refusal"])
        assert probability == pytest.approx(row["probability"], abs=0.01)


def test_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    rows = residents(40, range(0, 60, 2))
    assert len(update(tmp_path, rows, partitions=4)) == 40
    assert len(update(tmp_path, rows)) == 0


def test_accounts_without_new_rows_are_not_looked_at_before_their_turn(tmp_path: Path) -> None:
    update(tmp_path, residents(400, range(0, 60, 2)), partitions=64)
    before = {path.name for path in tmp_path.glob("base-*")}
    one = day_table([("a000", LAST, "DE", "unknown", 1, "web")])
    update(tmp_path, one)
    after = {path.name for path in tmp_path.glob("base-*")}
    assert len(before - after) <= 64 // TURNS + 1
    assert len(list(tmp_path.glob("log-*"))) <= 1
    for _ in range(TURNS):
        update(tmp_path, one)
    assert not before & {path.name for path in tmp_path.glob("base-*")}
    assert len(list(tmp_path.glob("log-*"))) <= TURNS + 1


def test_after_a_year_the_days_are_gone_and_the_last_estimate_stays(tmp_path: Path) -> None:
    update(tmp_path, residents(3, range(0, 200, 2)), partitions=1)
    told = told_in(tmp_path)
    found = compact(tmp_path, as_of=LAST + timedelta(days=365))
    assert found["refusal"].to_pylist() == ["no day in the year"] * 3
    assert found["country"].null_count == 3
    held = held_of(Batches(next(tmp_path.glob("base-*"))).get(0))
    assert held.records.data.size == 0
    for name, (country, probability, _) in told_in(tmp_path).items():
        assert (country, probability) == told[name][:2]
    # the clock never goes back: what fell out does not come in again
    update(tmp_path, residents(3, range(0, 200, 2)), as_of=LAST)
    compact(tmp_path)
    held = held_of(Batches(next(tmp_path.glob("base-*"))).get(0))
    assert held.records.data.size == 0


def test_a_forgotten_account_is_in_no_file_and_the_others_stay(
    made: Simulated, tmp_path: Path
) -> None:
    old = made.days.filter(pc.less(made.days["day"], pa.scalar(made.as_of)))
    update(tmp_path, old, made.accounts, partitions=8)
    last = made.days.filter(pc.equal(made.days["day"], pa.scalar(made.as_of)))
    update(tmp_path, last.slice(0, 40))
    assert list(tmp_path.glob("log-*"))
    name = last["account"][0].as_py()
    assert forget(tmp_path, [name, "nobody"]) == 1
    for path in tmp_path.glob("*.arrow"):
        file = Batches(path)
        for number in range(len(file)):
            assert name not in file.get(number).column(0).to_pylist()
    update(tmp_path, last, everything=True)
    forget(tmp_path, [name])
    rest = made.days.filter(pc.not_equal(made.days["account"], name))
    update(tmp_path / "fresh", rest, made.accounts, partitions=8)
    assert held_records(tmp_path) == held_records(tmp_path / "fresh")
    assert forget(tmp_path, [name]) == 0


KILLED = """
import os, signal, sys
from pathlib import Path
import pyarrow.parquet as pq
from fanal.about.state import folder, update

at, count = int(sys.argv[3]), 0
replace = Path.replace

def counted(self, target):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(self, target)

Path.replace = counted
update.update(Path(sys.argv[1]), pq.read_table(sys.argv[2]))
print(count)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_killed_at_any_file_the_last_complete_state_stays(tmp_path: Path) -> None:
    state, rows = tmp_path / "state", tmp_path / "rows.parquet"
    update(state, residents(40, range(1, 60, 2)), partitions=2)
    pq.write_table(residents(4, range(1), "DE"), rows)
    before = contents(state)
    for at in (1, 3, 6, 99):  # 6 is the manifest
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(state), str(rows), str(at)],
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        if at < 99:
            assert done.returncode == -9, done.stderr
            after = contents(state)
            assert {name: after[name] for name in before} == before
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["6"]
    assert not list(state.glob("*.part"))
    compact(state)
    everything = pa.concat_tables(
        [residents(40, range(1, 60, 2)), residents(4, range(1), "DE")]
    )
    update(tmp_path / "fresh", everything, partitions=2)
    assert held_records(state) == held_records(tmp_path / "fresh")


def test_changes_that_cannot_be_written_do_not_count(tmp_path: Path) -> None:
    state = tmp_path / "state"
    update(state, residents(20, range(0, 60, 2)), partitions=2)
    manifest = (state / "manifest.json").read_bytes()

    def fails(_: pa.Table) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="disk is full"):
        update(state, residents(25, range(1), "DE"), told=fails)
    assert (state / "manifest.json").read_bytes() == manifest


def test_two_changes_at_once_are_refused(tmp_path: Path) -> None:
    update(tmp_path, residents(20, range(0, 60, 2)), partitions=2)
    before = contents(tmp_path)

    def another(_: pa.Table) -> None:
        forget(tmp_path, ["a001"])

    with pytest.raises(StoreError, match="another command"):
        update(tmp_path, residents(25, range(1), "DE"), told=another)
    assert {name: contents(tmp_path)[name] for name in before} == before
    assert forget(tmp_path, ["a001"]) == 1


def test_networks_that_two_databases_dispute_are_withheld_ever_after(tmp_path: Path) -> None:
    rows = residents(18, range(0, 60, 2))
    found = update(tmp_path, rows, disagreeing=np.array([3], np.uint64), partitions=1)
    reasons = dict(zip(found["account"].to_pylist(), found["refusal"].to_pylist(), strict=True))
    assert {name for name, why in reasons.items() if why == "quarantined network"} == {
        "a003", "a012",
    }  # fmt: skip
    assert len(update(tmp_path, residents(18, range(1, 30, 2)), as_of=LAST)) == 0


def test_another_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(StoreError, match="something else"):
        update(tmp_path, residents(2, range(3)))
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(FanalError, match="no state"):
        forget(tmp_path / "nowhere", ["a"])


def test_the_command_takes_a_samplers_parts_and_forgets() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, sampler = Path(name), Path(name) / "sampled"
        sampler.mkdir()
        for number in range(4):
            part = residents(6, range(number * 10, number * 10 + 10))
            pq.write_table(part, sampler / f"days-{number}.parquet")
        state, out = folder / "state", folder / "changes.parquet"
        run = CliRunner().invoke(
            app, ["update", str(state), str(sampler), "-o", str(out), "--drop-parts"]
        )
        assert run.exit_code == 0, run.output
        assert pq.read_table(out)["country"].to_pylist() == ["FR"] * 6
        assert not list(sampler.glob("days-*"))
        assert len(told_in(state)) == 6
        run = CliRunner().invoke(app, ["forget", str(state), "--account", "a003"])
        assert run.exit_code == 0, run.output
        assert "a003" not in told_in(state)
        assert len(told_in(state)) == 5
