"""The sentences of the report, one file per language (`words/fr.toml`, `words/en.toml`).

A sentence is a template with named fields. Numbers, dates and lists reach it as words already
(`reports/numbers.py`), so that a translator meets words alone. What a link means is said with
the same care each time: it is measured, it has an expectation beside it, and it accuses nobody.
"""

from __future__ import annotations

import re
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
    return MappingProxyType(_sentences(lang, f"words/{lang}.toml"))


@cache
def phrases(lang: str) -> MappingProxyType[str, str]:
    """Return what other parts of Fanal say in English -> the same in a language."""
    return MappingProxyType(_sentences(lang, f"words/{lang}_phrases.toml"))


@cache
def _open_phrases(lang: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the phrases with parts that change: what matches the English, and the same."""
    return tuple(
        (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(known))), told)
        for known, told in phrases(lang).items()
        if "{" in known
    )


def _sentences(lang: str, name: str) -> dict[str, str]:
    file = resources.files("fanal.reports").joinpath(name)
    if not file.is_file():
        return {}
    told: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    return {key: typeset(text) for key, text in told.items()} if lang == "fr" else told


def typeset(text: str) -> str:
    """Return a French text with the narrow blanks that do not break: before ; : ! ?, in « »."""
    return re.sub(r" (?=[;:!?»])|(?<=«) ", "\u202f", text)


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

    def layer(self, name: str) -> str:
        """Return a layer as a word, in the plural."""
        return self(f"layer.{name}") if self.has(f"layer.{name}") else name

    def thing(self, layer: str) -> str:
        """Return what accounts have in common who act in a layer: ``the same text``."""
        key = f"thing.{layer}"
        return self(key if self.has(key) else "thing.other")

    def did(self, layers: list[str]) -> str:
        """Return what accounts did who act in these layers: ``posted the same texts``."""
        key = f"did.{layers[0]}" if len(layers) == 1 else "did.other"
        return self(key if self.has(key) else "did.other")

    def template(self, key: str) -> str:
        """Return the sentence `key` with its fields open."""
        return self._catalogue[key]

    def phrase(self, english: str) -> str:
        """Return in this language what a reader or a run says in English; else as it is."""
        if english in phrases(self.lang):
            return phrases(self.lang)[english]
        for known, told in _open_phrases(self.lang):
            if found := known.fullmatch(english):
                parts = found.groupdict().items()
                return told.format(**{name: self.numbers.again(part) for name, part in parts})
        return english

    def has(self, key: str) -> bool:
        """Return whether the catalogue knows `key`."""
        return key in self._catalogue

    def count(self, key: str, number: int) -> str:
        """Return a counted thing: ``1 file``, ``1,204 files``."""
        many = f"{key[:-1]}ies" if key.endswith("y") else f"{key}s"
        one = number == 1 or (self.lang == "fr" and number == 0)
        return self(f"n.{key if one else many}", count=self.numbers.count(number))
