"""Earliest found, and what the file covers before it."""

from __future__ import annotations

import numpy as np
import pytest

from fanal.claims.continuation import (
    HOUR_US,
    Coverage,
    Sign,
    coverage,
    tempo,
    watched_hours,
)
from made_case import DAY_ONE


def covered(
    hours_before: float, *, posts: int = 12, gap_h: float = 1.0, **other: bool
) -> Coverage:
    """A spread of one post every `gap_h` that begins so long after the file."""
    times = DAY_ONE + (np.arange(posts) * gap_h * HOUR_US).astype(np.int64)
    first = int(DAY_ONE - hours_before * HOUR_US)
    hours = np.arange(first // HOUR_US, times[-1] // HOUR_US + 1)
    before = 0 if hours_before == 0 else 100
    return coverage(times, hours, file_first=first, posts_before=before, **other)


@pytest.mark.parametrize(
    ("hours_before", "sign"),
    [
        (0, Sign.FILE_BEGINS),
        (1, Sign.TEMPO),
        (2.9, Sign.TEMPO),
        (3.1, Sign.NONE),
        (99, Sign.NONE),
    ],
)
def test_the_tempo_says_whether_the_file_begins_too_shortly_before(
    hours_before: float, sign: Sign
) -> None:
    found = covered(hours_before)
    assert found.sign is sign
    assert found.probably_outside is (sign is not Sign.NONE)
    assert found.per_hour == pytest.approx(1)
    assert found.expected == pytest.approx(hours_before, abs=1e-6)


def test_a_post_that_passes_on_another_one_has_it_from_outside() -> None:
    assert covered(99, refers_outside=True).sign is Sign.REFERS


def test_hours_in_which_the_file_holds_nothing_watch_nothing() -> None:
    first, earliest = DAY_ONE, DAY_ONE + 10 * HOUR_US
    hours = np.array([first // HOUR_US, first // HOUR_US + 4])
    assert watched_hours(hours, first, earliest) == 2.0
    assert watched_hours(hours, earliest - 60_000_000, earliest) == pytest.approx(1 / 60)


def test_two_posts_make_no_tempo() -> None:
    assert tempo(np.array([DAY_ONE, DAY_ONE + 5])) is None
    found = covered(99, posts=2)
    assert (found.sign, found.probably_outside) == (Sign.TOO_FEW, None)


def test_posts_at_one_moment_are_taken_for_a_second_apart() -> None:
    assert tempo(np.full(5, DAY_ONE)) == 4 * 3600


def test_without_a_time_nothing_is_said() -> None:
    none = np.empty(0, np.int64)
    assert coverage(none, none, file_first=None, posts_before=0).sign is Sign.TOO_FEW


def test_a_cut_spread_is_told_from_a_whole_one() -> None:
    # a file that begins in the middle of a spread, and one that begins ten days before it
    random = np.random.default_rng(11)
    cut = whole = 0
    for _ in range(200):
        times = DAY_ONE + np.cumsum(random.exponential(HOUR_US, 80)).astype(np.int64)
        begins = int(random.integers(times[20], times[40]))
        rest = times[times > begins]
        hours = np.arange(begins // HOUR_US, times[-1] // HOUR_US + 1)
        found = coverage(rest, hours, file_first=begins, posts_before=1)
        cut += found.probably_outside is True
        first = int(times[0]) - 240 * HOUR_US
        hours = np.arange(first // HOUR_US, times[-1] // HOUR_US + 1)
        found = coverage(times, hours, file_first=first, posts_before=1)
        whole += found.probably_outside is True
    assert cut >= 180
    assert whole == 0
