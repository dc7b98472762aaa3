"""The different texts of a case, and the search over their words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fanal.errors import StoreError
from fanal.store.search import text_index
from made_case import add_rows, new_case, post

TEXTS = [
    "Le métro de Rennes est fermé",
    "le METRO de rennes est ouvert",
    "東京の地下鉄は止まっている",
    'a "quoted" word OR NOT',
    "Nothing of it",
]


def case_with(folder: Path, texts: list[str]) -> object:
    made = new_case(folder)
    add_rows(made, "one", [post(f"x:{n}", text=text) for n, text in enumerate(texts)])
    return made


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("metro", {0, 1}),
        ("MÉTRO fermé", {0}),
        ('"rennes est"', {0, 1}),
        ('"est rennes"', set()),
        ("renn*", {0, 1}),
        ("renn", set()),
        ("地下鉄", {2}),
        ("quoted OR", {3}),
        ("OR", {3}),
        ("metro AND ouvert", set()),
        ("text:metro", set()),
        ("metro) NEAR(", set()),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(
    tmp_path: Path, asked: str, numbers: set[int]
) -> None:
    index = text_index(case_with(tmp_path / "a.case", TEXTS))  # type: ignore[arg-type]
    count, found = index.find(asked)
    assert (count, set(found)) == (len(numbers), numbers)


def test_nothing_to_look_for_is_said(tmp_path: Path) -> None:
    index = text_index(case_with(tmp_path / "a.case", TEXTS))  # type: ignore[arg-type]
    with pytest.raises(StoreError, match="no letter"):
        index.find('"!"')


def test_each_text_is_held_once_and_a_changed_case_is_indexed_anew(tmp_path: Path) -> None:
    made = new_case(tmp_path / "a.case")
    rows = [post(f"x:{n}", text=TEXTS[n % 2]) for n in range(10)]
    add_rows(made, "one", [*rows, post("x:99", text=None)])
    before = text_index(made)
    assert before.texts.to_pylist() == TEXTS[:2]
    assert text_index(made).folder == before.folder
    add_rows(made, "two", [post("x:100", text=TEXTS[4])])
    after = text_index(made)
    assert after.find("nothing")[0] == 1
    assert [place.name for place in (made.path / "cache").glob("texts-*")] == [
        after.folder.name
    ]


def test_texts_of_removed_posts_are_not_indexed(tmp_path: Path) -> None:
    made = new_case(tmp_path / "a.case")
    gone = {"post": "x:1", "account": "x:1", "source": "delete event"}
    rows = [post("x:1", text=TEXTS[0]), post("x:2", text=TEXTS[4])]
    add_rows(made, "one", rows, removals=[gone])
    assert text_index(made).texts.to_pylist() == [TEXTS[4]]


def test_what_is_damaged_is_made_anew(tmp_path: Path) -> None:
    made = case_with(tmp_path / "a.case", TEXTS)
    index = text_index(made)  # type: ignore[arg-type]
    assert index.find("metro")[0] == 2
    (index.folder / "words.sqlite").write_bytes(b"no database at all" * 100)
    (index.folder / "texts.arrow").write_bytes(b"no arrow")
    again = text_index(made)  # type: ignore[arg-type]
    assert again.find("metro")[0] == 2


def test_arrays_made_of_the_texts_are_made_once(tmp_path: Path) -> None:
    index = text_index(case_with(tmp_path / "a.case", TEXTS))  # type: ignore[arg-type]
    made = []

    def make() -> dict[str, np.ndarray]:
        made.append(1)
        return {"a": np.arange(5)}

    for _ in range(2):
        assert index.kept("thing-1", make)["a"].tolist() == [0, 1, 2, 3, 4]
    assert made == [1]
    assert list(index.folder.glob("*.part")) == []
