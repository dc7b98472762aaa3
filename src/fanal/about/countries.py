"""Countries by number: codes, regions, which ones lie far apart, where a time zone is kept.

Codes are those of ``model/places.tsv``; what is not among them (EU, AP, XX) is no country.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Two countries whose points lie farther apart than this (km) are not neighbours: six hours from
#: door to door. An account seen in both on one day, day after day, does not travel.
FAR_KM: Final = 3000.0
_EARTH_KM: Final = 6371.0


def _rows(name: str) -> list[list[str]]:
    text = resources.files("fanal.about").joinpath(name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@cache
def codes() -> tuple[str, ...]:
    """Return the ISO 3166-1 codes, sorted: a country's number is its place here."""
    return tuple(row[0] for row in _rows("countries.tsv"))


@cache
def numbers() -> dict[str, int]:
    """Return code -> number."""
    return {code: number for number, code in enumerate(codes())}


@cache
def regions() -> tuple[str, ...]:
    """Return the region of each country, by number."""
    return tuple(row[1] for row in _rows("countries.tsv"))


@cache
def region_of_code() -> dict[str, str]:
    """Return code -> region."""
    return dict(zip(codes(), regions(), strict=True))


@cache
def regions_version() -> str:
    """Return the version of the vocabulary of regions."""
    text = resources.files("fanal.about").joinpath("countries.tsv").read_text("utf-8")
    return text.split("regions version ")[1].split(",")[0]


@cache
def far() -> NDArray[np.bool_]:
    """Return bool, shape (countries, countries): whether two lie more than `FAR_KM` apart."""
    return np.ascontiguousarray(distances_km() > FAR_KM)


@cache
def distances_km() -> NDArray[np.float64]:
    """Return float64, shape (countries, countries): km between the points of two countries."""
    points = np.radians([[float(row[2]), float(row[3])] for row in _rows("countries.tsv")])
    latitude, longitude = points[:, 0], points[:, 1]
    half = (
        np.sin((latitude[:, None] - latitude) / 2) ** 2
        + np.cos(latitude[:, None])
        * np.cos(latitude)
        * np.sin((longitude[:, None] - longitude) / 2) ** 2
    )
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)))


@cache
def zones() -> dict[str, frozenset[int]]:
    """Return IANA time zone -> numbers of the countries where it is kept."""
    of = numbers()
    return {
        zone: frozenset(of[code] for code in kept.split(","))
        for zone, kept in _rows("zones.tsv")
    }


def locale_country(tag: str | None) -> int:
    """Return the number of the country in a BCP 47 tag, -1 where it names none.

    Examples
    --------
    >>> codes()[locale_country("fr-CA")], codes()[locale_country("zh-Hant-TW")]
    ('CA', 'TW')
    >>> locale_country("fr"), locale_country(None)
    (-1, -1)
    """
    for part in (tag or "").replace("_", "-").split("-")[1:]:
        if len(part) == 2 and part.isalpha():
            return numbers().get(part.upper(), -1)
    return -1
