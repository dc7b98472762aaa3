"""Numbers, times and delays as words; every one with the precision it deserves."""

from __future__ import annotations

import math
from datetime import UTC, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Below this a double no longer tells one probability from the next.
SMALLEST = 1e-300


def probability(value: float) -> str:
    """Return a probability to one digit: ``0.03``, ``2 × 10⁻⁹`` (thin blanks), ``below 10⁻³⁰⁰``."""
    if math.isnan(value):
        return "unknown"
    if value >= 0.001:
        return f"{value:.2g}"
    if value < SMALLEST:
        return "below 10⁻³⁰⁰"
    digit, power = f"{value:.0e}".split("e")
    raised = str(int(power)).translate(_RAISED)
    return f"{digit}\u202f×\u202f10{raised}"


def equal(letter: str, value: float) -> str:
    """Return ``p = 0.03`` or ``p below 10⁻³⁰⁰``, held together by no-break spaces."""
    words = probability(value)
    sign = " " if words.startswith("below") else " = "
    return f"{letter}{sign}{words}".replace(" ", "\u00a0")


def expected(value: float) -> str:
    """Return an expected count: two digits, ``less than 0.001`` below."""
    if value < 0.001:
        return "less than 0.001"
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def count(value: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,}"


def duration(seconds: float) -> str:
    """Return a length of time in the unit that fits it: ``7 s``, ``2 min 5 s``, ``3 h``.

    The blanks do not break.
    """
    return _length(abs(seconds)).replace(" ", "\u00a0")


def _length(seconds: float) -> str:
    if seconds < 10:
        return f"{round(seconds, 1):g} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def day(moment: datetime) -> str:
    """Return a date: ``4 March 2025``."""
    utc = moment.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year}"


def clock(moment: datetime, *, seconds: bool) -> str:
    """Return a time of the day, rounded down: ``14:02`` or ``14:02:05``."""
    return f"{moment.astimezone(UTC):{'%H:%M:%S' if seconds else '%H:%M'}}"


def days(first: datetime, last: datetime) -> tuple[str, str]:
    """Return two dates; the first without what it shares with the second."""
    one, two = first.astimezone(UTC), last.astimezone(UTC)
    short = str(one.day)
    if one.month != two.month or one.year != two.year:
        short += f" {MONTHS[one.month - 1]}"
    if one.year != two.year:
        short += f" {one.year}"
    return (day(first) if one.date() == two.date() else short), day(last)
