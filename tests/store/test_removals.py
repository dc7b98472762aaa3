"""Posts removed where they stood: keys and times stay, words and pictures are not shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fanal.case import Case
from fanal.case.telling import removed_of
from fanal.store.folder import Folder
from fanal.store.retire import remove_input
from made_case import DAY_ONE, add_rows, new_case, post, posts_in

ADA, BOB = "bsky:did:plc:ada", "bsky:did:plc:bob"
ONE, TWO, THREE = (f"bsky:at://did:plc:{name}" for name in ("ada/p/1", "ada/p/2", "bob/p/3"))


def removal(key: str | None, account: str, source: str = "delete event") -> dict[str, Any]:
    return {"post": key, "account": account, "at": DAY_ONE, "source": source}


def bsky(key: str, account: str, **values: Any) -> dict[str, Any]:
    return post(key, platform="bsky", account=account, time=DAY_ONE, **values)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = new_case(tmp_path / "a.case")
    rows = [
        bsky(ONE, ADA, text="one", media_hashes=["aa"], urls=["https://a.example"]),
        bsky(TWO, ADA, text="two"),
        bsky(THREE, BOB, text="three"),
    ]
    add_rows(made, "first", rows)
    return made


def texts(folder: Folder) -> list[str | None]:
    return [row["text"] for row in posts_in(folder)]


def test_a_removed_post_keeps_its_key_and_time_and_hides_what_it_said(folder: Folder) -> None:
    add_rows(folder, "later", removals=[removal(ONE, ADA)])
    removed, *others = posts_in(folder)
    assert (removed["post"], removed["time"]) == (ONE, DAY_ONE)
    assert (removed["text"], removed["media_hashes"]) == (None, None)
    assert removed["urls"] == ["https://a.example"]
    assert [row["text"] for row in others] == ["two", "three"]
    assert removed_of(folder.path) == 1


def test_an_account_that_is_gone_takes_all_its_posts_along(folder: Folder) -> None:
    add_rows(folder, "later", removals=[removal(None, ADA, "account deleted")])
    assert texts(folder) == [None, None, "three"]
    assert removed_of(folder.path) == 2


def test_a_removal_hides_what_a_later_file_says_too(folder: Folder) -> None:
    add_rows(folder, "later", removals=[removal(THREE, BOB)])
    again = [bsky(THREE, BOB, text="three", lang="en")]
    item = add_rows(folder, "again", again)
    assert texts(folder) == ["one", "two", None]
    assert posts_in(folder)[2]["lang"] == "en"
    assert item is not None
    assert item.filled == 1  # the language; hidden words are no gap


def test_taking_the_file_out_shows_the_words_again(folder: Folder) -> None:
    item = add_rows(folder, "later", removals=[removal(ONE, ADA)])
    assert item is not None
    remove_input(folder, item.id)
    assert texts(folder) == ["one", "two", "three"]


def test_no_removal_of_a_forgotten_account_is_left(folder: Folder) -> None:
    unknown = "bsky:at://did:plc:ada/p/9"
    repost = bsky(f"{BOB}/r/1", BOB, kind="repost", repost_of=unknown, text="nine")
    add_rows(folder, "later", [repost], removals=[removal(ONE, ADA), removal(THREE, BOB)])
    case = Case(folder)
    counts = case.forget(accounts=[ADA], now=DAY_ONE).counts
    assert counts["removals"] == 1
    assert case.table("removals")["post"].to_pylist() == [THREE]
    # whose post is reposted stands in the key
    by_bob = {row["post"]: row for row in posts_in(folder)}[repost["post"]]
    assert (by_bob["repost_of"], by_bob["text"]) == (None, None)
    assert not case.verify()
