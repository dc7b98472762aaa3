"""The sentences of the report, one file per language (`words/fr.toml`, `words/en.toml`).

A sentence is a template with named fields. Numbers, dates and lists reach it as words already
(`reports/numbers.py`), so that a translator meets words alone. What a link means is said with
the same care each time: it is measured, it has an expectation beside it, and it accuses nobody.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from types import MappingProxyType

from fanal.reports.numbers import Numbers

#: Languages that reports are written in, the first written first.
LANGUAGES = ("fr", "en")


@cache
def catalogue(lang: str) -> MappingProxyType[str, str]:
    """Return key -> template of a language."""
    file = resources.files("fanal.reports").joinpath(f"words/{lang}.toml")
    return MappingProxyType(tomllib.loads(file.read_text(encoding="utf-8")))


class Words:
    """A catalogue that fills its sentences in.

    Parameters
    ----------
    lang
        One of `LANGUAGES`.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.numbers = Numbers(lang)
        self._catalogue = catalogue(lang)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence `key` with its fields filled in."""
        return self._catalogue[key].format(**fields)

    def has(self, key: str) -> bool:
        """Return whether the catalogue knows `key`."""
        return key in self._catalogue

    def count(self, key: str, number: int) -> str:
        """Return a counted thing: ``1 file``, ``1,204 files``."""
        many = f"{key[:-1]}ies" if key.endswith("y") else f"{key}s"
        one = number == 1 or (self.lang == "fr" and number == 0)
        return self(f"n.{key if one else many}", count=self.numbers.count(number))
