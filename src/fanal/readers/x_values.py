"""Values as X writes them: times, clients, ids, links, tags, handles."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from fanal.model.time import datetime_us, parse_time
from fanal.readers.x_places import first_value

#: X's tags for what is in no language, or in none that it recognised.
NO_LANGUAGE: Final = frozenset(
    {"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst", "qid", "qxx"}
)
#: The page of a post: handle and id.
_STATUS: Final = re.compile(
    r"(?:^|[/.@])(?:twitter|x|fxtwitter|vxtwitter|fixupx)\.com/(?:#!/)?@?(\w{1,20})/status(?:es)?/(\d+)"
)
#: The page that X makes for a picture or film inside a post.
_OWN_MEDIA: Final = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/.+/(?:photo|video)/\d+$")
#: How Relay's ids of accounts and posts begin: ``User:`` and ``Tweet:`` in base 64.
_NODE: Final = ("VXNlcj", "VHdlZX", "QXBpVX")
_INT64: Final = 2**63


def moment(value: Any) -> tuple[int, float] | None:
    """Return (microseconds since 1970 in UTC, precision in seconds), None when it is no time.

    Examples
    --------
    >>> moment("Wed Oct 10 20:19:24 +0000 2018")
    (1539202764000000, 1.0)
    """
    if value is None:
        return None
    try:
        if value.__class__ is str and len(value) == 30 and value[20:25] == "+0000":
            clock = int(value[11:13]) * 3600 + int(value[14:16]) * 60 + int(value[17:19])
            return _day_us(value[4:10], value[26:30]) + clock * 1_000_000, 1.0
        return parse_time(value, zone=UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def _day_us(day: str, year: str) -> int:
    return datetime_us(datetime.strptime(f"{day} {year} +0000", "%b %d %Y %z"))


def count(value: Any) -> int | None:
    """Return a count, None when it is none or beyond 64 bits."""
    if value is None or (value.__class__ is str and len(value) > 18):
        return None
    number = int(value)
    return number if -_INT64 <= number < _INT64 else None


@lru_cache(maxsize=4096)
def client(source: str | None) -> str | None:
    """Return the name of a program, out of the link that X writes it as.

    Examples
    --------
    >>> client('<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>')
    'Twitter Web App'
    """
    if source is None or not source.startswith("<"):
        return source
    name = source[source.find(">") + 1 :].partition("<")[0]
    return name or None


def native_id(value: Any) -> str | None:
    """Return an id as text; Relay's ids are opened.

    Examples
    --------
    >>> native_id("VXNlcjoxMg=="), native_id(12), native_id("12")
    ('12', '12', '12')
    """
    if value is None:
        return None
    if value.__class__ is int:
        return str(value)
    if not value.startswith(_NODE):
        return str(value)
    try:
        text = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode()
    except ValueError:  # not base64, not ASCII, not UTF-8
        return str(value)
    return text.rpartition(":")[2] or None


def status_address(value: Any) -> tuple[str, str] | None:
    """Return (handle, post id) of the address of a post.

    Examples
    --------
    >>> status_address("https://twitter.com/some_one/status/20/photo/1")
    ('some_one', '20')
    """
    found = _STATUS.search(value) if value.__class__ is str else None
    return (found[1], found[2]) if found else None


class Items:
    """Values out of lists of links, tags and mentions; each once, in order.

    Parameters
    ----------
    paths
        Where the value stands in an item that is an object, the surest first.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._single = tuple(path for path in paths if "." not in path)
        self._all = tuple(tuple(path.split(".")) for path in paths)
        self._flat = len(self._single) == len(paths)

    def of(self, items: Any) -> list[str] | None:
        """Return the values, None for none."""
        if not items:
            return None
        found: dict[str, None] = {}
        for item in items:
            value = self._value(item)
            if value.__class__ is str and value:
                found[value] = None
            elif value.__class__ is int:
                found[str(value)] = None
        return list(found) or None

    def _value(self, item: Any) -> Any:
        if item.__class__ is not dict:
            return item
        if self._flat:
            for key in self._single:
                value = item.get(key)
                if value:
                    return value
            return None
        return first_value(item, self._all)


def links(found: list[str] | None) -> list[str] | None:
    """Return links without the pages that X makes for the post itself and its pictures."""
    if not found:
        return None
    return [link for link in found if not _is_own_media(link)] or None


def _is_own_media(link: str) -> bool:
    if "/photo/" in link or "/video/" in link:
        return _OWN_MEDIA.match(link) is not None
    return "twitter.com/i/web/status/" in link or "x.com/i/web/status/" in link


def media_keys(found: list[str] | None) -> list[str] | None:
    """Return the keys of uploads, from X's ids (``1377``) or media keys (``3_1377``).

    Examples
    --------
    >>> media_keys(["3_1377", "1377", "none"])
    ['x:media/1377']
    """
    numbers = dict.fromkeys(one.rpartition("_")[2] for one in found or ())
    return [f"x:media/{number}" for number in numbers if number.isdecimal()] or None
