"""Texts folded: what goes, what stays, and what bad input costs."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.claims.normalise import COUNTED, PIECE_ROWS, Folded, fold

MALFORMED = Path(__file__).resolve().parents[1] / "malformed"
BRIDGE = "the bridge over the river will be closed on sunday for repairs"


def folded(*texts: str | None) -> list[str]:
    found = fold(pa.array(texts, pa.string()))
    return [found.text(row) for row in range(len(texts))]


def counted(text: str) -> dict[str, int]:
    return dict(zip(COUNTED, fold(pa.array([text])).counts[0].tolist(), strict=True))


def malformed(name: str) -> list[str]:
    table = pa.csv.read_csv(
        MALFORMED / name,
        convert_options=pa.csv.ConvertOptions(column_types={"text": pa.string()}),
    )
    return folded(*table["text"].to_pylist())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Look: https://t.co/aB3 now", "look now"),
        ("pic.twitter.com/xYz here", "here"),
        ("see my-site.example.com/x?a=1 now", "see now"),
        ("the U.S. and e.g. and/or", "the u s and e g and or"),
        ("看http://t.cn/abc这里", "看 这里"),
        ("thanks @Jean_12, @a.bsky.social!", "thanks"),
        ("＠某人 你好 #话题#你", "你好 你"),
        ("RT @bob: it rains", "it rains"),
        ("art @bob", "art"),
        ("mail bob@example.org", "mail bob example org"),
        ("so #cool, #1 of all", "so 1 of all"),
        ("fire 🔥🔥 and 🇫🇷", "fire and"),
        ("Été à l'œuvre, ﬁn", "ete a l oeuvre fin"),
        ("STRASSE straße", "strasse strasse"),
        ("１２３ ٤٥ ½", "123 45 12"),
        ("हिन्दी ไทย", "हिन्दी ไทย"),
    ],
)
def test_what_goes_and_what_stays(text: str, left: str) -> None:
    assert folded(text) == [left]


def test_what_goes_is_counted() -> None:
    text = "RT @a: x https://t.co/a t.co/b @b #c #d #e 🔥🔥🔥🔥"
    assert counted(text) == {"links": 2, "mentions": 2, "hashtags": 3, "emoji": 4}


def test_decomposed_letters_are_composed_ones() -> None:
    assert folded("한국어 がぎ é") == folded("한국어 がぎ é")


def test_look_alikes_go_into_the_alphabet_of_their_word() -> None:
    assert folded("lе саfé dе Раris", "НELLO wоrld") == ["le cafe de paris", "hello world"]
    assert folded("нoвoсти", "Αθήνα ϵίναι")[0] == "новости"


def test_words_of_another_alphabet_stay_as_they_are() -> None:
    assert folded("сегодня COVID и iPhone") == ["сегодня covid и iphone"]


def test_null_is_an_empty_text() -> None:
    assert folded(None, "A") == ["", "a"]


def test_pieces_and_threads_change_nothing() -> None:
    texts = [f"Text {k} «Été» {'x' * (k % 50)}" for k in range(PIECE_ROWS + 10)]
    whole = pa.array(texts)
    parts = pa.chunked_array([whole.slice(0, 7), whole.slice(7)]).cast(pa.large_string())
    one, two = fold(whole, threads=1), fold(parts, threads=3)
    for name in Folded.__dataclass_fields__:
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


@settings(max_examples=60)
@given(st.text())
def test_any_text_folds_to_words_with_one_space_between(text: str) -> None:
    text = text.encode("utf-8", "replace").decode("utf-8")
    (left,) = folded(text)
    assert "�" not in left or "�" in text
    assert left == " ".join(left.split(" ")) == left.strip(" ")


@settings(max_examples=60)
@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_do_no_harm(data: bytes) -> None:
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32))
    texts = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data))
    assert fold(texts).offsets[-1] <= 40 * len(data) + 64


def test_zero_width_characters_vanish() -> None:
    assert set(malformed("texts_zero_width.csv")) == {BRIDGE}


def test_marks_vanish_however_many() -> None:
    assert set(malformed("texts_flood_of_marks.csv")) == {BRIDGE}


def test_mixed_scripts_in_a_word_become_one() -> None:
    assert set(malformed("texts_mixed_scripts.csv")) == {BRIDGE}


def test_right_to_left_texts_lose_vowel_points_and_direction_marks() -> None:
    arabic, pointed, hebrew, pointed_too = malformed("texts_right_to_left.csv")
    assert arabic == pointed
    assert hebrew == pointed_too


def test_texts_without_words_are_empty() -> None:
    assert set(malformed("texts_without_words.csv")) == {""}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "what", ["a", "é" + "́" * 999, "ﷺ", "🔥", "https://t.co/a ", "@a.", "\u200b"]
)
def test_a_megabyte_of_one_thing_takes_bounded_memory(what: str) -> None:
    text = what * (1_000_000 // len(what.encode()))
    fold(pa.array(["first the tables are made"]))
    tracemalloc.start()
    fold(pa.array([text]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6
