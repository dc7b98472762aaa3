"""The ladder of words: who climbs it, and that nothing is ever certain."""

from __future__ import annotations

import pytest

from fanal.reports import strength

SOLID = {"q": 0.0005, "layers": 2, "accounts": 5, "kept": 1.0}


@pytest.mark.parametrize(
    ("flaw", "word"),
    [
        ({}, strength.STRONG),
        ({"layers": 1}, strength.PLAIN),
        ({"q": 0.005}, strength.PLAIN),
        ({"kept": 0.8}, strength.PLAIN),
        ({"q": 0.03}, strength.WEAK),
        ({"kept": 0.5}, strength.WEAK),
        ({"accounts": 2}, strength.WEAK),
    ],
)
def test_a_community_is_as_strong_as_its_weakest_side(
    flaw: dict[str, float], word: str
) -> None:
    assert strength.of_community(**(SOLID | flaw)) == word  # type: ignore[arg-type]


def test_a_burst_and_a_group_are_never_strong() -> None:
    assert strength.of_burst(1e-12) == strength.PLAIN
    assert strength.of_burst(0.02) == strength.WEAK
    assert strength.of_group(1e-30, times_tested=True) == strength.PLAIN
    assert strength.of_group(1e-30, times_tested=False) == strength.WEAK
