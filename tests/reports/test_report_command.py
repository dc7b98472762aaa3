"""`fanal report` and `fanal export` on a case of the demo's world."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import fanal
from fanal.demo.tour import tour
from fanal.demo.world import make_world, write_world

NOW = 1_760_000_000_000_000
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def quiet(*_: Any) -> None:
        pass

    made = tour(tmp_path_factory.mktemp("d"), seed=7, now=NOW, say=quiet, progress=quiet)
    return made.case


def run(
    *words: object, code: int = 0, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "fanal", *map(str, words)],
        env=os.environ | {"LC_ALL": "C.UTF-8"} | (environment or {}), capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done


def real_words(case: Path) -> set[str]:
    """Return handles, native ids and texts of the accounts and posts of the case."""
    opened = fanal.open_case(case)
    accounts, posts = opened.table("accounts"), opened.table("posts")
    return {
        *accounts["handle"].to_pylist(),
        *accounts["account_id"].to_pylist(),
        *posts["post_id"].to_pylist(),
        *(text for text in posts["text"].to_pylist() if len(text) > 25),
    }


def leaked(case: Path, content: str) -> set[str]:
    return {word for word in real_words(case) if word in content}


def test_a_report_is_pseudonymous_until_names_are_asked_for(case: Path, tmp_path: Path) -> None:
    run("report", case, "-o", tmp_path / "p.html")
    assert leaked(case, (tmp_path / "p.html").read_text(encoding="utf-8")) == set()
    run("report", case, "-o", tmp_path / "c.html", "--level", "counts")
    counts = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert leaked(case, counts) == set()
    assert not re.search("\\b[AO]-[a-z2-7]{8,}\\b", counts)


def test_names_ask_for_a_people_file_and_say_what_it_holds(case: Path, tmp_path: Path) -> None:
    done = run("report", case, "-o", tmp_path / "n.html", "--names", code=1)
    assert "account, reason, asked, answer" in done.stderr
    assert "--people-form" in done.stderr
    assert not (tmp_path / "n.html").exists()
    run("report", case, "--people-form", tmp_path / "people.csv")
    assert (
        (tmp_path / "people.csv").read_text(encoding="utf-8-sig").startswith("account,handle")
    )
    asked = "account,reason,asked,answer\nx:1,elected,2025-03-04,none\n"
    (tmp_path / "asked.csv").write_text(asked, encoding="utf-8")
    people = ("--people", tmp_path / "asked.csv")
    done = run("report", case, "-o", tmp_path / "n.html", "--names", *people)
    assert "not named: x:1: no stable link" in done.stderr
    assert leaked(case, (tmp_path / "n.html").read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [((), {"LC_ALL": "fr_FR.UTF-8"}, "fr"), ((), {"LC_ALL": "C.UTF-8"}, "en"),
     (("--lang", "fr"), {"LC_ALL": "C.UTF-8"}, "fr")],
)  # fmt: skip
def test_the_language_is_that_of_the_machine_or_the_one_asked_for(
    case: Path, tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], lang: str
) -> None:
    run("report", case, "-o", tmp_path / "r.html", *words, environment=environment)
    assert f'<html lang="{lang}">' in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_no_time_of_a_post_is_told_to_the_second_under_pseudonyms(
    case: Path, tmp_path: Path
) -> None:
    run("report", case, "-o", tmp_path / "p.html")
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert re.search(r"<time>[^<]*\d\d:\d\d</time>", html)
    assert not re.search(r"\d\d:\d\d:\d\d", html)


def test_paths_go_to_stdout_and_remarks_to_stderr(case: Path, tmp_path: Path) -> None:
    done = run("export", case, "--to", "csv", "-o", tmp_path / "l.csv")
    assert done.stdout.split() == [
        str(tmp_path / "l.csv"),
        str(tmp_path / "l-communities.csv"),
    ]
    assert "under pseudonyms" in done.stderr


def test_a_case_without_a_run_is_told_what_to_do(tmp_path: Path) -> None:
    fanal.create_case(tmp_path / "bare.case")
    done = run("report", tmp_path / "bare.case", "-o", tmp_path / "r.html", code=1)
    assert "no links looked for yet" in done.stderr
    assert "fanal coordinate" in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_an_older_run_can_be_named_and_an_unknown_one_is_refused(
    case: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "c.case"
    shutil.copytree(case, copy)
    opened = fanal.open_case(copy)
    opened.coordinate(windows=[10], now=NOW + 1)
    first, second = (one.id for one in opened.runs())
    for asked, given in ((first[:8], first), ("", second)):
        words = ["--run", asked] if asked else []
        done = run("report", copy, "-o", tmp_path / "r.html", "--json", *words)
        assert json.loads(done.stdout)["run"] == given
    assert "no run" in run("report", copy, "-o", tmp_path / "x", "--run", "zz", code=1).stderr


def test_a_changed_case_says_that_its_links_may_be_out_of_date(
    case: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "c.case"
    shutil.copytree(case, copy)
    posts, _ = write_world(make_world(99), tmp_path / "more")
    fanal.open_case(copy).add(posts, now=NOW + 2)
    done = run("report", copy, "-o", tmp_path / "r.html", "--json")
    assert json.loads(done.stdout)["stale"] is True
    assert "has changed since this run" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_run_whose_rows_were_erased_is_refused(case: Path, tmp_path: Path) -> None:
    copy = tmp_path / "c.case"
    shutil.copytree(case, copy)
    opened = fanal.open_case(copy)
    run_ = opened.runs()[-1]
    account = opened.run(run_.id).edges["source"][0].as_py()
    opened.forget(accounts=[account], now=NOW + 3)
    done = run("report", copy, "-o", tmp_path / "r.html", code=1)
    assert "erased" in done.stderr or "no links looked for yet" in done.stderr
    assert account not in done.stderr


def test_a_missing_folder_for_the_output_is_said(case: Path, tmp_path: Path) -> None:
    done = run("report", case, "-o", tmp_path / "none" / "r.html", code=1)
    assert "there is no folder" in done.stderr
