"""The story of the demo: five parts, in two languages, with careful words and no graph first."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest

from fanal.demo.telling import Telling
from fanal.demo.tour import Tour, tour
from fanal.demo.words_groups import GROUPS
from fanal.demo.words_tour import MONTHS, TOUR, spoken

NOW = 1_760_000_000_000_000
#: What no text of the story may say; « coordonné » needs its complement.
FORBIDDEN = re.compile(
    r"\b(bots?|trolls?|prouv\w*|démasqu\w*|usines?|validated|origin|amplifiers?|coordonn\w*|"
    r"coordinated)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def tours(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tour]:
    def quiet(*_: Any) -> None:
        pass

    root: Path = tmp_path_factory.mktemp("story")
    return {
        lang: tour(root, seed=8, now=NOW, say=quiet, progress=quiet, lang=lang)
        for lang in ("fr", "en")
    }


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_sentences_with_the_same_fields() -> None:
    assert set(TOUR["fr"]) == set(TOUR["en"])
    assert set(GROUPS["fr"]) == set(GROUPS["en"])
    assert {len(months) for months in MONTHS.values()} == {12}
    for name, template in TOUR["fr"].items():
        assert fields(template) == fields(TOUR["en"][name]), name


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_word_of_it_claims_more_than_was_measured(lang: str) -> None:
    said = [*TOUR[lang].values()]
    said += [f"{one.name} {one.about} {one.missed}" for one in GROUPS[lang].values()]
    assert [text for text in said if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_CA"}, "fr"),
        ({"LC_ALL": "", "LANG": "fr"}, "fr"),
        ({"LANG": "de_DE"}, "en"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], lang: str) -> None:
    assert spoken(environment) == lang


def test_numbers_are_written_as_the_language_writes_them() -> None:
    french, english = Telling("fr"), Telling("en")
    assert (french.number(12_345), english.number(12_345)) == ("12\u00a0345", "12,345")
    assert (french.number(0.13), english.number(0.13)) == ("0,13", "0.13")
    assert (french.expected(0.003), english.expected(0.003)) == (
        "moins de 0,01",
        "less than 0.01",
    )
    assert (french.q(3e-9), english.q(0.012)) == ("< 0,001", "0.012")
    assert (french.day(1_740_960_000_000, year=True), english.day(0)) == (
        "3 mars 2025",
        "1 January",
    )


@pytest.mark.slow
def test_it_opens_on_one_sentence_and_a_timeline_and_ends_on_a_paragraph(
    tours: dict[str, Tour],
) -> None:
    for lang, made in tours.items():
        titles = [part.title for part in made.story]
        names = ("capture", "finding", "innocents", "truth", "copy")
        assert titles == [TOUR[lang][f"{name}.title"] for name in names]
        sentence, line, _ = made.story[0].lines
        assert Telling(lang).number(made.posts) in sentence
        assert len(re.sub(r"[^▁-█]", "", line)) == 14 * 4
        assert len(made.story[-1].lines) == 1
    assert "une rumeur inventée" in tours["fr"].story[0].lines[0]


@pytest.mark.slow
def test_the_finding_shows_two_posts_and_the_seconds_between(tours: dict[str, Tour]) -> None:
    lines = tours["fr"].story[1].lines
    assert re.fullmatch(r"\d+ comptes, 13 mêmes textes\.", lines[0])
    first, second = lines[2], lines[5]
    seconds = re.search(r"(\d+) s plus tard", lines[3])
    assert seconds
    clock = [sum(60**n * int(x) for n, x in enumerate(reversed(t.split(":"))))
             for t in re.findall(r"(\d\d:\d\d:\d\d) UTC", " ".join(lines))]  # fmt: skip
    assert abs(clock[1] - clock[0] - int(seconds[1])) <= 1

    def bare(text: str) -> str:
        return text.replace("#", "").strip()

    assert bare(first) == bare(second)
    assert first != second


@pytest.mark.slow
def test_the_finding_is_of_accounts_that_do_act_in_concert(tours: dict[str, Tour]) -> None:
    assert re.match(r"10 accounts, \d+ same texts", tours["en"].story[1].lines[0])
    assert "q < 0,001" in tours["fr"].story[4].lines[0]
    assert "Monde inventé" in tours["fr"].story[4].lines[0]
    assert "A made-up world" in tours["en"].story[4].lines[0]
