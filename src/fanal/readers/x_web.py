"""Posts of X in any shape since 2023: answers of its website, items cut out of them, flat ones.

1. JSON lines, one list, or one whole answer of the website (a search, a timeline, a thread).
2. Each record is walked for posts, accounts and cards (`readers/x_walk.py`); posts are read by
   meaning (`readers/x_meaning.py`), from the places in ``x_fields.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.cards import Cards
from fanal.readers.documents import each_record, first_object, json_records
from fanal.readers.sources import head as head_of
from fanal.readers.x_meaning import XPosts
from fanal.readers.x_objects import object_of
from fanal.readers.x_places import user_places
from fanal.readers.x_walk import is_post, things

#: Keys that only X's website uses.
_WEBSITE: Final = (
    b'"rest_id"',
    b'"tweet_results"',
    b'"legacy"',
    b'"__typename"',
    b'"full_text"',
)
#: Keys of flat shapes that tell X from other platforms.
_FLAT: Final = frozenset(
    {
        "rawContent", "conversationIdStr", "conversation_id_str", "retweetedTweet", "quotedTweet",
        "favorite_count", "retweet_count", "retweetCount", "user_id_str", "bookmark_count",
    }
)  # fmt: skip
_CARD: Final = re.compile(rb'"about_?(?:profile|account)"\s*:', re.IGNORECASE)
_ELSEWHERE: Final = (b'"source_platform"', b'"__twarc"', b'"__import_meta"')


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["} or any(key in start[:100_000] for key in _ELSEWHERE):
        return 0.0
    if re.match(rb'\{\s*"log"\s*:', start):  # browser traffic
        return 0.0
    if _is_website(start):
        return 0.9
    one = first_object(head)
    if one is None or not is_post(one):
        return 0.0
    if one.get("user").__class__ is dict and "rawContent" not in one:
        return 0.0  # the old API
    return 0.8 if _FLAT & one.keys() else 0.0


def _is_website(start: bytes) -> bool:
    if _CARD.search(start) and b'"full_text"' not in start:
        return False
    return b'"rest_id"' in start and sum(key in start for key in _WEBSITE) >= 2


def guess(head: Head) -> Mapping[str, Any]:
    """Return the user's own places of X's fields, so that they are part of the input."""
    del head
    places = user_places()
    return {"x_fields": places} if places else {}


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    posts = XPosts(rows, source.name, source.sha256, settings.mapping.get("x_fields"))
    cards = Cards(rows, source, settings, "session JSON")

    # 1. records
    def take(number: int, raw: bytes) -> None:
        one = object_of(raw, number, source.name, rows)
        if one is not None:
            _record(one, number, raw, source.name, rows, posts, cards)

    each_record(json_records(source, head_of(source), rows), rows, take)
    posts.tell()


def _record(
    one: Any, number: int, raw: bytes, name: str, rows: Rows, posts: XPosts, cards: Cards
) -> None:
    """Add what one record holds; skip it when it is an answer without posts."""
    # 2. whatever is in it
    found = False
    for kind, thing in things(one):
        found = True
        if kind == "post":
            posts.post(thing, None, number)
        elif kind == "card":
            cards.of_x(thing, None, number)
        else:
            posts.account(thing, None, number)
    if found:
        return
    if one.__class__ is dict and ("data" in one or "errors" in one):
        rows.skip("an answer of X without posts")
    else:
        rows.reject(f"{name}:{number}", None, "no post of X in this object", raw)


READER = Reader(
    name="x-web",
    version=1,
    title="Posts of X as its website sends them, in any shape since 2023 (JSON, JSON lines)",
    blind_spot=(
        "Such files hold what X's website sent to one account: who reposted is rarely in it, and "
        "a search or a timeline is X's choice, never complete."
    ),
    sniff=_sniff,
    read=_read,
    guess=guess,
)
