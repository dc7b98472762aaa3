"""Day rows as arrays: numbers for accounts, countries, proxies, stores; what is left out, counted.

1. Accounts get numbers in order of their keys; rows are brought together by account.
2. A day after `as_of` (a clock ahead, a wrong zone) and one older than `AGES` is left out, counted.
3. A code that is no country (EU, AP, XX, null) is no evidence of a place; it is counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import numbers
from fanal.errors import AnalysisError
from fanal.kernels.day_bits import AGES
from fanal.kernels.words import numbered
from fanal.model.days import DAYS, PROXY_KINDS

_EPOCH: Final = date(1970, 1, 1)
_STORE: Final = "app:"
#: Room for hashes of few texts.
_ROOM: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class Rows:
    """Day rows by account.

    Parameters
    ----------
    accounts
        Keys, sorted.
    start
        int64, shape (accounts + 1,): where each account's rows begin.
    age
        int16: days before `as_of`; -1 for a day left out.
    country, store
        int16: country numbers; -1 unknown.
    proxy
        uint8: 1 behind a proxy.
    network
        uint64, 0 where unknown.
    client
        int16: place in `clients`, -1 unknown.
    clients
        Distinct clients, sorted.
    left_out
        Counts by reason: ``future``, ``older``, ``country unknown``.
    as_of
        The day of the estimate.
    """

    accounts: pa.Array
    start: NDArray[np.int64]
    age: NDArray[np.int16]
    country: NDArray[np.int16]
    proxy: NDArray[np.uint8]
    store: NDArray[np.int16]
    network: NDArray[np.uint64]
    client: NDArray[np.int16]
    clients: tuple[str, ...]
    left_out: dict[str, int]
    as_of: date


def rows_of(days: pa.Table, as_of: date | None = None) -> Rows:
    """Return day rows as arrays.

    Parameters
    ----------
    days
        Table `DAYS` (model/days.py); more columns are ignored; any order.
    as_of
        The day of the estimate; the last day of the table when None.

    Raises
    ------
    AnalysisError
        A column is missing, an account or a day is null, or there is no row.

    Notes
    -----
    O(rows); 20 bytes a row.
    """
    _check(days)
    day = _numpy(days["day"].cast(pa.date32()).cast(pa.int32()))
    end = (as_of - _EPOCH).days if as_of is not None else int(day.max())
    names, account = encoded(days["account"])
    number, ordered = _by_name(names, account)
    age, future, older = _ages(day, end)
    country = _looked_up(*_few(days["country"]), lambda code: numbers().get(code, -1))
    kinds, kind = _few(days["kind"])
    proxy = _looked_up(kinds, kind, lambda name: int(name in PROXY_KINDS), absent=0)
    words, client = _few(days["client"])
    clients = sorted(words)
    place = {word: number for number, word in enumerate(clients)}
    start, columns = _together(
        number,
        len(names),
        [
            age,
            country,
            proxy.astype(np.uint8),
            _looked_up(words, client, _store_country),
            _networks(days["network"]),
            _looked_up(words, client, lambda word: place.get(word, -1)),
        ],
    )
    unknown = int(np.count_nonzero(country < 0))
    return Rows(
        accounts=ordered,
        start=start,
        age=columns[0],
        country=columns[1],
        proxy=columns[2],
        store=columns[3],
        network=columns[4],
        client=columns[5],
        clients=tuple(clients),
        left_out={"future": future, "older": older, "country unknown": unknown},
        as_of=date.fromordinal(_EPOCH.toordinal() + end),
    )


def _ages(day: NDArray[np.int32], end: int) -> tuple[NDArray[np.int16], int, int]:
    """Return the days before `end`, -1 where left out; how many are after it, how many old (2)."""
    age = np.int32(end) - day
    out = age.view(np.uint32) >= AGES
    future = int(np.count_nonzero(age < 0)) if out.any() else 0
    older = int(np.count_nonzero(out)) - future
    age[out] = -1
    return age.astype(np.int16), future, older


def _check(days: pa.Table) -> None:
    missing = [name for name in DAYS.names if name not in days.column_names]
    if missing:
        raise AnalysisError(
            f"day rows without the column{'s' * (len(missing) > 1)} {', '.join(missing)}.",
            hint=f"Columns: {', '.join(DAYS.names)}.",
        )
    if days.num_rows == 0:
        raise AnalysisError("no day row.", hint="Nothing can be said of no connection.")
    for name in ("account", "day"):
        if days[name].null_count:
            raise AnalysisError(f"{days[name].null_count:,} day rows without {name}.")


def _numpy(column: Any) -> NDArray[Any]:
    found: NDArray[Any] = column.to_numpy()
    return found


def _networks(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    if column.null_count:
        column = pc.fill_null(column, 0)
    return _numpy(column.cast(pa.uint64()))


def encoded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[Any]]:
    """Return the distinct texts of a column and each row's place among them, -1 for null."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # none, or older Arrow
        array = array.chunk(0)
    indices = array.indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    return array.dictionary.to_pylist(), _numpy(indices)


def _few(column: pa.ChunkedArray) -> tuple[list[str], NDArray[Any]]:
    """Return what `encoded` does, quicker for a column of few distinct texts."""
    if column.type == pa.string() and not column.null_count and len(column):
        found = _numbered(column.combine_chunks())
        if found is not None:
            return found
    return encoded(column)


def _numbered(array: Any) -> tuple[list[str], NDArray[Any]] | None:
    """Return what `encoded` does, by our own kernel; None when there are many texts."""
    if isinstance(array, pa.ChunkedArray):
        if array.num_chunks != 1:
            return None
        array = array.chunk(0)
    _, offsets, data = array.buffers()
    if data is None:
        return None
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    number = np.empty(len(array), np.int32)
    first = np.empty(_ROOM // 2, np.int32)
    count = numbered(
        ends, np.frombuffer(data, np.uint8), np.full(_ROOM, -1, np.int32), first, number
    )
    if count < 0:
        return None
    return array.take(pa.array(first[:count])).to_pylist(), number


def _by_name(names: list[str], account: NDArray[Any]) -> tuple[NDArray[Any], pa.Array]:
    """Return each row's account by number, and the keys in order (1)."""
    keys = pa.array(names, pa.string())
    order = _numpy(pc.sort_indices(keys)).astype(np.int64)
    if (order[1:] > order[:-1]).all():
        return account, keys
    rank = np.empty(order.size, account.dtype)
    rank[order] = np.arange(order.size)
    return rank[account], keys.take(pa.array(order))


def _looked_up(
    words: list[str], place: NDArray[Any], number: Callable[[str], int], absent: int = -1
) -> NDArray[np.int16]:
    """Return the number of each row's word; `absent` for null."""
    table = np.array([*map(number, words), absent], np.int16)
    return np.asarray(table[place])


def _store_country(client: str) -> int:
    if not client.startswith(_STORE):
        return -1
    return numbers().get(client.removeprefix(_STORE), -1)


def _together(
    number: NDArray[Any], accounts: int, columns: list[NDArray[Any]]
) -> tuple[NDArray[np.int64], list[Any]]:
    start = np.zeros(accounts + 1, np.int64)
    np.cumsum(np.bincount(number, minlength=accounts), out=start[1:])
    if number.size and (number[1:] < number[:-1]).any():
        order = np.argsort(number, kind="stable")
        columns = [column[order] for column in columns]
    return start, columns
