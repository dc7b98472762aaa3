"""The commands that fill a case and care for it: words, exit codes, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fanal.cli.main import app

HEADER = "id,user_id,created_at,text\n"


def run(*words: object) -> Any:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    rows = [f"{10**17 + n},{10**8 + n % 3},2024-01-01T10:00:0{n}Z,hi {n}\n" for n in range(5)]
    path.write_text(HEADER + "".join(rows) + "1,2\n", encoding="utf-8")
    return path


@pytest.fixture
def case(tmp_path: Path, file: Path) -> Path:
    assert run("add", tmp_path / "a.case", file).exit_code == 0
    return tmp_path / "a.case"


def test_add_makes_the_case_and_tells_each_record(tmp_path: Path, file: Path) -> None:
    done = run("add", tmp_path / "a.case", file)
    assert done.exit_code == 0
    assert "5 kept, of which 0 seen already" in done.stdout
    assert "1 rejected: 1 too few columns" in done.stdout
    assert "first at a.csv:7" in done.stdout
    assert "Not in this kind of file" in done.stdout
    assert "account = user_id" in done.stderr


def test_add_again_adds_nothing(case: Path, file: Path) -> None:
    done = run("add", case, file, "--json")
    (added,) = json.loads(done.stdout)["added"]
    assert added["status"] == "already there"
    assert added["kept"] == 5


def test_more_rejects_than_allowed_is_exit_code_3(tmp_path: Path, file: Path) -> None:
    assert run("add", tmp_path / "a.case", file, "--max-rejected", 1).exit_code == 0
    done = run("add", tmp_path / "b.case", file, "--max-rejected", 0)
    assert done.exit_code == 3
    assert "1 records were rejected" in done.stderr


def test_a_preview_is_a_mapping_that_add_takes(tmp_path: Path, file: Path) -> None:
    seen = run("add", tmp_path / "a.case", file, "--preview")
    assert not (tmp_path / "a.case").exists()
    assert "other:100000001" in seen.stderr
    mapping = tmp_path / "m.toml"
    mapping.write_text(seen.stdout.replace("other", "x"), encoding="utf-8")
    assert run("add", tmp_path / "a.case", file, "--mapping", mapping).exit_code == 0
    refused = run("add", tmp_path / "a.case", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert run("add", tmp_path / "a.case", file, "--replace").exit_code == 0


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    done = run("add", tmp_path / "a.case", tmp_path / "nosuch.csv")
    assert done.exit_code == 1
    assert "no such file" in done.stderr
    assert "Traceback" not in done.output


def test_a_wrong_unit_is_a_usage_error(tmp_path: Path, file: Path) -> None:
    assert run("add", tmp_path / "a.case", file, "--time-unit", "years").exit_code == 2


def test_show_tells_inputs_and_runs(case: Path) -> None:
    done = run("show", case)
    assert done.exit_code == 0
    assert "a: 5 posts by 3 accounts, 2024-01-01 to 2024-01-01" in done.stdout
    assert "1 input\n" in done.stdout
    assert "0 runs" in done.stdout
    told = json.loads(run("show", case, "--json").stdout)
    assert told["posts"] == 5
    assert told["inputs"][0]["name"] == "a.csv"


def test_show_rejected_browses_what_could_not_be_read(case: Path) -> None:
    done = run("show", case, "--rejected")
    assert "a.csv:7: too few columns" in done.stdout
    assert json.loads(run("show", case, "--rejected", "--json").stdout)["rejected"]


def test_show_of_a_run_that_is_not_there_is_told(case: Path) -> None:
    done = run("show", case, "--run", "abc")
    assert done.exit_code == 1
    assert "no such run" in done.stderr


def test_remove_takes_an_input_out(case: Path) -> None:
    key = json.loads(run("show", case, "--json").stdout)["inputs"][0]["id"]
    assert run("remove", case, key).exit_code == 0
    assert json.loads(run("show", case, "--json").stdout)["inputs"] == []
    again = run("remove", case, key)
    assert again.exit_code == 1
    assert "no input" in again.stderr


def test_verify_says_what_is_hurt_and_leaves_with_1(case: Path) -> None:
    assert "all is as it was written" in run("verify", case).stdout
    part = next((case / "parts").glob("posts-*.parquet"))
    part.write_bytes(part.read_bytes()[:-1])
    done = run("verify", case)
    assert done.exit_code == 1
    assert "It came from a.csv" in done.stdout
    assert json.loads(run("verify", case, "--json").stdout)["problems"]


def test_forget_erases_and_tells_counts(case: Path) -> None:
    done = run("forget", case, "--account", "other:100000001")
    assert done.exit_code == 0
    assert "2 posts" in done.stdout
    assert json.loads(run("show", case, "--json").stdout)["posts"] == 3
    before = json.loads(run("forget", case, "--before", "2024-01-02", "--json").stdout)
    assert before["erased"]["posts"] == 3
    assert "forget, " in run("show", case).stdout


def test_forget_of_nothing_or_of_no_date_is_a_usage_error(case: Path) -> None:
    assert run("forget", case).exit_code == 2
    assert run("forget", case, "--before", "yesterday").exit_code == 2


def test_replay_of_a_run_that_is_not_there_is_told(case: Path) -> None:
    done = run("replay", case, "abc")
    assert done.exit_code == 1
    assert "no such run" in done.stderr


@pytest.mark.parametrize("command", ["show", "verify"])
def test_a_missing_case_is_told(tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path / "nosuch.case")
    assert done.exit_code == 1
    assert "not a case" in done.stderr
