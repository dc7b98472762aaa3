"""Day rows of many accounts as records of a few bytes: made, merged in any order, read again.

1. Rows become records (kernels/day_state.py), one an account, in order of its key.
2. Records of the same account are merged: the union of their days, of one year.
3. Records become the rows of the estimate: what they say of it is what the day rows say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import codes, numbers
from fanal.about.rows import Rows
from fanal.kernels.day_state import merge_records, record_rows, rows_again
from fanal.kernels.text_places import partitions_of

_EPOCH = date(1970, 1, 1).toordinal()
_LETTERS = 26 * 26


@dataclass(frozen=True, slots=True)
class Records:
    """Records of some accounts.

    Parameters
    ----------
    accounts
        Keys, sorted.
    ends
        int64, shape (accounts,): where each record ends in `data`.
    data
        uint8: bytes of the records, one after another.
    """

    accounts: pa.Array
    ends: NDArray[np.int64]
    data: NDArray[np.uint8]


def number_of(day: date) -> int:
    """Return a day as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of_number(number: int) -> date:
    """Return the day of a number of days since 1970-01-01."""
    return date.fromordinal(number + _EPOCH)


@cache
def letters() -> NDArray[np.int16]:
    """Return int16, shape (countries,): the code of two letters as a number, which never moves."""
    return np.array([(ord(c[0]) - 65) * 26 + ord(c[1]) - 65 for c in codes()], np.int16)


@cache
def country_numbers() -> NDArray[np.int16]:
    """Return int16, shape (676,): number of the country by its letters, -1 none."""
    found = np.full(_LETTERS, -1, np.int16)
    found[letters()] = np.arange(letters().size)
    return found


def records_of(rows: Rows, clients: Sequence[str]) -> Records:
    """Return day rows as records (1).

    Parameters
    ----------
    rows
        As `rows_of` returns them; what it left out stays out.
    clients
        Names by number, those of `rows.clients` among them.
    """
    end = number_of(rows.as_of)
    place = {name: number for number, name in enumerate(clients)}
    client = np.array([*(place[name] for name in rows.clients), -1], np.int32)[rows.client]
    country = np.append(letters(), np.int16(-1))[rows.country]
    day = np.where(rows.age < 0, -1, end - rows.age).astype(np.int32)
    ends = np.empty(rows.start.size - 1, np.int64)
    room = rows.age.size * 16 + 4096
    while True:
        out = np.empty(room, np.uint8)
        filled = record_rows(
            rows.start, day, country, rows.proxy, np.array(rows.network), client, end, out, ends
        )
        if filled >= 0:
            return Records(rows.accounts, ends, out[:filled].copy())
        room *= 2


def merged(parts: Sequence[Records], names: pa.Array, end: int) -> Records:
    """Return the records of some accounts, each the union of what the parts have (2).

    Parameters
    ----------
    parts
        In any order; the result does not depend on it.
    names
        Keys, sorted; what has no record in any part gets an empty one.
    end
        The last day, as a number; what is a year older falls out.
    """
    low = np.zeros((len(names), len(parts)), np.int64)
    high = np.zeros_like(low)
    there = np.zeros(low.shape, bool)
    offset = 0
    for number, part in enumerate(parts):
        place = pc.index_in(names, part.accounts).fill_null(-1).to_numpy()
        known = place >= 0
        begins = np.concatenate([[0], part.ends]) + offset
        low[known, number] = begins[place[known]]
        high[known, number] = begins[place[known] + 1]
        there[:, number] = known
        offset += part.data.size
    start = np.zeros(len(names) + 1, np.int64)
    np.cumsum(there.sum(axis=1), out=start[1:])
    data = np.concatenate([np.empty(0, np.uint8), *(part.data for part in parts)])
    return _merged(names, start, low[there], high[there], data, end)


def _merged(
    names: pa.Array,
    start: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    data: NDArray[np.uint8],
    end: int,
) -> Records:
    ends = np.empty(len(names), np.int64)
    room = int((high - low).sum()) * 2 + 4096
    while True:
        out = np.empty(room, np.uint8)
        filled = merge_records(start, low, high, data, end, out, ends)
        if filled >= 0:
            return Records(names, ends, out[:filled].copy())
        room *= 2


def union_of(parts: Sequence[Records]) -> pa.Array:
    """Return the keys of all accounts of some parts, sorted."""
    names = pc.unique(
        pa.concat_arrays([pa.array([], pa.string()), *(p.accounts for p in parts)])
    )
    return names.take(pc.sort_indices(names))


def rows_from(records: Records, clients: Sequence[str], end: int) -> Rows:
    """Return merged records as rows of the estimate (3).

    Parameters
    ----------
    records
        As `merged` returns them for the same `end`.
    clients
        Names by number.
    end
        The day of the estimate, as a number.
    """
    ordered = sorted(clients)
    ranks = {name: number for number, name in enumerate(ordered)}
    rank = np.array([*(ranks[name] for name in clients), -1], np.int16)
    store = np.array([*(store_country(name) for name in clients), -1], np.int16)
    start = np.zeros(len(records.accounts) + 1, np.int64)
    room = records.data.size * 2 + 64
    while True:
        columns = (
            np.empty(room, np.int16), np.empty(room, np.int16), np.empty(room, np.uint8),
            np.empty(room, np.int16), np.empty(room, np.uint64), np.empty(room, np.int16),
        )  # fmt: skip
        filled = rows_again(
            records.ends, records.data, end, country_numbers(), rank, store, start, *columns
        )
        if filled <= room:
            break
        room = filled
    age, country, proxy, stores, network, client = columns
    return Rows(
        records.accounts, start, age[:filled], country[:filled], proxy[:filled],
        stores[:filled], network[:filled], client[:filled], tuple(ordered), {},
        day_of_number(end),
    )  # fmt: skip


def store_country(client: str) -> int:
    """Return the number of a store's country, -1 where a client is no store's."""
    return numbers().get(client.removeprefix("app:"), -1) if client.startswith("app:") else -1


def partition_numbers(accounts: pa.Array, partitions: int) -> NDArray[np.int64]:
    """Return int64, shape (accounts,): the partition of each key, by its hash."""
    place = np.empty(len(accounts), np.int64)
    _, offsets, data = accounts.buffers()
    ends = np.frombuffer(offsets, np.int32)[
        accounts.offset : accounts.offset + len(accounts) + 1
    ]
    texts = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    partitions_of(ends, texts, partitions - 1, place)
    return place
