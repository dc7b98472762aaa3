"""Weights: fitted the same each time, against an oracle; calibration on labelled accounts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow.csv import write_csv
from scipy.optimize import minimize
from scipy.stats import binom
from typer.testing import CliRunner

from fanal.about.calibrate import calibrate, labels_needed
from fanal.about.features import Candidates, candidates, home_prior
from fanal.about.logit import RIDGE, fitted_weights, probabilities, true_candidates
from fanal.about.measured import calibration_error
from fanal.about.quarantine import LEAST_VOTES, TOLERATED, quarantine
from fanal.about.rows import rows_of
from fanal.about.simulate import Simulated, simulate
from fanal.about.train import train
from fanal.about.weights import read_weights, weights_text
from fanal.about.world import changed, reference_world
from fanal.errors import AnalysisError
from fanal.kernels.day_rows import binomial_tails
from fanal.kernels.words import numbered
from fanal.model.interval import wilson


@pytest.fixture(scope="module")
def made() -> Simulated:
    return simulate(reference_world(), 2500, 78)


@pytest.fixture(scope="module")
def labels(made: Simulated) -> pa.Table:
    return made.truth.select(["account", "country"]).slice(0, 600)


def small(seed: int) -> tuple[Candidates, np.ndarray]:
    generator = np.random.default_rng(seed)
    counts = generator.integers(2, 6, 200)
    ends = np.cumsum(counts)
    x = generator.standard_normal((int(ends[-1]), 4))
    true = np.array([1.0, -2.0, 0.5, 0.0])
    noise = generator.gumbel(size=int(ends[-1]))
    chosen = np.array(
        [
            begin + int(np.argmax((x @ true + noise)[begin:end]))
            for begin, end in zip(ends - counts, ends, strict=True)
        ]
    )
    country = np.zeros(int(ends[-1]), np.int16)
    return Candidates(x, country, ends, np.zeros((200, 14), np.int64)), chosen


def test_the_fit_is_the_optimum_that_an_oracle_finds() -> None:
    found, chosen = small(1)
    scale = found.x.std(axis=0)

    def loss(w: np.ndarray) -> float:
        p = probabilities(found.x @ w, found.ends)
        return float(-np.log(p[chosen]).sum() + RIDGE / 2 * ((w * scale) @ (w * scale)))

    oracle = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    assert fitted_weights(found, chosen) == pytest.approx(oracle.x, abs=2e-4)


def test_probabilities_of_an_account_sum_to_one() -> None:
    found, _ = small(2)
    p = probabilities(100 * found.x[:, 0], found.ends)
    sums = np.add.reduceat(p, np.concatenate([[0], found.ends[:-1]]))
    assert sums == pytest.approx(np.ones(200))


def test_training_twice_gives_the_same_bytes() -> None:
    texts = [weights_text(train(accounts=60, date="2026-01-01")) for _ in range(2)]
    assert texts[0] == texts[1]
    record = json.loads(texts[0])["record"]
    assert record["date"] == "2026-01-01"
    assert record["world"] == reference_world().sha256
    assert record["with_store"]["accounts"] > 0
    assert set(record["without_store"]) >= {"ece", "brier", "by_kind", "by_days_seen"}


def test_the_weights_shipped_are_of_this_world_and_carry_their_record() -> None:
    record = read_weights().record
    assert record["world"] == reference_world().sha256
    for name in ("with_store", "without_store"):
        assert record[name]["ece"] <= 0.02
        assert record[name]["accuracy"] >= 0.9


def test_weights_of_another_format_are_refused(tmp_path: Path) -> None:
    text = json.loads(weights_text(read_weights()))
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(text | {"format": 99}), encoding="utf-8")
    with pytest.raises(AnalysisError, match="another format"):
        read_weights(path)
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(AnalysisError, match="not a file of weights"):
        read_weights(path)


def test_another_world_has_another_hash() -> None:
    world = reference_world()
    assert changed(world, {"zipf": 1.1}).sha256 != world.sha256
    assert changed(world, {}).sha256 == world.sha256
    with pytest.raises(AnalysisError, match="sum to"):
        changed(world, {"kinds.farm": 0.5})


def test_the_true_candidate_is_elsewhere_when_it_was_never_seen(made: Simulated) -> None:
    rows = rows_of(made.days, made.as_of)
    found = candidates(rows, home_prior(rows), with_store=False)
    nowhere = np.full(rows.start.size - 1, 249, np.int64)
    seen = found.country == 249
    chosen = true_candidates(found, nowhere)
    assert (found.country[chosen] == -1).sum() == chosen.size - seen.sum()


def test_binomial_tails_are_scipys() -> None:
    generator = np.random.default_rng(4)
    of = generator.integers(1, 2000, 300)
    seen = (of * generator.random(300)).astype(np.int64)
    p = np.empty(300)
    binomial_tails(seen, of, TOLERATED, p)
    oracle = binom.sf(seen - 1, of, TOLERATED)
    assert p == pytest.approx(oracle, rel=1e-8, abs=1e-300)


def test_wilson_is_the_textbooks() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_calibration_error_is_nil_for_the_honest_and_plain_for_the_sure() -> None:
    right = np.arange(1000) % 10 < 7
    assert calibration_error(np.full(1000, 0.7), right) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error(np.ones(1000), right) == pytest.approx(0.3)


@pytest.mark.parametrize("distinct", [1, 3, 500, 4000])
def test_texts_are_numbered_as_arrow_does(distinct: int) -> None:
    generator = np.random.default_rng(5)
    words = pa.array([f"w{'é' * (i % 7)}{i}" for i in generator.integers(0, distinct, 3000)])
    _, offsets, data = words.buffers()
    number = np.empty(3000, np.int32)
    room = 1 << 12
    count = numbered(
        np.frombuffer(offsets, np.int32)[:3001],
        np.frombuffer(data, np.uint8),
        np.full(room, -1, np.int32),
        np.empty(room // 2, np.int32),
        number,
    )
    oracle = words.dictionary_encode()
    if len(oracle.dictionary) > room // 2:
        assert count == -1
    else:
        assert count == len(oracle.dictionary)
        assert (number == oracle.indices.to_numpy()).all()


def test_quarantine_finds_mislocated_networks_and_spares_the_others(made: Simulated) -> None:
    rows = rows_of(made.days, made.as_of)
    stores = np.full(rows.start.size - 1, -1, np.int64)
    found = quarantine(rows, stores, made.accounts)
    place = pc.index_in(rows.accounts, made.truth["account"].combine_chunks())
    truth = made.truth.take(place)
    lost = np.array(truth["network_mislocated"].to_pylist())
    resident = np.array(truth["kind_of_account"].to_pylist()) == "resident"
    tested = found.networks.to_pylist()
    assert all(row["votes"] >= LEAST_VOTES for row in tested)
    assert found.withheld[resident].mean() <= 0.002
    # 24 mis-located networks share 75 accounts: few have eight votes on a platform this small
    assert found.too_small > 0
    big = changed(reference_world(), {"mislocated.networks": 3})
    other = simulate(big, 2500, 79)
    rows = rows_of(other.days, other.as_of)
    found = quarantine(rows, np.full(rows.start.size - 1, -1, np.int64), other.accounts)
    place = pc.index_in(rows.accounts, other.truth["account"].combine_chunks())
    lost = np.array(other.truth.take(place)["network_mislocated"].to_pylist())
    assert found.withheld[lost].mean() >= 0.9


def test_quarantine_without_evidence_says_nothing(made: Simulated) -> None:
    rows = rows_of(made.days, made.as_of)
    found = quarantine(rows, np.full(rows.start.size - 1, -1, np.int64), None)
    assert not found.withheld.any()
    assert found.networks.num_rows == 0


def test_calibration_reports_and_counts_labels(made: Simulated, labels: pa.Table) -> None:
    told = calibrate(
        made.days, labels, made.accounts, weights=read_weights(), made_on="2026-01-01",
        as_of=made.as_of,
    )  # fmt: skip
    record = told.record
    assert record["accounts"] == 600
    assert record["after"]["ece"] <= 0.06
    published = record["published"]
    assert published["precision_low"] <= published["precision"] <= published["precision_high"]
    assert published["labels_needed"] > 30
    assert told.weights.record["calibrated_here"]["with_store"] == record
    again = read_weights().with_store.temperature * record["heat"]
    assert told.weights.with_store.temperature == pytest.approx(again)


def test_weights_that_are_too_sure_are_cooled(made: Simulated, labels: pa.Table) -> None:
    from dataclasses import replace

    ours = read_weights()
    sure = replace(
        ours, with_store=replace(ours.with_store, temperature=ours.with_store.temperature / 3)
    )
    told = calibrate(
        made.days, labels, weights=sure, made_on="2026-01-01", as_of=made.as_of, with_store=True
    )
    assert told.record["heat"] > 1.8
    assert told.record["after"]["ece"] < told.record["before"]["ece"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"account": ["made:0000001"]}, "no column country"),
        ({"account": ["made:0000001"], "country": ["FR"]}, "too few"),
        ({"account": ["made:0000001"], "country": ["France"]}, "no country"),
        ({"account": ["made:0000001"] * 2, "country": ["FR"] * 2}, "twice"),
    ],
)
def test_labels_that_cannot_serve_say_why(
    made: Simulated, table: dict[str, Any], said: str
) -> None:
    with pytest.raises(AnalysisError, match=said):
        calibrate(made.days, pa.table(table), weights=read_weights(), made_on="2026-01-01")


def test_labels_needed_give_the_error_that_was_asked() -> None:
    needed = labels_needed(95, 100, 200, 0.02)
    assert needed is not None
    published = needed // 2
    low, high = wilson(round(0.95 * published), published)
    assert (high - low) / 2 == pytest.approx(0.02, rel=0.1)
    assert labels_needed(0, 0, 50, 0.02) is None


def test_the_commands_write_what_they_say(
    tmp_path: Path, made: Simulated, labels: pa.Table
) -> None:
    from fanal.cli.about import app

    runner = CliRunner()
    done = runner.invoke(
        app, ["simulate", "-o", str(tmp_path / "made"), "--accounts", "50", "--seed", "3"]
    )
    assert done.exit_code == 0, done.output
    days = pq.read_table(tmp_path / "made" / "days.parquet")
    assert days.equals(simulate(reference_world(), 50, 3).days)
    pq.write_table(made.days, tmp_path / "days.parquet")
    write_csv(labels, tmp_path / "labels.csv")
    done = runner.invoke(
        app,
        [
            "calibrate", str(tmp_path / "days.parquet"), "--truth", str(tmp_path / "labels.csv"),
            "-o", str(tmp_path / "weights.json"), "--json",
        ],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["record"]["accounts"] == 600
    assert "calibrated_here" in read_weights(tmp_path / "weights.json").record
