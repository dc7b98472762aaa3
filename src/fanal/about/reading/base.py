"""What a connection log is read into: cells of some rows, and a tally without any value.

Cells live in memory only, for as long as their batch is worked on. Of a row that cannot be used
its position, its column and a reason are kept; never what stood there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

#: Positions kept for each reason.
PLACES_KEPT = 20

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One file of connections.

    Parameters
    ----------
    name
        What messages call it.
    open
        Gives a fresh stream of its decompressed bytes.
    """

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Rows of a log that follow each other.

    Parameters
    ----------
    columns
        Field -> its cells, as the file has them: bytes, text, numbers or timestamps.
    lines
        int64, shape (n,): line (of Parquet: row) of each, from 1.
    """

    columns: Mapping[str, pa.Array]
    lines: Places


@dataclass(slots=True)
class Tally:
    """What became of the rows of some logs: kept + skipped + rejected = rows met.

    Parameters
    ----------
    kept
        Rows that went into day rows.
    skipped
        Kind -> rows that are well-formed and say nothing.
    rejected
        (column, reason) -> rows; the column is empty when the whole row is at fault.
    places
        (column, reason) -> the first positions, ``file:line``.
    notes
        Sentences about whole files.
    disputed
        Number of a network -> connections on which a second database knows another country, less
        those on which it does not; only with a second database.
    """

    kept: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    disputed: Counter[int] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows met."""
        return self.kept + self.skipped.total() + self.rejected.total()

    def reject(self, file: str, column: str, reason: str, lines: Places) -> None:
        """Count rows that cannot be used, and keep where the first of them stand."""
        if not len(lines):
            return
        self.rejected[column, reason] += len(lines)
        places = self.places.setdefault((column, reason), [])
        room = max(PLACES_KEPT - len(places), 0)
        places.extend(f"{file}:{line}" for line in lines[:room].tolist())

    def skip(self, kind: str, count: int) -> None:
        """Count well-formed rows that say nothing."""
        if count:
            self.skipped[kind] += count

    def disagreeing(self) -> NDArray[np.uint64]:
        """Return the networks on most of whose connections two databases disagree."""
        found = sorted(network for network, more in self.disputed.items() if more > 0)
        return np.array(found, np.uint64)

    def note(self, sentence: str) -> None:
        """Say something about a whole file, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


def at_line(line: int) -> Places:
    """Return one position."""
    return np.array([line], np.int64)
