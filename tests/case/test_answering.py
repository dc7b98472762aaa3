"""What a case can answer: its counts against plain loops, and what it is told when it is empty."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from fanal.case import Case
from fanal.errors import AnalysisError
from made_case import DAY_ONE, add_rows, new_case, post

HOUR_US = 3_600_000_000
SENTENCE = "The very same sentence, word for word, on the harbour"


def rows() -> list[dict[str, object]]:
    """Forty posts of eleven accounts over five days, some with reposts, links, no time."""
    found = []
    for n in range(40):
        values: dict[str, object] = {
            "account": f"x:{n * n % 11}",
            "time": DAY_ONE + n * n * HOUR_US // 13,
            "time_precision_s": 60.0 if n % 10 == 0 else 1.0,
            "kind": "repost" if n % 4 == 0 else "post",
            "text": SENTENCE if n % 5 == 1 else (None if n % 7 == 0 else f"words of post {n}"),
            "hashtags": ["harbour"] if n % 3 == 0 else [],
        }
        if n % 4 == 0:
            values["repost_of"] = f"x:9{n % 3}" if n % 8 else None
        if n == 11:
            values |= {"time": None}
        if n == 12:
            values |= {"time": 0, "time_plausible": False}
        found.append(post(f"x:{1000 + n}", **values))
    return found


@pytest.fixture
def case(tmp_path: Path) -> Case:
    folder = new_case(tmp_path / "made.case")
    accounts = [
        {"account": f"x:{n}", "platform": "x", "created_at": DAY_ONE - (40 if n < 5 else n * 9)
         * 24 * HOUR_US}
        for n in range(11)
    ]  # fmt: skip
    add_rows(folder, "a.csv", rows(), accounts=accounts)
    return Case(folder)


def test_counts_are_those_of_a_plain_loop(case: Case) -> None:
    held = case.answerable().holdings
    posts = rows()
    seen = Counter(Counter(row["account"] for row in posts).values())
    assert (held.posts, held.accounts) == (40, len({row["account"] for row in posts}))
    assert (held.once, held.twice) == (seen[1], seen[2])
    assert held.kinds == {"post": 30, "repost": 10}
    assert [(one.reposts, one.unnamed) for one in held.inputs] == [(10, 5)]
    assert held.with_text == sum(bool(row["text"]) for row in posts)
    assert held.with_hashtags == sum(bool(row["hashtags"]) for row in posts)
    assert (held.without_time, held.implausible) == (1, 1)
    assert dict(held.precisions) == {1.0: 34, 60.0: 4}


def test_silences_and_hours_are_those_of_a_plain_loop(case: Case) -> None:
    held = case.answerable().holdings
    times = sorted(row["time"] for row in rows() if row["time"])
    gaps = [late - early for early, late in pairwise(times)]
    longest = max(gaps)
    assert held.silence_to is not None
    assert held.silence_from is not None
    assert held.silence_to - held.silence_from == longest
    hours = {time // HOUR_US for time in times}
    assert held.hours == max(hours) - min(hours) + 1
    assert held.hours_empty == held.hours - len(hours)
    assert held.silence_median_s == pytest.approx(sorted(gaps)[len(gaps) // 2] / 1e6, rel=0.2)


def test_copies_are_counted_with_their_first_and_last(case: Case) -> None:
    (copy, *_) = case.describe().copies or ()
    mine = [row for row in rows() if row["text"] == SENTENCE and row["kind"] == "post"]
    times = [row["time"] for row in mine if row["time"]]
    assert copy.object == "the very same sentence word for word on the harbour"
    assert copy.accounts == len({row["account"] for row in mine if row["time"]})
    assert (copy.first_us, copy.last_us) == (min(times), max(times))
    first = min(mine, key=lambda row: (row["time"] is None, row["time"]))
    assert (copy.first_account, copy.first_post) == (first["account"], first["post"])


def test_the_days_on_which_accounts_were_created_are_compared(case: Case) -> None:
    told = case.describe()
    assert told.created_known == case.answerable().holdings.accounts
    assert all(one.accounts >= 3 for one in told.created)


def test_power_is_that_of_the_run_that_is_asked(case: Case) -> None:
    power = case.answerable(layers=["hashtag"], windows=[300.0]).power
    assert power is not None
    assert [layer.layer for layer in power.layers] == ["hashtag"]
    assert power.windows_s == (300.0,)
    result = case.coordinate(layers=["hashtag"], windows=[300.0], shuffles=0, now=DAY_ONE)
    assert result.summary["pairs_tested"] == power.pairs


def test_an_empty_case_says_that_nothing_can_be_tested(tmp_path: Path) -> None:
    answers = Case(new_case(tmp_path / "empty.case")).answerable()
    assert answers.power is None
    assert "no post of this case acts" in answers.refusal
    assert answers.holdings.posts == 0
    assert answers.description.copies == ()


def test_a_window_below_the_precision_is_a_refusal_and_no_error(case: Case) -> None:
    answers = case.answerable(windows=[0.5])
    assert answers.power is None
    assert "precision" in answers.refusal
    assert answers.holdings.posts == 40


def test_a_layer_that_does_not_exist_is_an_error(case: Case) -> None:
    with pytest.raises(AnalysisError, match="no layer"):
        case.answerable(layers=["rumours"])
