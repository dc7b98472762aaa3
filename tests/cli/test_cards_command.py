"""Cards and captures on the command line: who captured them, what is shown of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fanal.case import open_case
from fanal.cli.main import app

SAMPLES = Path(__file__).resolve().parents[1] / "contract" / "samples"


def run(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_cards_are_added_with_who_captured_them_and_counted(tmp_path: Path) -> None:
    case = tmp_path / "a.case"
    done = run("add", case, SAMPLES / "card" / "cards.jsonl", "--captured-by", "A. Reporter")
    assert done.exit_code == 0, done.stderr
    assert "6 cards about accounts." in done.stdout
    assert "it is no proof" in done.stdout
    assert {row["captured_by"] for row in open_case(case).table("cards").to_pylist()} == {
        "A. Reporter"
    }
    shown = run("show", case)
    assert "6 platform cards about 6 accounts" in shown.stdout
    assert json.loads(run("show", case, "--json").stdout)["cards"] == 6


def test_the_same_cards_captured_by_somebody_else_are_another_input(tmp_path: Path) -> None:
    case = tmp_path / "a.case"
    path = SAMPLES / "card" / "about.json"
    assert run("add", case, path, "--captured-by", "A. Reporter").exit_code == 0
    again = run("add", case, path, "--captured-by", "B. Reporter")
    assert again.exit_code == 1
    assert "--replace" in again.stderr
    replaced = run("add", case, path, "--captured-by", "B. Reporter", "--replace")
    assert replaced.exit_code == 0
    (card,) = open_case(case).table("cards").to_pylist()
    assert card["captured_by"] == "B. Reporter"


def test_a_capture_is_added_and_says_how_full_its_fields_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = run("add", tmp_path / "a.case", SAMPLES / "zeeschuimer" / "x.ndjson")
    assert done.exit_code == 0
    assert "Found in 16 posts: id 100%" in done.stdout
    assert "A fixed shape" in run(
        "add", tmp_path / "a.case", SAMPLES / "zeeschuimer" / "x.ndjson", "--preview"
    ).stderr  # fmt: skip


def test_a_users_own_places_are_part_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    case, path = tmp_path / "a.case", SAMPLES / "x-web" / "items.jsonl"
    assert run("add", case, path).exit_code == 0
    own = tmp_path / "config" / "fanal" / "x_fields.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[post]\nclient = ["no_such_key"]\n', encoding="utf-8")
    assert "--replace" in run("add", case, path).stderr
    done = run("add", case, path, "--replace")
    assert done.exit_code == 0, done.stderr
    (item,) = open_case(case).inputs()
    assert item.mapping["mapping"] == {"x_fields": {"post": {"client": ["no_such_key"]}}}
    own.write_text("[post]\nclient = 1\n", encoding="utf-8")
    refused = run("add", tmp_path / "b.case", path)
    assert refused.exit_code == 1
    assert "x_fields.toml: post.client is no list of paths" in refused.stderr
