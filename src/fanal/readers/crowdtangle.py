"""CSV of CrowdTangle (closed in August 2024): posts of Facebook pages and groups, of Instagram.

1. Native ids stand in the address of the post; counts have thousands separators.
2. Times end with the zone of the dashboard; an abbreviation that means several zones is no zone.
"""

from __future__ import annotations

import re
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.headers import Header, read_headers, sniff_headers
from fanal.readers.mapped import COUNTS, Table

_ID: Final = re.compile(
    r"/(?:posts|videos|permalink|photos(?:/[^/]+)*|p|reel|tv)/([\w-]+)/?(?:$|\?)"
)
#: Abbreviations with one meaning, minutes from UTC; and those that model/time.py reads.
_ZONES: Final = {
    "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180,
}  # fmt: skip
_READ: Final = frozenset({"UTC", "GMT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"})
_COMMON: Final = {
    "time": ("post created",), "handle": ("user name",), "post_id": ("url",),
    "followers": ("followers at posting",), "likes": ("likes",), "replies": ("comments",),
}  # fmt: skip


def _prepare(table: Table) -> None:
    # 1. ids and counts
    table["post_id"] = [_post_id(str(cell or "")) for cell in table["post_id"]]
    for field in {*COUNTS, "followers"} & table.keys():
        table[field] = [str(cell or "").replace(",", "") for cell in table[field]]
    # 2. zones
    table["time"] = [_zoned(str(cell or "")) for cell in table["time"]]


def _post_id(address: str) -> Any:
    found = _ID.search(address)
    return found[1] if found else None


def _zoned(text: str) -> str:
    moment, _, zone = text.strip().rpartition(" ")
    if zone in _ZONES:
        return f"{moment}+{_ZONES[zone] // 60:02}:00"
    return moment if moment and zone.isalpha() and zone not in _READ else text


_HEADERS: Final = (
    Header(
        "facebook",
        frozenset({"facebook id", "post created", "message", "url"}),
        _COMMON
        | {
            "account": ("facebook id",), "text": ("message",), "urls": ("final link", "link"),
            "display_name": ("page name", "group name"), "created_at": ("page created",),
            "description": ("page description",), "reposts": ("shares",), "views": ("post views",),
        },
        prepare=_prepare,
    ),
    Header(
        "instagram",
        frozenset({"user name", "post created", "photo", "description", "url"}),
        _COMMON | {"text": ("description",), "display_name": ("account",), "views": ("views",)},
        prepare=_prepare,
    ),
)  # fmt: skip


def _sniff(head: Head) -> float:
    return sniff_headers(head, _HEADERS)


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    read_headers(source, settings, rows, _HEADERS)


READER = Reader(
    name="crowdtangle",
    version=1,
    title="CSV of CrowdTangle (Facebook pages and groups, Instagram)",
    blind_spot=(
        "CrowdTangle held public pages, groups and verified profiles that someone had put on a list, "
        "and never ordinary accounts; who shared a post is only a number."
    ),
    sniff=_sniff,
    read=_read,
)
