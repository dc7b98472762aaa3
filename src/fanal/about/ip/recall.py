"""How many of the operator's known exits the lists name.

A share of exits that somebody gathered, with Wilson's interval (Wilson 1927,
doi:10.1080/01621459.1927.10502953, 95 %). It holds for exits like those, at the date of the list.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from fanal.about.ip.special import NOT_PUBLIC, SHIELDED
from fanal.about.ip.table import IpTable
from fanal.errors import ReaderError

_Z = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What became of the known exits of one label.

    Parameters
    ----------
    label
        The operator's word for them (second column of the file); ``exit`` when there is none.
    exits
        Different public addresses.
    named
        How many of them a list names.
    low, high
        Interval of the share `named / exits`, 95 %.
    kinds
        Kind -> how many; ``unknown`` are those that no list names.
    """

    label: str
    exits: int
    named: int
    low: float
    high: float
    kinds: dict[str, int]


def recall_of(table: IpTable, path: Path) -> list[Recall]:
    """Return the recall by label, and over all as the first, from a file ``address[,label]``.

    Raises
    ------
    ReaderError
        When the file cannot be read or holds no public address.
    """
    import pyarrow as pa

    rows = sorted(set(_rows(path)))
    kinds = table.places(table.read(pa.array([row[0] for row in rows], pa.large_string()))).kind
    found: dict[str, Counter[str]] = {}
    for (_, label), code in zip(rows, kinds.tolist(), strict=True):
        kind = table.kind_names[code]
        if kind not in NOT_PUBLIC:
            found.setdefault(label, Counter())[kind] += 1
    if not found:
        raise ReaderError(f"{path.name}: no public address in it.")
    total = sum(found.values(), Counter[str]())
    every = [_recall("all", total)]
    return every + [_recall(label, found[label]) for label in sorted(found)]


def _rows(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [[cell.strip() for cell in row] for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReaderError(f"{path.name} cannot be read as text.") from error
    return [(row[0], row[1] if len(row) > 1 and row[1] else "exit") for row in cells]


def _recall(label: str, kinds: Counter[str]) -> Recall:
    exits = sum(kinds.values())
    named = sum(count for kind, count in kinds.items() if kind in SHIELDED)
    low, high = wilson(named, exits)
    return Recall(
        label=label,
        exits=exits,
        named=named,
        low=low,
        high=high,
        kinds=dict(sorted(kinds.items())),
    )


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return Wilson's interval of a share, 95 %, to 6 significant digits."""
    share, z2 = hits / tries, _Z * _Z
    middle = share + z2 / (2 * tries)
    spread = _Z * sqrt(share * (1 - share) / tries + z2 / (4 * tries * tries))
    ends = ((middle - spread) / (1 + z2 / tries), (middle + spread) / (1 + z2 / tries))
    low, high = (float(f"{min(1.0, max(0.0, end)):.6g}") for end in ends)
    return (0.0 if hits == 0 else low, 1.0 if hits == tries else high)
