"""A place for each text by a hash of its bytes: the same on every machine, in every version."""

from __future__ import annotations

import numpy as np
from numba import int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

_READ = types.Array(uint8, 1, "C", readonly=True)
_OFFSETS = types.Array(int32, 1, "C", readonly=True)


@njit(void(_OFFSETS, _READ, int64, int64[::1]), cache=True, nogil=True)
def partitions_of(
    offsets: NDArray[np.int32], data: NDArray[np.uint8], mask: int, place: NDArray[np.int64]
) -> None:
    """Fill each text's partition: FNV-1a of its bytes, mixed, under a mask of low bits.

    Parameters
    ----------
    offsets, data
        Of an Arrow array of texts.
    mask
        Partitions - 1, a power of two less one.
    place
        int64, shape (texts,): filled.
    """
    for i in range(place.shape[0]):
        value = uint64(0xCBF29CE484222325)
        for k in range(offsets[i], offsets[i + 1]):
            value = (value ^ uint64(data[k])) * uint64(0x100000001B3)
        value ^= value >> uint64(33)
        value *= uint64(0xFF51AFD7ED558CCD)
        value ^= value >> uint64(33)
        place[i] = int64(value & uint64(mask))
