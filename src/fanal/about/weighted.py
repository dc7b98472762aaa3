"""Days of accounts by what was seen on them: their weight, their share, their calendar months.

1. A day counts once for each account and label, however many rows it has.
2. Weights are whole numbers: sums of them are exact, whatever their order.

What follows from them is decided in about/publish.py alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Older days are not looked at.
OLDEST_DAYS: Final = 365
_UNIT: Final = 1_000_000

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of accounts: who, which label, how many days before the evidence ends, which month.

    Parameters
    ----------
    owner, label, age, month
        int64, shape (rows,). `owner` is below `accounts`, `age` within 0 .. 364.
    accounts
        How many accounts there are.
    """

    owner: Numbers
    label: Numbers
    age: Numbers
    month: Numbers
    accounts: int

    def where(self, chosen: Mask) -> Seen:
        """Return some of the rows."""
        return Seen(
            self.owner[chosen], self.label[chosen], self.age[chosen], self.month[chosen],
            self.accounts,
        )  # fmt: skip

    def days(self) -> Numbers:
        """Return the days of each account, whatever their label."""
        owner, _ = _distinct(self.owner, self.age)
        return np.bincount(owner, minlength=self.accounts)

    def months(self) -> Numbers:
        """Return the calendar months of each account, whatever its label."""
        owner, _ = _distinct(self.owner, self.month)
        return np.bincount(owner, minlength=self.accounts)

    def weight(self, half_life: int) -> Numbers:
        """Return the weight of the days of each account, whatever their label."""
        owner, age = _distinct(self.owner, self.age)
        found = np.bincount(
            owner, _weights(half_life)[age], self.accounts
        )  # exact: whole numbers
        return found.astype(np.int64)

    def share(self, label: Numbers, half_life: int) -> NDArray[np.float64]:
        """Return the share of each account's weighted days that have one label; 0 of none."""
        there = self.where(self.label == label[self.owner]).weight(half_life)
        return np.asarray(there / np.maximum(self.weight(half_life), 1))

    def months_of(self, label: Numbers) -> Numbers:
        """Return in how many calendar months each account has one label."""
        return self.where(self.label == label[self.owner]).months()

    def heaviest(self, labels: int, half_life: int) -> Numbers:
        """Return the label of most weighted days of each account, -1 of none; the first of equals."""
        pairs, place = np.unique(self.owner * labels + self.label, return_inverse=True)
        each, age = _distinct(place, self.age)
        weight = np.bincount(each, _weights(half_life)[age], pairs.size)  # exact: whole numbers
        order = np.lexsort((-(pairs % labels), weight, pairs // labels))
        found = np.full(self.accounts, -1, np.int64)
        found[pairs[order] // labels] = pairs[order] % labels
        return found


def _weights(half_life: int) -> Numbers:
    return np.rint(_UNIT * 0.5 ** (np.arange(OLDEST_DAYS) / half_life)).astype(np.int64)


def _distinct(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers]:
    """Return the distinct pairs of two columns of small numbers, in order."""
    width = int(second.max(initial=0)) + 1
    there = np.zeros((int(first.max(initial=-1)) + 1) * width, bool)
    there[first * width + second] = True
    pairs = np.flatnonzero(there)
    return pairs // width, pairs % width


def place(column: Any, words: pa.Array) -> Numbers:
    """Return the place of each value of a column among words, -1 where it is none of them."""
    chunked = column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])
    if not pa.types.is_dictionary(chunked.type):
        chunked = chunked.dictionary_encode()
    parts = [
        pc.index_in(chunk.dictionary.cast(pa.string()), words).take(chunk.indices).fill_null(-1)
        for chunk in chunked.chunks
    ]
    found = [array(part) for part in parts] or [np.empty(0, np.int32)]
    return np.concatenate(found).astype(np.int64)


def array(column: Any) -> NDArray[Any]:
    """Return a column without nulls as an array."""
    whole = isinstance(column, pa.ChunkedArray)
    found: NDArray[Any] = column.to_numpy() if whole else column.to_numpy(zero_copy_only=False)
    return found


def where(mask: Mask, word: str) -> pa.Array:
    """Return a word where the mask holds, null elsewhere."""
    return pa.array([word]).take(pa.array(np.zeros(mask.size, np.int8), mask=~mask))


def equals(column: Any, value: Any) -> Mask:
    """Return where a column has a value; null is not it."""
    return array(pc.is_in(column, pa.array([value], column.type)))
