"""`fanal demo about`: seven accounts whose truth is known, what a rule like X's says, what a card says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from fanal.about.settings import read_settings
from fanal.cli.demo_about import write_pages
from fanal.demo import about_year
from fanal.demo.about_people import PEOPLE
from fanal.demo.about_rules import Fared, is_wrong, simple_rules
from fanal.demo.about_story import about_story, table
from fanal.demo.about_words import ABOUT
from fanal.demo.about_year import Platform, Year, make_platform, write_folder, year
from fanal.errors import PolicyError
from fanal.web.desk_words import DeskSentences

ACCOUNTS = 1500


def quiet(text: str) -> None:
    del text


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Year:
    return year(tmp_path_factory.mktemp("about"), seed=8, accounts=ACCOUNTS, say=quiet)


@pytest.fixture(scope="module")
def pages(made: Year) -> dict[tuple[str, str], Path]:
    return write_pages(made)


def cards(made: Year) -> dict[str, Any]:
    return {one.person.key: one for one in made.people}


def test_the_rule_says_united_states_and_the_card_says_nothing(made: Year) -> None:
    one = cards(made)["journalist"]
    assert (one.person.home, one.rule) == ("FR", "US")
    assert (one.card["state"], one.card["label"], one.ever) == ("withheld", None, frozenset())
    assert one.card["why"] == "proxy days"
    assert one.evidence["proxy_days_180"] == one.evidence["days_180"] > 100


@pytest.mark.parametrize("key", ["resident", "traveller", "abroad"])
def test_who_hides_nothing_has_a_card_that_is_right(made: Year, key: str) -> None:
    one = cards(made)[key]
    assert one.card["label"] is not None or one.card["why"] == "too few accounts"
    assert not is_wrong(one.card, one.person.home)
    assert one.card["country"] == one.person.home


def test_a_journey_is_in_the_rule_and_in_no_card(made: Year) -> None:
    one = cards(made)["traveller"]
    assert one.rule == "TH"
    assert one.ever <= {"DE", "Western Europe"}


def test_a_home_that_leaks_is_never_shown(made: Year) -> None:
    one = cards(made)["danger"]
    assert one.leaks > 0
    assert (one.rule, one.ever) == ("NL", frozenset())


def test_a_network_in_the_wrong_country_is_not_believed(made: Year) -> None:
    one = cards(made)["mislocated"]
    assert (one.rule, one.card["why"], one.ever) == ("MX", "quarantined network", frozenset())


def test_an_exit_that_no_list_knows_is_told_as_the_mistake_it_is(made: Year) -> None:
    one = cards(made)["unlisted"]
    assert is_wrong(one.card, one.person.home)
    told = "\n".join(about_story(made, "en", DeskSentences("en"))[1].lines)
    assert "United States ✗  United States ✗" in told
    assert "Fanal is wrong here too" in told


def test_without_the_leaks_the_cards_are_the_same(
    made: Year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(seed: int, accounts: int) -> Platform:
        platform = make_platform(seed, accounts)
        (person,) = (one for one in PEOPLE if one.key == "danger")
        days = platform.days
        leaks = pc.and_(
            pc.equal(days["account"], person.account), pc.equal(days["country"], person.home)
        )
        assert pc.sum(leaks).as_py() > 0
        return replace(platform, days=days.filter(pc.invert(leaks)))

    monkeypatch.setattr(about_year, "make_platform", without)
    other = year(tmp_path, seed=8, accounts=ACCOUNTS, say=quiet)
    shown = ("state", "label", "shown_channel", "shown_created", "shown_renamed")
    assert [[one.card[name] for name in shown] for one in other.people] == [
        [one.card[name] for name in shown] for one in made.people
    ]
    assert (other.ours, other.states) == (made.ours, made.states)


def test_the_cards_are_wrong_less_often_than_either_rule(made: Year) -> None:
    ours, most, last = (one.wrong / one.of for one in (made.ours, made.most, made.last))
    assert ours < most / 3 < last / 3
    assert made.ours.shown > made.ours.of / 2
    assert made.most.shown == made.most.of == made.accounts
    assert sum(made.why.values()) == made.ours.wrong
    assert sum(made.states.values()) == made.accounts


def test_the_planted_accounts_are_not_counted(made: Year) -> None:
    assert made.accounts <= ACCOUNTS


def test_the_rules_on_a_table_that_can_be_read(made: Year) -> None:
    platform = make_platform(8, 10)
    last, most = simple_rules(platform.days, platform.as_of)
    assert [most[one.account] for one in PEOPLE] == [one.rule for one in made.people]
    assert last[PEOPLE[0].account] == "US"


def test_an_interval_holds_its_share() -> None:
    fared = Fared(of=1000, shown=800, wrong=20)
    low, high = fared.between()
    assert low < fared.per(fared.wrong) == 2000 < high


# the story


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_story_is_told_in_both_languages(made: Year, lang: str) -> None:
    parts = about_story(made, lang, DeskSentences(lang))
    text = "\n".join(line for part in parts for line in (part.title, *part.lines))
    assert "{" not in text
    assert len(parts) == 5
    journalist = {
        "fr": ("États-Unis", "non communiqué"),
        "en": ("United States", "not disclosed"),
    }
    assert all(word in "\n".join(parts[2].lines) for word in journalist[lang])
    assert "fanal about serve --config" in text


def test_the_two_languages_have_the_same_sentences_and_fields() -> None:
    french, english = ABOUT["fr"], ABOUT["en"]
    assert list(french) == list(english)
    for key, sentence in french.items():
        assert sorted(re.findall(r"{\w+}", sentence)) == sorted(
            re.findall(r"{\w+}", english[key])
        )


def test_no_sentence_says_where_somebody_is_based() -> None:
    for words in ABOUT.values():
        assert not re.search(r"\bbased\b|basée?s?\b|localis", "\n".join(words.values()))


def test_a_table_keeps_its_columns() -> None:
    lines = table("a|bb", [("long", "x"), ("y", "12345")], right=True)
    assert lines == ("a        bb", "long      x", "y     12345")


# the pages and the folder


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_journalists_page_says_it(pages: dict[tuple[str, str], Path], lang: str) -> None:
    page = pages["tavelune_presse", lang].read_text(encoding="utf-8")
    assert {"fr": "non communiqué", "en": "not disclosed"}[lang] in page
    assert f'lang="{lang}"' in page
    assert not re.search(r"United States|États-Unis|France", page)


def test_withheld_pages_differ_in_handle_and_code_alone(
    pages: dict[tuple[str, str], Path],
) -> None:
    def told(handle: str) -> str:
        page = pages[handle, "en"].read_text(encoding="utf-8").replace(handle, "X")
        return re.sub(r"[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}", "CODE", page)

    assert told("tavelune_presse") == told("voix_basse") == told("radio_du_bac")


def test_the_links_of_a_page_lead_to_files_or_to_the_service(
    pages: dict[tuple[str, str], Path],
) -> None:
    for path in pages.values():
        for link in re.findall(r'href="([^"]+)"', path.read_text(encoding="utf-8")):
            assert link.startswith("http") or (path.parent / link).is_file(), link


def test_the_folder_can_be_served(made: Year) -> None:
    settings = read_settings(made.config)
    assert settings.mode == "public"
    assert settings.secret.stat().st_mode & 0o077 == 0
    assert Path(settings.cards).stat().st_size > 0


def test_another_demo_takes_the_folder_over_and_no_other_cards(tmp_path: Path) -> None:
    write_folder(tmp_path, 1)
    (tmp_path / "cards.sqlite").write_bytes(b"of the demo")
    write_folder(tmp_path, 2)
    assert not (tmp_path / "cards.sqlite").exists()
    (tmp_path / "about.toml").write_text('mode = "private"\n', encoding="utf-8")
    (tmp_path / "cards.sqlite").write_bytes(b"somebody's")
    with pytest.raises(PolicyError, match="not a demo's"):
        write_folder(tmp_path, 2)
    assert (tmp_path / "cards.sqlite").read_bytes() == b"somebody's"


# the command


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fanal", "demo", *words], capture_output=True, text=True,
        encoding="utf-8", check=False, cwd=folder, env={**os.environ, "LANG": "fr_FR.UTF-8"},
    )  # fmt: skip


def test_the_command_tells_writes_and_leaves_nothing_elsewhere(tmp_path: Path) -> None:
    done = run(tmp_path, "about", "here", "--no-open", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["people"][0] == {
        "handle": "tavelune_presse", "account": "demo:tavelune_presse", "truth": "FR",
        "rule": "US", "card": None, "state": "withheld", "why": "proxy days",
    }  # fmt: skip
    cards = [one["card"] for one in told["people"]]
    assert cards == [None, "FR", "DE", "CA", None, None, "US"]
    assert told["cards"]["per_100000"] < told["thirty_days"]["per_100000"] / 4
    assert Path(told["page"]).name == "tavelune_presse-fr.html"
    assert [one.name for one in tmp_path.iterdir()] == ["here"]


@pytest.mark.parametrize(
    "words", [("a", "b"), ("about", "a", "b"), ("about", "a", "--out", "report.html")]
)
def test_too_many_words_are_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert list(tmp_path.iterdir()) == []
