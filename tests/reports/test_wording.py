"""The words of the report: whole, free of accusation, equal in every catalogue."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import fanal.reports
from fanal.reports import strength
from fanal.reports.wording import Words, catalogue, phrases, typeset

ENGLISH, FRENCH = catalogue("en"), catalogue("fr")
FOLDER = Path(fanal.reports.__file__).parent
FORBIDDEN = {
    "en": (
        "bots?", "trolls?", "prov(e|es|ed|ing)", "proofs?", "validat(e|ed|es|ion)", "origins?",
        "amplif(y|ier|iers|ies|ied)", "guilty", "fakes?", "unmask(s|ed|ing)?", "retweets?", "edges?",
        "suspicious", "campaigns?", "actors?", "coordinat(ed|ion)", "certain(ly)?", "operates? from",
    ),
    "fr": (
        "prouv\\w*", "preuves?", "démasqu\\w*", "bots?", "trolls?", "usines?", "piloté\\w* depuis",
        "validé\\w*", "origines?", "amplifi\\w*", "coupables?", "suspects?", "campagnes?", "certain",
        "certaine", "coordonn\\w*(?! (par|avec|entre) )", "tweets?", "basée?s? (à|en)", "localisé\\w*",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "word"), [(lang, word) for lang, words in FORBIDDEN.items() for word in words]
)
def test_no_sentence_accuses(lang: str, word: str) -> None:
    told = {**catalogue(lang), **phrases(lang)}
    guilty = [
        key for key, text in told.items() if re.search(rf"\b({word})\b", text, re.IGNORECASE)
    ]
    assert not guilty


@pytest.mark.parametrize(("lang", "said"), [("en", "nor that these"), ("fr", "ni que ces")])
def test_inauthentic_is_said_once_and_denied(lang: str, said: str) -> None:
    (text,) = [text for text in catalogue(lang).values() if "inauthenti" in text.lower()]
    assert said in text


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_sentences_with_the_same_fields() -> None:
    assert list(FRENCH) == list(ENGLISH)
    assert [key for key in FRENCH if fields(FRENCH[key]) != fields(ENGLISH[key])] == []


def test_french_blanks_before_marks_and_in_quotes_are_narrow_and_do_not_break() -> None:
    told = [*FRENCH.values(), *phrases("fr").values()]
    assert [text for text in told if re.search(r"[ \u00a0][;:!?»]|« |'", text)] == []
    assert typeset("Oui ; « non » !") == "Oui\u202f; «\u202fnon\u202f»\u202f!"


def test_every_blind_spot_of_a_reader_has_its_french() -> None:
    from fanal.readers import READERS

    said = {text for reader in READERS for text in (reader.title, reader.blind_spot) if text}
    assert said - set(phrases("fr")) == set()


def reasons() -> set[str]:
    """Return the sentences with which readers set records aside or refuse them."""
    import fanal.readers

    found = set()
    for path in Path(fanal.readers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not named or node.func.attr not in {"skip", "reject", "_reject"}:
                continue
            found |= {
                one.value
                for one in node.args
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return {one for one in found if " " in one}


def test_every_reason_of_a_reader_has_its_french() -> None:
    said = reasons()
    assert len(said) > 30
    assert said - set(phrases("fr")) == set()


def test_a_phrase_and_its_french_leave_the_same_parts_open() -> None:
    assert [one for one, told in phrases("fr").items() if fields(one) != fields(told)] == []


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("a line longer than 16 MiB is no record", "une ligne de plus de 16 Mio"),
        (
            "Times are known to 60.5 s only; the window was raised to that from 60 s.",
            "Les heures ne sont connues qu’à 60,5 s près",
        ),
        (
            (
                "At 60 s 2 object(s) with more than 3,000 actions would give 9,000,000 pairs of "
                "actions (more than 4,000,000 each): they count in the null model, but no link "
                "rests on them."
            ),
            "À 60 s, 2 objet(s) de plus de 3\u202f000 actions donneraient 9\u202f000\u202f000",
        ),
    ],
)
def test_a_phrase_with_numbers_has_its_french_with_french_numbers(
    english: str, french: str
) -> None:
    assert Words("fr").phrase(english).startswith(french)
    assert Words("en").phrase(english) == english


def test_a_phrase_that_nobody_translated_stays_as_it_is() -> None:
    assert (
        Words("fr").phrase("Expected `int`, got `str` {x}") == "Expected `int`, got `str` {x}"
    )


def test_no_word_of_the_ladder_is_certain_and_each_is_in_both_languages() -> None:
    for say in (Words("fr"), Words("en")):
        assert len({say(f"strength.{word}") for word in strength.LADDER}) == 3


def test_the_template_holds_no_sentence_of_its_own() -> None:
    html = (FOLDER / "page.html.j2").read_text(encoding="utf-8")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", html, flags=re.DOTALL)
    assert not re.findall(r"[A-Za-z]{3,}", bare)


def test_every_key_is_used_and_every_used_key_exists() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in FOLDER.iterdir()
        if path.suffix in {".py", ".j2"} and path.name != "wording.py"
    )
    built = (
        "n.", "kind.", "layer.", "thing.", "did.", "limits.", "method.", "posts.same.", "figure.",
        "strength.", "fragile.", "level.", "methods.p.", "dossier.", "trace.",
    )  # fmt: skip
    unused = [key for key in ENGLISH if not key.startswith(built) and key not in sources]
    assert not unused
    used = set(re.findall(r"say\(\s*[\"']([a-z_.]+)[\"']", sources))
    assert not {key for key in used if not key.endswith(".")} - set(ENGLISH)


def test_every_field_is_named() -> None:
    for text in ENGLISH.values():
        for _, name, _, _ in string.Formatter().parse(text):
            assert name is None or name.isidentifier()


def test_counts_agree_with_their_noun() -> None:
    say = Words()
    assert say.count("file", 1) == "1 file"
    assert say.count("file", 1204) == "1,204 files"
    assert Words("fr").count("link", 0) == "0 lien"
    assert Words("fr").count("file", 1204) == "1\u202f204 fichiers"
