"""Fills the sentences of the demo, in French or in English."""

from __future__ import annotations

from datetime import UTC, datetime

from fanal.demo.words_groups import GROUPS
from fanal.demo.words_tour import MONTHS, TOUR


class Telling:
    """Fills the templates of one language; numbers and days as that language writes them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, sentence: str, /, **fields: object) -> str:
        """Return a sentence with its fields filled in."""
        shown = {
            key: self.number(one) if isinstance(one, int) else one
            for key, one in fields.items()
        }
        return TOUR[self.lang][sentence].format(**shown)

    def number(self, value: float) -> str:
        """Return a number: whole, or with two significant digits."""
        text = f"{value:,}" if isinstance(value, int) else f"{value:.2g}"
        return text if self.lang == "en" else text.replace(",", "\u00a0").replace(".", ",")

    def day(self, at_ms: float, *, year: bool = False) -> str:
        """Return a day (UTC)."""
        day = datetime.fromtimestamp(at_ms / 1000, UTC)
        month = MONTHS[self.lang][day.month - 1]
        return f"{day.day} {month}{f' {day.year}' if year else ''}"

    def group(self, key: str) -> str:
        """Return the name of a group, with its article."""
        return GROUPS[self.lang][key].name

    def expected(self, value: float) -> str:
        """Return an expectation: below a hundredth it is said to be that."""
        least = 0.01
        if value < least:
            return self("below.one", number=self.number(least))
        return self.number(float(f"{value:.2g}"))

    def q(self, value: float) -> str:
        """Return q, never smaller than a thousandth."""
        return self("below") if value < 0.001 else self.number(float(f"{value:.2g}"))
