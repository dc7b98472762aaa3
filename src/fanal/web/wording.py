"""The sentences of the public pages, one file per language (`words/fr.toml`, `words/en.toml`).

A sentence is a template with named fields, which reach it as words. Places go by their CLDR names,
regions by those of the catalogue.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from fanal.about.countries import codes, regions
from fanal.model.places import plain_name
from fanal.reports.about_section import country_names
from fanal.reports.wording import typeset

#: Languages of the pages, the first written first.
LANGUAGES: Final = ("fr", "en")
#: What is answered to who asks for neither.
OTHERWISE: Final = "en"
_REGION: Final = "region."


@cache
def catalogue(lang: str) -> MappingProxyType[str, str]:
    """Return key -> template of a language."""
    text = resources.files("fanal.web").joinpath(f"words/{lang}.toml").read_text("utf-8")
    told: dict[str, str] = tomllib.loads(text)
    if lang == "fr":
        told = {key: typeset(one) for key, one in told.items()}
    return MappingProxyType(told)


class Sentences:
    """A catalogue that fills its sentences in.

    Parameters
    ----------
    lang
        One of `LANGUAGES`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._catalogue = catalogue(lang)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence `key` with its fields filled in."""
        return self._catalogue[key].format(**fields)

    def place(self, label: str) -> str:
        """Return the name of a country (by ISO code) or region; the label itself when unknown."""
        return self._catalogue.get(_REGION + label) or country_names(self.lang).get(
            label, label
        )

    def quarter(self, code: str) -> str:
        """Return a quarter in words: ``2026-Q4`` -> ``the 4th quarter of 2026``."""
        year, number = code.split("-Q")
        return self("quarter", number=self(f"quarter.{number}"), year=year)

    def month(self, code: str) -> str:
        """Return a month in words: ``2025-11`` -> ``November 2025``."""
        year, number = code.split("-")
        return self("renamed.on", month=self(f"month.{number}"), year=year)


@cache
def places(lang: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Return (code, name) of all countries, and of all regions, each by name."""
    say = Sentences(lang)
    return _by_name(codes(), say), _by_name(set(regions()), say)


def _by_name(labels: Iterable[str], say: Sentences) -> tuple[tuple[str, str], ...]:
    names = ((label, say.place(label)) for label in labels)
    return tuple(sorted(names, key=lambda pair: plain_name(pair[1])))


def language_of(asked: str | None, accepted: str | None) -> str:
    """Return the language of an answer: the one asked for, else the first accepted one.

    Parameters
    ----------
    asked
        ``?lang=``, or None.
    accepted
        The header ``Accept-Language``, or None (RFC 9110, section 12.5.4).

    Examples
    --------
    >>> language_of("fr", "en"), language_of("de", "en;q=0.5, fr-CA"), language_of(None, "de")
    ('fr', 'fr', 'en')
    """
    if asked in LANGUAGES:
        return str(asked)
    best, lang = 0.0, OTHERWISE
    for part in (accepted or "")[:256].lower().split(","):
        tag, _, weight = part.partition(";")
        name, quality = tag.strip().partition("-")[0], _quality(weight)
        if name in LANGUAGES and quality > best:
            best, lang = quality, name
    return lang


def _quality(text: str) -> float:
    try:
        return float(text.strip().removeprefix("q=")) if text.strip() else 1.0
    except ValueError:
        return 0.0
