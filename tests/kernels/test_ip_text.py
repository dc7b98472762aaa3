"""What is an address is what `ipaddress` says, whatever the bytes."""

from __future__ import annotations

import ipaddress

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fanal.about.ip.layer import read_column

ADDRESS = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda one: one.exploded),
    st.ip_addresses(v=6).map(lambda one: str(one).upper()),
    st.ip_addresses(v=4).map(lambda one: f"::ffff:{one}"),
    st.ip_addresses(v=4).map(lambda one: f"64:ff9b::{one}"),
    st.ip_addresses(v=6).map(lambda one: f"{one}%eth0"),
)
NEARLY = st.one_of(
    st.text("0123456789.", max_size=18),
    st.text("0123456789abcdefABCDEFg:.%", max_size=48),
    st.lists(
        st.sampled_from(["", "0", "1", "ffff", "abcde", "1.2.3.4", "%1"]), max_size=10
    ).map(":".join),
    st.tuples(
        ADDRESS, st.integers(0, 50), st.sampled_from([":", ".", "0", " ", "%", "é", ""])
    ).map(lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]),
    st.text(max_size=20),
)


def expected(text: str) -> tuple[int, int]:
    """Return family and number as Python's own library reads them."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return 0, 0
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return 4, int(mapped)
    return address.version, int(address)


def read(texts: list[str | None], kind: pa.DataType | None = None) -> list[tuple[int, int]]:
    """Return family and number as we read them."""
    got = read_column(pa.array(texts, kind or pa.string()))
    rows = zip(got.family.tolist(), got.high.tolist(), got.low.tolist(), strict=True)
    return [(family, (high << 64) | low) for family, high, low in rows]


@given(st.lists(st.one_of(ADDRESS, NEARLY), max_size=20))
@example(["::", "::1", "1::", ":::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::"])
@example(
    ["::1.2.3.4", "1::1.2.3.4:5", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::"]
)
@example(
    ["01.2.3.4", "1.2.3.256", "1.2.3", "1.2.3.4.", ".1.2.3.4", "1..2.3", "1.2.3.4 ", "0.0.0.0"]
)
@example(
    ["fe80::1%", "fe80::1%a%b", "1.2.3.4%eth0", "::ffff:0:1.2.3.4", "0:0:0:0:0:ffff:102:304"]
)
@example(
    ["12345::", "1:2", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "g::", "", "%", ":", "::%1"]
)
def test_what_is_an_address_is_what_ipaddress_says(texts: list[str]) -> None:
    assert read(list(texts)) == [expected(text) for text in texts]


def test_ports_brackets_and_lists_of_proxies_are_no_address() -> None:
    texts: list[str | None] = [
        "1.2.3.4:80",
        "[::1]",
        "[::1]:80",
        "1.2.3.4, 5.6.7.8",
        "1.2.3.4/32",
    ]
    assert read(texts) == [(0, 0)] * len(texts)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_slices_chunks_and_nulls_are_read_where_they_lie(kind: pa.DataType) -> None:
    column = pa.array(["x", "1.2.3.4", None, "::2", "y"], kind)
    parts = pa.chunked_array([column.slice(1, 3), column.slice(0, 1), column.slice(2, 0)])
    got = read_column(parts)
    assert got.family.tolist() == [4, 0, 6, 0]
    assert got.low.tolist() == [0x01020304, 0, 2, 0]
    assert len(read_column(pa.chunked_array([], kind))) == 0
    assert read_column(pa.array([None, None], kind)).family.tolist() == [0, 0]


def test_a_column_of_numbers_is_refused() -> None:
    with pytest.raises(TypeError, match="text"):
        read_column(pa.array([1]))


def test_addresses_are_not_shown() -> None:
    shown = repr(read_column(pa.array(["198.51.100.7"])))
    assert "198" not in shown
    assert str(0xC6336407) not in shown
