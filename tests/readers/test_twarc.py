"""X API v2 as twarc writes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fanal.model.tables import POSTS
from fanal.readers.base import Head
from fanal.readers.x_twarc import READER
from reading import Read

Reading = Callable[..., Read]
AT = "2022-05-02T00:00:00+00:00"
AT_US = 1_651_449_600_000_000


def tweet(post_id: str = "1520000000000000001", **more: Any) -> dict[str, Any]:
    """Return a post as the API gives it."""
    plain = {
        "id": post_id,
        "author_id": "5",
        "text": "text",
        "created_at": "2022-05-01T08:00:00.000Z",
        "conversation_id": post_id,
        "public_metrics": {"retweet_count": 1, "like_count": 2},
    }
    return plain | more


def page(*data: dict[str, Any], **includes: list[dict[str, Any]]) -> str:
    """Return a page as one line."""
    whole = {"data": list(data), "includes": includes, "__twarc": {"retrieved_at": AT}}
    return json.dumps(whole) + "\n"


def refers(kind: str, post_id: str) -> dict[str, str]:
    """Return a reference to a post."""
    return {"type": kind, "id": post_id}


def test_a_repost_shows_the_whole_text_links_and_hashtags_of_its_original(
    read: Reading,
) -> None:
    entities = {
        "hashtags": [{"tag": "Whole"}],
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://e.example/a"}],
    }
    original = tweet("11", text="the whole text " * 20, entities=entities)
    repost = tweet(
        "12", text="RT @a: the whole…", referenced_tweets=[refers("retweeted", "11")]
    )
    first, second = read(page(repost, tweets=[original]), "p.jsonl").posts
    assert first["kind"] == "repost"
    assert first["repost_of"] == "x:11"
    assert first["text"] == second["text"] == original["text"]
    assert first["url_keys"] == ["e.example/a"]
    assert first["hashtags"] == ["whole"]


def test_a_repost_whose_original_is_unknown_keeps_its_own_text(read: Reading) -> None:
    repost = tweet("12", text="RT @a: cut…", referenced_tweets=[refers("retweeted", "11")])
    (post,) = read(page(repost), "p.jsonl").posts
    assert (post["text"], post["repost_of"]) == ("RT @a: cut…", "x:11")


def test_an_original_in_the_data_of_the_page_serves_too(read: Reading) -> None:
    repost = tweet("12", text="RT @a: cut…", referenced_tweets=[refers("retweeted", "11")])
    posts = read(page(repost, tweet("11", text="whole")), "p.jsonl").posts
    assert [post["text"] for post in posts] == ["whole", "whole"]


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["quoted", "replied_to"], "quote"),
        (["replied_to", "quoted"], "quote"),
        (["replied_to"], "reply"),
        (["quoted", "retweeted"], "repost"),
        (["something new"], "post"),
    ],
)
def test_kind_is_repost_before_quote_before_reply_and_all_keys_are_kept(
    read: Reading, kinds: list[str], kind: str
) -> None:
    fields = {"quoted": "quote_of", "replied_to": "reply_to", "retweeted": "repost_of"}
    references = [refers(name, str(100 + n)) for n, name in enumerate(kinds)]
    (post,) = read(page(tweet(referenced_tweets=references)), "p.jsonl").posts
    assert post["kind"] == kind
    for n, name in enumerate(kinds):
        if name in fields:
            assert post[fields[name]] == f"x:{100 + n}"


def test_links_are_where_they_end_and_own_pictures_are_none(read: Reading) -> None:
    urls = [
        {"url": "https://t.co/1", "expanded_url": "https://s.example/1", "unwound_url": "https://w.example/1"},
        {"url": "https://t.co/2", "expanded_url": "https://e.example/2"},
        {"url": "https://t.co/3"},
        {"url": "https://t.co/4", "expanded_url": "https://twitter.com/a/status/1/photo/1"},
        {"url": "https://t.co/5", "expanded_url": "https://x.com/a/status/1/video/1"},
        {"url": "https://t.co/2", "expanded_url": "https://e.example/2"},
    ]  # fmt: skip
    (post,) = read(page(tweet(entities={"urls": urls})), "p.jsonl").posts
    assert post["urls"] == ["https://w.example/1", "https://e.example/2", "https://t.co/3"]
    assert post["url_keys"] == ["w.example/1", "e.example/2", "t.co/3"]


def test_counts_carry_the_time_of_the_capture_and_reposts_have_none(read: Reading) -> None:
    repost = tweet("12", referenced_tweets=[refers("retweeted", "11")])
    found = read(page(tweet("13"), repost), "p.jsonl")
    (count,) = found.counts
    assert (count["post"], count["at"], count["likes"], count["reposts"]) == (
        "x:13",
        AT_US,
        2,
        1,
    )
    assert count["views"] is None


def test_without_a_time_of_capture_the_counts_have_no_time(read: Reading) -> None:
    (count,) = read(json.dumps({"data": [tweet()]}) + "\n", "p.jsonl").counts
    assert count["at"] is None


def test_a_missing_time_is_taken_from_the_id(read: Reading) -> None:
    bare = tweet("1050118621198921728")
    del bare["created_at"]
    old = tweet("20") | {"created_at": None}
    first, second = read(page(bare, old), "p.jsonl").posts
    assert (first["time"], first["time_source"]) == (1_539_202_764_211_000, "id")
    assert (first["time_claimed"], first["time_precision_s"]) == (None, 0.001)
    assert (second["time"], second["time_source"], second["time_plausible"]) == (
        None,
        None,
        False,
    )


def test_a_post_twice_in_its_page_is_kept_once_and_counted(read: Reading) -> None:
    found = read(page(tweet("1"), tweet("2"), tweets=[tweet("1"), tweet("3")]), "p.jsonl")
    assert [post["post_id"] for post in found.posts] == ["1", "2", "3"]
    assert found.rows.skipped == {"the same post again in its page": 1}


def test_a_page_of_accounts_gives_accounts(read: Reading) -> None:
    users = [
        {"id": str(n), "username": f"u{n}", "public_metrics": {"followers_count": n}, "created_at": "2019-03-04T10:00:00.000Z"}
        for n in range(3)
    ]  # fmt: skip
    found = read(page(*users, tweets=[tweet("9")]), "p.jsonl")
    assert [account["account"] for account in found.accounts] == ["x:0", "x:1", "x:2"]
    assert found.accounts[2]["followers"] == 2
    assert found.accounts[0]["observed_at"] == AT_US
    assert [post["post_id"] for post in found.posts] == ["9"]


def test_an_account_is_observed_once_for_each_capture(read: Reading) -> None:
    user = {"id": "5", "username": "a"}
    later = page(tweet("2"), users=[user]).replace("2022-05-02", "2022-05-03")
    text = page(tweet("1"), users=[user, user]) + page(tweet("3"), users=[user]) + later
    times = [account["observed_at"] for account in read(text, "p.jsonl").accounts]
    assert times == [AT_US, AT_US + 86_400_000_000]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ({"errors": [{"title": "x"}], "__twarc": {}}, "error message of the API"),
        ({"meta": {"result_count": 0}, "__twarc": {}}, "empty page"),
        (
            {"id": "1", "action": "delete", "created_at": AT, "reason": "gone"},
            "compliance event",
        ),
        (
            {"data": [{"start": AT, "end": AT, "tweet_count": 4}], "__twarc": {}},
            "count of posts",
        ),
        ({"data": [{"id": "1", "name": "n", "member_count": 4}], "__twarc": {}}, "list"),
    ],
)
def test_lines_without_posts_are_skipped_by_kind(
    read: Reading, line: dict[str, Any], kind: str
) -> None:
    found = read(json.dumps(line) + "\n" + page(tweet()), "p.jsonl", reader="twarc")
    assert found.rows.skipped == {kind: 1}
    assert len(found.posts) == 1


def test_other_json_is_rejected_not_dropped(read: Reading) -> None:
    text = '{"hello": 1}\n[1, 2]\n"text"\n3\n{"data": null}\n{"data": "text"}\n' + page(tweet())
    found = read(text, "p.jsonl", reader="twarc")
    assert found.rows.rejected.total() == 6
    assert [one["position"].split(" ")[0] for one in found.rejected] == [
        f"p.jsonl:{n}" for n in range(1, 7)
    ]
    assert len(found.posts) == 1


def test_the_first_line_may_be_longer_than_the_head() -> None:
    whole = page(*[tweet(str(n), text="x" * 280) for n in range(900)]).encode()
    assert READER.sniff(Head("p.jsonl", whole[: 256 * 1024], complete=False)) > 0.8


def test_rows_follow_the_columns_of_the_table(read: Reading) -> None:
    assert tuple(read(page(tweet()), "p.jsonl").posts[0]) == POSTS.names
