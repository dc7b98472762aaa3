"""CSV made of Zeeschuimer's captures by zeeschuimer-decoder: posts of X and TikTok.

1. There is no time in it: the ids hold it, to the millisecond (X) or the second (TikTok).
2. The account is known by its handle, out of the address of the post.
Zeeschuimer's own CSV has the columns of 4CAT and is read as such (`readers/fourcat.py`).
"""

from __future__ import annotations

import re
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.headers import Header, read_headers, sniff_headers
from fanal.readers.mapped import Table

_HANDLE: Final = re.compile(
    r"(?:twitter|x|tiktok)\.com/@?([\w.]{1,50})/(?:status|video|photo)/"
)


def _handles(table: Table) -> None:
    # 2. the handle stands in the address
    table["handle"] = [_handle(cell) for cell in table["handle"]]


def _handle(address: Any) -> str:
    found = _HANDLE.search(str(address or ""))
    return found[1] if found else ""


_BASE: Final = {
    "post_id": ("id",),
    "handle": ("url",),
    "display_name": ("author",),
    "followers": ("author_followers",),
}
_HEADERS: Final = (
    Header(
        "x",
        frozenset({"id", "url", "tweet", "heart_count", "author_followers", "search_url"}),
        _BASE
        | {
            "text": ("tweet",),
            "is_repost": ("is_retweet",),
            "likes": ("heart_count",),
            "reposts": ("retweet_count",),
            "replies": ("reply_count",),
            "views": ("view_count",),
        },
        prepare=_handles,
    ),
    Header(
        "tiktok",
        frozenset({"id", "url", "description", "digg_count", "play_count", "search_url"}),
        _BASE
        | {
            "text": ("description",),
            "likes": ("digg_count",),
            "reposts": ("share_count",),
            "replies": ("comment_count",),
            "views": ("play_count",),
        },
        prepare=_handles,
    ),
)  # fmt: skip


def _sniff(head: Head) -> float:
    return sniff_headers(head, _HEADERS)


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    read_headers(source, settings, rows, _HEADERS)
    # 1. said, because a table without times looks like a mistake
    rows.note("Times were taken from the ids: this kind of table holds none.")


READER = Reader(
    name="zeeschuimer-csv",
    version=1,
    title="CSV of zeeschuimer-decoder: posts of X or TikTok out of Zeeschuimer's captures",
    blind_spot=(
        "The table keeps a dozen columns of a capture: ids of accounts, links, what is quoted or "
        "answered, and all that one browser was not shown, are not in it."
    ),
    sniff=_sniff,
    read=_read,
)
