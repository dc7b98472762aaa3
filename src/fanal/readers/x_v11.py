"""X API v1.1: posts as twarc 1, rtweet and archives of the old stream wrote them.

1. JSON lines, a list, ``{"statuses": [...]}``, or objects one after another over many lines.
2. Posts are read by meaning (`readers/x_meaning.py`): extended_tweet, retweeted_status,
   quoted_status. Accounts may stand by themselves, with their last post.
3. Deletions of the stream are removals; its other messages are skipped.
"""

from __future__ import annotations

from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.documents import each_record, first_object, json_records
from fanal.readers.sources import head as head_of
from fanal.readers.x_meaning import XPosts
from fanal.readers.x_objects import object_of
from fanal.readers.x_places import is_account
from fanal.readers.x_values import moment, native_id
from fanal.readers.x_web import guess

_LISTS: Final = ("statuses",)
_TEXTS: Final = frozenset({"text", "full_text", "text_m", "extended_tweet"})
_NEWER: Final = frozenset(
    {"rest_id", "rawContent", "__twarc", "source_platform", "author_id", "acct"}
)
#: Messages of the stream that are no posts (Twitter, "Streaming message types").
_MESSAGES: Final = frozenset(
    {
        "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning",
        "errors", "error", "search_metadata", "friends", "event",
    }
)  # fmt: skip


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["} or b'"source_platform"' in start[:100_000]:
        return 0.0
    one = first_object(head, _LISTS)
    if one is None or _NEWER & one.keys():
        return 0.0
    if is_account(one.get("user")) and _TEXTS & one.keys():
        return 0.9
    if is_account(one) and "followers_count" in one:
        return 0.8
    return 0.8 if _removed(one) is not None else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    posts = XPosts(rows, source.name, source.sha256, settings.mapping.get("x_fields"))

    # 1. records
    def take(number: int, raw: bytes) -> None:
        one = object_of(raw, number, source.name, rows)
        if one.__class__ is dict:
            _record(one, number, raw, source.name, rows, posts)
        elif one is not None:
            rows.reject(f"{source.name}:{number}", None, "a list where a post was due", raw)

    each_record(json_records(source, head_of(source), rows, _LISTS), rows, take)
    posts.tell()


def _record(
    one: dict[str, Any], number: int, raw: bytes, name: str, rows: Rows, posts: XPosts
) -> None:
    # 3. messages
    removed = _removed(one)
    if removed is not None:
        _remove(removed, one, number, rows)
    elif _MESSAGES & one.keys() and not _TEXTS & one.keys():
        rows.skip("a message of the stream")
    # 2. posts and accounts
    elif is_account(one) and not _TEXTS & one.keys():
        _account(one, number, rows, posts)
    elif _TEXTS & one.keys() or "user" in one:
        posts.post(one, None, number)
    else:
        rows.reject(f"{name}:{number}", None, "neither a post nor an account of X", raw)


def _account(one: dict[str, Any], number: int, rows: Rows, posts: XPosts) -> None:
    status = one.get("status")
    if status.__class__ is dict and status:
        own = {key: value for key, value in one.items() if key != "status"}
        posts.post({**status, "user": own}, None, number)
    elif not posts.account(one, None, number):
        rows.skip("an account without id and handle")


def _removed(one: dict[str, Any]) -> dict[str, Any] | None:
    message = one.get("delete")
    status = message.get("status") if message.__class__ is dict else None
    return status if status.__class__ is dict else None


def _remove(status: dict[str, Any], one: dict[str, Any], number: int, rows: Rows) -> None:
    post = native_id(_id(status, "id_str", "id"))
    account = native_id(_id(status, "user_id_str", "user_id"))
    if post is None or account is None:
        rows.skip("a deletion that names no post")
        return
    at = moment(_id(one["delete"], "timestamp_ms"))
    rows.removals.append(
        (
            f"x:{post}", f"x:{account}", at[0] if at else None, "delete event",
            rows.input_id, number,
        )
    )  # fmt: skip
    rows.skip("a deletion")


def _id(one: dict[str, Any], *names: str) -> Any:
    for name in names:
        value = one.get(name)
        if value.__class__ is str or (value.__class__ is int and value > 0):
            return value
    return None


READER = Reader(
    name="x-v11",
    version=1,
    title="X API v1.1 as twarc 1, rtweet and archives of the stream wrote it (JSON, JSON lines)",
    blind_spot=(
        "The old API gave a sample of the stream, or the last days of a search: reposts of a "
        "repost, posts deleted before the capture and what the sample missed are not in it."
    ),
    sniff=_sniff,
    read=_read,
    guess=guess,
)
