"""Texts folded, so that copies that only look different become the same bytes.

1. Links, mentions and hashtags are left out, and counted; so are emoji.
2. Compatibility forms, case, accents and invisible characters go; what is no letter or digit
   becomes one space.
3. Inside a word that mixes alphabets, look-alikes go into the alphabet of the word.

Cost: O(bytes); two threads fold some 100 MB a second each.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.claims.characters import Characters, characters
from fanal.kernels.text_fold import fold_rows

Texts: TypeAlias = pa.Array | pa.ChunkedArray

#: A piece of work: at most so many rows, and about so many bytes.
PIECE_ROWS, PIECE_BYTES = 65_536, 8_000_000
#: Columns of `Folded.counts`.
COUNTED = ("links", "mentions", "hashtags", "emoji")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Folded texts.

    Parameters
    ----------
    offsets
        int64, shape (texts + 1,): text i is ``data[offsets[i] : offsets[i + 1]]``.
    data
        uint8: UTF-8, words with one space between them. Empty where nothing was left.
    counts
        uint16, shape (texts, 4): links, mentions, hashtags and emoji that were left out.
    raw_hash, folded_hash
        uint64, shape (texts,): of the bytes as they came, and folded.
    """

    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]
    counts: NDArray[np.uint16]
    raw_hash: NDArray[np.uint64]
    folded_hash: NDArray[np.uint64]

    def text(self, row: int) -> str:
        """Return one folded text."""
        piece = self.data[self.offsets[row] : self.offsets[row + 1]]
        return piece.tobytes().decode("utf-8", "replace")


def fold(texts: Texts, threads: int = 2) -> Folded:
    """Return texts folded, all at once.

    Parameters
    ----------
    texts
        An Arrow column of texts; null is an empty text.
    threads
        Threads; the result does not depend on it.
    """
    pieces = list(folded_pieces(texts, threads))
    sizes = [piece.data.shape[0] for piece in pieces]
    before = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    ends = [piece.offsets[1:] + start for piece, start in zip(pieces, before, strict=False)]
    return Folded(
        offsets=np.concatenate([np.zeros(1, np.int64), *ends]),
        data=np.concatenate([np.zeros(0, np.uint8), *(piece.data for piece in pieces)]),
        counts=np.concatenate(
            [np.zeros((0, len(COUNTED)), np.uint16), *(piece.counts for piece in pieces)]
        ),
        raw_hash=np.concatenate([np.zeros(0, np.uint64), *(p.raw_hash for p in pieces)]),
        folded_hash=np.concatenate([np.zeros(0, np.uint64), *(p.folded_hash for p in pieces)]),
    )


def folded_pieces(texts: Texts, threads: int = 2) -> Iterator[Folded]:
    """Yield texts folded, piece by piece in their order; a few pieces are held at a time."""
    tables = characters()
    work = pieces_of(texts)
    if threads <= 1:
        yield from (_folded(piece, tables) for piece in work)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for piece in work:
            waiting.append(pool.submit(_folded, piece, tables))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()


def pieces_of(texts: Texts) -> Iterator[pa.StringArray]:
    """Yield the texts as Arrow strings without nulls, in pieces of about `PIECE_BYTES`."""
    for chunk in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        for start in range(0, len(chunk), PIECE_ROWS):
            part = chunk.slice(start, PIECE_ROWS)
            if part.type != pa.string():
                part = part.cast(pa.string())
            yield from _by_size(pc.fill_null(part, "") if part.null_count else part)


def _by_size(part: pa.StringArray) -> Iterator[pa.StringArray]:
    offsets, _ = buffers(part)
    start = 0
    while start < len(part):
        stop = (
            int(np.searchsorted(offsets, int(offsets[start]) + PIECE_BYTES, side="right")) - 1
        )
        stop = min(max(stop, start + 1), len(part))
        yield part.slice(start, stop - start)
        start = stop


def buffers(texts: pa.StringArray) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Return offsets and bytes of an Arrow column of strings, without a copy."""
    _, offsets, data = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(1, np.int32), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return places, np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)


def _folded(piece: pa.StringArray, tables: Characters) -> Folded:
    offsets, data = buffers(piece)
    rows = len(piece)
    sizes = np.diff(offsets).astype(np.int64)
    room = int(sizes.sum()) + (tables.longest + 1) * int(sizes.max(initial=0)) + 64
    counts = np.zeros((rows, len(COUNTED)), np.uint16)
    raw_hash, folded_hash = np.zeros(rows, np.uint64), np.zeros(rows, np.uint64)
    ends = np.zeros(rows + 1, np.int64)
    while True:
        out = np.empty(room, np.uint8)
        done = fold_rows(
            offsets, data, 0, rows, tables.pages, tables.entries, tables.sequences,
            tables.alike, tables.longest, out, ends[1:], raw_hash, folded_hash, counts,
        )  # fmt: skip
        if done == rows:
            break
        room *= 2
    return Folded(
        offsets=ends,
        data=out[: ends[-1]],
        counts=counts,
        raw_hash=raw_hash,
        folded_hash=folded_hash,
    )
