"""Times as sources write them, turned into microseconds since 1970 in UTC.

1. Numbers: seconds below 1e11, milliseconds below 1e14, else microseconds; a unit insists.
2. ISO 8601, with ``T`` or a space, with or without seconds, fraction and zone.
3. Dates with slashes or dots, year or day or month first.
4. ``Wed Oct 10 20:19:24 +0000 2018`` and ``Wed, 10 Oct 2018 20:19:24 GMT``.
A time without a zone is refused unless a zone is given: a guess would shift all co-actions.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

SECOND_US: Final = 1_000_000
#: Below: seconds (until the year 5138); below the next: milliseconds.
SECONDS_BELOW: Final = 1e11
MILLISECONDS_BELOW: Final = 1e14
UNIT_US: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}
UNIT_PRECISION_S: Final = {"s": 1.0, "ms": 0.001, "us": 0.000_001}
#: 1995-01-01 and 2100-01-01. A reader has no clock: what lies in the near future is the
#: caller's to judge.
PLAUSIBLE_FROM_US: Final = 788_918_400 * SECOND_US
PLAUSIBLE_UNTIL_US: Final = 4_102_444_800 * SECOND_US
#: X counts milliseconds from here in the upper bits of an id (Twitter, "Announcing Snowflake").
SNOWFLAKE_EPOCH_MS: Final = 1_288_834_974_657
#: Ids below were handed out one by one, before 2010-11-04: they hold no time.
FIRST_SNOWFLAKE: Final = 30_000_000_000
LAST_SNOWFLAKE: Final = 2**63 - 1
#: Platforms whose ids hold the time of the post; TikTok's since 2014-09-01.
HOLD_TIME: Final = frozenset({"x", "tiktok"})
FIRST_TIKTOK: Final = 1_409_529_600 << 32

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
#: Zone names of RFC 2822 section 4.3, hours from UTC.
_ZONE_NAMES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?(e[+-]?\d+)?", re.IGNORECASE)
_CLOCK: Final = (
    r"(?:[T ,]\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE: Final = r"\s*(?P<zone>[+-]\d{2}(?::?\d{2})?|[a-z]{1,3})?"
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK + _ZONE,
    re.IGNORECASE,
)
_YEAR_LAST: Final = re.compile(
    r"(?P<first>\d{1,2})[-/.](?P<next>\d{1,2})[-/.](?P<year>\d{4})" + _CLOCK + _ZONE,
    re.IGNORECASE,
)
_TWITTER: Final = re.compile(
    r"[a-z]{3} (?P<name>[a-z]{3}) (?P<day>\d{1,2}) (?P<hour>\d{2}):(?P<minute>\d{2})"
    r":(?P<second>\d{2}) (?P<zone>[+-]\d{4}|[a-z]{1,3}) (?P<year>\d{4})",
    re.IGNORECASE,
)
_RFC_2822: Final = re.compile(
    r"(?:[a-z]{3,}, *)?(?P<day>\d{1,2}) (?P<name>[a-z]{3})[a-z]* (?P<year>\d{4})"
    + _CLOCK
    + _ZONE,
    re.IGNORECASE,
)


class NoZoneError(ValueError):
    """A local time, and nobody said in which zone."""


class DayOrMonthError(ValueError):
    """A date that can be read two ways, and nobody said which."""


def parse_time(
    value: object,
    *,
    zone: tzinfo | None = None,
    unit: str = "",
    day_first: bool | None = None,
) -> tuple[int, float]:
    """Return (microseconds since 1970 in UTC, precision in seconds).

    Parameters
    ----------
    value
        Text, integer, float or datetime.
    zone
        Zone of times that name none.
    unit
        ``s``, ``ms`` or ``us`` for numbers; empty: by size.
    day_first
        How ``03/04/2015`` is read; None: only dates with one reading are taken.

    Raises
    ------
    NoZoneError
        The time names no zone and none was given.
    DayOrMonthError
        The date can be read two ways and `day_first` is None.
    ValueError
        Not a time.

    Examples
    --------
    >>> parse_time("2016-08-30 19:01", zone=UTC)
    (1472583660000000, 60.0)
    >>> parse_time("Wed Oct 10 20:19:24 +0000 2018")
    (1539202764000000, 1.0)
    """
    if isinstance(value, datetime):
        return _of_datetime(value, zone)
    if isinstance(value, bool) or value is None:
        raise ValueError(f"not a time: {value!r}")
    if isinstance(value, int | float):
        return _of_number(value, unit)
    text = str(value).strip()
    if text[4:8:3] == "--" and len(text) >= 20:  # the quick way for the commonest shape
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return _of_datetime(moment, zone)
    if _NUMBER.fullmatch(text):
        return _of_number(int(text) if text.lstrip("+-").isdigit() else float(text), unit)
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _TWITTER, _RFC_2822):
        found = pattern.fullmatch(text)
        if found:
            return _of_parts(found.groupdict(), text, zone, day_first=day_first)
    raise ValueError(f"not a time: {text[:60]!r}")


def iso_us(text: str) -> int:
    """Return microseconds of an ISO 8601 time with a zone; the quick way, for known shapes.

    Raises
    ------
    ValueError
        Not such a time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise NoZoneError(f"no time zone in {text!r}")
    return datetime_us(moment)


def datetime_us(moment: datetime) -> int:
    """Return microseconds since 1970 of a datetime with a zone."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND_US + since.microseconds


def plausible(us: int) -> bool:
    """Tell whether a time lies between 1995 and 2100; others are kept, flagged and counted."""
    return PLAUSIBLE_FROM_US <= us < PLAUSIBLE_UNTIL_US


def snowflake_us(post_id: str | int) -> int | None:
    """Return the time that an X id holds (to the millisecond), or None when it holds none.

    Ids carry their time since 2010-11-04; earlier ones were counted up.

    Examples
    --------
    >>> snowflake_us("1050118621198921728")
    1539202764211000
    >>> snowflake_us("20") is None
    True
    """
    try:
        number = int(post_id)
    except ValueError:
        return None
    if not FIRST_SNOWFLAKE <= number <= LAST_SNOWFLAKE:
        return None
    return ((number >> 22) + SNOWFLAKE_EPOCH_MS) * 1000


def id_time(platform: str, post_id: str | None) -> tuple[int, float] | None:
    """Return (microseconds, precision in seconds) of the time that a post's id holds, or None.

    X: see `snowflake_us`. TikTok counts seconds in the upper 32 of 64 bits.

    Examples
    --------
    >>> id_time("tiktok", "7301444403200000042")
    (1700000000000000, 1.0)
    >>> id_time("mastodon", "7301444403200000042") is None
    True
    """
    if post_id is None or platform not in HOLD_TIME:
        return None
    if platform == "x":
        us = snowflake_us(post_id)
        return None if us is None else (us, 0.001)
    if not post_id.isdecimal() or not FIRST_TIKTOK <= int(post_id) <= LAST_SNOWFLAKE:
        return None
    return (int(post_id) >> 32) * SECOND_US, 1.0


def coarseness_s(times_us: list[int]) -> float:
    """Return the step on which all of many times lie: 86400, 3600, 60, or 0 when finer.

    Thirty times that all fall on a full minute by chance: p < 1e-50. Fewer are not judged.
    """
    if len(times_us) < 30:
        return 0.0
    for step in (86_400, 3_600, 60):
        if all(us % (step * SECOND_US) == 0 for us in times_us):
            return float(step)
    return 0.0


def time_zone(name: str) -> tzinfo:
    """Return the zone of an IANA name such as ``Europe/Paris``.

    Raises
    ------
    ValueError
        There is no such zone.
    """
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def _of_number(value: float, unit: str) -> tuple[int, float]:
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124
        raise ValueError(f"not a time: {value!r}")
    if not unit:
        size = abs(value)
        unit = "s" if size < SECONDS_BELOW else "ms" if size < MILLISECONDS_BELOW else "us"
    us = round(value * UNIT_US[unit])
    if not -(2**63) <= us < 2**63:
        raise ValueError(f"not a time: {value!r}")
    precision = UNIT_PRECISION_S[unit]
    return us, min(precision, 0.001) if us % UNIT_US[unit] else precision


def _of_datetime(moment: datetime, zone: tzinfo | None) -> tuple[int, float]:
    if moment.tzinfo is None:
        if zone is None:
            raise NoZoneError(f"no time zone in {moment.isoformat()!r}")
        moment = moment.replace(tzinfo=zone)
    us = datetime_us(moment)
    return us, _fraction_precision(us % SECOND_US)


def _of_parts(
    parts: dict[str, str | None], text: str, zone: tzinfo | None, *, day_first: bool | None
) -> tuple[int, float]:
    month, day = _month_and_day(parts, text, day_first=day_first)
    fraction = int(((parts.get("fraction") or "") + "000000")[:6])
    hour = _hour(parts)
    moment = datetime(
        int(parts["year"] or 0), month, day, hour, int(parts["minute"] or 0),
        int(parts["second"] or 0), fraction, tzinfo=_zone_of(parts["zone"], text, zone),
    )  # fmt: skip
    if parts["hour"] is None:
        return datetime_us(moment), 86_400.0
    if parts["minute"] is None:
        return datetime_us(moment), 3_600.0
    if parts["second"] is None:
        return datetime_us(moment), 60.0
    return datetime_us(moment), _fraction_precision(fraction)


def _fraction_precision(fraction_us: int) -> float:
    if fraction_us == 0:
        return 1.0
    return 0.000_001 if fraction_us % 1000 else 0.001


def _hour(parts: dict[str, str | None]) -> int:
    hour = int(parts["hour"] or 0)
    half = parts.get("half")
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(f"no such hour: {hour} {half}")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _month_and_day(
    parts: dict[str, str | None], text: str, *, day_first: bool | None
) -> tuple[int, int]:
    if parts.get("name"):
        month = _MONTHS.get(str(parts["name"]).lower())
        if month is None:
            raise ValueError(f"no such month: {text[:60]!r}")
        return month, int(parts["day"] or 0)
    if parts.get("month"):
        return int(parts["month"] or 0), int(parts["day"] or 0)
    first, second = int(parts["first"] or 0), int(parts["next"] or 0)
    if day_first is None:
        if first <= 12 and second <= 12 and first != second:
            raise DayOrMonthError(f"day or month first? {text[:60]!r}")
        day_first = first > 12
    return (second, first) if day_first else (first, second)


def _zone_of(name: str | None, text: str, zone: tzinfo | None) -> tzinfo:
    if not name:
        if zone is None:
            raise NoZoneError(f"no time zone in {text[:60]!r}")
        return zone
    if name[0] in "+-":
        digits = name[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    hours = _ZONE_NAMES.get(name.lower())
    if hours is None:
        raise ValueError(f"no such time zone: {name!r} in {text[:60]!r}")
    return timezone(timedelta(hours=hours))
