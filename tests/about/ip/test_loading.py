"""What is said of an address: the lists shipped, special ranges, and what operators bring."""

from __future__ import annotations

import ipaddress
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fanal.about.ip import KINDS, NOT_PUBLIC, SHIELDED, IpTable, load
from fanal.about.ip.brought import read_database
from fanal.about.ip.loading import _shipped
from fanal.about.ip.packed import unpack
from fanal.about.ip.special import SPECIAL_IPV4, SPECIAL_IPV6
from fanal.errors import ReaderError
from made_mmdb import EMPTY, write_mmdb


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def table(kept: Path) -> IpTable:
    """The table as it is shipped."""
    return load(kept)


def told(table: IpTable, *texts: str | None) -> list[tuple[str, str]]:
    """Return country and kind of each address."""
    found = table.places(table.read(pa.array(texts, pa.string())))
    return [
        (table.country_names[country], table.kind_names[kind])
        for country, kind in zip(found.country.tolist(), found.kind.tolist(), strict=True)
    ]


@pytest.mark.parametrize("network", [*SPECIAL_IPV4, *SPECIAL_IPV6])
def test_special_ranges_have_a_kind_and_no_country_up_to_their_ends(
    table: IpTable, network: str
) -> None:
    found = ipaddress.ip_network(network)
    special: Any = SPECIAL_IPV4 | SPECIAL_IPV6
    ends = (found[0], found[-1], found[found.num_addresses // 2])
    for address in ends:
        around = [one for one in special if address in ipaddress.ip_network(one)]
        kind = special[max(around, key=lambda one: ipaddress.ip_network(one).prefixlen)]
        if str(address).startswith("::ffff:"):
            continue  # a mapped address is the IPv4 address
        assert told(table, str(address)) == [("", kind)], address


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("100.63.255.255", "unknown"), ("100.64.0.0", "cgnat"), ("100.127.255.255", "cgnat"),
        ("100.128.0.0", "unknown"), ("172.15.255.255", "unknown"), ("172.16.0.0", "private"),
        ("172.31.255.255", "private"), ("126.255.255.255", "unknown"), ("127.0.0.1", "loopback"),
        ("255.255.255.255", "reserved"), ("223.255.255.255", "unknown"), ("::", "reserved"),
        ("::1", "loopback"), ("::ffff:10.0.0.1", "private"), ("fe80::1%eth0", "link_local"),
        ("2001:db8::1", "documentation"), ("2002:102:304::1", "tunnel"), ("2001::1", "tunnel"),
        ("fd00::1", "private"), ("ff02::1", "multicast"), ("192.168.1.256", "unreadable"),
        (None, "unreadable"), ("", "unreadable"),
    ],
)  # fmt: skip
def test_kinds_at_the_edges(table: IpTable, address: str | None, kind: str) -> None:
    ((_, found),) = told(table, address)
    # beside a special range any list of hosting may name the neighbour
    assert found == kind or (kind == "unknown" and found == "hosting_or_vpn")


def test_kinds_are_sorted_into_what_they_mean() -> None:
    assert KINDS[0] == "unknown"
    assert len(set(KINDS)) == len(KINDS)
    assert set(KINDS) >= NOT_PUBLIC | SHIELDED
    assert not NOT_PUBLIC & SHIELDED
    assert not {"unknown", "cgnat"} & (NOT_PUBLIC | SHIELDED)


def test_the_shipped_table_answers_as_its_ranges_do(table: IpTable) -> None:
    ranges, _ = unpack(_shipped("countries.xz"))
    rng = np.random.default_rng(5)
    asked = rng.integers(0, 1 << 32, 200_000, dtype=np.uint64)
    asked = np.append(asked, ranges.ipv4.low)
    expected = ranges.ipv4.code[np.searchsorted(ranges.ipv4.low, asked, side="right") - 1]
    special = table.kinds(asked.astype(np.uint32)) >= KINDS.index("cgnat")
    got = table.countries(asked.astype(np.uint32))
    assert (got[~special] == expected[~special]).all()
    assert not got[special].any()
    # IPv6, by halves: the starts themselves, and one behind
    high, low = ranges.ipv6.high, ranges.ipv6.low
    got6 = table.countries_ipv6(high, low)
    public = table.kinds_ipv6(high, low) < KINDS.index("cgnat")
    assert (got6[public] == ranges.ipv6.code[public]).all()
    assert public.sum() > 200_000


def test_sources_say_licence_and_date(table: IpTable) -> None:
    countries, *kinds = table.sources()
    assert "nro.net" in countries.licence
    assert countries.answers == "country"
    assert {one.answers for one in kinds} == {"kind"}
    for one in table.sources():
        assert one.date > "2024"
        assert one.networks + one.networks_ipv6 > 1000
    assert "VPN providers and datacenters" in kinds[0].name


def test_the_compiled_files_are_small_and_their_notice_names_nro() -> None:
    assert len(_shipped("countries.xz")) + len(_shipped("kinds.xz")) <= 550_000
    assert b"nro.net" in _shipped("NOTICE")
    assert b"Number Resource Organization" in _shipped("NOTICE")


def test_the_tables_of_ipv4_stay_below_32_mb(table: IpTable) -> None:
    assert table.country.bytes_ipv4 + table.kind.bytes_ipv4 <= 32_000_000


def mmdb(path: Path) -> Path:
    """Write a database with records of the three known forms."""
    records: list[dict[str, Any]] = [
        {"country": {"iso_code": "SN"}, "traits": {"is_anonymous_vpn": True}},
        {"country_code": "NG", "country": "Nigeria", "asn": "AS1"},
        {"country": {"iso_code": "EU"}, "traits": {"is_hosting_provider": True}},
        {"traits": {"is_tor_exit_node": True, "is_anonymous_vpn": True}},
        {"registered_country": {"iso_code": "FR"}, "traits": {"is_anonymous_vpn": False}},
    ]
    ipv4 = {
        ((20 << 24) + (row << 16)): code
        for row, code in enumerate([0, 1, 2, 3, 4, EMPTY])
    }  # fmt: skip
    ipv6 = {0x2600 << 112: 1, 0x2601 << 112: EMPTY}
    write_mmdb(path, records, ipv4, ipv6, built=1_760_000_000)
    return path


def test_a_mmdb_takes_the_place_of_ours_and_tells_kinds(kept: Path, tmp_path: Path) -> None:
    table = load(kept, countries=mmdb(tmp_path / "own.mmdb"))
    asked = [f"20.{row}.1.1" for row in range(6)] + [
        "2600::1",
        "2601::1",
        "8.8.8.8",
        "10.1.1.1",
    ]
    countries, kinds = zip(*told(table, *asked), strict=True)
    assert countries == ("SN", "NG", "", "", "", "", "NG", "", "", "")
    assert kinds[0] == "vpn"
    assert kinds[2:4] == ("hosting", "tor")
    assert kinds[8:] == (
        "hosting_or_vpn",
        "private",
    )  # the list shipped stands where it is silent
    own = [one for one in table.sources() if one.name == "own.mmdb"]
    assert [(one.answers, one.date) for one in own] == [
        ("country", "2025-10-09"), ("kind", "2025-10-09"),
    ]  # fmt: skip


def test_a_damaged_mmdb_is_refused(kept: Path, tmp_path: Path) -> None:
    path = mmdb(tmp_path / "own.mmdb")
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ReaderError, match=r"own\.mmdb"):
        load(kept, countries=path)


def test_a_mmdb_damaged_anywhere_is_refused_or_read_and_nothing_else(tmp_path: Path) -> None:
    path = mmdb(tmp_path / "own.mmdb")
    whole, rng = path.read_bytes(), np.random.default_rng(3)
    refused = 0
    for _ in range(300):
        damaged = np.frombuffer(whole, np.uint8).copy()
        where = len(whole) - 1 - rng.integers(0, 600, 4)
        damaged[where] = rng.integers(0, 256, 4)
        path.write_bytes(damaged.tobytes())
        try:
            read_database(path)
        except ReaderError:
            refused += 1
    assert refused > 100


def test_without_the_extra_a_mmdb_is_refused_with_what_to_install(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "maxminddb", None)
    with pytest.raises(ReaderError, match=r"fanal\[about\]"):
        load(kept, countries=mmdb(tmp_path / "own2.mmdb"))


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    path, cache = tmp_path / "own.csv", tmp_path / "cache"
    for country in ("SN", "NG", "SN"):
        path.write_text(f"20.0.0.0,20.0.0.9,{country}\n", encoding="utf-8")
        assert told(load(cache, countries=path), "20.0.0.5")[0][0] == country
    assert len(list(cache.glob("country-*.table"))) == 2


def test_a_csv_takes_the_place_of_ours(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "start,end,cc\n20.0.0.0,20.0.255.255,sn\n20.0.1.0,20.0.1.255,NG,x\n"
        "2600::,2600::ffff,BD\n20.9.0.0,20.9.0.0,EU\n",
        encoding="utf-8",
    )
    table = load(kept, countries=path)
    asked = ("20.0.0.1", "20.0.1.9", "20.0.2.0", "2600::7", "2600::1:0", "20.9.0.0", "20.8.0.0")
    assert [one[0] for one in told(table, *asked)] == ["SN", "NG", "SN", "BD", "", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "", "start,end,cc\n", "a,b,c\nd,e,f\n", "1.0.0.0,1.0.0.9,FR\nx,1.0.0.9,FR\n",
        "1.0.0.0,1.0.0.9,FR\n1.0.0.9,1.0.0.0,FR\n", "1.0.0.0,1.0.0.9,FR\n1.0.0.0,::1,FR\n",
    ],
    ids=["empty", "head alone", "no range", "a word", "backwards", "two families"],
)  # fmt: skip
def test_a_csv_that_is_none_is_refused_whole(kept: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReaderError, match=r"own\.csv"):
        load(kept, countries=path)


def test_other_endings_and_missing_files_are_refused(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.dat"
    path.write_bytes(b"x")
    for wrong in (path, tmp_path / "none.csv", tmp_path):
        with pytest.raises(ReaderError):
            load(kept, countries=wrong)


def test_a_second_source_is_flagged_where_both_know_and_differ(
    kept: Path, tmp_path: Path, table: IpTable
) -> None:
    path = tmp_path / "second.csv"
    path.write_text("8.8.8.0,8.8.8.255,US\n1.1.1.0,1.1.1.255,QQ\n", encoding="utf-8")
    both = load(kept, second=path)
    asked = ("8.8.8.8", "1.1.1.1", "9.9.9.9", "10.0.0.1", "x")
    found = both.places(both.read(pa.array(asked)))
    assert found.databases_disagree.tolist() == [False, True, False, False, False]
    assert told(both, *asked) == told(table, *asked)
    assert not table.places(table.read(pa.array(asked))).databases_disagree.any()
    assert [one.answers for one in both.sources()].count("second country") == 1


def test_tor_and_relays_come_from_lists_that_are_brought(kept: Path, tmp_path: Path) -> None:
    tor, relay = tmp_path / "tor.txt", tmp_path / "relay.csv"
    tor.write_text("# exits\n8.8.8.8\n\n2600::1 # one\n", encoding="utf-8")
    relay.write_text(
        '8.8.8.0/24,US,US-CA,X,\n"9.9.9.0/24",US\n2600::/64,FR\n', encoding="utf-8"
    )
    table = load(kept, tor=tor, relay=relay)
    kinds = [
        one[1] for one in told(table, "8.8.8.8", "8.8.8.9", "9.9.9.9", "2600::1", "2600::2")
    ]
    assert kinds == ["tor", "relay", "relay", "tor", "relay"]
    assert [one.name for one in table.sources()][-2:] == ["relay.csv", "tor.txt"]


def test_a_list_with_something_else_is_refused_by_line_without_the_line(
    kept: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tor.txt"
    path.write_text("8.8.8.8\n203.0.113.300\n", encoding="utf-8")
    with pytest.raises(ReaderError) as caught:
        load(kept, tor=path)
    assert "tor.txt:2" in str(caught.value)
    assert "203.0" not in str(caught.value)
    path.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(ReaderError, match="no address"):
        load(kept, tor=path)
