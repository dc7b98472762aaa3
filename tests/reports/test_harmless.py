"""Text from outside: direction tricks, control characters, live links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.reports.harmless import defanged, plain

LINKS = {
    "https://a.example/b?c=d": "hxxps://a[.]example/b?c=d",
    "HTTP://A.Example": "HxxP://A[.]Example",
    "see www.a.example.": "see www[.]a[.]example[.]",
    "a.example/x and b.example": "a[.]example/x and b.example",
    "http://a.example:80/x,https://b.example": "hxxp://a[.]example:80/x,hxxps://b[.]example",
    "javascript:alert(1)": "javascript[:]alert(1)",
    "mailto:x@y.example": "mailto[:]x@y.example",
    "3.5/10, e.g. nothing": "3.5/10, e.g. nothing",
    "http://user:pass@a.example/": "hxxp://user:pass@a[.]example/",
}


@pytest.mark.parametrize(("link", "written"), LINKS.items())
def test_a_link_is_written_so_that_it_is_not_one(link: str, written: str) -> None:
    assert defanged(link) == written


@given(st.text())
def test_plain_text_can_always_be_written_and_never_turns(text: str) -> None:
    clean = plain(text)
    clean.encode("utf-8")
    assert not set(clean) & set(
        "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b\x9b\ufeff"
    )
    assert plain(clean) == clean


def test_ordinary_writing_stays_as_it_is() -> None:
    for text in (
        "été naïve",
        "日本語",
        "مرحبا بالعالم",
        "שלום",
        "👩\u200d👧 ok",
        "नमस्ते",
        "a\nb\tc",
    ):
        assert plain(text) == text


def test_what_turns_text_is_spelled_out() -> None:
    assert plain("a\u202eb") == "a[U+202E]b"


def test_marks_do_not_pile_up() -> None:
    assert len(plain("Z" + "\u0335" * 50)) == 4
