"""CSV of the Meta Content Library, after its published fields; not tried on a real file.

Ids are the library's own, not those of the platforms: keys begin with ``meta-library``.
"""

from __future__ import annotations

from typing import Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.headers import Header, read_headers, sniff_headers

_HEADERS: Final = (
    Header(
        "meta-library",
        frozenset({"id", "creation_time", "post_owner.id", "text"}),
        {
            "post_id": ("id",), "account": ("post_owner.id",), "time": ("creation_time",),
            "handle": ("post_owner.username",), "display_name": ("post_owner.name",),
            "text": ("text",), "lang": ("lang",), "repost_of": ("shared_post_id",),
            "urls": ("link_attachment.link", "link_url"), "hashtags": ("hashtags",),
            "likes": ("statistics.like_count",), "reposts": ("statistics.share_count",),
            "replies": ("statistics.comment_count",), "views": ("statistics.views",),
        },
    ),
)  # fmt: skip


def _sniff(head: Head) -> float:
    return sniff_headers(head, _HEADERS)


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    read_headers(source, settings, rows, _HEADERS)


READER = Reader(
    name="meta-library",
    version=1,
    title="CSV of the Meta Content Library (after its published fields, not tried on a real file)",
    blind_spot=(
        "The library holds public posts of Facebook, Instagram and Threads above a size of audience, "
        "may be read in its own room only, and never says who saw or shared a post."
    ),
    sniff=_sniff,
    read=_read,
)
