"""Videos of TikTok's Research API: CSV, pages of JSON as the API answers, lists or lines of videos.

``region_code`` is where the account was registered, not where it posts: it is no declared place.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.delimited import delimited_sample
from fanal.readers.documents import json_records
from fanal.readers.headers import Header, header_of, mapping_of, read_headers
from fanal.readers.lines import Line
from fanal.readers.mapped import Mapped
from fanal.readers.sources import head as head_of
from fanal.readers.undisturbed import undisturbed
from fanal.readers.x_objects import object_of

_HEADERS: Final = tuple(
    Header(
        "tiktok",
        frozenset({number, "video_description", "create_time", "region_code"}),
        {
            "post_id": (number,), "handle": ("username", "author_name"), "time": ("create_time",),
            "text": ("video_description",), "hashtags": ("hashtag_names",),
            "mentions": ("video_mention_list",), "likes": ("like_count",),
            "reposts": ("share_count",), "replies": ("comment_count",), "views": ("view_count",),
            "bookmarks": ("favorites_count",),
        },
        time_zone="UTC",
    )
    for number in ("id", "video_id")
)  # fmt: skip
_KEYS: Final = (b'"video_description"', b'"region_code"', b'"create_time"')
_LISTS: Final = ("videos",)
_NAMES: Final = tuple({name for names in _HEADERS[0].columns.values() for name in names})
_AT_ONCE: Final = 1000


def _sniff(head: Head) -> float:
    start = head.data.lstrip()[:1]
    if start in {b"{", b"["}:
        return 1.0 if all(key in head.data for key in _KEYS) else 0.0
    sample = delimited_sample(head)
    return 1.0 if sample is not None and header_of(sample.names, _HEADERS) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    head = head_of(source)
    if head.data.lstrip()[:1] not in {b"{", b"["}:
        read_headers(source, settings, rows, _HEADERS)
        return
    mapping = mapping_of(_HEADERS[0], _NAMES, settings.mapping)
    mapped = Mapped(source, mapping, settings, rows)
    found = json_records(source, head, rows, _LISTS)
    while some := list(islice(found, _AT_ONCE)):
        with undisturbed():
            _add(some, mapped, rows, source.name)


def _add(some: list[Line], mapped: Mapped, rows: Rows, name: str) -> None:
    videos: list[tuple[int, dict[str, Any], bytes]] = []
    for number, raw in some:
        one = object_of(raw, number, name, rows)
        found = _videos(one) if one is not None else []
        if not found and one is not None:
            rows.skip("empty page")
        for video in found:
            if isinstance(video, dict):
                videos.append((number, video, raw))
            else:
                rows.reject(f"{name}:{number}", None, "not a video", raw)
    objects = [video for _, video, _ in videos]
    columns = [[video.get(key) for video in objects] for key in mapped.columns]
    mapped.add_all(columns, [video[0] for video in videos], lambda place: videos[place][2])


def _videos(one: Any) -> list[Any]:
    """Return the videos of a page, or the one video that stands alone."""
    if not isinstance(one, dict):
        return list(one)
    data = one.get("data", one)
    page = data.get("videos") if isinstance(data, dict) else None
    return page if isinstance(page, list) else [one]


READER = Reader(
    name="tiktok-research",
    version=1,
    title="Videos of TikTok's Research API (CSV, or JSON as the API answers)",
    blind_spot=(
        "The API returns public videos of accounts over 18 and leaves out some without saying which; "
        "it has no graph of reposts, and its counts lag by days."
    ),
    sniff=_sniff,
    read=_read,
)
