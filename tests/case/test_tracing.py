"""A trace through a case: who carries the claim, since when, what is left out, what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fanal
from fanal.case import Case
from fanal.claims.continuation import Sign
from fanal.errors import CaseError
from made_case import DAY_ONE, add_rows, new_case, post, sentence

CLAIM = "The old bridge at Landévennec will be pulled down before the end of the summer"
HOUR = 3_600_000_000


def said(key: str, text: str | None, hours: float, who: int, **more: Any) -> dict[str, Any]:
    at = DAY_ONE + int(hours * HOUR)
    return post(f"x:{key}", account=f"x:{who}", time=at, text=text, lang="en", **more)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    rows = [said(f"c{n}", sentence(n), n / 4, 500 + n % 40) for n in range(400)]
    rows += [
        said("1", CLAIM, 50, 1, hashtags=["bridge"], url_keys=["news.example/a"]),
        said("2", f"{CLAIM} #bridge", 51, 2, hashtags=["bridge"], url_keys=["news.example/a"]),
        said("3", CLAIM.replace("summer", "winter"), 52, 3, hashtags=["bridge"]),
        said("4", None, 53, 4, kind="repost", repost_of="x:1"),
        said("5", f"It's fake! {CLAIM}", 49, 5),
        said("6", "That's not true at all", 54, 6, kind="reply", reply_to="x:1"),
        said("7", "Oh dear", 54, 7, kind="quote", quote_of="x:2"),
        said("8", CLAIM, 0, 8) | {"time": None, "time_plausible": False},
        said("9", None, 55, 4, kind="repost", repost_of="x:5"),
    ]
    accounts = [{"account": f"x:{n}", "platform": "x", "followers": 100 * n, "handle": f"n{n}"} for n in (1, 2, 3)]  # fmt: skip
    made = new_case(tmp_path / "a.case")
    add_rows(made, "one", rows, accounts=accounts, batch=500)
    return fanal.open_case(made.path)


def test_posts_reposts_and_denials_are_told_apart(case: Case) -> None:
    found = case.trace(text=CLAIM)
    rows = {row["post"]: (row["how"], row["says"]) for row in found.posts.to_pylist()}
    assert rows == {
        "x:1": ("exact", "carries"),
        "x:2": ("decorated", "carries"),
        "x:3": ("edited", "carries"),
        "x:4": ("exact", "carries"),
        "x:5": ("edited", "quotes to deny"),
        "x:8": ("exact", "carries"),
        "x:9": ("edited", "quotes to deny"),
    }
    assert found.posts["post"].to_pylist()[-1] == "x:8"
    assert found.answers == 2
    assert found.denying_answers["post"].to_pylist() == ["x:6"]


def test_the_earliest_is_of_those_that_do_not_deny(case: Case) -> None:
    found = case.trace(text=CLAIM)
    assert found.earliest["post"].to_pylist() == ["x:1"]
    assert found.coverage.sign is Sign.NONE
    assert found.coverage.posts_before == 201
    assert found.coverage.before_s == 50 * 3600


def test_an_earliest_that_passes_on_a_post_outside_the_file_says_so(tmp_path: Path) -> None:
    made = new_case(tmp_path / "a.case")
    rows = [said("0", sentence(1), 0, 9)]
    rows += [
        said(f"{n}", CLAIM, 50 + n, n, kind="repost", repost_of="x:gone") for n in (1, 2, 3)
    ]
    add_rows(made, "one", rows)
    found = fanal.open_case(made.path).trace(text=CLAIM)
    assert found.coverage.sign is Sign.REFERS


def test_relays_add_what_is_over_at_the_least_and_all_at_the_most(case: Case) -> None:
    found = case.trace(text=CLAIM)
    assert found.reach == "followers"
    told = {row["account"]: (row["adds_least"], row["adds_most"]) for row in found.relays.to_pylist()}  # fmt: skip
    assert told == {
        "x:3": (0, 300), "x:2": (100, 200), "x:1": (100, 100), "x:4": (0, 0), "x:8": (0, 0),
    }  # fmt: skip
    assert found.reach_unknown == 2


def test_leads_are_what_stands_beside_it_oftener_than_in_the_file(case: Case) -> None:
    (lead,) = case.trace(text=CLAIM).leads.to_pylist()
    assert (lead["kind"], lead["what"], lead["posts"]) == ("hashtag", "bridge", 3)


def test_a_post_and_a_link_are_traced_too(case: Case) -> None:
    by_post = case.trace(post="x:2")
    assert set(by_post.posts["post"].to_pylist()) >= {"x:1", "x:2", "x:3", "x:4"}
    by_link = case.trace(url="https://www.news.example/a?utm_source=x")
    assert by_link.posts["post"].to_pylist() == ["x:1", "x:2", "x:4"]
    assert by_link.compared == 0


def test_marks_are_kept_for_the_claim_and_go_with_the_post(case: Case) -> None:
    hidden = "O" + case.pseudonyms()("object x:2")[1:]
    case.trace(text=CLAIM, marks={"x:1": "yes", hidden: "no"})
    assert case.trace(text=CLAIM).marks == {"x:1": True, "x:2": False}
    assert case.trace(text=sentence(3)).marks == {}
    case.forget(posts=["x:2"], now=DAY_ONE)
    assert case.trace(text=CLAIM).marks == {"x:1": True}
    case.trace(text=CLAIM, marks={"x:1": ""})
    assert case.trace(text=CLAIM).marks == {}


def test_what_was_forgotten_is_not_found_again(case: Case) -> None:
    case.trace(text=CLAIM)
    case.find("bridge")
    case.forget(accounts=["x:1"], now=DAY_ONE)
    assert "x:1" not in case.trace(text=CLAIM).posts["post"].to_pylist()
    assert "x:1" not in case.find("bridge").posts["post"].to_pylist()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "one of them"),
        ({"text": "a", "url": "b"}, "one of them"),
        ({"text": "🙂 @somebody"}, "nothing of this text is left"),
        ({"post": "x:nobody"}, "no such post"),
        ({"post": "x:4"}, "has no text"),
        ({"text": CLAIM, "marks": {"x:1": "perhaps"}}, "yes or no"),
        ({"text": CLAIM, "marks": {"x:nobody": "yes"}}, "no such post"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    case: Case, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(CaseError, match=message):
        case.trace(**asked)


def test_the_latest_run_says_what_it_holds_of_the_claim(tmp_path: Path) -> None:
    rows = [said(f"c{n}", sentence(n), n / 9, 500 + n % 90) for n in range(900)]
    at = DAY_ONE + 60 * HOUR
    rows += [
        post(f"x:b{n}", account=f"x:{n}", time=at + n * 1_000_000, text=CLAIM)
        for n in range(12)
    ]
    made = new_case(tmp_path / "a.case")
    add_rows(made, "one", sorted(rows, key=lambda row: row["time"]), batch=1000)
    case = fanal.open_case(made.path)
    assert case.trace(text=CLAIM).touched.run == ""
    case.coordinate(layers=["text"], shuffles=0)
    touched = case.trace(text=CLAIM).touched
    assert touched.run == case.runs()[-1].id
    (burst,) = touched.bursts
    assert burst["accounts"] == 12
    assert case.trace(text=sentence(3)).touched.bursts == ()
