"""Different texts joined into groups of near copies.

1. Signatures of all texts that say enough (`fanal.kernels.text_shingles`).
2. Band by band, two at a time: candidates, exact scores, joins. What is joined is no candidate
   any more, hence a later band has less to do, and memory holds the candidates of two bands.
3. Every join leaves its evidence: the two texts, the score, what was measured.

Broder (1997), "On the resemblance and containment of documents", SEQUENCES,
DOI 10.1109/SEQUEN.1997.666900. Leskovec, Rajaraman, Ullman (2020), "Mining of Massive Datasets",
3rd ed., ch. 3, DOI 10.1017/9781108684163.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanal.claims.different import Different, Told
from fanal.kernels.sorting import order_by
from fanal.kernels.text_candidates import KEY_BITS, band_keys, neighbours
from fanal.kernels.text_joins import FORM, FULL, compare, join
from fanal.kernels.text_shingles import SLOTS, sign_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What two texts must reach to be joined.

    Parameters
    ----------
    slots
        Slots in a band: more is quicker and finds less.
    agreeing
        Least slots of 64 that agree, before anything is compared.
    jaccard
        Least Jaccard of the sets of shingles.
    containment, share, shingles
        Or: least share of the smaller set that lies in the larger, when it is at least `share` of
        the larger and has at least so many shingles.
    speakers, speakers_containment
        Jaccard and containment of the most copied texts of two components: less than both keeps
        them apart.
    """

    slots: int
    agreeing: int = 10
    jaccard: float
    containment: float = 0.8
    share: float = 0.3
    shingles: int = 24
    speakers: float = 0.3
    speakers_containment: float = 0.6


THOROUGH = Bars(slots=3, jaccard=0.45)
FAST = Bars(slots=4, jaccard=0.5)
#: Bands whose candidates are held at one time, and neighbours of a text in its bucket.
_AT_ONCE, _NEIGHBOURS = 2, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Components of texts.

    Parameters
    ----------
    parent
        int32, shape (2, texts): union-find of groups, and of families, which join texts that share
        only their form, too; a root is its own parent.
    speaker
        int32, shape (2, texts): at a root, the most copied text of its component.
    says
        bool, shape (texts,): whether a text says enough to be compared.
    a, b
        int32, shape (joins,): the two texts of each join.
    score, measure
        float64 and uint8 (1 Jaccard, 2 containment, 3 form only), shape (joins,).
    """

    parent: NDArray[np.int32]
    speaker: NDArray[np.int32]
    says: NDArray[np.bool_]
    a: NDArray[np.int32]
    b: NDArray[np.int32]
    score: NDArray[np.float64]
    measure: NDArray[np.uint8]


def joined(texts: Different, bars: Bars, threads: int = 2, told: Told | None = None) -> Joined:
    """Return the components of near copies; equal at any number of threads."""
    with ThreadPoolExecutor(max(threads, 1)) as pool:
        return _Joining(texts, bars, threads, pool).run(told)


class _Joining:
    def __init__(
        self, texts: Different, bars: Bars, threads: int, pool: ThreadPoolExecutor
    ) -> None:
        self._texts, self._bars, self._threads, self._pool = texts, bars, threads, pool
        self._parent = np.tile(np.arange(len(texts), dtype=np.int32), (2, 1))
        self._speaker = self._parent.copy()
        self._found: list[tuple[NDArray[np.generic], ...]] = []

    def run(self, told: Told | None) -> Joined:
        # 1. signatures
        signatures, says = self._signed()
        rows = np.flatnonzero(says).astype(np.int32)
        # 2. bands
        starts = list(range(0, SLOTS - self._bars.slots + 1, self._bars.slots))
        for k in range(0, len(starts), _AT_ONCE):
            self._batch(signatures, rows, starts[k : k + _AT_ONCE])
            if told is not None:
                told(min(k + _AT_ONCE, len(starts)) / len(starts))
        # 3. evidence
        columns = zip(*self._found, strict=True) if self._found else ([], [], [], [])
        kinds = (np.int32, np.int32, np.uint16, np.uint8)
        a, b, score, measure = (
            np.concatenate([np.zeros(0, kind), *column])
            for kind, column in zip(kinds, columns, strict=True)
        )
        return Joined(
            parent=self._parent, speaker=self._speaker, says=says,
            a=a, b=b, score=score / FULL, measure=measure,
        )  # fmt: skip

    def _signed(self) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        texts = self._texts
        signatures = np.empty((len(texts), SLOTS), np.uint32)
        says = np.empty(len(texts), np.uint8)
        list(
            self._pool.map(
                lambda part: sign_rows(
                    texts.data, texts.starts, texts.ends, *part, signatures, says
                ),
                self._parts(len(texts)),
            )
        )
        return signatures, says.astype(np.bool_)

    def _parts(self, n: int) -> Iterator[tuple[int, int]]:
        size = max(1024, -(-n // (4 * self._threads)))
        return ((first, min(first + size, n)) for first in range(0, n, size))

    def _batch(
        self, signatures: NDArray[np.uint32], rows: NDArray[np.int32], bands: list[int]
    ) -> None:
        pairs = list(
            self._pool.map(lambda slot: self._candidates(signatures, rows, slot), bands)
        )
        a = np.concatenate([one for one, _ in pairs])
        b = np.concatenate([other for _, other in pairs])
        score, measure = self._scores(signatures, a, b)
        kept = np.flatnonzero(score)
        a, b, score, measure = a[kept], b[kept], score[kept], measure[kept]
        form = (measure == FORM).astype(np.uint64)
        order = order_by(form * (FULL + 1) + FULL - score, 2 * FULL + 1)
        did = np.empty(a.shape[0], np.int32)
        texts, own = self._texts, self._bars
        bars = np.array(
            [own.speakers, own.speakers_containment, own.share, own.shingles], float
        )
        many = join(
            texts.data, texts.starts, texts.ends, texts.copies, a, b, measure, order, bars,
            self._parent, self._speaker, did,
        )  # fmt: skip
        did = did[:many]
        self._found.append((a[did], b[did], score[did], measure[did]))

    def _candidates(
        self, signatures: NDArray[np.uint32], rows: NDArray[np.int32], slot: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        keys = np.empty(rows.shape[0], np.uint64)
        band_keys(signatures, rows, slot, self._bars.slots, slot + 1, keys)
        order = order_by(keys, (1 << KEY_BITS) - 1)
        most = 1 if slot < _AT_ONCE * self._bars.slots else _NEIGHBOURS
        return neighbours(order, keys, rows, self._parent, most)  # type: ignore[no-any-return]

    def _scores(
        self, signatures: NDArray[np.uint32], a: NDArray[np.int32], b: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
        texts, bars = self._texts, self._bars
        score, measure = np.empty(a.shape[0], np.uint16), np.empty(a.shape[0], np.uint8)
        least = np.array(
            [bars.agreeing, bars.jaccard, bars.containment, bars.share, bars.shingles], float
        )
        list(
            self._pool.map(
                lambda part: compare(
                    texts.data, texts.starts, texts.ends, signatures, a, b, *part, least, score,
                    measure,
                ),
                self._parts(a.shape[0]),
            )
        )  # fmt: skip
        return score, measure
