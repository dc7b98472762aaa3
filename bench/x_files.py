"""Synthetic captures of X, TikTok and Instagram of real shape, for `bench/readers.py`.

Objects have the size of real ones (X's website sends 7 KB a post, most of it about the account
and its pictures); names and texts are invented. Each repetition has fresh ids.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pages import WORDS

#: Different objects; a file repeats them with fresh ids.
OBJECTS = 300
#: Digits that all ids begin with; other digits make fresh ids.
PREFIX = 152_000
#: Posts in an answer of the website.
A_PAGE = 20
_FEATURES = [{"x": n, "y": n, "h": 100, "w": 100} for n in range(4)]
#: What the old API said of each account's page.
_PROFILE = {
    f"profile_{name}": value
    for name, value in {
        **dict.fromkeys(("banner_url", "image_url", "background_image_url", "url_https"),
                        "https://pbs.example/profile_images/1234567890123/abcdefgh_normal.jpg"),
        **dict.fromkeys(("background_color", "link_color", "text_color", "sidebar_color"), "C0DEED"),
        **dict.fromkeys(("use_background_image", "background_tile", "protected", "is_translator",
                         "geo_enabled", "contributors_enabled", "follow_request_sent"), False),
    }.items()
}  # fmt: skip
_SIZES = {
    name: {"h": 1080, "w": 1080, "resize": "fit"} for name in ("large", "medium", "small")
}


def written(path: Path, kind: str, megabytes: int) -> Path:
    """Write a file of one kind, as large as asked."""
    random = np.random.default_rng(5)
    make = MAKERS[kind]
    return repeated(
        path, [msgspec.json.encode(make(random, n)) for n in range(OBJECTS)], megabytes
    )


def repeated(
    path: Path,
    records: list[bytes],
    megabytes: int,
    around: tuple[bytes, bytes, bytes] = (b"", b"\n", b"\n"),
) -> Path:
    """Write records again and again, each time with fresh ids; memory: the records given.

    `around` is what stands before all, between two, and after all.
    """
    before, between, after = around
    block = between.join(records)
    with path.open("wb") as file:
        file.write(before)
        fresh = PREFIX
        while file.tell() < megabytes * 1_000_000:
            file.write(between * (fresh > PREFIX))
            file.write(block.replace(b"%d" % PREFIX, b"%d" % fresh))
            fresh += 1
        file.write(after)
    return path


def as_list(path: Path, out: Path) -> Path:
    """Write JSON lines as one list."""
    with path.open("rb") as lines, out.open("wb") as file:
        file.write(b"[")
        for number, line in enumerate(lines):
            file.write(b",\n" * bool(number) + line.rstrip(b"\n"))
        file.write(b"]\n")
    return out


def as_traffic(path: Path, out: Path) -> Path:
    """Write captured posts of X as the answers of saved traffic, twenty a time."""
    with path.open("rb") as lines, out.open("wb") as file:
        file.write(b'{"log": {"version": "1.2", "creator": {"name": "Bench"}, "entries": [\n')
        between = b""
        while posts := [msgspec.json.decode(line)["data"] for line in islice(lines, A_PAGE)]:
            file.write(between + msgspec.json.encode(_exchange(posts)))
            between = b",\n"
        file.write(b"\n]}}\n")
    return out


def as_answers(path: Path, out: Path) -> Path:
    """Write captured posts of X as answers of its website, twenty a line."""
    with path.open("rb") as lines, out.open("wb") as file:
        while posts := [msgspec.json.decode(line)["data"] for line in islice(lines, A_PAGE)]:
            file.write(msgspec.json.encode(_answer(posts)) + b"\n")
    return out


def _answer(posts: list[Any]) -> dict[str, Any]:
    entries = [
        {"content": {"itemContent": {"tweet_results": {"result": post}}}} for post in posts
    ]
    return {"data": {"home": {"instructions": [{"entries": entries}]}}}


def _exchange(posts: list[Any]) -> dict[str, Any]:
    text = msgspec.json.encode(_answer(posts)).decode()
    return {
        "startedDateTime": "2026-05-01T08:00:00.000Z",
        "request": {"method": "GET", "url": "https://x.com/i/api/graphql/a/HomeTimeline"},
        "response": {
            "status": 200, "content": {"mimeType": "application/json", "text": text},
        },
    }  # fmt: skip


def account_number(random: np.random.Generator) -> int:
    """Return an account's id; every other one is fresh in each repetition."""
    number = int(random.integers(1, 50_000))
    return int(f"{PREFIX}{number:013d}") if number % 2 else number


def _captured(random: np.random.Generator, number: int) -> dict[str, Any]:
    post_id = f"{PREFIX}{number:013d}"
    return {
        "nav_index": "1:4:0",
        "item_id": post_id,
        "timestamp_collected": 1_770_000_000_000,
        "source_platform": "twitter.com",
        "source_platform_url": "https://x.com/search?q=harbour",
        "source_url": "https://x.com/i/api/graphql/a/SearchTimeline?variables=" + "%22" * 400,
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "data": _website(random, post_id, number % 4 == 0),
    }


def _website(random: np.random.Generator, post_id: str, quotes: bool) -> dict[str, Any]:
    account = account_number(random)
    text = " ".join(random.choice(WORDS, 30))
    post = {
        "__typename": "Tweet",
        "rest_id": post_id,
        "core": {"user_results": {"result": _account(random, account)}},
        "edit_control": {"edit_tweet_ids": [post_id], "is_edit_eligible": True},
        "views": {"count": "200", "state": "EnabledWithCount"},
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "legacy": {
            "bookmark_count": 1, "created_at": "Sun Oct 01 08:00:00 +0000 2023",
            "conversation_id_str": post_id, "favorite_count": 9, "full_text": text,
            "id_str": post_id, "lang": "en", "quote_count": 0, "reply_count": 2,
            "retweet_count": 3, "user_id_str": str(account), "is_quote_status": quotes,
            "entities": {
                "hashtags": [{"indices": [1, 2], "text": WORDS[account % 20]}], "symbols": [],
                "urls": [{"expanded_url": f"https://news.example/{account % 500}?utm_source=x"}],
                "user_mentions": [{"id_str": "42", "screen_name": "harbour_desk"}],
                "media": [_picture(post_id)],
            },
            "extended_entities": {"media": [_picture(post_id)]},
        },
    }  # fmt: skip
    if quotes:
        inside = _website(random, f"{PREFIX}9{int(random.integers(10**11)):012d}", quotes=False)
        post["quoted_status_result"] = {"result": inside}
    return post


def _picture(post_id: str) -> dict[str, Any]:
    return {
        "display_url": "pic.x.com/aaaa", "id_str": "1", "type": "photo",
        "expanded_url": f"https://x.com/made_up/status/{post_id}/photo/1",
        "media_url_https": "https://pbs.example/media/aaaa.jpg", "sizes": _SIZES,
        "features": {name: {"faces": _FEATURES} for name in ("large", "medium", "small")},
        "original_info": {"height": 1080, "width": 1080, "focus_rects": _FEATURES},
    }  # fmt: skip


def _account(random: np.random.Generator, number: int) -> dict[str, Any]:
    return {
        "__typename": "User", "id": "VXNlcjox", "rest_id": str(number), "is_blue_verified": False,
        "legacy": {
            "created_at": "Tue Mar 01 10:00:00 +0000 2022", "name": f"Made Up {number}",
            "screen_name": f"made_up_{number}", "location": "Saint-Exemple",
            "description": " ".join(random.choice(WORDS, 18)), "followers_count": 50,
            "friends_count": 40, "statuses_count": 100, "favourites_count": 3,
            "entities": {"description": {"urls": []}}, "pinned_tweet_ids_str": [],
            "profile_image_url_https": "https://pbs.example/profile_images/1/normal.jpg",
        },
    }  # fmt: skip


def _film(random: np.random.Generator, number: int) -> dict[str, Any]:
    film = f"{PREFIX}{number:013d}"
    tags = [WORDS[int(n)] for n in random.integers(0, len(WORDS), 6)]
    pictures = dict.fromkeys(("cover", "origin", "play"), "https://img.example/" + "a" * 180)
    return {
        "item_id": film, "timestamp_collected": 1_770_000_000_000,
        "source_platform": "tiktok.com", "source_url": "https://www.tiktok.com/api/" + "x" * 900,
        "data": {
            "id": film, "desc": " ".join(f"#{tag}" for tag in tags), "createTime": 1_697_000_000,
            "author": {
                "id": str(account_number(random)), "uniqueId": "made_up", "nickname": "M",
                "avatarThumb": "https://img.example/" + "b" * 180, "signature": "invented",
            },
            "video": pictures | {"duration": 10, "bitrate": 500_000}, "music": pictures,
            "challenges": [{"id": "1", "title": tag, "desc": "", "coverThumb": ""} for tag in tags],
            "textExtra": [{"hashtagName": tag, "type": 1, "userUniqueId": ""} for tag in tags],
            "stats": {"diggCount": 50, "shareCount": 0, "commentCount": 4, "playCount": 4000},
            "authorStats": {"followerCount": 200, "followingCount": 2, "videoCount": 900},
        },
    }  # fmt: skip


def _old(random: np.random.Generator, number: int) -> dict[str, Any]:
    post_id = f"{PREFIX}{number:013d}"
    account = account_number(random)
    post = {
        "created_at": "Sun Oct 01 08:00:00 +0000 2023", "id_str": post_id,
        "full_text": " ".join(random.choice(WORDS, 24)), "truncated": False,
        "entities": {
            "hashtags": [], "symbols": [], "media": [_picture(post_id)],
            "urls": [{"url": "https://t.co/a", "expanded_url": f"https://a.example/{account % 99}"}],
            "user_mentions": [{"id_str": "42", "screen_name": "harbour_desk", "name": "Desk"}],
        },
        "lang": "en", "geo": None, "coordinates": None, "place": None, "contributors": None,
        "display_text_range": [0, 120], "in_reply_to_status_id_str": None, "favorited": False,
        "source": '<a href="http://twitter.com" rel="nofollow">Twitter for Android</a>',
        "user": _account(random, account)["legacy"]
        | {"id_str": str(account), **_PROFILE},
        "retweet_count": 3, "favorite_count": 9,
    }  # fmt: skip
    if number % 2:
        original = _old(random, 2 * number)
        return post | {"retweeted_status": original | {"id_str": f"{PREFIX}8{number:012d}"}}
    return post


MAKERS: dict[str, Callable[[np.random.Generator, int], dict[str, Any]]] = {
    "zeeschuimer x": _captured,
    "zeeschuimer tiktok": _film,
    "v1.1": _old,
}
