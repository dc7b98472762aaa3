"""Logs to day rows: what is kept, what is skipped, what is rejected and why."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.about.connections import BATCH_SCHEMA, Settings, client_name, day_batches
from fanal.about.ip import load
from fanal.about.networks import Networks
from fanal.about.reading.base import Tally
from fanal.errors import ReaderError
from fanal.model.time import parse_time
from fanal.store.days import day_tables, write_days

SECRET = b"a secret of thirty-two bytes, or so"
#: 2026-02-01T00:00:00Z
NOW_US = 1_769_904_000_000_000
FRENCH, AMERICAN, FRENCH_V6 = "81.48.10.10", "73.10.20.30", "2a01:cb00::1"
DAY = "2026-01-31T12:00:00Z"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(tmp_path_factory.mktemp("ip"))


def read(path: Path, table: Any, **said: Any) -> tuple[list[dict[str, Any]], Tally]:
    """Return the day rows of a log, as they are written, and what became of its rows."""
    tally = Tally()
    settings = Settings(**({"now_us": NOW_US} | said))
    out = path.with_suffix(".days")
    write_days(
        day_batches([path], table, SECRET, settings, tally), out, BATCH_SCHEMA, threads=1
    )
    return pq.read_table(out).to_pylist(), tally


def csv(folder: Path, *lines: str, head: str = "account,time,ip") -> Path:
    path = folder / "log.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def rejected(tally: Tally) -> dict[str, int]:
    return {reason: count for (_, reason), count in tally.rejected.items()}


def test_a_day_and_a_network_count_once_however_often_and_in_whatever_order(
    tmp_path: Path, table: Any
) -> None:
    lines = [
        f"a,2026-01-{day:02}T{hour:02}:00:00Z,{FRENCH}"
        for day in (3, 1, 2)
        for hour in range(24)
    ]
    lines += [f"a,2026-01-01T05:00:00Z,81.48.{n}.7" for n in range(100)]  # the same /16
    rows, tally = read(csv(tmp_path, *lines, *lines), table)
    assert [row["day"].day for row in rows] == [1, 2, 3]
    assert {row["country"] for row in rows} == {"FR"}
    assert len({row["network"] for row in rows}) == 1
    assert tally.kept == tally.rows == 2 * 172


def test_every_shape_of_an_address_gives_the_same_place(tmp_path: Path, table: Any) -> None:
    shapes = [FRENCH, f"::ffff:{FRENCH}", f"{FRENCH}:51413", f"{FRENCH}/32", f" {FRENCH} "]
    rows, _ = read(csv(tmp_path, *(f"a,{DAY},{shape}" for shape in shapes)), table)
    assert len(rows) == 1
    six = [
        FRENCH_V6,
        f"[{FRENCH_V6}]:443",
        f"{FRENCH_V6}%eth0",
        f"{FRENCH_V6}/128",
        "2A01:CB00:0::2",
    ]
    rows, _ = read(csv(tmp_path, *(f"a,{DAY},{shape}" for shape in six)), table)
    assert [row["country"] for row in rows] == ["FR"]


def test_private_and_reserved_addresses_say_nothing_and_cgnat_is_a_kind(
    tmp_path: Path, table: Any
) -> None:
    hollow = [
        "10.0.0.1",
        "192.168.3.4",
        "127.0.0.1",
        "169.254.1.1",
        "224.0.0.1",
        "0.0.0.0",
        "fe80::1",
        "fd00::1",
        "::1",
    ]
    path = csv(tmp_path, *(f"a,{DAY},{one}" for one in hollow), f"b,{DAY},100.64.1.1")
    rows, tally = read(path, table)
    assert tally.skipped == {"private or reserved address": len(hollow)}
    assert [(row["account"], row["kind"], row["country"]) for row in rows] == [
        ("b", "cgnat", None)
    ]


def test_what_cannot_be_used_is_counted_by_reason_with_its_line(
    tmp_path: Path, table: Any
) -> None:
    path = csv(
        tmp_path,
        f"a,{DAY},{FRENCH}",
        f"a,yesterday,{FRENCH}",
        f"a,{DAY},999.1.2.3",
        f"a,{DAY},{FRENCH}, {AMERICAN}",
        f"a,{DAY}",
        f",{DAY},{FRENCH}",
        f"{FRENCH},{DAY},a",
        f"a,{DAY},",
        f"a,1980-01-01T00:00:00Z,{FRENCH}",
        f"a,2026-02-01T02:00:00Z,{FRENCH}",
        f"a,{DAY},{AMERICAN}",
    )
    rows, tally = read(path, table)
    assert {row["country"] for row in rows} == {"FR", "US"}
    assert tally.kept == 2
    assert rejected(tally) == {
        "not a time": 1, "not an address": 1, "too many columns": 1, "too few columns": 1,
        "no account": 1, "an address where the account should be": 1, "no address": 1,
        "before 1995 or after 2100": 1, "in the future": 1,
    }  # fmt: skip
    assert tally.places["time", "not a time"] == ["log.csv:3"]
    assert tally.places["ip", "no address"] == ["log.csv:9"]
    assert tally.rows == 11


def test_a_clock_a_little_ahead_is_forgiven_and_counts_for_today(
    tmp_path: Path, table: Any
) -> None:
    rows, tally = read(
        csv(tmp_path, f"a,2026-02-01T00:20:00Z,{FRENCH}"), table, now_us=NOW_US - 1
    )
    assert [row["day"] for row in rows] == [dt.date(2026, 1, 31)]
    assert not tally.rejected


def test_times_after_the_day_asked_for_are_skipped_not_rejected(
    tmp_path: Path, table: Any
) -> None:
    path = csv(tmp_path, f"a,{DAY},{FRENCH}", f"a,2026-01-01T00:00:00Z,{FRENCH}")
    rows, tally = read(path, table, until_us=NOW_US - 86_400_000_000)
    assert [row["day"].day for row in rows] == [1]
    assert tally.skipped == {"later than the day asked for": 1}


def test_a_stray_quote_costs_its_own_line(tmp_path: Path, table: Any) -> None:
    lines = [f'"a{n}",{DAY},"81.48.10.{n}"' for n in range(50)]
    rows, tally = read(csv(tmp_path, *lines, f'"b,{DAY},{FRENCH}', *lines), table)
    assert len(rows) == 50
    assert rejected(tally) == {"quotes that do not match": 1}
    assert tally.places["", "quotes that do not match"] == ["log.csv:52"]


def test_all_shapes_of_file_give_the_same_rows(tmp_path: Path, table: Any) -> None:
    path = csv(
        tmp_path,
        f"1,{DAY},{FRENCH},web",
        f"2,{DAY},{FRENCH_V6},",
        head="account,time,ip,client",
    )
    wanted, _ = read(path, table)
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    lines = tmp_path / "log.jsonl"
    lines.write_text(
        f'{{"account": 1, "time": 1769860800, "ip": "{FRENCH}", "client": "web", "x": [1]}}\n'
        f'{{"account": "2", "time": "{DAY}", "ip": "{FRENCH_V6}"}}\n',
        encoding="utf-8",
    )
    parquet = tmp_path / "log.parquet"
    pq.write_table(
        pa.table(
            {
                "account": pa.array([1, 2], pa.int64()),
                "time": pa.array([1_769_860_800_000] * 2, pa.timestamp("ms", "UTC")),
                "ip": pa.array([FRENCH, FRENCH_V6]).dictionary_encode(),
                "client": ["web", None],
            }
        ),
        parquet,
    )
    for other in (packed, lines, parquet):
        assert read(other, table)[0] == wanted, other.name
    assert len(wanted) == 2


def test_json_lines_that_are_no_objects_are_rejected_alone(tmp_path: Path, table: Any) -> None:
    good = f'{{"account": "a", "time": "{DAY}", "ip": "{FRENCH}"}}'
    path = tmp_path / "log.jsonl"
    bad = [good[:-5], "[1, 2]", f'{{"account": {{}}, "time": "{DAY}", "ip": "{FRENCH}"}}', "7"]
    path.write_text("\n".join([good, *bad, "", good]), encoding="utf-8")
    rows, tally = read(path, table)
    assert len(rows) == 1
    assert tally.kept == 2
    assert rejected(tally) == {"not a JSON object": 3, "not text in UTF-8": 1}


def test_a_log_may_give_country_kind_and_network_itself(tmp_path: Path, table: Any) -> None:
    path = csv(
        tmp_path,
        f"a,{DAY},fr,unknown,7018",
        f"a,{DAY},UK,hosting,",
        f"a,{DAY},T1,,",
        f"a,{DAY},XX,vpn,",
        f"a,{DAY},France,,",
        f"a,{DAY},DE,10.0.0.1,",
        head="account,time,country,kind,network",
    )
    rows, tally = read(path, table)
    found = sorted((row["country"] or "", row["kind"]) for row in rows)
    assert found == [("", "tor"), ("", "vpn"), ("FR", "unknown"), ("GB", "hosting")]
    assert rejected(tally) == {"not a country code": 1, "not a kind": 1}
    assert 7018 not in {row["network"] for row in rows}


def test_a_row_without_an_address_takes_the_country_that_the_log_gives(
    tmp_path: Path, table: Any
) -> None:
    path = csv(
        tmp_path,
        f"a,{DAY},{FRENCH},US",
        f"b,{DAY},,US",
        f"c,{DAY},,",
        head="account,time,ip,country",
    )
    rows, tally = read(path, table)
    assert {row["account"]: row["country"] for row in rows} == {"a": "FR", "b": "US"}
    assert rejected(tally) == {"no address": 1}


def test_a_log_of_one_address_for_all_is_refused(tmp_path: Path, table: Any) -> None:
    path = csv(tmp_path, *(f"a{n},{DAY},{FRENCH}" for n in range(200)))
    with pytest.raises(ReaderError, match="all 200 connections come from one address"):
        read(path, table)
    assert not path.with_suffix(".days").exists()


def test_one_account_may_have_one_address(tmp_path: Path, table: Any) -> None:
    lines = [f"a,2026-01-{1 + n % 28:02}T00:00:00Z,{FRENCH}" for n in range(200)]
    assert len(read(csv(tmp_path, *lines), table)[0]) == 28


def test_a_log_of_a_proxys_private_addresses_is_refused(tmp_path: Path, table: Any) -> None:
    path = csv(tmp_path, *(f"a{n},{DAY},10.0.0.{n % 9}" for n in range(200)))
    with pytest.raises(ReaderError, match="logs the proxies in front of it"):
        read(path, table)


def test_local_times_need_a_zone(tmp_path: Path, table: Any) -> None:
    path = csv(tmp_path, f"a,2026-01-31 00:30:00,{FRENCH}")
    with pytest.raises(ReaderError, match="name no time zone"):
        read(path, table)
    rows, _ = read(path, table, time_zone="Europe/Paris")
    assert [row["day"] for row in rows] == [dt.date(2026, 1, 30)]


def test_missing_columns_are_named_but_never_the_data_of_a_headless_log(
    tmp_path: Path, table: Any
) -> None:
    with pytest.raises(
        ReaderError, match=r"which column is the time\? there are account, when"
    ):
        read(csv(tmp_path, f"a,{DAY}", head="account,when"), table)
    with pytest.raises(ReaderError, match="not a line of names") as caught:
        read(csv(tmp_path, f"b,{DAY},{FRENCH}", head=f"a,{DAY},{FRENCH}"), table)
    assert FRENCH not in str(caught.value)


def test_a_network_is_known_only_under_its_secret() -> None:
    family = np.array([4, 4, 4, 6, 6], np.uint8)
    high = np.array([0, 0, 0, 0x2A01CB00 << 32, (0x2A01CB00 << 32) + 5], np.uint64)
    low = np.array([0x51300A0A, 0x5130FFFF, 0x51310A0A, 1, 2], np.uint64)
    ours, _ = Networks(SECRET).of(family, high, low)
    theirs, _ = Networks(SECRET[::-1]).of(family, high, low)
    assert ours[0] == ours[1] != ours[2]
    assert ours[3] == ours[4]
    assert not set(ours.tolist()) & set(theirs.tolist())


@pytest.mark.parametrize(
    ("text", "kept"),
    [("web", "web"), ("app:FR", "app:FR"), ("  Ivory  for iOS ", "Ivory for iOS"), ("", None), (f"at {FRENCH}", "other"), ("Mozilla/5.0 " * 9, "other"), ("tusky [2a01:cb00::1]", "other")],
)  # fmt: skip
def test_a_client_is_a_short_name_without_an_address(text: str, kept: str | None) -> None:
    assert client_name(text) == kept


def test_times_are_read_as_the_slow_reader_reads_them(tmp_path: Path) -> None:
    from fanal.about.reading.times import Times

    texts = [
        "2024-02-29T23:59:60Z", "2024-05-01 12:30:59.123456+02:00", "2023-12-31T23:00-0530", "1714566659",
        "1714566659.25", "1714566659123", "1714566659123456", "2026-01-31", "2023-02-29", "2024-13-01",
        "Wed Oct 10 20:19:24 +0000 2018", "x", "", "2024-05-01T25:00:00Z", "-5", "1.2.3.4",
        "2000-02-29T00:00:00Z", "1900-02-29", "2024-04-31",
    ]  # fmt: skip
    found, read_at = Times("log", "", "").microseconds(pa.array(texts))
    for text, us, there in zip(texts, found.tolist(), read_at.tolist(), strict=True):
        if text in {"2026-01-31", "2024-02-29T23:59:60Z"}:
            assert there  # a day, a leap second: the slow reader asks for more
            continue
        try:
            wanted: int | None = parse_time(text)[0]
        except ValueError:
            wanted = None
        assert (us if there else None) == wanted, text


def test_tables_of_whole_accounts_together_are_the_file(tmp_path: Path, table: Any) -> None:
    lines = [f"a{n % 7},2026-01-{1 + n % 28:02}T00:00:00Z,{FRENCH}" for n in range(196)]
    lines.append(f"z,{DAY},{AMERICAN}")
    path = csv(tmp_path, *lines)
    rows, _ = read(path, table)
    parts = list(day_tables(path.with_suffix(".days"), accounts_rows=10))
    assert pa.concat_tables(parts).to_pylist() == rows
    seen = [set(part["account"].to_pylist()) for part in parts]
    assert sum(map(len, seen)) == 8


def test_networks_on_which_two_databases_disagree_are_named(tmp_path: Path) -> None:
    second = tmp_path / "second.csv"
    second.write_text(
        "81.48.0.0,81.48.255.255,BE\n87.140.0.0,87.140.255.255,DE\n", encoding="utf-8"
    )
    table = load(tmp_path / "cache", second=second)
    path = csv(tmp_path, f"a,{DAY},{FRENCH}", f"a,{DAY},87.140.13.17", f"a,{DAY},{AMERICAN}")
    rows, tally = read(path, table)
    disputed = {row["network"] for row in rows if row["country"] == "FR"}
    assert set(tally.disagreeing().tolist()) == disputed
    assert len(rows) == 3


def test_damaged_logs_are_refused_or_lose_single_rows_and_every_row_is_counted(
    tmp_path: Path, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = Networks(SECRET)._table()
    monkeypatch.setattr(Networks, "_table", lambda _: numbers)  # built once, not 300 times
    rng = np.random.default_rng(11)
    lines = [f"a{n},2026-01-{1 + n % 28:02}T00:00:00Z,81.48.171.{n},web" for n in range(12)]
    whole = ("account,time,ip,client\n" + "\n".join(lines)).encode()
    pieces = [
        b'"',
        b"\n",
        b",",
        b"\x00",
        b"\xff",
        b"\xe2\x80\xae",
        b"9" * 30,
        b'""',
        b"-",
        b";",
    ]
    refused, leaked = 0, False
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.integers(1, 6)):
            at, how = int(rng.integers(len(data))), rng.integers(3)
            data[at : at + int(how * rng.integers(9))] = pieces[rng.integers(len(pieces))]
        path, tally = tmp_path / "log.csv", Tally()
        path.write_bytes(bytes(data))
        try:
            kept = sum(map(len, day_batches([path], table, SECRET, Settings(), tally)))
        except ReaderError as error:
            refused, leaked = refused + 1, leaked or "81.48" in str(error)
            continue
        assert kept == tally.kept
        assert tally.rows == sum(map(bool, map(bytes.strip, bytes(data).split(b"\n")))) - 1
        assert "81.48" not in repr(tally)
    assert refused < 100
    assert not leaked
