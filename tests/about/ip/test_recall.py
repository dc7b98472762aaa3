"""Recall of the lists on exits that the operator knows, and what `fanal about ip` says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scipy.stats import binomtest

from fanal.about.ip import load
from fanal.about.ip.recall import recall_of, wilson
from fanal.cli.about_ip import ip
from fanal.errors import ReaderError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep tables away from the user's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize(
    ("hits", "tries"), [(0, 1), (1, 1), (3, 7), (0, 50), (50, 50), (85, 100)]
)
def test_the_interval_is_wilsons(hits: int, tries: int) -> None:
    expected = binomtest(hits, tries).proportion_ci(method="wilson")
    assert wilson(hits, tries) == pytest.approx(
        (expected.low, expected.high), rel=1e-5, abs=1e-12
    )


def exits(folder: Path) -> Path:
    """Write known exits: two on the list of hosting, one not; one twice; what is no exit."""
    path = folder / "exits.csv"
    path.write_text(
        "address,label\n8.8.8.8,vpn\n3.5.140.2,vpn\n3.5.140.2,vpn\n1.1.1.1,work\n10.0.0.1,work\n",
        encoding="utf-8",
    )
    return path


def test_recall_counts_different_public_addresses_by_label(tmp_path: Path) -> None:
    every, vpn, work = recall_of(load(), exits(tmp_path))
    assert (every.label, every.named, every.exits) == ("all", 2, 3)
    assert (vpn.label, vpn.named, vpn.exits) == ("vpn", 2, 2)
    assert (work.named, work.exits, work.kinds) == (0, 1, {"unknown": 1})
    assert (every.low, every.high) == wilson(2, 3)


def test_a_file_without_a_public_address_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "exits.txt"
    path.write_text("10.0.0.1\nx\n", encoding="utf-8")
    with pytest.raises(ReaderError, match="no public address"):
        recall_of(load(), path)


def test_without_known_exits_it_says_that_recall_is_not_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ip()
    told = capsys.readouterr().out
    assert "recall not measured" in told
    assert "nro.net" in told
    assert "2026-06-17" in told
    ip(json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["recall"] is None
    assert "not measured" in found["recall_refusal"]


def test_with_known_exits_it_says_the_interval_and_no_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exits(tmp_path)
    ip(known_exits=path)
    told = capsys.readouterr().out
    assert "known exits, all: 2 of 3 on a list, 0.667 (95 %" in told
    ip(known_exits=path, json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["recall"][0]["named"] == 2
    assert "8.8.8.8" not in told + json.dumps(found)


def test_no_address_of_the_operators_files_is_kept_as_text(tmp_path: Path, cache: Path) -> None:
    ip(known_exits=exits(tmp_path))
    for file in cache.rglob("*.table"):
        assert b"3.5.140.2" not in file.read_bytes()
