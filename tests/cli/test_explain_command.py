"""`fanal explain`: her own page, the others hidden, and p that come out again from her rows."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import fanal
from fanal.cli.main import app
from packed_world import CROWD, PLANTED, handle, key, packed_world, secrets

#: Her own words, and what they hold.
HERS = {"Planted sentence", "Own words", "secretdomain", "common.example", "secretpath", "quotedperson"}  # fmt: skip


def run(*words: object, code: int = 0) -> Any:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed_world(tmp_path_factory.mktemp("explain") / "a.case").path


def page(case: Path, account: str, out: Path, *words: object) -> str:
    run("explain", case, account, "-o", out, "--lang", "en", *words)
    return out.read_text(encoding="utf-8")


def leaked(html: str, hidden: set[str]) -> set[str]:
    return {word for word in hidden if word in html}


@pytest.mark.parametrize("asked", [key(1), handle(1), f"@{handle(1).upper()}"])
def test_she_stands_as_she_was_asked_for_and_the_others_do_not(
    case: Path, tmp_path: Path, asked: str
) -> None:
    html = page(case, asked, tmp_path / "d.html")
    assert f"What the test says about {asked}" in html
    assert leaked(html, secrets(but={1}) - HERS) == set()
    assert html.count("Planted sentence") >= 4
    assert "4 links pass the first test, and stand" in html


def test_asked_for_by_pseudonym_nothing_of_her_is_told(case: Path, tmp_path: Path) -> None:
    pseudonym = fanal.open_case(case).pseudonyms()(key(1))
    html = page(case, pseudonym, tmp_path / "d.html")
    assert f"What the test says about {pseudonym}" in html
    assert leaked(html, secrets()) == set()
    assert not re.search(r"\d\d:\d\d:\d\d", html)


def test_each_link_says_what_it_hangs_on(case: Path, tmp_path: Path) -> None:
    html = page(case, key(1), tmp_path / "d.html")
    for asked in ("activity and hour alone", "with shared interest", "without its rarest object",
                  "without its busiest day", "at half the window", "at double the window"):  # fmt: skip
        assert html.count(asked) == PLANTED - 1
    assert "accounts about as active" in html or "nobody to compare with" in html
    assert "How to contest" in html


def test_an_account_without_links_has_its_page_too(case: Path, tmp_path: Path) -> None:
    html = page(case, key(PLANTED + CROWD - 1), tmp_path / "d.html")
    assert "is in no link" in html
    assert 'id="partners"' in html


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_runs_no_script_and_loads_nothing(
    case: Path, tmp_path: Path, lang: str
) -> None:
    run("explain", case, key(2), "-o", tmp_path / "d.html", "--lang", lang)
    html = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert f'lang="{lang}"' in html
    assert "<script" not in html
    assert not re.search(r"(src|href)=", html)
    assert "default-src 'none'" in html


def test_her_rows_give_the_same_p_again(case: Path, tmp_path: Path) -> None:
    page(case, key(1), tmp_path / "d.html", "--rows", tmp_path / "d.json")
    told = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    opened = fanal.open_case(case)
    edges = opened.run(opened.runs()[0].id).edges.to_pylist()
    hers = sorted(row["p"] for row in edges if key(1) in (row["source"], row["target"]))
    assert sorted(pair["p"] for pair in told["pairs"])[: len(hers)] == hers
    done = run("replay", tmp_path / "d.json", "--json")
    assert json.loads(done.stdout) == {"pairs": len(told["pairs"]), "same": True, "changes": []}


def test_her_rows_hold_nobody_else(case: Path, tmp_path: Path) -> None:
    page(case, key(1), tmp_path / "d.html", "--rows", tmp_path / "d.json")
    text = (tmp_path / "d.json").read_text(encoding="utf-8")
    assert leaked(text, secrets(but={1})) == set()
    assert len(json.loads(text)["actions"]) > 20


def test_a_number_that_was_changed_is_found(case: Path, tmp_path: Path) -> None:
    rows = tmp_path / "d.json"
    page(case, key(1), tmp_path / "d.html", "--rows", rows)
    told = json.loads(rows.read_text(encoding="utf-8"))
    told["pairs"][0]["p"] /= 2
    told["pairs"][1]["co_actions"] = told["pairs"][1]["co_actions"][:3]
    rows.write_text(json.dumps(told), encoding="utf-8")
    done = run("replay", rows, code=1)
    assert done.stdout.count("comes out as") == 2
    for content in ("{}", "[1]", '{"format": 1, "pairs": [{}]}', "not json"):
        rows.write_text(content, encoding="utf-8")
        assert "these are no rows" in run("replay", rows, code=1).stderr


def test_a_case_needs_the_run_to_be_named(case: Path) -> None:
    assert "which run" in run("replay", case, code=2).stderr


def test_counts_show_nobody_and_names_need_people(case: Path, tmp_path: Path) -> None:
    words = ("explain", case, key(1), "-o", tmp_path / "d.html", "--level")
    assert "at level counts there is none" in run(*words, "counts", code=1).stderr
    assert "--people" in run(*words, "named", code=1).stderr
    assert list(tmp_path.iterdir()) == []


def test_an_account_that_is_not_there_is_said(case: Path, tmp_path: Path) -> None:
    for asked in ("nobody", "@nobody", "A-aaaaaaaaaa", "x:0"):
        done = run("explain", case, asked, "-o", tmp_path / "d.html", code=1)
        assert f"no account {asked}" in done.stderr


def test_a_pack_tells_what_it_holds_of_her(case: Path, tmp_path: Path) -> None:
    pack, pseudonym = tmp_path / "x.fanal.zip", fanal.open_case(case).pseudonyms()(key(1))
    run("pack", case, "-o", pack)
    html = page(pack, pseudonym, tmp_path / "d.html")
    assert "4 links pass the first test, and stand" in html
    assert "are not in this pack" in html
    assert leaked(html, secrets()) == set()
    done = run("explain", pack, key(1), "-o", tmp_path / "e.html", code=1)
    assert "in a pack accounts stand under pseudonyms" in done.stderr
    words = ("explain", pack, pseudonym, "-o", tmp_path / "e.html")
    assert (
        "a pack does not hold the rows" in run(*words, "--rows", tmp_path / "r", code=1).stderr
    )
    run("pack", case, "-o", pack, "--level", "counts")
    assert "at level counts there is none" in run(*words, code=1).stderr
