"""Counts of accounts, no cell of them small; the kinds and countries of networks.

1. What has fewer than `LEAST_SHOWN` accounts goes into "others", and others take the next smallest
   until they have as many: nothing small is left to be told from a total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.countries import codes
from fanal.about.estimate import CHANNEL_DAYS
from fanal.about.rows import Rows, encoded
from fanal.kernels.day_bits import AGES
from fanal.kernels.day_rows import channels

#: Fewer accounts than this stand in no cell of their own.
LEAST_SHOWN: Final = 20
_STORE: Final = "app:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Accounts by something, none of the cells small.

    Parameters
    ----------
    cells
        Name and accounts, most first; each at least `LEAST_SHOWN`.
    others, folded
        Accounts of the rest, and how many names that is. `others` is None where all together are
        fewer than `LEAST_SHOWN`.
    unknown
        Accounts of which it is not known; None below `LEAST_SHOWN`.
    """

    cells: tuple[tuple[str, int], ...]
    others: int | None
    folded: int
    unknown: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of network: day rows, and accounts seen there; None below `LEAST_SHOWN`.

    `name` is empty for the kinds put together.
    """

    name: str
    rows: int
    accounts: int | None


def few(count: int) -> int | None:
    """Return a count, None where it is 1 to 19."""
    return None if 0 < count < LEAST_SHOWN else count


def folded(counts: dict[str, int], unknown: int = 0) -> Counts:
    """Return counts without a small cell (1).

    Examples
    --------
    >>> folded({"FR": 50, "DE": 30, "PT": 12, "LU": 3})
    Counts(cells=(('FR', 50),), others=45, folded=3, unknown=0)
    >>> folded({"FR": 50, "DE": 30, "PT": 12}).others
    42
    """
    ranked = sorted(
        ((n, name) for name, n in counts.items() if n), key=lambda one: (-one[0], one[1])
    )
    kept = sum(n >= LEAST_SHOWN for n, _ in ranked)
    rest = sum(n for n, _ in ranked[kept:])
    while 0 < rest < LEAST_SHOWN and kept:
        kept -= 1
        rest += ranked[kept][0]
    return Counts(
        cells=tuple((name, n) for n, name in ranked[:kept]),
        others=few(rest),
        folded=len(ranked) - kept,
        unknown=few(unknown),
    )


def by_country(best: NDArray[Any]) -> Counts:
    """Count accounts by the number of their country."""
    count = np.bincount(best, minlength=len(codes()))
    return folded(dict(zip(codes(), count.tolist(), strict=True)))


def by_channel(rows: Rows) -> Counts:
    """Count accounts by the client of most of the last 90 days; stores' countries apart."""
    size = rows.start.size - 1
    main = np.empty(size, np.int16)
    days, everything = np.empty(size, np.int64), np.empty(size, np.int64)
    channels(rows.start, rows.age, rows.client, CHANNEL_DAYS, main, days, everything)
    count = np.bincount(main[main >= 0], minlength=len(rows.clients)).tolist()
    told: dict[str, int] = {}
    for name, n in zip(rows.clients, count, strict=True):
        short = "app" if name.startswith(_STORE) else name
        told[short] = told.get(short, 0) + n
    return folded(told, int((main < 0).sum()))


def kinds(days: pa.Table, as_of: date) -> tuple[Kind, ...]:
    """Count the year's day rows, and accounts, by kind of network."""
    names, account = encoded(days["account"])
    words, kind = encoded(days["kind"])
    age = (as_of - date(1970, 1, 1)).days - days["day"].cast(pa.date32()).cast(
        pa.int32()
    ).to_numpy()
    inside = (age >= 0) & (age < AGES) & (kind >= 0)
    account, kind = account[inside], kind[inside]
    seen = np.zeros((len(words), len(names)), bool)
    seen[kind, account] = True
    rows, people = np.bincount(kind, minlength=len(words)), seen.sum(axis=1)
    order = np.lexsort((np.array(words), -rows))
    small = (people > 0) & (people < LEAST_SHOWN)
    kept = [
        Kind(name=words[n], rows=int(rows[n]), accounts=int(people[n]))
        for n in order
        if people[n] and not small[n]
    ]
    if small.any():
        together = int(seen[small].any(axis=0).sum())
        kept.append(Kind(name="", rows=int(rows[small].sum()), accounts=few(together)))
    return tuple(kept)


def of_networks(
    days: pa.Table, networks: NDArray[np.uint64]
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the kind and the country of most rows of some networks."""
    if not networks.size:
        return {}, {}
    number = days["network"].cast(pa.uint64()).fill_null(0).to_numpy()
    inside = pa.array(np.isin(number, networks))
    some = days.select(["network", "kind", "country"]).filter(inside)
    kinds = _commonest(some, "kind")
    return kinds, _commonest(some, "country")


def _commonest(some: pa.Table, column: str) -> dict[int, str]:
    table = pa.table(
        {"network": some["network"], "word": some[column].cast(pa.string())}
    ).drop_null()
    counted = table.group_by(["network", "word"]).aggregate([([], "count_all")])
    ordered = counted.sort_by([("count_all", "ascending"), ("word", "descending")])
    return dict(zip(ordered["network"].to_pylist(), ordered["word"].to_pylist(), strict=True))
