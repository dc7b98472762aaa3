"""The words of the holder's and the operator's pages: the public pages' and those of desk_*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING

from fanal.reports.numbers import Numbers
from fanal.reports.wording import typeset
from fanal.web.wording import Sentences, catalogue, language_of

if TYPE_CHECKING:
    from starlette.requests import Request


@cache
def desk_catalogue(lang: str) -> Mapping[str, str]:
    """Return key -> template of a language, the public pages' among them."""
    text = resources.files("fanal.web").joinpath(f"words/desk_{lang}.toml").read_text("utf-8")
    told: dict[str, str] = tomllib.loads(text)
    if lang == "fr":
        told = {key: typeset(one) for key, one in told.items()}
    return MappingProxyType({**catalogue(lang), **told})


class DeskSentences(Sentences):
    """A catalogue that fills its sentences in, with numbers and days as words.

    Parameters
    ----------
    lang
        ``fr`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self._desk = desk_catalogue(lang)
        self.numbers = Numbers(lang)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence `key` with its fields filled in."""
        return self._desk[key].format(**fields)

    def has(self, key: str) -> bool:
        """Return whether the catalogue knows `key`."""
        return key in self._desk

    def date(self, day: date | str | int) -> str:
        """Return a day in words: of a date, of ``2026-09-30``, of Unix seconds."""
        if isinstance(day, int):
            return self.numbers.day(datetime.fromtimestamp(day, UTC))
        return self.numbers.date(date.fromisoformat(day) if isinstance(day, str) else day)

    def days(self, count: int) -> str:
        """Return a number of days: ``1 day``, ``143 days``."""
        one = count == 1 or (self.lang == "fr" and count == 0)
        key = "desk.days.one" if one else "desk.days"
        return self(key, days=self.numbers.count(count)).replace(" ", "\u00a0")

    def because(self, reason: str) -> str:
        """Return a precise reason as a sentence to the holder; the raw word where it is unknown."""
        key = f"because.{_slug(reason)}"
        return self(key) if self.has(key) else f"{self('because.unknown')} {reason}"

    def because_short(self, reason: str) -> str:
        """Return a precise reason in a few words, for a table; the raw word where it is unknown."""
        key = f"reason.{_slug(reason)}"
        return self(key) if self.has(key) else reason


def _slug(reason: str) -> str:
    return reason.replace(" ", "_").replace("'", "")


def language(request: Request) -> str:
    """Return the language of an answer."""
    return language_of(request.query_params.get("lang"), request.headers.get("accept-language"))
