"""`fanal trace` and `fanal show --find`, as a person meets them; the page, and nothing alive in it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fanal.cli.main import app
from made_case import DAY_ONE, add_rows, new_case, post, sentence

CLAIM = "The old bridge at Landévennec will be pulled down before the end of the summer"
HOSTILE = f"{CLAIM} <img src=x onerror=alert(1)> \u202e https://evil.example/x {'{{7*7}}'}"
HOUR = 3_600_000_000


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = new_case(tmp_path_factory.mktemp("traced") / "a.case")

    def said(number: int, text: str, hour: float) -> dict[str, Any]:
        at = DAY_ONE + int(hour * HOUR) + 17_000_000
        return post(f"x:9{number:05d}", account=f"x:77{number:04d}", time=at, text=text)

    rows = [said(n, sentence(n), n / 3) for n in range(300)]
    rows += [said(400 + n, CLAIM, 40 + n / 7) for n in range(25)]
    rows += [said(450, HOSTILE, 45), said(451, f"{CLAIM.replace('old', 'secretword')}", 40.2)]
    handles = [{"account": f"x:77{n:04d}", "platform": "x", "handle": f"hnd{n}zq"} for n in range(460)]  # fmt: skip
    add_rows(
        made, "one", sorted(rows, key=lambda row: row["time"]), accounts=handles, batch=999
    )
    return made.path


def test_the_terminal_tells_a_trace_in_two_languages_under_pseudonyms(case: Path) -> None:
    english = run("trace", case, "--text", CLAIM, "--lang", "en")
    assert english.exit_code == 0, english.output
    assert english.stdout.startswith("27 posts carry this text")
    assert "Earliest found in this file: 2 January 2024, 16:00 (UTC), A-" in english.stdout
    assert "{+secretword+}" in english.stdout
    assert "hnd" not in english.stdout
    assert "x:77" not in english.stdout
    assert "[U+202E]" in english.stdout
    french = run("trace", case, "--text", CLAIM, "--lang", "fr").stdout
    assert french.startswith("27 publications portent ce texte")
    named = run("trace", case, "--text", CLAIM, "--names", "--lang", "en").stdout
    assert "@hnd400zq" in named
    assert "16:00:17" in named


def test_json_holds_every_post_and_names_nobody_unless_asked(case: Path) -> None:
    told = json.loads(run("trace", case, "--text", CLAIM, "--json").stdout)
    assert len(told["posts"]) == 27
    assert told["posts"][0]["time"] == "2024-01-02T16:00:00Z"
    assert told["earliest"]["first_copy_probably_outside"] is False
    plain = json.dumps(told)
    assert not [word for word in ("hnd", "x:77", "x:9", "secretword") if word in plain]
    named = json.loads(run("trace", case, "--text", CLAIM, "--json", "--names").stdout)
    assert named["posts"][0]["post"] == "x:900400"
    assert named["posts"][0]["text"] == CLAIM


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_is_inert_and_shows_no_text_of_few_accounts(
    case: Path, tmp_path: Path, lang: str
) -> None:
    out = tmp_path / "trace.html"
    done = run("trace", case, "--text", CLAIM, "-o", out, "--lang", lang, "--by", "<b>me</b>")
    assert done.exit_code == 0, done.output
    html = out.read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in html
    assert "default-src 'none'" in html.replace("&#39;", "'")
    assert not re.findall(r"<(script|img|iframe|object|link|a|b)\b", html)
    assert CLAIM in html
    secret = ("hnd", "x:77", "x:9", "secretword", "evil.example", "onerror", "16:00:17")
    assert not [word for word in secret if word in html]


def test_hostile_words_asked_for_stay_words(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "trace.html"
    run("trace", case, "--text", HOSTILE, "-o", out, "--lang", "en")
    html = out.read_text(encoding="utf-8")
    assert "&lt;img src=x" in html
    assert "\u202e" not in html
    assert "https://evil.example" not in html
    assert "{{7*7}}" in html


def test_a_page_of_counts_shows_no_account_and_no_post(case: Path, tmp_path: Path) -> None:
    out = tmp_path / "trace.html"
    run("trace", case, "--text", CLAIM, "-o", out, "--level", "counts", "--lang", "en")
    html = out.read_text(encoding="utf-8")
    assert "27 posts carry this text" in html
    assert not re.findall(r"A-[a-z2-7]{10}|O-[a-z2-7]{10}", html)


def test_marks_give_a_precision_with_its_interval(case: Path) -> None:
    run("trace", case, "--text", CLAIM, "--mark", "x:900400=yes", "--mark", "x:900450=no")
    told = json.loads(run("trace", case, "--text", CLAIM, "--json").stdout)["marks"]
    assert (told["marked"], told["yes"], told["precision"]) == (2, 1, 0.5)
    assert told["low"] < 0.1
    assert "1 of 2 marked posts" in run("trace", case, "--text", CLAIM, "--lang", "en").stdout


@pytest.mark.parametrize(
    "words",
    [(), ("--text", "a", "--url", "b"), ("--text", "a", "--mark", "x:1"), ("--text", "a", "--mark", "=yes")],
)  # fmt: skip
def test_a_command_that_is_not_understood_is_refused(
    case: Path, words: tuple[str, ...]
) -> None:
    assert run("trace", case, *words).exit_code == 2


def test_words_are_found_with_their_posts(case: Path) -> None:
    told = run("show", case, "--find", "landevennec secretword").stdout
    assert told.startswith("1 posts with 1 different texts hold")
    assert "hnd" not in told
    plain = json.loads(
        run("show", case, "--find", "landevennec", "--limit", "3", "--json").stdout
    )
    assert (plain["posts"], len(plain["found"])) == (27, 3)
    assert run("show", case, "--find", "!!").exit_code == 1
