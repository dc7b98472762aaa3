"""The words of the report: whole, free of accusation, equal in every catalogue."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import fanal.reports
from fanal.reports.wording import Words, catalogue

ENGLISH = catalogue("en")
FOLDER = Path(fanal.reports.__file__).parent
FORBIDDEN = (
    "bot", "troll", "prove", "proof", "validated", "origin", "amplifier", "guilty", "fake",
    "unmask", "retweet", "edge", "suspicious", "campaign", "actor",
)  # fmt: skip


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_sentence_accuses(word: str) -> None:
    guilty = [
        key
        for key, text in ENGLISH.items()
        if re.search(rf"\b{word}(s|ed|d|ing|nets?)?\b", text, re.IGNORECASE)
    ]
    assert not guilty


def test_inauthentic_is_said_once_and_denied() -> None:
    said = [text for text in ENGLISH.values() if "inauthentic" in text.lower()]
    assert len(said) == 1
    assert "which is not to say the accounts are inauthentic" in said[0]


def test_the_template_holds_no_sentence_of_its_own() -> None:
    html = (FOLDER / "page.html.j2").read_text(encoding="utf-8")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", html, flags=re.DOTALL)
    assert not re.findall(r"[A-Za-z]{3,}", bare)


def test_every_key_is_used_and_every_used_key_exists() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in FOLDER.iterdir()
        if path.suffix in {".py", ".j2"} and not path.name.startswith("wording")
    )
    built = ("n.", "kind.", "layer.", "thing.", "limits.", "method.", "posts.same.")
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
    assert say.count("community", 2) == "2 more communities"
