"""Who carries a text: one text against all the different texts of a case.

1. Texts are compared as `normalise.fold` leaves them, by the sets of their character 5-grams, twice:
   with their hashtags as words ("poisoned #turkey" is the sentence "poisoned turkey"), and
   without (seven tags after a sentence leave it what it is). The better of the two counts; of a text
   that was asked for with hashtags, the way without: two texts are not alike by their tags.
2. Every text is looked at, with its hashtags as words: nothing is lost to an index. Those that share
   `SHARED` grams with the text asked for, or most of a short one, are compared both ways.
3. A text carries the one asked for when the sets share 45 % of their union (Jaccard), when it holds
   80 % of the text asked for (a quotation), or when 80 % of it lies in that text and makes a
   third of it (a truncation).
4. Fewer than `FEWEST_GRAMS` grams say too little to be alike by parts: a text as short as this
   must hold all of the other, in its order.
5. Its kind says what became of the words: exact, decorated, reordered, truncated, longer, edited.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.claims.normalise import fold
from fanal.kernels.carriers import count_different, count_shared, grams_of, table_of

#: Share of the union, and share of the smaller text, from which a text carries another (3).
JACCARD, CONTAINED = 0.45, 0.80
#: Share of the text asked for that a part of it must hold: less is a phrase that others use (3).
PART = 1 / 3
#: Grams of the smaller text below which parts prove nothing (4): 24 letters.
FEWEST_GRAMS = 20
#: Grams shared from which on two texts are compared both ways, and the share of a short one (2).
SHARED, OF_SHORT = 12, 0.6
#: A text this much shorter than the other is a part of it, not an edit of it.
SHORTER = 0.85
#: Words of each text that a difference is told of.
WORDS_COMPARED = 600

KINDS = ("exact", "decorated", "reordered", "edited", "truncated", "longer")
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """The texts that carry one, the most alike first.

    Parameters
    ----------
    numbers
        int64: places of the texts.
    score
        float64: share of the union of 5-grams, 0 to 1.
    of_query, of_text
        float64: share of the grams of the text asked for that the text holds, and the reverse.
    kinds
        One of `KINDS` each.
    compared
        Texts looked at.
    """

    numbers: I64
    score: F64
    of_query: F64
    of_text: F64
    kinds: tuple[str, ...]
    compared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Texts folded: text i is ``data[offsets[i] : offsets[i + 1]]``, UTF-8."""

    data: NDArray[np.uint8]
    offsets: I64

    def text(self, number: int) -> str:
        """Return one folded text."""
        return bytes(self.data[self.offsets[number] : self.offsets[number + 1]]).decode()

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.offsets) - 1


def with_tags(texts: pa.Array | pa.ChunkedArray, threads: int) -> Words:
    """Return texts folded, their hashtags as words (1)."""
    return without_tags(pc.replace_substring(texts, "#", " "), threads)


def without_tags(texts: pa.Array | pa.ChunkedArray, threads: int) -> Words:
    """Return texts folded, their hashtags left out (1)."""
    folded = fold(texts, threads=threads)
    return Words(data=folded.data, offsets=folded.offsets)


def carriers(query: str, texts: pa.ChunkedArray, words: Words, *, threads: int = 1) -> Carriers:
    """Return the texts that carry one text.

    Parameters
    ----------
    query
        The text asked for; some letters must be left of it.
    texts, words
        The texts looked at, and the same `with_tags`.
    threads
        Threads; the answer never depends on it.

    Notes
    -----
    O(bytes): 1 M posts of 110 bytes in .3 s on 2 cores.
    """
    asked = pa.array([query], pa.large_string())
    # 1., 2. every text
    whole = _Compared(with_tags(asked, 1), words, threads)
    near = np.flatnonzero(whole.shared >= _enough(whole.wanted)).astype(np.int64)
    some = texts.take(pa.array(near))
    bare = _Compared(without_tags(asked, 1), without_tags(some, threads), threads)
    # 3., 4. alike enough, in one way or the other
    ways = [(whole, near), (bare, np.arange(len(near)))]
    scored = [one.scores(rows) for one, rows in ways]
    way = np.where(scored[1].score > scored[0].score, 1, 0)
    if "#" in query and bare.wanted:
        way[:] = 1
    kept = np.flatnonzero(np.where(way == 1, scored[1].carries, scored[0].carries))
    told = {
        name: np.where(way == 1, getattr(scored[1], name), getattr(scored[0], name))[kept]
        for name in ("score", "of_query", "of_text")
    }
    order = np.lexsort((near[kept], -told["of_query"], -told["score"]))
    rows = kept[order]
    told = {name: values[order] for name, values in told.items()}
    kinds = []
    for place, row in enumerate(rows.tolist()):
        one, numbers = ways[int(way[row])]
        if some[row].as_py().split() == query.split():
            kinds.append("exact")
            continue
        parts = told["of_query"][place], told["of_text"][place]
        kinds.append(_kind(one.query, one.among.text(int(numbers[row])), *parts))
    return Carriers(numbers=near[rows], kinds=tuple(kinds), compared=len(words), **told)


def _enough(wanted: int) -> int:
    """Return how many grams of a text a carrier shares at the least (2)."""
    return min(SHARED, max(1, int(np.ceil(OF_SHORT * wanted))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    score: F64
    of_query: F64
    of_text: F64
    carries: NDArray[np.bool_]


class _Compared:
    """One text against others, in one of the two ways (1)."""

    def __init__(self, query: Words, among: Words, threads: int) -> None:
        self.query, self.among = query.text(0), among
        grams = grams_of(query.data, query.offsets[0], query.offsets[1])
        table = table_of(grams)
        self.wanted = len(np.unique(grams))
        self.shared = np.zeros(len(among), np.int32)
        if self.wanted == 0:
            return
        edges = np.linspace(0, len(among), 4 * threads + 1).astype(np.int64)

        def count(piece: int) -> None:
            begin, end = edges[piece], edges[piece + 1]
            count_shared(among.data, among.offsets, begin, end, table, self.shared)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(count, range(len(edges) - 1)))

    def scores(self, rows: I64) -> _Scores:
        """Return how alike some of the texts are, and whether that is enough (3, 4)."""
        sizes = count_different(self.among.data, self.among.offsets, rows)
        common = self.shared[rows].astype(np.float64)
        of_query, of_text = common / max(self.wanted, 1), common / np.maximum(sizes, 1)
        score = common / np.maximum(self.wanted + sizes - common, 1)
        parts = (score >= JACCARD) | (of_query >= CONTAINED)
        parts |= (of_text >= CONTAINED) & (of_query >= PART)
        long_enough = np.minimum(sizes, self.wanted) >= FEWEST_GRAMS
        carries = np.where(long_enough, parts, (of_query == 1) & (self.wanted > 0))
        for row in np.flatnonzero(carries & ~long_enough):
            carries[row] = f" {self.query} " in f" {self.among.text(int(rows[row]))} "
        return _Scores(score=score, of_query=of_query, of_text=of_text, carries=carries)


def _kind(folded: str, other: str, of_query: float, of_text: float) -> str:
    """Return what became of the words (5)."""
    if other == folded:
        return "decorated"
    if sorted(other.split()) == sorted(folded.split()):
        return "reordered"
    if of_text >= CONTAINED and len(other) < SHORTER * len(folded):
        return "truncated"
    if of_query >= CONTAINED and len(folded) < SHORTER * len(other):
        return "longer"
    return "edited"


def word_difference(query: str, text: str) -> list[tuple[str, str]]:
    """Return a text word by word against another: ``same``, ``added``, ``missing`` -> words.

    Words are compared folded; of each text the first `WORDS_COMPARED` are.
    """
    old, new = query.split()[:WORDS_COMPARED], text.split()[:WORDS_COMPARED]
    matcher = difflib.SequenceMatcher(None, _plain(old), _plain(new), autojunk=False)
    told: list[tuple[str, str]] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            told.append(("same", " ".join(new[c:d])))
            continue
        if b > a:
            told.append(("missing", " ".join(old[a:b])))
        if d > c:
            told.append(("added", " ".join(new[c:d])))
    return told


def _plain(words: Sequence[str]) -> list[str]:
    """Return words as they are compared, so that a comma or an accent is no difference."""
    folded = fold(pa.array(words, pa.string()), threads=1)
    return [folded.text(place) or word for place, word in enumerate(words)]
