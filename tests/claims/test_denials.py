"""Posts that deny what they carry."""

from __future__ import annotations

import pytest

from fanal.claims.denials import CARRIES, DENIES, QUOTES, said

CLAIM = "The old bridge at Landévennec will be pulled down before the end of the summer"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (CLAIM, CARRIES),
        (f"HOAX: {CLAIM}", QUOTES),
        (f"INTOX ! {CLAIM}", QUOTES),
        (f"Это фейк: {CLAIM}", QUOTES),
        (f"Das stimmt nicht: {CLAIM}", QUOTES),
        (f"This is not a hoax: {CLAIM}", CARRIES),
        (f"{CLAIM} Is this a hoax or what?", CARRIES),
        (f"{CLAIM} #bridge @debunker", CARRIES),
    ],
)
def test_a_word_of_denial_beside_the_claim_denies_it(text: str, label: str) -> None:
    assert said(CLAIM, text, of_claim=1.0).label == label


def test_a_part_of_the_claim_with_a_word_of_denial_is_no_quotation() -> None:
    assert said(CLAIM, "Hoax: the old bridge will stay", of_claim=0.3).label == DENIES


def test_an_answer_is_read_whole() -> None:
    assert said(CLAIM, "That's not true.", answers=True).cue == "that's not true"
    assert said(CLAIM, "Well, well", answers=True).label == CARRIES


def test_a_claim_that_denies_has_no_deniers_by_words() -> None:
    claim = f"The mayor: it is a hoax that {CLAIM}"
    assert said(claim, f"Hoax! {claim}", of_claim=1.0).label == CARRIES


def test_who_links_to_a_named_checker_denies() -> None:
    told = said(
        CLAIM, CLAIM, of_claim=1.0, hosts=["www.check.example"], checkers=["check.example"]
    )
    assert (told.label, told.cue) == (QUOTES, "www.check.example")
    other = said(CLAIM, CLAIM, hosts=["mycheck.example"], checkers=["check.example"])
    assert other.label == CARRIES
