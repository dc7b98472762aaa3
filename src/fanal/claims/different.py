"""The different texts of a file, each once, in an order that does not depend on the rows'.

1. Pieces are folded and collapsed as they come: memory holds the different texts only.
2. The texts are numbered by the hash of what they say, so that the same posts in another order
   give the same groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fanal.claims.normalise import Folded, Texts, folded_pieces
from fanal.kernels.sorting import order_by
from fanal.kernels.text_collapse import collapse, place_all

Scalar = TypeVar("Scalar", bound=np.generic)
Told = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """Different folded texts, n of them.

    Parameters
    ----------
    data
        uint8: their bytes.
    starts, ends
        int64, shape (n,): text i is ``data[starts[i] : ends[i]]``.
    copies, first
        int64, shape (n,): rows that carry it, and the first of them.
    text
        int32, shape (rows,): the text of each row.
    raw_hash
        uint64, shape (rows,): of each row's bytes as they came.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    copies: NDArray[np.int64]
    first: NDArray[np.int64]
    text: NDArray[np.int32]
    raw_hash: NDArray[np.uint64]

    def __len__(self) -> int:
        """Return the number of different texts."""
        return int(self.starts.shape[0])


def different(texts: Texts, threads: int = 2, told: Told | None = None) -> Different:
    """Return the different texts of a column.

    Parameters
    ----------
    texts
        Arrow strings.
    threads
        Threads that fold; the result does not depend on it.
    told
        Called with the share that is done.
    """
    store = _Store(len(texts))
    for piece in folded_pieces(texts, threads):
        store.add(piece)
        if told is not None:
            told(store.rows / max(len(texts), 1))
    return store.ordered()


class _Store:
    """Each different text once; grows by doubling (1)."""

    def __init__(self, rows: int) -> None:
        self.rows = self.n = 0
        self._text = np.empty(rows, np.int32)
        self._raw_hash = np.empty(rows, np.uint64)
        self._data = np.empty(1 << 20, np.uint8)
        self._starts = np.zeros(1 << 12, np.int64)
        self._hash = np.empty(1 << 12, np.uint64)
        self._copies = np.zeros(1 << 12, np.int64)
        self._first = np.empty(1 << 12, np.int64)
        self._place = np.full(1 << 13, -1, np.int32)

    def add(self, piece: Folded) -> None:
        """Collapse one piece into the store."""
        many = piece.raw_hash.shape[0]
        self._make_room(many, piece.data.shape[0])
        place = slice(self.rows, self.rows + many)
        self._raw_hash[place] = piece.raw_hash
        self.n = collapse(
            piece.data, piece.offsets, piece.folded_hash, self.rows, self.n, self._place,
            self._data, self._starts, self._hash, self._copies, self._first, self._text[place],
        )  # fmt: skip
        self.rows += many

    def _make_room(self, many: int, size: int) -> None:
        used = int(self._starts[self.n])
        if used + size > self._data.shape[0]:
            self._data = _grown(self._data, used + size)
        if self.n + many + 1 > self._starts.shape[0]:
            for name in ("_starts", "_hash", "_copies", "_first"):
                setattr(self, name, _grown(getattr(self, name), self.n + many + 1))
        if 2 * (self.n + many) > self._place.shape[0]:
            wanted = 1 << (2 * (self.n + many) - 1).bit_length()
            self._place = np.full(wanted, -1, np.int32)
            place_all(self._hash, self.n, self._place)

    def ordered(self) -> Different:
        """Return the texts in the order of their hashes (2)."""
        n = self.n
        order = order_by(self._hash[:n], 2**64 - 1)
        number = np.empty(n, np.int32)
        number[order] = np.arange(n, dtype=np.int32)
        return Different(
            data=self._data[: self._starts[n]],
            starts=self._starts[:n][order],
            ends=self._starts[1 : n + 1][order],
            copies=self._copies[:n][order],
            first=self._first[:n][order],
            text=number[self._text],
            raw_hash=self._raw_hash,
        )


def _grown(array: NDArray[Scalar], wanted: int) -> NDArray[Scalar]:
    larger = np.zeros(max(wanted, array.shape[0] * 3 // 2), array.dtype)
    larger[: array.shape[0]] = array
    return larger
