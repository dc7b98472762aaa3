"""Countries by name: the whole name or nothing.

1. Names are compared without case, accents and punctuation, in English and French
   (``places.tsv``, made from CLDR by ``tools/places.py``; each code stands there once).
2. A name is never looked for inside another: "Eastern Europe (Non-EU)" is no country, "South
   Korea" is not "Korea".
3. A name that two countries share gives no code: "Korea", "Congo".
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib import resources
from typing import Final, Literal

#: Words with which X names a region instead of a country.
REGIONS: Final = (
    "Africa", "Australasia", "Caribbean", "Central Asia", "East Asia", "East Asia & Pacific",
    "Eastern Europe", "Eastern Europe (Non-EU)", "Europe", "North Africa", "North America",
    "Oceania", "South America", "South Asia", "Southeast Asia", "West Asia",
)  # fmt: skip
_AMBIGUOUS: Final = "?"
_SAME: Final = {"st": "saint", "ste": "sainte"}

PlaceKind = Literal["country", "region", "ambiguous", "unknown"]


def place_code(name: str | None) -> tuple[str | None, PlaceKind]:
    """Return (ISO 3166-1 code or None, what the name is).

    Examples
    --------
    >>> place_code("United States"), place_code("États-Unis"), place_code("Viet Nam")
    (('US', 'country'), ('US', 'country'), ('VN', 'country'))
    >>> place_code("Korea"), place_code("Eastern Europe (Non-EU)"), place_code("Paris")
    ((None, 'ambiguous'), (None, 'region'), (None, 'unknown'))
    """
    if name is None:
        return None, "unknown"
    plain = plain_name(name)
    if plain in _regions():
        return None, "region"
    code = codes().get(plain)
    if code == _AMBIGUOUS:
        return None, "ambiguous"
    return (code, "country") if code else (None, "unknown")


@cache
def codes() -> dict[str, str]:
    """Return plain name -> code; ``?`` for names that two countries share."""
    found: dict[str, str] = {}
    text = resources.files("fanal.model").joinpath("places.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            code, *names = line.split("\t")
            found.update(dict.fromkeys(map(plain_name, names), code))
    return found


@cache
def _regions() -> frozenset[str]:
    return frozenset(map(plain_name, REGIONS))


def plain_name(name: str) -> str:
    """Return a name without case, accents, punctuation and article.

    Examples
    --------
    >>> plain_name("St. Kitts & Nevis"), plain_name("The Gambia")
    ('saint kitts and nevis', 'gambia')
    """
    folded = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    words = "".join(letter if letter.isalnum() else " " for letter in letters).split()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(_SAME.get(word, word) for word in words)
