"""Exact scores of two folded texts against Python's sets; signatures against exact scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.kernels.text_candidates import agreeing
from fanal.kernels.text_scores import common_and_sizes
from fanal.kernels.text_shingles import SLOTS, sign_rows

FOLDED = st.text(alphabet="ab é語かя", min_size=0, max_size=80)


def units(text: str) -> list[tuple[str, int]]:
    """Return a character once, an ideograph or kana twice."""
    return [(c, k) for c in text for k in range(2 if c in "語か" else 1)]


def grams(text: str) -> set[tuple[tuple[str, int], ...]]:
    found = units(text)
    return {tuple(found[k : k + 5]) for k in range(len(found) - 4)}


def as_bytes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode(), np.uint8)


@settings(max_examples=80)
@given(FOLDED, FOLDED)
def test_scores_are_those_of_sets_of_five_characters(one: str, other: str) -> None:
    a, b = as_bytes(one), as_bytes(other)
    expected = (len(grams(one) & grams(other)), len(grams(one)), len(grams(other)))
    assert common_and_sizes(a, 0, len(a), b, 0, len(b)) == expected


@pytest.mark.parametrize("kept", [0.5, 0.8, 1.0])
def test_agreeing_slots_estimate_the_jaccard(kept: float) -> None:
    rng = np.random.default_rng(int(10 * kept))
    letters = np.frombuffer(b"abcdefghijklmnop", np.uint8)
    errors = []
    for _ in range(60):
        one = letters[rng.integers(0, 16, 200)]
        other = one.copy()
        other[int(200 * kept) :] = letters[rng.integers(0, 16, 200 - int(200 * kept))]
        data = np.concatenate([one, other])
        signatures, says = np.empty((2, SLOTS), np.uint32), np.empty(2, np.uint8)
        starts = np.array([0, 200])
        sign_rows(data, starts, starts + 200, 0, 2, signatures, says)
        common, mine, theirs = common_and_sizes(one, 0, 200, other, 0, 200)
        jaccard = common / (mine + theirs - common)
        errors.append(agreeing(*signatures) / SLOTS - jaccard)
        assert says.all()
    assert abs(np.mean(errors)) < 0.03
    assert np.std(errors) < 0.09
