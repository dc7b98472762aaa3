"""Pairs of texts that may be alike: those whose signatures agree in a whole band.

1. A band is a few slots in a row; its key is their hash.
2. Texts of one key are neighbours; each is paired with at most a few of those before it, and with
   none that it is already joined with; of its family, with the next one only. However large a
   bucket, its pairs are few.
"""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint32, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.text_utf8 import mixed

#: Bits of a key: three digits of `fanal.kernels.sorting.order_by`.
KEY_BITS = 33


@njit(
    void(uint32[:, ::1], int32[::1], int64, int64, int64, uint64[::1]), cache=True, nogil=True
)
def band_keys(
    signatures: NDArray[np.uint32],
    rows: NDArray[np.int32],
    slot: int,
    slots: int,
    seed: int,
    keys: NDArray[np.uint64],
) -> None:
    """Fill the key of each text in the band of `slots` slots from `slot` on (1).

    Parameters
    ----------
    signatures
        uint32, shape (texts, 64).
    rows
        int32, shape (n,): the texts that say enough.
    slot, slots, seed
        The band, and what makes its keys differ from those of others.
    keys
        uint64, shape (n,): filled.
    """
    for k in range(rows.shape[0]):
        value = uint64(seed)
        for i in range(slot, slot + slots):
            value = mixed(value ^ uint64(signatures[rows[k], i]))
        keys[k] = value >> uint64(64 - KEY_BITS)


@njit(int64(int32[::1], int64), cache=True, nogil=True, inline="always")
def root_of(parent: NDArray[np.int32], text: int) -> int:
    """Return the first text of a component; nothing is written."""
    while parent[text] != text:
        text = parent[text]
    return text


@njit(
    types.Tuple((int32[::1], int32[::1]))(
        int32[::1], uint64[::1], int32[::1], int32[:, ::1], int64
    ),
    cache=True,
    nogil=True,
)
def neighbours(
    order: NDArray[np.int32],
    keys: NDArray[np.uint64],
    rows: NDArray[np.int32],
    parent: NDArray[np.int32],
    most: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return pairs of texts with one key that are not joined yet (2).

    Parameters
    ----------
    order
        int32, shape (n,): positions of `keys` from small to large.
    keys, rows
        Of `band_keys`.
    parent
        int32, shape (2, texts): union-find so far, of groups and of families.
    most
        Pairs of each text with those before it.

    Returns
    -------
    tuple
        int32 twice: a text, and one before it in the bucket.
    """
    a = np.empty(most * order.shape[0], np.int32)
    b = np.empty(most * order.shape[0], np.int32)
    n = 0
    began = 0
    for k in range(1, order.shape[0]):
        key = keys[order[k]]
        if keys[order[k - 1]] != key:
            began = k
            continue
        text = rows[order[k]]
        root, family = root_of(parent[0], text), root_of(parent[1], text)
        for j in range(k - 1, max(began, k - most) - 1, -1):
            other = rows[order[j]]
            if root_of(parent[0], other) != root and (
                j == k - 1 or root_of(parent[1], other) != family
            ):
                a[n], b[n] = text, other
                n += 1
    return a[:n].copy(), b[:n].copy()


@njit(int64(uint32[::1], uint32[::1]), cache=True, nogil=True)
def agreeing(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """Return in how many slots two signatures agree."""
    same = 0
    for i in range(one.shape[0]):
        same += one[i] == other[i]
    return same
