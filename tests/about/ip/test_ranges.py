"""Ranges as functions of the address: overlaps, layers, and the compiled file."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.about.ip.packed import pack, unpack
from fanal.about.ip.ranges import ENDS, Ranges, Steps, outside, over, recoded, steps_of
from fanal.about.ip.sources import Source

SOURCE = Source(
    name="made", answers="country", licence="none", date="2026-01-02",
    networks=3, networks_ipv6=4, addresses=5,
)  # fmt: skip


def rows(end: int, top: int = 9) -> st.SearchStrategy[list[tuple[int, int, int]]]:
    """Return ranges that overlap, touch, nest and repeat."""
    small = st.integers(0, 40)
    wide = st.integers(0, end - 1)
    ends = st.tuples(st.one_of(small, wide), st.one_of(small, wide)).map(sorted)
    return st.lists(
        st.tuples(ends, st.integers(0, top)).map(lambda one: (*one[0], one[1])), max_size=25
    )


def says(steps: Steps, address: int) -> int:
    """Return the code of an address by Python's own search."""
    starts = [
        (int(high) << 64) | int(low) for high, low in zip(steps.high, steps.low, strict=True)
    ]
    assert starts == sorted(set(starts))
    assert starts[0] == 0
    return int(steps.code[bisect_right(starts, address) - 1])


def by_rows(found: list[tuple[int, int, int]], address: int) -> int:
    """Return the code that the last row around an address gives."""
    return next((code for a, b, code in reversed(found) if a <= address <= b), 0)


def near(found: list[tuple[int, int, int]], end: int) -> list[int]:
    """Return the addresses at and beside each end of each range."""
    ends = {one + shift for a, b, _ in found for one in (a, b) for shift in (-1, 0, 1)}
    return sorted(one for one in ends | {0, end - 1} if 0 <= one < end)


@given(st.sampled_from([4, 6]), st.data())
def test_of_ranges_around_an_address_the_last_row_stands(
    family: int, data: st.DataObject
) -> None:
    found = data.draw(rows(ENDS[family]))
    steps = steps_of(found, family)
    for address in near(found, ENDS[family]):
        assert says(steps, address) == by_rows(found, address)
    assert (steps.code[1:] != steps.code[:-1]).all()


@given(rows(ENDS[6]), rows(ENDS[6]))
def test_layers_are_laid_over_each_other(
    below: list[tuple[int, int, int]], above: list[tuple[int, int, int]]
) -> None:
    lower, upper = steps_of(below, 6), steps_of(above, 6)
    both, rest = over(lower, upper), outside(lower, upper)
    for address in near(below + above, ENDS[6]):
        one, two = by_rows(below, address), by_rows(above, address)
        assert says(both, address) == (two or one)
        assert says(rest, address) == (0 if two else one)


@given(rows(ENDS[4], 300), rows(ENDS[6], 300))
def test_the_compiled_file_answers_as_the_ranges_do(
    ipv4: list[tuple[int, int, int]], ipv6: list[tuple[int, int, int]]
) -> None:
    names = ("", *(f"c{code}" for code in range(300)))
    ranges = Ranges(names, steps_of(ipv4, 4), steps_of(ipv6, 6))
    packed = pack(ranges, (SOURCE,))
    again, sources = unpack(packed)
    assert (again.names, sources) == (names, (SOURCE,))
    for family, found, steps in ((4, ipv4, again.ipv4), (6, ipv6, again.ipv6)):
        for address in near(found, ENDS[family]):
            assert says(steps, address) == by_rows(found, address)
    assert pack(again, sources) == packed


def test_addresses_are_counted_once() -> None:
    assert steps_of([(0, 9, 1), (5, 14, 2), (20, 20, 1)], 4).covered_ipv4() == 16
    assert steps_of([(0, ENDS[4] - 1, 1)], 4).covered_ipv4() == ENDS[4]


def test_codes_that_become_one_make_one_stretch() -> None:
    steps = recoded(steps_of([(1, 2, 1), (3, 4, 2)], 4), np.array([0, 7, 7], np.uint16))
    assert steps.low.tolist() == [0, 1, 5]
    assert steps.code.tolist() == [0, 7, 0]
