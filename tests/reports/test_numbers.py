"""Numbers as words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fanal.reports.numbers import Numbers

numbers = Numbers()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0312, "0.031"),
        (2.2e-9, "2 × 10⁻⁹"),
        (9.99e-5, "1 × 10⁻⁴"),
        (0.0, "below 10⁻³⁰⁰"),
        (float("nan"), "unknown"),
    ],
)  # fmt: skip
def test_a_probability_has_one_digit_when_small(value: float, words: str) -> None:
    assert numbers.probability(value).replace("\u202f", " ") == words


def test_q_is_written_as_an_equation() -> None:
    assert numbers.equal("q", 0.0) == "q\u00a0below\u00a010⁻³⁰⁰"
    assert numbers.equal("q", 0.02) == "q\u00a0=\u00a00.02"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0.4 s"), (7, "7 s"), (60, "60 s"), (119.6, "2 min"), (125, "2 min 5 s"),
        (3600, "1 h"), (-9000, "2 h 30 min"),
    ],
)  # fmt: skip
def test_a_duration_has_the_unit_that_fits(seconds: float, words: str) -> None:
    assert numbers.duration(seconds).replace("\u00a0", " ") == words


def test_days_share_what_they_share() -> None:
    def date(*parts: int) -> datetime:
        return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]

    assert numbers.days(date(2025, 3, 4), date(2025, 3, 8)) == ("4", "8 March 2025")
    assert numbers.days(date(2025, 3, 4), date(2025, 4, 1)) == ("4 March", "1 April 2025")
    assert numbers.days(date(2024, 12, 31), date(2025, 1, 1))[0] == "31 December 2024"
    assert numbers.days(date(2025, 3, 4, 1), date(2025, 3, 4, 9))[0] == "4 March 2025"


def test_an_expectation_is_never_zero() -> None:
    assert numbers.expected(1e-9) == "less than 0.001"
    assert numbers.expected(0.4123) == "0.41"
    assert numbers.expected(1234.5) == "1,234"
