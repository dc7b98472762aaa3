"""Tables of addresses against a search by hand."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.about.ip.layer import Addresses, Layer, tables_of
from fanal.about.ip.ranges import ENDS, Ranges, Steps

HALF = (1 << 64) - 1
NOTHING = {0: 0}


def steps(changes: dict[int, int]) -> Steps:
    """Return a function of addresses from start -> code."""
    starts = sorted({0: 0} | changes)
    return Steps(
        np.array([start >> 64 for start in starts], np.uint64),
        np.array([start & HALF for start in starts], np.uint64),
        np.array([changes.get(start, 0) for start in starts], np.uint16),
    )


def layer(ipv4: dict[int, int], ipv6: dict[int, int], codes: int) -> Layer:
    """Return a layer over both families."""
    names = tuple(f"c{code}" for code in range(codes))
    return Layer(names, tables_of(Ranges(names, steps(ipv4), steps(ipv6))))


def by_hand(changes: dict[int, int], asked: list[int]) -> list[int]:
    """Return the code of each address by a search of Python's own."""
    starts = sorted({0: 0} | changes)
    return [changes.get(starts[bisect_right(starts, one) - 1], 0) for one in asked]


def around(changes: dict[int, int], end: int) -> list[int]:
    """Return each boundary, what lies on both sides of it, and both ends of the space."""
    near = {start + shift for start in changes for shift in (-256, -1, 0, 1, 255, 256, 65536)}
    return sorted(one for one in near | {0, end - 1} if 0 <= one < end)


def halves(asked: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return upper and lower halves."""
    high = np.array([one >> 64 for one in asked], np.uint64)
    return high, np.array([one & HALF for one in asked], np.uint64)


def aligned(bits: int) -> st.SearchStrategy[int]:
    """Return addresses as networks begin: any number of trailing zeros."""
    return st.tuples(st.integers(0, (1 << bits) - 1), st.integers(0, bits - 1)).map(
        lambda parts: parts[0] >> parts[1] << parts[1]
    )


@given(st.dictionaries(aligned(32), st.integers(0, 254), max_size=40), st.data())
def test_ipv4_is_as_searched_by_hand(changes: dict[int, int], data: st.DataObject) -> None:
    more = data.draw(st.lists(st.integers(0, ENDS[4] - 1), max_size=20))
    asked = around(changes, ENDS[4]) + more
    got = layer(changes, NOTHING, 255).of_ipv4(np.array(asked, np.uint32))
    assert got.tolist() == by_hand(changes, asked)


@given(st.dictionaries(aligned(128), st.integers(0, 65_000), max_size=40), st.data())
def test_ipv6_is_as_searched_by_hand(changes: dict[int, int], data: st.DataObject) -> None:
    more = data.draw(st.lists(st.integers(0, ENDS[6] - 1), max_size=20))
    asked = around(changes, ENDS[6]) + more
    got = layer(NOTHING, changes, 1).of_ipv6(*halves(asked))
    assert got.tolist() == by_hand(changes, asked)


@pytest.mark.parametrize("codes", [255, 256, 257, 300, 3000])
def test_more_codes_than_a_byte_holds(codes: int) -> None:
    rng = np.random.default_rng(codes)
    starts = rng.integers(0, 1 << 32, 20_000)
    changes = {
        int(start): int(code) for start, code in zip(starts, starts % codes, strict=True)
    }
    changes |= {1 << 24: codes - 1, (1 << 24) + 7: codes - 1, (1 << 32) - 1: codes - 1}
    made = layer(changes, NOTHING, codes)
    assert made.tables["leaves"].dtype == (np.uint8 if codes <= 256 else np.uint16)
    assert made.tables["rows"].dtype == (np.uint16 if codes <= 256 else np.uint32)
    asked = [*around(changes, ENDS[4])[:50_000], 1 << 24, (1 << 24) + 7, (1 << 32) - 1]
    assert made.of_ipv4(np.array(asked, np.uint32)).tolist() == by_hand(changes, asked)


def test_more_mixed_networks_than_two_bytes_hold() -> None:
    changes = {(block << 8) + 128: block % 7 for block in range(70_000)}
    made = layer(changes, NOTHING, 7)
    assert made.tables["rows"].dtype == np.uint32
    asked = around(changes, ENDS[4])[-50_000:]
    assert made.of_ipv4(np.array(asked, np.uint32)).tolist() == by_hand(changes, asked)


def test_many_changes_under_one_ipv6_prefix() -> None:
    rng = np.random.default_rng(1)
    inside = (rng.integers(0, 1 << 62, 5_000).astype(object) << 50) + (0x2A00 << 112)
    changes = {int(start): row % 500 for row, start in enumerate(inside)}
    asked = around(changes, ENDS[6])
    got = layer(NOTHING, changes, 500).of_ipv6(*halves(asked))
    assert got.tolist() == by_hand(changes, asked)


def test_both_families_in_one_column() -> None:
    made = layer({5: 3}, {5: 4}, 9)
    family = np.array([4, 6, 0, 4, 6], np.uint8)
    low = np.array([5, 5, 5, 4, 4], np.uint64)
    addresses = Addresses(family, np.zeros(5, np.uint64), low)
    assert made.of(addresses, unreadable=8).tolist() == [3, 4, 8, 0, 0]


def test_no_address_gives_no_code() -> None:
    made = layer({5: 3}, {5: 4}, 9)
    assert made.of_ipv4(np.zeros(0, np.uint32)).tolist() == []
    assert made.of_ipv6(*halves([])).tolist() == []


def test_tables_that_cannot_be_written_answer_too() -> None:
    made = layer({5: 3}, {5: 4}, 9)
    for table in made.tables.values():
        table.flags.writeable = False
    asked = np.array([4, 5], np.uint32)
    asked.flags.writeable = False
    assert made.of_ipv4(asked).tolist() == [0, 3]
