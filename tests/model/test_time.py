"""Times as sources write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.time import (
    DayOrMonthError,
    NoZoneError,
    coarseness_s,
    iso_us,
    parse_time,
    plausible,
    snowflake_us,
    time_zone,
)

PARIS = ZoneInfo("Europe/Paris")


def us(*parts: int) -> int:
    """Return microseconds of a moment in UTC."""
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1e6)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2016-08-30T19:01:02Z", us(2016, 8, 30, 19, 1, 2), 1.0),
        ("2016-08-30T19:01:02.000Z", us(2016, 8, 30, 19, 1, 2), 1.0),
        ("2016-08-30T19:01:02.250+02:00", us(2016, 8, 30, 17, 1, 2) + 250_000, 0.001),
        ("2016-08-30 19:01:02.123456 -0330", us(2016, 8, 30, 22, 31, 2) + 123_456, 0.000_001),
        ("2016-08-30 19:01:02.123456789+00", us(2016, 8, 30, 19, 1, 2) + 123_456, 0.000_001),
        ("2016-08-30 19:01:02 UTC", us(2016, 8, 30, 19, 1, 2), 1.0),
        ("2016-08-30T19:01Z", us(2016, 8, 30, 19, 1), 60.0),
        ("Wed Oct 10 20:19:24 +0000 2018", us(2018, 10, 10, 20, 19, 24), 1.0),
        ("Wed, 10 Oct 2018 20:19:24 GMT", us(2018, 10, 10, 20, 19, 24), 1.0),
        ("10 Oct 2018 20:19 EST", us(2018, 10, 11, 1, 19), 60.0),
        ("Thu Apr 23 20:15:49 +0200 2009", us(2009, 4, 23, 18, 15, 49), 1.0),
    ],
)
def test_times_with_a_zone_are_read(text: str, moment: int, precision: float) -> None:
    assert parse_time(text) == (moment, precision)


@pytest.mark.parametrize(
    ("text", "moment", "precision"),
    [
        ("2016-08-30 19:01", us(2016, 8, 30, 19, 1), 60.0),
        ("2016-08-30", us(2016, 8, 30), 86_400.0),
        ("2016-08-30 19", us(2016, 8, 30, 19), 3_600.0),
        ("2016/8/3 9:05:07", us(2016, 8, 3, 9, 5, 7), 1.0),
        ("11/26/2015 10:31", us(2015, 11, 26, 10, 31), 60.0),
        ("26/11/2015 10:31", us(2015, 11, 26, 10, 31), 60.0),
        ("26.11.2015", us(2015, 11, 26), 86_400.0),
        ("7/17/2019", us(2019, 7, 17), 86_400.0),
        ("11/26/2015 12:31 AM", us(2015, 11, 26, 0, 31), 60.0),
        ("11/26/2015 12:31:00 pm", us(2015, 11, 26, 12, 31), 1.0),
        ("05/05/2015", us(2015, 5, 5), 86_400.0),
        ("10 October 2018 20:19", us(2018, 10, 10, 20, 19), 60.0),
    ],
)
def test_local_times_need_a_zone(text: str, moment: int, precision: float) -> None:
    assert parse_time(text, zone=UTC) == (moment, precision)
    with pytest.raises(NoZoneError, match="no time zone"):
        parse_time(text)


def test_a_zone_counts_for_local_times_only() -> None:
    assert parse_time("2016-08-30 19:01", zone=PARIS)[0] == us(2016, 8, 30, 17, 1)
    assert parse_time("2016-01-30 19:01", zone=PARIS)[0] == us(2016, 1, 30, 18, 1)
    assert parse_time("2016-08-30T19:01Z", zone=PARIS)[0] == us(2016, 8, 30, 19, 1)


def test_a_date_that_can_be_read_two_ways_is_not_guessed() -> None:
    with pytest.raises(DayOrMonthError):
        parse_time("03/04/2015", zone=UTC)
    assert parse_time("03/04/2015", zone=UTC, day_first=True)[0] == us(2015, 4, 3)
    assert parse_time("03/04/2015", zone=UTC, day_first=False)[0] == us(2015, 3, 4)


@pytest.mark.parametrize(
    ("value", "moment", "precision"),
    [
        (1_472_583_660, us(2016, 8, 30, 19, 1), 1.0),
        ("+1472583660", us(2016, 8, 30, 19, 1), 1.0),
        (1_472_583_660_123, us(2016, 8, 30, 19, 1) + 123_000, 0.001),
        (1_472_583_660_123_456, us(2016, 8, 30, 19, 1) + 123_456, 0.000_001),
        (1_472_583_660.5, us(2016, 8, 30, 19, 1) + 500_000, 0.001),
        ("1472583660.0", us(2016, 8, 30, 19, 1), 1.0),
        (99_999_999_999, 99_999_999_999_000_000, 1.0),
        (100_000_000_000, 100_000_000_000_000, 0.001),
        (99_999_999_999_999, 99_999_999_999_999_000, 0.001),
        (100_000_000_000_000, 100_000_000_000_000, 0.000_001),
    ],
)
def test_numbers_are_read_by_their_size(value: object, moment: int, precision: float) -> None:
    assert parse_time(value) == (moment, precision)


def test_a_unit_insists() -> None:
    assert parse_time(1000, unit="ms") == (1_000_000, 0.001)
    assert parse_time("1472583660", unit="ms")[0] == 1_472_583_660_000
    assert parse_time(5, unit="us") == (5, 0.000_001)


@pytest.mark.parametrize(
    "value",
    [
        "", "yesterday", "2016-13-40T00:00Z", "31/02/2015 10:00Z", True, None, float("nan"),
        float("inf"), "1e400", 10**30, [1], "Wed Foo 10 20:19:24 +0000 2018", "2016-08-30T25:00Z",
        "13:00 PM", "2016-08-30 13:00 PM Z", "2016-08-30 10:00 ABC", "not a number",
    ],
)  # fmt: skip
def test_what_is_no_time_is_an_error(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        parse_time(value, zone=UTC, day_first=True)


@given(
    st.datetimes(
        min_value=datetime(1901, 1, 1),
        max_value=datetime(2200, 1, 1),
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), PARIS]),
    )
)
def test_iso_times_agree_with_python(moment: datetime) -> None:
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    if moment.utcoffset() and moment.utcoffset().seconds % 60:  # type: ignore[union-attr]
        return  # mean solar time of 1901: no one writes such an offset
    assert parse_time(moment)[0] == expected
    assert parse_time(moment.isoformat())[0] == expected
    assert iso_us(moment.isoformat()) == expected


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    try:
        found, precision = parse_time(text, zone=UTC)
    except (ValueError, OverflowError):
        return
    assert isinstance(found, int)
    assert precision > 0


def test_plausible_times_lie_between_1995_and_2100() -> None:
    assert plausible(us(1995, 1, 1))
    assert plausible(us(2099, 12, 31))
    assert not plausible(us(1994, 12, 31))
    assert not plausible(us(2100, 1, 1))
    assert not plausible(0)


def test_ids_of_x_hold_their_time_since_november_2010() -> None:
    assert snowflake_us("1050118621198921728") == us(2018, 10, 10, 20, 19, 24) + 211_000
    assert snowflake_us(1050118621198921728) == snowflake_us("1050118621198921728")
    assert snowflake_us("29700859247") is None
    assert snowflake_us("made up") is None
    assert snowflake_us(str(2**63)) is None


def test_times_on_full_minutes_are_coarse() -> None:
    minutes = [us(2016, 8, 30, 19, n) for n in range(40)]
    assert coarseness_s(minutes) == 60.0
    assert coarseness_s([us(2016, 8, 30, n % 24) for n in range(40)]) == 3_600.0
    assert coarseness_s([us(2016, 8, 1 + n % 28) for n in range(40)]) == 86_400.0
    assert coarseness_s([*minutes, us(2016, 8, 30, 19, 0, 1)]) == 0.0
    assert coarseness_s(minutes[:20]) == 0.0


def test_an_unknown_zone_is_named() -> None:
    assert time_zone("utc") is UTC
    with pytest.raises(ValueError, match="Europe/Atlantis"):
        time_zone("Europe/Atlantis")
