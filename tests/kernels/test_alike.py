"""Hashes that are nearly the same, against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fanal.kernels.alike import WORDS, standing_for


def plain(hashes: NDArray[np.uint64], distance: int) -> list[int]:
    """Return what `standing_for` does, bit by bit."""
    bits = np.unpackbits(hashes.view(np.uint8).reshape(len(hashes), -1), axis=1)
    stands: list[int] = []
    for row in range(len(bits)):
        near = [(int((bits[row] != bits[one]).sum()), one) for one in dict.fromkeys(stands)]
        best = min((pair for pair in near if pair[0] <= distance), default=(0, row))
        stands.append(best[1])
    return stands


@pytest.mark.parametrize("seed", range(4))
def test_each_hash_is_stood_for_as_plain_loops_say(seed: int) -> None:
    draw = np.random.default_rng(seed)
    kinds = draw.integers(0, 2**64, (8, WORDS), np.uint64)
    hashes = kinds[draw.integers(0, 8, 120)]
    for row in range(120):  # up to 45 bits away from its kind
        for bit in draw.integers(0, 256, draw.integers(0, 46)):
            hashes[row, bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    found = standing_for(hashes, 31)
    assert found.tolist() == plain(hashes, 31)
    assert len(set(found.tolist())) >= 8


def test_nothing_is_joined_through_a_chain() -> None:
    chain = np.zeros((3, WORDS), np.uint64)
    chain[1, 0] = 2**31 - 1  # 31 bits from the first
    chain[2, 0] = 2**62 - 1  # 31 bits from the second, 62 from the first
    assert standing_for(chain, 31).tolist() == [0, 0, 2]
    assert standing_for(chain, 30).tolist() == [0, 1, 2]
    assert standing_for(chain, 256).tolist() == [0, 0, 0]


def test_no_hash_gives_none() -> None:
    assert standing_for(np.zeros((0, WORDS), np.uint64), 31).tolist() == []
