"""`show --answerable`, `show --rejected`, and a run without a link, as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fanal.cli.main import app
from made_case import sentence

SENTENCE = "The very same sentence, word for word, on the harbour"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case as a newsroom has it: one post an account, one sentence pasted by twelve at once."""
    folder = tmp_path_factory.mktemp("capture")
    lines = ["id,account_id,handle,time,kind,text,user_created_at"]
    for n in range(90):
        at = f"2024-05-{1 + n % 5:02d}T{n % 24:02d}:{n % 60:02d}:07Z"
        lines.append(
            f"{100 + n},{500 + n},name{n},{at},post,{sentence(n)},2019-0{1 + n % 9}-11T00:00:00Z"
        )
    for n in range(12):
        at = f"2024-05-03T12:00:{10 + n:02d}Z"
        lines.append(
            f'{900 + n},{700 + n},fresh{n},{at},post,"{SENTENCE}",2024-05-01T00:00:00Z'
        )
    source = folder / "capture.csv"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("add", folder / "a.case", source)
    assert done.exit_code == 0, done.output
    return folder / "a.case"


def test_a_run_without_a_link_says_what_is_in_the_file(capture: Path) -> None:
    said = run("coordinate", capture).stdout
    assert said.startswith("0 links")
    assert "This is no finding" in said
    assert "12 accounts, 12 posts, 11\u00a0s from the first (3 May 2024, 12:00, by A-" in said
    assert "fanal show" in said
    assert SENTENCE.lower()[:20] not in said.lower()
    assert "fresh" not in said


def test_with_names_it_shows_texts_and_handles(capture: Path) -> None:
    said = run("coordinate", capture, "--names").stdout
    assert "by @fresh0) to the last" in said
    assert "“the very same sentence word for word on the harbour”" in said


def test_json_of_a_run_stays_one_object(capture: Path) -> None:
    assert json.loads(run("coordinate", capture, "--json").stdout)["summary"]["links"] == 0


def test_what_a_file_can_answer_is_told_in_sentences_with_numbers(capture: Path) -> None:
    said = run("show", capture, "--answerable").stdout
    for words in (
        "102 posts by 102 accounts, from 1 to 5 May 2024.",
        "102 of 102 accounts (100\u00a0%) posted once, 0 (0\u00a0%) twice",
        "no repost among 102 posts",
        "There is nothing to test in: reposts, web addresses, hashtags, pictures and answers.",
        "By this alone 0 of 102 accounts could be linked to anyone.",
        "Accounts that act together once are linked at no number",
        "This is no finding",
        "12 accounts, 12 posts, 11\u00a0s",
    ):
        assert words in said, said
    assert "fresh" not in said


def test_the_day_on_which_the_twelve_were_created_stands_out(capture: Path) -> None:
    assert "1 May 2024: 12 accounts, " in run("show", capture, "--answerable").stdout


def test_json_of_answers_holds_numbers_and_sentences_under_pseudonyms(capture: Path) -> None:
    text = run("show", capture, "--answerable", "--json").stdout
    told = json.loads(text)
    assert told["holdings"]["once"] == 102
    assert told["power"]["linkable"] == 0
    assert told["sentences"]["What could be found"]
    assert told["description"]["copies"][0]["accounts"] == 12
    assert told["description"]["copies"][0]["object"].startswith("O-")
    assert "fresh" not in text
    assert "very same" not in text
    named = json.loads(run("show", capture, "--answerable", "--json", "--names").stdout)
    assert named["description"]["copies"][0]["object"].startswith("the very same")


def test_the_report_begins_with_what_the_file_can_answer(capture: Path, tmp_path: Path) -> None:
    assert run("coordinate", capture).exit_code == 0
    page = tmp_path / "report.html"
    assert run("report", capture, "-o", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert html.index('<section id="answers">') < html.index('<section id="read">')
    assert "102 of 102 accounts" in html
    assert "12 accounts, 12 posts" in html
    assert "fresh" not in html


def test_answers_of_an_empty_case_are_a_refusal(tmp_path: Path) -> None:
    from fanal import create_case

    create_case(tmp_path / "empty.case")
    done = run("show", tmp_path / "empty.case", "--answerable")
    assert done.exit_code == 0, done.output
    assert "Nothing can be tested" in done.stdout
    assert "0 posts by 0 accounts, at times unknown." in done.stdout


def test_one_account_alone_is_no_pair(tmp_path: Path) -> None:
    source = tmp_path / "one.csv"
    source.write_text(
        "id,account_id,time,text,user_created_at\n"
        f'1,7,2024-05-03T12:00:00Z,"{SENTENCE}",2024-05-01T00:00:00Z\n',
        encoding="utf-8",
    )
    assert run("add", tmp_path / "a.case", source).exit_code == 0
    said = run("show", tmp_path / "a.case", "--answerable").stdout
    assert "Nothing can be tested: 1 account, hence no pair." in said
    assert "1 May 2024, the same for all." in said
    assert run("coordinate", tmp_path / "a.case").exit_code == 0


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of two files with forty records that cannot be read."""
    folder = tmp_path_factory.mktemp("broken")
    good = '{"id": "1", "account": "a", "text": "x", "time": "2024-01-01T00:00:00Z"}'
    first = [good] + ["{not json" if n % 2 else '{"id": "2", "text": "x"}' for n in range(30)]
    (folder / "one.jsonl").write_text("\n".join(first) + "\n", encoding="utf-8")
    second = [good.replace('"1"', '"9"')] + ["\x1b[31m{red"] * 10
    (folder / "two.jsonl").write_text("\n".join(second) + "\n", encoding="utf-8")
    assert (
        run("add", folder / "b.case", folder / "one.jsonl", folder / "two.jsonl").exit_code == 0
    )
    return folder / "b.case"


def test_rejected_records_are_counted_by_reason_then_shown_in_order(broken: Path) -> None:
    said = run("show", broken, "--rejected").stdout.splitlines()
    assert said[0] == "40 records could not be read"
    groups = [
        line for line in said[1:] if line.startswith("  ") and not line.startswith("    ")
    ]
    counts = [int(line.split()[0]) for line in groups]
    assert sum(counts) == 40
    assert counts == sorted(counts, reverse=True)
    places = [
        line.split(",")[0].split(": ")[0] for line in said if line.startswith("one.jsonl:")
    ]
    assert places == [f"one.jsonl:{n}" for n in range(2, 22)]
    assert "1 to 20 of 40" in said
    assert any("--offset 20" in line for line in said)


def test_rejected_records_are_paged(broken: Path) -> None:
    said = run("show", broken, "--rejected", "--offset", "30", "--limit", "4").stdout
    assert "31 to 34 of 40" in said
    assert "two.jsonl:2" in said
    assert "\x1b" not in said
    assert (
        "none after the first 40" in run("show", broken, "--rejected", "--offset", "99").stdout
    )
    whole = json.loads(run("show", broken, "--rejected", "--limit", "0", "--json").stdout)
    assert len(whole["rejected"]) == whole["records"] == 40
    assert all(row["raw_sha256"] and row["name"] for row in whole["rejected"])


def test_rejected_records_of_one_reason(broken: Path) -> None:
    every = json.loads(run("show", broken, "--rejected", "--json").stdout)
    reason = every["reasons"][-1]
    words = reason["reason"].upper()[:12]
    some = json.loads(run("show", broken, "--rejected", "--reason", words, "--json").stdout)
    assert {row["reason"] for row in some["rejected"]} == {reason["reason"]}
    assert some["records"] < 40
    none = run("show", broken, "--rejected", "--reason", "100% sure '").stdout
    assert none.splitlines() == ["0 records could not be read"]
