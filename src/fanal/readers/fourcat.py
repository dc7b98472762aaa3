"""CSV written by 4CAT: posts of X, Bluesky, TikTok, Instagram, Threads, Telegram and others.

1. The columns tell the platform; times are ``unix_timestamp``, never the server's local ``timestamp``
   where both are there.
2. Flags are yes and no, lists are joined by commas.
3. A repost of X says ``RT @name: text`` and not which post it repeats: reposts of one text by one
   account count as reposts of one post, under a key made of both.
4. Bluesky's references are links with handles: kept as keys only where they hold the DID.
5. Telegram counts messages for each chat: keys are chat and number.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.headers import Header, read_headers, sniff_headers
from fanal.readers.mapped import COUNTS, Table
from fanal.readers.values import flag_value, id_value, text_value

_RT: Final = re.compile(r"RT @(\w{1,50}):? (.*)", re.DOTALL)
_POST: Final = re.compile(r"https://bsky\.app/profile/(did:[^/]+)/post/([^/?#]+)")
_BASE: Final = {
    "post_id": ("id",),
    "account": ("author_id",),
    "handle": ("author",),
    "time": ("unix_timestamp", "created_at", "timestamp"),
    "text": ("body",),
    "display_name": ("author_fullname", "author_full", "author_display_name", "author_name"),
    "hashtags": ("hashtags", "tags"),
    "urls": ("urls", "links", "link_url"),
    "mentions": ("mentions", "usertags"),
    "followers": ("author_followers",),
    "likes": ("like_count", "likes", "num_likes"),
    "reposts": ("retweet_count", "repost_count", "reposts", "shares"),
    "replies": ("reply_count", "replies", "comments", "num_comments"),
    "quotes": ("quote_count", "quotes"),
    "views": ("impression_count", "plays", "views"),
}
_ITEM: Final = frozenset({"id", "thread_id", "author", "body"})


def _x(table: Table) -> None:
    # 3. reposts; their counts are those of the original
    flagged = [flag_value(cell) for cell in table.get("is_repost", ())]
    rows = range(len(table["text"]))
    texts, keys = list(table["text"]), [""] * len(rows)
    counts: Table = {field: table[field] for field in COUNTS if field in table}
    for place in rows:
        if not (flagged and flagged[place]):
            continue
        user, texts[place] = _reposted(table, place)
        if user:
            words = " ".join(texts[place].split()).encode("utf-8", "replace")
            keys[place] = f"@{user.casefold()}/{hashlib.sha256(words).hexdigest()[:16]}"
    for field, column in counts.items():
        counts[field] = ["" if key else cell for key, cell in zip(keys, column, strict=True)]
    table.update(counts, text=texts, repost_of=keys)


def _reposted(table: Table, place: int) -> tuple[str, str]:
    """Return whose post is repeated, and its words."""
    text = table["text"][place] or ""
    said = text_value(table["reposted_user"][place]) if "reposted_user" in table else None
    found = _RT.fullmatch(text)
    if found is None:
        return said or "", text
    return said or found[1], found[2]


def _bsky(table: Table) -> None:
    # 4. references
    for field, flag in (("quote_of", "is_quote"), ("reply_to", "is_reply")):
        if field in table:
            links = [str(cell or "") for cell in table[field]]
            table[flag] = [bool(link) for link in links]
            table[field] = [_uri(link) for link in links]
    if "lang" in table:
        table["lang"] = [_first_language(cell) for cell in table["lang"]]


def _uri(link: str) -> str:
    found = _POST.match(link)
    return f"at://{found[1]}/app.bsky.feed.post/{found[2]}" if found else ""


def _first_language(cell: Any) -> str:
    first = str(cell or "").split(",")[0].strip()
    return "" if first == "N/A" else first


def _telegram(table: Table) -> None:
    # 5. keys
    chats = table["chat"]
    for field in ("post_id", "reply_to"):
        if field in table:
            table[field] = [
                f"{chat}/{number}" if chat and (number := _number(cell)) else ""
                for chat, cell in zip(chats, table[field], strict=True)
            ]
    if "account" in table:
        table["account"] = [
            account or chat for account, chat in zip(table["account"], chats, strict=True)
        ]
    names = [table[field] for field in ("forwarded_name", "forwarded_user") if field in table]
    table["kind"] = ["forward" if any(found) else "" for found in zip(*names, strict=True)]


def _number(cell: Any) -> str | None:
    try:
        return id_value(cell)
    except ValueError:
        return None


#: The more telling columns before the fewer.
_HEADERS: Final = (
    Header(
        "x",
        _ITEM | {"is_retweet", "retweet_count"},
        _BASE
        | {
            "is_repost": ("is_retweet",),
            "reposted_user": ("retweeted_user",),
            "is_quote": ("is_quote_tweet",),
            "quote_of": ("quote_tweet_id",),
            "is_reply": ("is_reply",),
            "lang": ("language_guess", "language"),
            "client": ("source",),
        },
        prepare=_x,
    ),
    Header(
        "bsky",
        _ITEM | {"author_id", "replied_to_post", "quoted_post"},
        _BASE
        | {
            "quote_of": ("quoted_post",),
            "reply_to": ("replied_to_post",),
            "lang": ("languages",),
            "created_at": ("author_created_at",),
            "description": ("author_profile",),
        },
        prepare=_bsky,
    ),
    Header("tiktok", _ITEM | {"tiktok_url"}, _BASE),
    Header("instagram", _ITEM | {"num_likes", "num_comments"}, _BASE),
    Header("threads", _ITEM | {"author_is_verified", "quotes", "link_thumbnail_url"}, _BASE),
    Header(
        "telegram",
        _ITEM | {"chat", "author_username"},
        _BASE
        | {
            "account": ("author",),
            "handle": ("author_username",),
            "chat": ("chat",),
            "reply_to": ("reply_to",),
            "forwarded_name": ("author_forwarded_from_name",),
            "forwarded_user": ("author_forwarded_from_username",),
        },
        prepare=_telegram,
    ),
    Header("other", _ITEM | {"unix_timestamp"}, _BASE),
)  # fmt: skip


def _sniff(head: Head) -> float:
    return sniff_headers(head, _HEADERS)


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    read_headers(source, settings, rows, _HEADERS)
    rows.note(
        "4CAT names whom a repost of X repeats, not which post: reposts of one text by one account "
        "count as reposts of one post."
    )


READER = Reader(
    name="4cat",
    version=1,
    title="CSV of 4CAT (X, Bluesky, TikTok, Instagram, Threads, Telegram and others)",
    blind_spot=(
        "The file holds what one capture showed to one browser or one query, flattened by 4CAT: who "
        "else reposted, and which post a repost of X repeats, is not in it."
    ),
    sniff=_sniff,
    read=_read,
)
