"""Who carries a text: against plain sets, and what each kind is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from fanal.claims.query import (
    CONTAINED,
    FEWEST_GRAMS,
    JACCARD,
    PART,
    carriers,
    with_tags,
    word_difference,
)
from made_case import sentence

CLAIM = "The old bridge at Landévennec will be pulled down before the end of the summer"
HALVES = CLAIM.split()
VARIANTS = {
    CLAIM: "exact",
    f"🚨 {CLAIM.upper()} https://news.example/a @somebody #bridge #shame": "decorated",
    CLAIM.replace("a", "а").replace("o", "о"): "decorated",
    " ".join(HALVES[7:] + HALVES[:7]): "reordered",
    CLAIM.replace("summer", "winter").replace("old", "new"): "edited",
    f"{' '.join(HALVES[:9])}…": "truncated",
    f"I was told this morning by my neighbour, who knows the mayor: {CLAIM}. Unbelievable": "longer",
    "The old #bridge at #Landévennec will be pulled down before the end of the #summer": "decorated",
}


def found(query: str, texts: list[str], threads: int = 1) -> dict[str, str]:
    held = pa.chunked_array([pa.array(texts, pa.large_string())])
    told = carriers(query, held, with_tags(held, threads), threads=threads)
    return {texts[number]: kind for number, kind in zip(told.numbers, told.kinds, strict=True)}


def test_each_variant_is_found_with_its_kind_and_nothing_else() -> None:
    others = [sentence(number) for number in range(200)]
    assert found(CLAIM, [*others, *VARIANTS]) == VARIANTS


def grams(text: str) -> set[str]:
    return {text[k : k + 5] for k in range(len(text) - 4)} or {text}


def plain(query: set[str], text: set[str]) -> bool:
    shared = len(query & text)
    score = shared / len(query | text)
    part = shared / len(text) >= CONTAINED and shared / len(query) >= PART
    return score >= JACCARD or shared / len(query) >= CONTAINED or part


@pytest.mark.parametrize("threads", [1, 2])
def test_scores_are_those_of_plain_sets(threads: int) -> None:
    random = np.random.default_rng(3)
    words = sentence(1).split() + sentence(2).split()
    texts = sorted({" ".join(random.choice(words, 9)) for _ in range(400)})
    query = texts[17]
    held = pa.chunked_array([pa.array(texts[:150]), pa.array(texts[150:])])
    held = held.cast(pa.large_string())
    told = carriers(query, held, with_tags(held, threads), threads=threads)
    asked = grams(query)
    assert set(told.numbers) == {n for n, text in enumerate(texts) if plain(asked, grams(text))}
    for number, score, of_query in zip(told.numbers, told.score, told.of_query, strict=True):
        text = grams(texts[number])
        assert score == len(asked & text) / len(asked | text)
        assert of_query == len(asked & text) / len(asked)
    assert list(told.score) == sorted(told.score, reverse=True)


def test_short_words_must_stand_there_whole_and_in_their_order() -> None:
    texts = ["so sad", "this is so sad indeed", "so very sad", "also sadly", "sad so"]
    assert set(found("So sad!", texts)) == {"so sad", "this is so sad indeed"}
    assert len(grams("so sad")) < FEWEST_GRAMS


def test_two_posts_are_not_alike_by_their_tags() -> None:
    tags = "#bridge #shame #landevennec #brittany #mayor #summer"
    one, other = f"What a day for all of us {tags}", f"Somebody must answer for it {tags}"
    assert set(found(one, [one, other])) == {one}


def test_a_common_phrase_is_no_truncation() -> None:
    asked = f"Happy new year to all of you my dear friends, {CLAIM}, and so on and so forth"
    assert found(asked, ["Happy new year to all of you my friends"]) == {}


@pytest.mark.parametrize(
    "text", ["", "🙂" * 50, "https://a.example/b", "a" * 100_000, "́" * 5_000, "\u202e\u200b"]
)
def test_texts_of_bad_will_are_looked_at_and_not_found(text: str) -> None:
    assert text not in found(CLAIM, [text, CLAIM])


def test_a_difference_names_what_is_added_and_missing_and_folds_the_rest() -> None:
    told = word_difference("The old bridge falls, today", "the OLD brïdge fell today #shame")
    assert told == [
        ("same", "the OLD brïdge"),
        ("missing", "falls,"),
        ("added", "fell"),
        ("same", "today"),
        ("added", "#shame"),
    ]
