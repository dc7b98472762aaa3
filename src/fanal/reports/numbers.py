"""Numbers, times and delays as words; every one with the precision it deserves."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime

MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
_BELOW = {"en": "below", "fr": "sous"}
_LESS = {"en": "less than", "fr": "moins de"}
_UNKNOWN = {"en": "unknown", "fr": "inconnue"}
_UNDER = {"en": "under", "fr": "moins de"}
_OVER = {"en": "over", "fr": "plus de"}
_DAYS = {"en": "days", "fr": "jours"}
_LONG_S = 72 * 3600
#: Thousands and decimals.
_MARKS = {"en": (",", "."), "fr": ("\u202f", ",")}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ENGLISH = re.compile(r"\d{1,3}(,\d{3})*(\.\d+)?|\d+(\.\d+)?")
#: Below this a double no longer tells one probability from the next.
SMALLEST = 1e-300


class Numbers:
    """Numbers in one language.

    Parameters
    ----------
    lang
        "en": 1,234.5; "fr": 1 234,5 (a narrow blank that does not break).
    """

    def __init__(self, lang: str = "en") -> None:
        self._lang = lang

    def probability(self, value: float) -> str:
        """Return a probability to a digit or two: ``0.03``, ``2 × 10⁻⁹``, ``below 10⁻³⁰⁰``."""
        if math.isnan(value):
            return _UNKNOWN[self._lang]
        if value >= 0.001:
            return self._marked(f"{value:.2g}")
        if value < SMALLEST:
            return f"{_BELOW[self._lang]} 10⁻³⁰⁰"
        digit, power = f"{value:.0e}".split("e")
        raised = str(int(power)).translate(_RAISED)
        return f"{digit}\u202f×\u202f10{raised}"

    def equal(self, letter: str, value: float) -> str:
        """Return ``p = 0.03`` or ``p below 10⁻³⁰⁰``, held together by no-break spaces."""
        words = self.probability(value)
        sign = " = " if words[0].isdigit() else " "
        return f"{letter}{sign}{words}".replace(" ", "\u00a0")

    def bounded(self, letter: str, value: float) -> str:
        """Return ``q = 0.03``, or ``q < 0.001``: a smaller one is not believed, nor needed."""
        if value < 0.001:
            return f"{letter}\u00a0<\u00a0{self._marked('0.001')}"
        return self.equal(letter, value)

    def expected(self, value: float) -> str:
        """Return an expected count: two digits, ``less than 0.001`` below."""
        if value < 0.001:
            return f"{_LESS[self._lang]} {self._marked('0.001')}"
        return self._marked(f"{value:.2g}" if value < 10 else f"{value:,.0f}")

    def count(self, value: int) -> str:
        """Return a whole number with its thousands apart."""
        return self._marked(f"{value:,}")

    def again(self, english: str) -> str:
        """Return an English number, ``1,234.5``, with this language's marks; else as it is."""
        return self._marked(english) if _ENGLISH.fullmatch(english) else english

    def _marked(self, english: str) -> str:
        thousands, decimals = _MARKS[self._lang]
        return "".join({",": thousands, ".": decimals}.get(sign, sign) for sign in english)

    def duration(self, seconds: float) -> str:
        """Return a length of time in the unit that fits it: ``7 s``, ``2 min 5 s``, ``3 h``.

        The blanks do not break.
        """
        return self._marked(_length(abs(seconds))).replace(" ", "\u00a0")

    def length(self, seconds: float) -> str:
        """Return a length of time: as `duration`, in days from three days on."""
        if abs(seconds) < _LONG_S:
            return self.duration(seconds)
        return f"{self.count(round(seconds / 86_400))}\u00a0{_DAYS[self._lang]}"

    def share(self, share: float) -> str:
        """Return a share as whole percents; ``under 1 %``, ``over 99 %`` where it is not all."""
        if 0 < share < 0.01:
            return f"{_UNDER[self._lang]}\u00a01\u00a0%"
        if 0.99 < share < 1:
            return f"{_OVER[self._lang]}\u00a099\u00a0%"
        return f"{100 * share:.0f}\u00a0%"

    def percent(self, share: float) -> str:
        """Return a level as it was set: ``5 %``, ``0.1 %``."""
        return f"{self._marked(f'{100 * share:g}')}\u00a0%"

    def date(self, day: date) -> str:
        """Return a day that has no time."""
        return self.day(datetime(day.year, day.month, day.day, tzinfo=UTC))

    def when(self, moment: datetime) -> str:
        """Return a time to the minute: ``4 March 2025, 14:02``."""
        return f"{self.day(moment)}, {self.clock(moment, seconds=False)}"

    def month(self, moment: datetime, letters: int | None = None) -> str:
        """Return the name of a month, or how it begins."""
        return MONTHS[self._lang][moment.month - 1][:letters]

    def day(self, moment: datetime) -> str:
        """Return a date: ``4 March 2025``, ``1er mars 2025``."""
        utc = moment.astimezone(UTC)
        return f"{self._number(utc)} {self.month(utc)} {utc.year}"

    def _number(self, utc: datetime) -> str:
        return "1er" if utc.day == 1 and self._lang == "fr" else str(utc.day)

    @staticmethod
    def clock(moment: datetime, *, seconds: bool) -> str:
        """Return a time of the day, rounded down: ``14:02`` or ``14:02:05``."""
        return f"{moment.astimezone(UTC):{'%H:%M:%S' if seconds else '%H:%M'}}"

    def days(self, first: datetime, last: datetime) -> tuple[str, str]:
        """Return two dates; the first without what it shares with the second."""
        one, two = first.astimezone(UTC), last.astimezone(UTC)
        short = self._number(one)
        if one.month != two.month or one.year != two.year:
            short += f" {self.month(one)}"
        if one.year != two.year:
            short += f" {one.year}"
        return (self.day(first) if one.date() == two.date() else short), self.day(last)


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
