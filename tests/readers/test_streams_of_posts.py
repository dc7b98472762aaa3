"""Telegram, Bluesky, Mastodon: what their records mean."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fanal.errors import ReaderError
from reading import Read

Reading = Callable[..., Read]

ADA = "did:plc:ada"
POST = "app.bsky.feed.post"


def chat(*messages: dict[str, Any], kind: str = "public_channel") -> str:
    """Return an export of one chat."""
    return json.dumps({"name": "Quay", "type": kind, "id": 7, "messages": messages})


def message(number: int, **values: Any) -> dict[str, Any]:
    """Return a message of a channel."""
    return {
        "id": number, "type": "message", "date": "2024-05-01T12:30:05", "date_unixtime": "1714552205",
        "from": "Quay", "from_id": "channel7", "text": "words", "text_entities": [],
    } | values  # fmt: skip


def event(
    operation: str, rkey: str, record: Any = None, us: int = 1_714_552_205_000_000
) -> str:
    """Return an event of Jetstream, version 1."""
    commit = {"operation": operation, "collection": POST, "rkey": rkey, "rev": "r"}
    if record is not None:
        commit |= {"record": record}
    return json.dumps({"did": ADA, "time_us": us, "kind": "commit", "commit": commit}) + "\n"


def test_a_forward_never_gets_an_id_that_telegram_does_not_give(read: Reading) -> None:
    found = read(chat(message(1, forwarded_from="Old Lamp"), message(2)), "result.json")
    assert [(post["kind"], post["repost_of"]) for post in found.posts] == [
        ("forward", None), ("post", None),
    ]  # fmt: skip
    assert any("names their source" in note for note in found.rows.notes)


def test_the_local_date_of_telegram_needs_a_zone(read: Reading) -> None:
    old = message(1)
    del old["date_unixtime"]
    with pytest.raises(ReaderError, match="local clock") as caught:
        read(chat(old | {"text_entities": []}, message(2)), "result.json")
    assert "time_zone" in caught.value.hint
    found = read(chat(old, message(2)), "result.json", mapping={"time_zone": "Europe/Paris"})
    assert len({post["time"] for post in found.posts}) == 2


@pytest.mark.parametrize("kind", ["personal_chat", "bot_chat", "saved_messages"])
def test_private_conversations_are_not_kept(read: Reading, kind: str) -> None:
    found = read(chat(message(1), kind=kind), "result.json")
    assert found.posts == []
    assert found.rows.skipped == {"message of a private conversation": 1}


def test_a_message_that_cannot_be_read_loses_itself_only(read: Reading) -> None:
    text = chat(message(1), message(2, text="BAD"), message(3))
    found = read(text.replace('"BAD"', "nonsense"), "result.json")
    assert [post["post"] for post in found.posts] == [
        "telegram:channel7/1",
        "telegram:channel7/3",
    ]
    (rejected,) = found.rejected
    assert rejected["reason"] == "not JSON"


def test_the_last_text_of_an_edited_post_is_kept_where_the_first_stood(read: Reading) -> None:
    words = [
        {"text": word, "createdAt": "2024-05-01T08:30:04Z"} for word in ("one", "two", "three")
    ]
    found = read(
        event("create", "a", words[0]) + event("create", "b", words[0])
        + event("update", "a", words[1], 2_000_000_000_000_000)
        + event("update", "a", words[2], 2_000_000_000_000_001),
        "stream.jsonl",
    )  # fmt: skip
    assert [post["text"] for post in found.posts] == ["three", "one"]
    assert {post["time"] for post in found.posts} == {1_714_552_205_000_000}
    assert found.rows.skipped == {"edit of a post": 2}


def test_an_edit_of_a_post_from_before_is_that_post(read: Reading) -> None:
    found = read(event("update", "a", {"text": "two"}) * 2, "stream.jsonl")
    assert [post["text"] for post in found.posts] == ["two"]
    assert found.rows.skipped == {"edit of a post": 1}


def test_deletes_are_removals_even_of_posts_from_before(read: Reading) -> None:
    found = read(event("create", "a", {"text": "one"}) + event("delete", "zz"), "stream.jsonl")
    (removal,) = found.removals
    assert removal["post"] == f"bsky:at://{ADA}/{POST}/zz"
    assert removal["account"] == f"bsky:{ADA}"


def test_a_claimed_time_stands_beside_the_services(read: Reading) -> None:
    record = {"text": "one", "createdAt": "1999-01-01T00:00:00Z"}
    (post,) = read(event("create", "a", record), "stream.jsonl").posts
    assert post["time"] == 1_714_552_205_000_000
    assert post["time_claimed"] == 915_148_800_000_000


def test_a_number_that_no_table_can_hold_is_rejected(read: Reading) -> None:
    good = event("create", "a", {"text": "one"})
    bad = good.replace("1714552205000000", "9" * 30)
    found = read(good + bad, "stream.jsonl")
    assert [one["column"] for one in found.rejected] == ["time_us"]


def status(number: int, **values: Any) -> dict[str, Any]:
    """Return a status of Mastodon."""
    return {
        "id": str(number), "uri": f"https://sea.example/users/ada/statuses/{number}",
        "created_at": "2024-05-01T10:30:05.120Z", "content": "<p>words</p>", "visibility": "public",
        "in_reply_to_id": None, "in_reply_to_account_id": None, "reblog": None,
        "reblogs_count": 0, "favourites_count": 0,
        "account": {"id": "1", "acct": "ada", "username": "ada", "url": "https://sea.example/@ada"},
    } | values  # fmt: skip


def test_an_id_of_one_server_is_never_a_key(read: Reading) -> None:
    found = read(
        json.dumps([status(2, in_reply_to_id="1"), status(1), status(3, in_reply_to_id="1")])
    )
    assert [(post["kind"], post["reply_to"]) for post in found.posts] == [
        ("reply", None), ("post", None),
        ("reply", "mastodon:https://sea.example/users/ada/statuses/1"),
    ]  # fmt: skip
    assert {post["account"] for post in found.posts} == {
        "mastodon:https://sea.example/users/ada"
    }


@pytest.mark.parametrize(
    ("content", "text", "urls"),
    [
        ("<p>a &amp; b</p><p>c<br>d</p>", "a & b\nc\nd", None),
        (
            '<p><a href="https://a.example/?x=1&amp;y=2">here</a></p>',
            "here",
            ["https://a.example/?x=1&y=2"],
        ),
        ('<a class="mention hashtag" href="https://s.example/tags/x">#x</a>', "#x", None),
        ("1 < 2 and plain", "1 < 2 and plain", None),
        ("<p></p>", None, None),
    ],
)
def test_html_becomes_text_and_links(
    read: Reading, content: str, text: str | None, urls: list[str] | None
) -> None:
    (post,) = read(json.dumps([status(1, content=content)])).posts
    assert (post["text"], post["urls"]) == (text, urls)


@pytest.mark.parametrize("visibility", ["private", "direct", "something new"])
def test_what_was_written_for_few_is_skipped(read: Reading, visibility: str) -> None:
    found = read(json.dumps([status(1, visibility=visibility), status(2)]))
    assert len(found.posts) == 1
    assert found.rows.skipped == {"a status that is not public": 1}
