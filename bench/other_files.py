"""Synthetic files of every other platform whose exports are JSON, and of tables.

Records have the fields and the size of real ones; names and texts are invented. Ids of posts, and
of every other account, are fresh in each repetition, so that what a reader remembers grows as it
would.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from pages import WORDS
from x_files import OBJECTS, PREFIX, account_number, as_answers, as_list, as_traffic, repeated
from x_files import written as written_x

Made = dict[str, Any]
Form = tuple[bytes, bytes, bytes]
LINES: Form = (b"", b"\n", b"\n")
LIST: Form = (b"[", b",\n", b"]\n")
SAMPLES = Path(__file__).resolve().parent.parent / "tests" / "contract" / "samples"
#: A time, another one in each repetition.
_DAY = f"2024-05-01T08:30:04.{PREFIX}Z"
_SECONDS = int(f"17{PREFIX}05")


def written(path: Path, kind: str, megabytes: int) -> Path:
    """Write a file of one of `KINDS`, about as large as asked; memory: 300 records.

    Parameters
    ----------
    path
        Where.
    kind
        One of `KINDS`.
    megabytes
        Size.
    """
    return KINDS[kind](path, megabytes)


def table_of(path: Path, sample: str, megabytes: int) -> Path:
    """Write the rows of a sample of the contract again and again, with other ids."""
    lines = (SAMPLES / sample).read_bytes()
    header, _, body = lines.partition(b"\n")
    long_id = re.compile(rb"\d{15,}")
    blocks = [long_id.sub(b"%d%013d" % (PREFIX, n), body.rstrip(b"\n")) for n in range(OBJECTS)]
    return repeated(path, blocks, megabytes, (header + b"\n", b"\n", b"\n"))


def _of(
    make: Callable[[np.random.Generator, int], Made],
    form: Form = LINES,
    different: int = OBJECTS,
) -> Any:
    def write(path: Path, megabytes: int) -> Path:
        random = np.random.default_rng(7)
        records = [msgspec.json.encode(make(random, n)) for n in range(different)]
        return repeated(path, records, megabytes, form)

    return write


def _sampled(sample: str) -> Any:
    """Return a writer of the lines of a sample, with other ids."""

    def write(path: Path, megabytes: int) -> Path:
        lines = (SAMPLES / sample).read_bytes().strip().split(b"\n")
        long_id = re.compile(rb'(?<=")\d{9,}(?=")')
        records = [
            long_id.sub(b"%d%013d" % (PREFIX, n), lines[n % len(lines)]) for n in range(OBJECTS)
        ]
        return repeated(path, records, megabytes)

    return write


def _twarc(path: Path, megabytes: int) -> Path:
    from pages import written as pages

    return pages(path, megabytes)


def _x(kind: str) -> Any:
    return lambda path, megabytes: written_x(path, kind, megabytes)


def _from(write: Any, turn: Callable[[Path, Path], Path]) -> Any:
    def both(path: Path, megabytes: int) -> Path:
        first = path.with_name(path.name + ".first")
        turn(write(first, megabytes), path)
        first.unlink()
        return path

    return both


def _text(random: np.random.Generator, words: int) -> str:
    return " ".join(random.choice(WORDS, words))


def _did(random: np.random.Generator) -> str:
    return f"did:plc:{account_number(random):024d}"


def _bsky_post(random: np.random.Generator, uri: str) -> Made:
    link = f"https://news.example/{int(random.integers(500))}?id={int(random.integers(99))}"
    index = {"byteStart": 23, "byteEnd": 46}
    record: Made = {
        "$type": "app.bsky.feed.post", "createdAt": _DAY, "langs": ["en"],
        "text": _text(random, 20),
        "facets": [
            {"index": index, "features": [
                {"$type": "app.bsky.richtext.facet#link", "uri": link}]},
            {"index": index, "features": [
                {"$type": "app.bsky.richtext.facet#tag", "tag": "Harbour"}]},
        ],
    }  # fmt: skip
    if random.random() < 0.4:
        parent = {"cid": "bafyrei" + "a" * 52, "uri": uri}
        record["reply"] = {"root": parent, "parent": parent}
    elif random.random() < 0.5:
        blob = {"$type": "blob", "ref": {"$link": "bafkrei" + "b" * 52}, "size": 90_000}
        record["embed"] = {
            "$type": "app.bsky.embed.images",
            "images": [{"alt": _text(random, 8), "image": blob, "aspectRatio": {"height": 9}}],
        }
    return record


def _event(random: np.random.Generator, number: int) -> Made:
    """Return an event of Jetstream; shares of kinds as in the whole network: 69 % likes."""
    share = random.random()
    subject = {
        "cid": "bafyrei" + "c" * 52,
        "uri": f"at://{_did(random)}/app.bsky.feed.post/3k{PREFIX}{int(random.integers(300)):07d}",
    }
    kind = "like" if share < 0.69 else "repost" if share < 0.79 else "post"
    collection = "app.bsky.graph.follow" if share > 0.94 else f"app.bsky.feed.{kind}"
    record: Made = {"$type": collection, "createdAt": _DAY, "subject": subject}
    if collection.endswith("post") and kind == "post":
        record = _bsky_post(random, subject["uri"])
    return {
        "did": _did(random), "time_us": 1_714_552_205_000_123, "kind": "commit",
        "commit": {
            "rev": "3mptbypluud2a", "operation": "create", "collection": collection,
            "rkey": f"3k{PREFIX}{number:07d}", "record": record, "cid": "bafyrei" + "d" * 52,
        },
    }  # fmt: skip


def _post_event(random: np.random.Generator, number: int) -> Made:
    """Return an event of a recording of posts and reposts only."""
    while True:
        event = _event(random, number)
        if event["commit"]["collection"] in {"app.bsky.feed.post", "app.bsky.feed.repost"}:
            return event


def _view(random: np.random.Generator, number: int) -> Made:
    did = _did(random)
    uri = f"at://{did}/app.bsky.feed.post/3k{PREFIX}{number:07d}"
    author = {
        "did": did, "handle": f"made-up-{did[-6:]}.example", "displayName": "Made Up",
        "avatar": f"https://img.example/img/avatar/plain/{did}/bafkrei" + "e" * 52,
        "associated": {"chat": {"allowIncoming": "all"}}, "labels": [],
        "createdAt": "2023-06-01T10:00:00.000Z",
    }  # fmt: skip
    return {
        "uri": uri, "cid": "bafyrei" + "f" * 52, "author": author,
        "record": _bsky_post(random, uri), "replyCount": 1, "repostCount": 2, "likeCount": 3,
        "quoteCount": 0, "bookmarkCount": 0, "indexedAt": _DAY,
        "viewer": {"threadMuted": False, "embeddingDisabled": False}, "labels": [],
    }  # fmt: skip


def _feed(random: np.random.Generator, number: int) -> Made:
    entries = []
    for n in range(30):
        entry: Made = {"post": _view(random, number * 30 + n)}
        if n % 3 == 0:
            by = _view(random, 0)["author"]
            entry["reason"] = {
                "$type": "app.bsky.feed.defs#reasonRepost", "by": by, "indexedAt": _DAY,
                "uri": f"at://{by['did']}/app.bsky.feed.repost/3r{PREFIX}{number * 30 + n:07d}",
            }  # fmt: skip
        entries.append(entry)
    return {"feed": entries, "cursor": _DAY}


def _status(random: np.random.Generator, number: int, *, inside: bool = False) -> Made:
    account = account_number(random)
    home = f"https://sea{account % 40}.example"
    uri = f"{home}/users/made_up_{account}/statuses/{PREFIX}{number:012d}{int(inside)}"
    link = f"{home}/notice?id={int(random.integers(900))}"
    status: Made = {
        "id": f"{PREFIX}{number:012d}{int(inside)}", "created_at": _DAY, "in_reply_to_id": None,
        "in_reply_to_account_id": None, "sensitive": False, "spoiler_text": "",
        "visibility": "public", "language": "en", "uri": uri, "url": uri, "replies_count": 1,
        "reblogs_count": 2, "favourites_count": 3, "edited_at": None,
        "content": f'<p>{_text(random, 30)} <a href="{link}" rel="nofollow noopener" '
        f'target="_blank"><span class="invisible">https://</span><span>{link[8:]}</span></a></p>'
        f'<p><a href="{home}/tags/ferry" class="mention hashtag" rel="tag">#<span>Ferry</span>'
        "</a></p>",
        "reblog": None, "account": _mastodon_account(random, account, home),
        "media_attachments": [{
            "id": "1", "type": "image", "url": f"{home}/media_attachments/files/original/a.jpg",
            "preview_url": f"{home}/media_attachments/files/small/a.jpg", "remote_url": None,
            "meta": {"original": {"width": 900, "height": 600, "size": "900x600"}},
            "description": _text(random, 9), "blurhash": "UeKUpFxuo~R%0nW",
        }],
        "mentions": [{"id": "5", "username": "desk", "url": f"{home}/@desk", "acct": "desk"}],
        "tags": [{"name": "Ferry", "url": f"{home}/tags/ferry"}], "emojis": [], "card": None,
        "poll": None, "application": {"name": "Web", "website": None},
    }  # fmt: skip
    if number % 3 == 0 and not inside:
        status |= {"content": "", "reblog": _status(random, number, inside=True)}
    return status


def _mastodon_account(random: np.random.Generator, account: int, home: str) -> Made:
    page = f"{home}/@made_up_{account}"
    return {
        "id": str(account), "username": f"made_up_{account}",
        "acct": f"made_up_{account}@{home[8:]}", "display_name": "Made Up", "locked": False,
        "bot": False, "discoverable": True, "group": False, "note": f"<p>{_text(random, 20)}</p>",
        "created_at": "2022-11-05T00:00:00.000Z", "url": page,
        "uri": f"{home}/users/made_up_{account}", "avatar": f"{home}/avatars/original/a.png",
        "avatar_static": f"{home}/avatars/original/a.png", "header": f"{home}/headers/b.png",
        "header_static": f"{home}/headers/b.png", "followers_count": 10, "following_count": 3,
        "statuses_count": 44, "last_status_at": "2024-05-01", "emojis": [],
        "fields": [{"name": "boats", "value": _text(random, 5), "verified_at": None}] * 2,
    }  # fmt: skip


def _message(random: np.random.Generator, number: int) -> Made:
    text = _text(random, 40)
    parts: list[Any] = [
        text,
        {"type": "link", "text": f"https://news.example/{int(random.integers(900))}"},
        " ",
        {"type": "hashtag", "text": "#Ferry"},
    ]
    entities = [
        {"type": "plain", "text": text},
        *(part for part in parts if type(part) is dict),
    ]
    message: Made = {
        "id": int(f"{PREFIX}{number:05d}"), "type": "message", "date": "2024-05-01T10:30:05",
        "date_unixtime": str(_SECONDS), "from": "Made Up",
        "from_id": f"user{account_number(random)}",
    }  # fmt: skip
    if number % 4 == 0:
        message |= {"forwarded_from": "Old Lighthouse"}
    elif number % 4 == 1:
        message |= {"reply_to_message_id": int(f"{PREFIX}{number - 1:05d}")}
    if number % 3 == 0:
        message |= {
            "photo": "photos/photo_1@01-05-2024_10-30-05.jpg",
            "width": 900,
            "height": 600,
        }
    plain = number % 2 == 0
    return message | {
        "text": text if plain else parts, "text_entities": entities[:1] if plain else entities,
        "reactions": [{"type": "emoji", "count": 12, "emoji": "+"}],
    }  # fmt: skip


def _telegram(path: Path, megabytes: int) -> Path:
    """Write one chat as Telegram Desktop does: one space for each depth."""
    random = np.random.default_rng(7)
    made = [msgspec.json.encode(_message(random, n)) for n in range(OBJECTS)]
    records = [msgspec.json.format(one, indent=1).replace(b"\n", b"\n  ") for one in made]
    before = b'{\n "name": "The Quay",\n "type": "public_supergroup",\n "id": 1400000001,\n'
    around = (before + b' "messages": [\n  ', b",\n  ", b"\n ]\n}\n")
    return repeated(path, records, megabytes, around)


def _video(random: np.random.Generator, number: int) -> Made:
    return {
        "id": int(f"{PREFIX}{number:013d}"), "video_description": _text(random, 14) + " #ferry",
        "create_time": _SECONDS + number % 90, "region_code": "FR", "share_count": 3, "view_count": 900,
        "like_count": 50, "comment_count": 4, "music_id": 6_800_000_000_000_000_001,
        "hashtag_names": ["ferry", "Quay"], "username": f"made.up.{account_number(random)}",
        "effect_ids": [], "playlist_id": 1, "voice_to_text": _text(random, 30),
        "favorites_count": 2, "video_duration": 31, "is_stem_verified": False,
        "hashtag_info_list": [{"hashtag_id": 1, "hashtag_name": "ferry", "hashtag_description": ""}],
    }  # fmt: skip


def _videos(random: np.random.Generator, number: int) -> Made:
    videos = [_video(random, number * 100 + n) for n in range(100)]
    data = {"videos": videos, "cursor": 100, "has_more": True, "search_id": "1"}
    return {"data": data, "error": {"code": "ok", "message": "", "log_id": "a"}}


def _picture(random: np.random.Generator, number: int) -> Made:
    own, account = f"{PREFIX}{number:013d}", str(account_number(random))
    candidate = {"width": 1080, "height": 1350, "url": "https://img.example/" + "a" * 500}
    user = {
        "pk": account, "id": account, "username": "made_up", "full_name": "Made Up",
        "is_private": False, "profile_pic_url": "https://img.example/" + "b" * 400,
    }  # fmt: skip
    return {
        "nav_index": "1:0:0", "item_id": own, "timestamp_collected": 1_770_588_804_059,
        "source_platform": "instagram.com", "source_platform_url": "https://www.instagram.com/",
        "source_url": "https://www.instagram.com/graphql/query", "user_agent": "Mozilla/5.0",
        "data": {
            "id": f"{own}_{account}", "pk": own, "code": f"D{own}", "user": user, "owner": user,
            "media_type": 1, "product_type": "feed", "taken_at": 1_770_578_767, "like_count": 306,
            "comment_count": 37, "image_versions2": {"candidates": [candidate] * 8},
            "caption": {"pk": "1", "text": _text(random, 40) + " #Quay with @made_up"},
            "usertags": None, "carousel_media": None, "_zs_partial": False,
        },
    }  # fmt: skip


def _plain(random: np.random.Generator, number: int) -> Made:
    account = account_number(random)
    return {
        "id": f"{PREFIX}{number:013d}", "created_at": f"2023-01-02T03:04:05.{PREFIX}Z",
        "author": {"id": str(account), "username": f"made_up_{account}", "followers_count": 5},
        "content": _text(random, 30) + " #World", "lang": "en", "likes": 3, "shares": 1,
        "links": [f"https://news.example/{int(random.integers(900))}?b=1&a=2"],
        "type": "original",
    }  # fmt: skip


def _flat(random: np.random.Generator, number: int, *, inside: bool = False) -> Made:
    """Return a post as scrapers of the website flatten it, a third of them reposts."""
    own, account = f"{PREFIX}{number:012d}{int(inside)}", account_number(random)
    page = f"https://x.com/made_up_{account}"
    person = {"id": account, "id_str": str(account), "username": f"made_up_{account}",
              "displayname": "Made Up", "_type": "snscrape.modules.twitter.UserRef"}  # fmt: skip
    user = person | {
        "url": page, "rawDescription": _text(random, 18), "created": "2022-03-14 10:34:49+00:00",
        "followersCount": 66, "friendsCount": 37, "statusesCount": 112, "favouritesCount": 3,
        "listedCount": 0, "mediaCount": 9, "location": "Saint-Exemple", "descriptionLinks": [],
        "profileImageUrl": "https://pbs.example/profile_images/1234567890/abcdefgh_normal.jpg",
        "profileBannerUrl": "https://pbs.example/profile_banners/1234567890/1650000000",
        "protected": None, "verified": False, "blue": False, "blueType": None, "pinnedIds": [],
    }  # fmt: skip
    link = f"https://news.example/{int(random.integers(500))}?utm_source=x"
    post: Made = {
        "id": int(own), "id_str": own, "url": f"{page}/status/{own}", "user": user, "lang": "en",
        "date": f"2023-10-10 07:57:53.{PREFIX}+00:00", "rawContent": _text(random, 30),
        "replyCount": 2, "retweetCount": 3, "likeCount": 9, "quoteCount": 0, "bookmarkedCount": 1,
        "conversationId": int(own), "conversationIdStr": own, "hashtags": ["harbour"],
        "cashtags": [], "mentionedUsers": [person], "viewCount": 250, "place": None,
        "links": [{"url": link, "text": link[8:], "tcourl": "https://t.co/a"}],
        "media": {"photos": [{"url": "https://pbs.example/media/aaaa.jpg"}], "videos": []},
        "retweetedTweet": None, "quotedTweet": None, "coordinates": None, "card": None,
        "inReplyToTweetId": None, "inReplyToTweetIdStr": None, "inReplyToUser": None,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "sourceUrl": "https://mobile.twitter.com", "sourceLabel": "Twitter Web App",
        "possibly_sensitive": False, "_type": "snscrape.modules.twitter.Tweet",
    }  # fmt: skip
    if number % 3 == 0 and not inside:
        post["retweetedTweet"] = _flat(random, number, inside=True)
    return post


#: Name -> what writes such a file.
KINDS: dict[str, Callable[[Path, int], Path]] = {
    "twarc, pages": _twarc,
    "Zeeschuimer, X": _x("zeeschuimer x"),
    "Zeeschuimer, TikTok": _x("zeeschuimer tiktok"),
    "Zeeschuimer, Instagram": _of(_picture),
    "X's website, answers": _from(_x("zeeschuimer x"), as_answers),
    "X, flat lines of a scraper": _of(_flat),
    "X API v1.1, JSON lines": _x("v1.1"),
    "X API v1.1, one list": _from(_x("v1.1"), as_list),
    "browser traffic (HAR), X": _from(_x("zeeschuimer x"), as_traffic),
    "platform cards": _sampled("card/cards.jsonl"),
    "Jetstream, all events": _of(_event),
    "Jetstream, posts and reposts": _of(_post_event),
    "Bluesky, feeds": _of(_feed, different=100),
    "Mastodon, lines": _of(_status),
    "Mastodon, one list": _of(_status, LIST),
    "Telegram, one chat": _telegram,
    "TikTok Research API, pages": _of(_videos, different=30),
    "TikTok Research API, one list": _of(_video, LIST),
    "JSON lines, guessed keys": _of(_plain),
}
