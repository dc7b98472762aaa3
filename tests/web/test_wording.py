"""The words of the public pages: both languages whole, careful, and each place with a name."""

from __future__ import annotations

import re
import string
from importlib import resources

import pytest

from fanal.about.countries import codes, regions
from fanal.web.wording import LANGUAGES, Sentences, catalogue, language_of, places

#: Words that a card never says of anybody.
NEVER = re.compile(
    r"\b(?:based in|based on its location|basée? (?:en|à|au|aux)|localisée?s?|located|foreign|étrangère?s?|"
    r"suspect\w*|bots?|trolls?|fake|faux compte)\b",
    re.IGNORECASE,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_with_the_same_fields() -> None:
    french, english = catalogue("fr"), catalogue("en")
    assert list(french) == list(english)
    assert {key: fields(text) for key, text in french.items()} == {
        key: fields(text) for key, text in english.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_says_more_than_where_an_account_connects_from(lang: str) -> None:
    assert [text for text in catalogue(lang).values() if NEVER.search(text)] == []


def test_the_words_decided_upon_are_the_words_used() -> None:
    assert catalogue("fr")["from"] == "Se connecte le plus souvent depuis"
    assert catalogue("fr")["withheld"] == "non communiqué"
    assert catalogue("en")["from"] == "Connects mostly from"
    assert catalogue("en")["withheld"] == "not disclosed"


def test_french_has_its_narrow_blanks() -> None:
    plain = [text for text in catalogue("fr").values() if re.search(r" [;:!?»]|« ", text)]
    assert plain == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_country_and_region_has_a_name_and_stands_once_in_the_form(lang: str) -> None:
    countries, areas = places(lang)
    assert sorted(code for code, _ in countries) == sorted(codes())
    assert {code for code, _ in areas} == set(regions())
    assert all(name != code for code, name in countries)
    assert len({name for _, name in (*countries, *areas)}) >= len(codes()) + len(areas) - 1


def test_every_sentence_is_used() -> None:
    folder = resources.files("fanal.web")
    files = [one for one in folder.iterdir() if one.name.endswith(".py")]
    files += [*folder.joinpath("pages").iterdir(), *folder.joinpath("static").iterdir()]
    text = "".join(one.read_text("utf-8") for one in files if one.is_file())
    families = (
        "region.",
        "month.",
        "quarter.",
        "doubts.",
        "channel.",
        "missing.",
        "failed.",
    )
    unused = [
        key
        for key in catalogue("en")
        if not key.startswith(families) and not re.search(rf"[\"'.]{re.escape(key)}\b", text)
    ]
    assert unused == []


def test_quarters_and_months_in_words() -> None:
    assert Sentences("fr").quarter("2026-Q1") == "1er trimestre 2026"
    assert Sentences("en").quarter("2026-Q2") == "the 2nd quarter of 2026"
    assert Sentences("fr").month("2025-02") == "février 2025"


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [
        (None, None, "en"),
        ("fr", None, "fr"),
        ("de", "fr", "fr"),
        (None, "en-GB, fr;q=0.9", "en"),
        (None, "fr;q=0, en;q=0.1", "en"),
        (None, "FR-be", "fr"),
        (None, "x;q=oops, fr;q=oops", "en"),
        (None, ",;,;q=,fr", "fr"),
    ],
)
def test_the_language_of_an_answer(asked: str | None, accepted: str | None, lang: str) -> None:
    assert language_of(asked, accepted) == lang
