"""Whose estimate is another than was last told."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.countries import codes
from fanal.about.estimate import REFUSALS
from fanal.about.state.held import Told
from fanal.about.state.records import country_numbers

CHANGES: Final = pa.schema(
    [
        ("account", pa.string()),
        ("country_before", pa.string()),
        ("probability_before", pa.float64()),
        ("refusal_before", pa.string()),
        ("country", pa.string()),
        ("probability", pa.float64()),
        ("refusal", pa.string()),
    ]
)
#: A probability that moved by less, with the same country and refusal, is not told again.
MOVED: Final = 0.01
#: The first reason with which a country is given.
FIRST_WITH_COUNTRY: Final = REFUSALS.index("two places at once")


def changes(
    accounts: pa.Array, before: Told, after: Told
) -> tuple[NDArray[np.bool_], pa.Table]:
    """Return who changed, bool by account, and those as `CHANGES`."""
    here, there = shown(before), shown(after)
    differs = (
        (before.refusal != after.refusal)
        | (here != there)
        | ((there >= 0) & (np.abs(before.probability - after.probability) >= MOVED))
    )
    names = accounts.filter(pa.array(differs))
    columns = [names, *_told(here, before, differs), *_told(there, after, differs)]
    return differs, pa.Table.from_arrays(columns, schema=CHANGES)


def shown(told: Told) -> NDArray[np.int16]:
    """Return the country that is given, -1 none: with most refusals none is."""
    said = (told.refusal == 0) | (told.refusal >= FIRST_WITH_COUNTRY)
    return np.where(said, told.country, -1).astype(np.int16)


def _told(country: NDArray[np.int16], told: Told, chosen: NDArray[np.bool_]) -> list[pa.Array]:
    given = country[chosen] >= 0
    number = np.append(country_numbers(), -1)[country[chosen]]
    return [
        _words(codes(), number),
        pa.array(told.probability[chosen], mask=~given),
        _words(REFUSALS[1:], told.refusal[chosen] - 1),
    ]


def _words(words: tuple[str, ...], place: NDArray[Any]) -> pa.Array:
    return pa.array(words, pa.string()).take(
        pa.array(place.astype(np.int32), mask=np.asarray(place < 0))
    )
