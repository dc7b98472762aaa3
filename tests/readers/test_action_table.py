"""One file of actions: columns, times, and what cannot be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fanal.errors import ReaderError
from fanal.readers.action_table import read_actions

COLUMNS = {"object": "o", "account": "a", "time": "t"}
US = 1_700_000_000_000_000


def csv(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("1700000000", ""),
        ("1700000000000", ""),
        ("1700000000000000", ""),
        ("1700000000", "s"),
        ("2023-11-14T22:13:20Z", ""),
        ("2023-11-14 23:13:20+01:00", ""),
    ],
)
def test_times_are_microseconds_whatever_they_are_written_as(
    tmp_path: Path, written: str, unit: str
) -> None:
    path = csv(tmp_path / "x.csv", "o,a,t", f"x,y,{written}")
    assert read_actions(path, COLUMNS, time_unit=unit).table["time"].to_pylist() == [US]


def test_all_kinds_of_file_give_the_same_actions(tmp_path: Path) -> None:
    rows = {"o": ["x", "y"], "a": ["1", "2"], "t": [1700000000, 1700000060]}
    pq.write_table(pa.table(rows), tmp_path / "x.parquet")
    lines = "o,a,t\nx,1,1700000000\ny,2,1700000060\n"
    (tmp_path / "x.csv").write_text(lines, encoding="utf-8")
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "x.tsv").write_text(lines.replace(",", "\t"), encoding="utf-8")
    (tmp_path / "x.jsonl").write_text(
        '{"o":"x","a":"1","t":1700000000}\n{"o":"y","a":"2","t":1700000060}\n', encoding="utf-8"
    )
    names = ("x.parquet", "x.csv", "x.csv.gz", "x.tsv", "x.jsonl")
    tables = [read_actions(tmp_path / name, COLUMNS).table.to_pylist() for name in names]
    assert all(table == tables[0] for table in tables)
    assert tables[0][1] == {"object": "y", "account": "2", "time": US + 60_000_000}


def test_ids_stay_as_they_are(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "o,a,t", "007,9007199254740993,1700000000")
    row = read_actions(path, COLUMNS).table.to_pylist()[0]
    assert (row["object"], row["account"]) == ("007", "9007199254740993")


def test_a_missing_column_names_those_that_exist(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "url,user,t", "x,y,1700000000")
    with pytest.raises(ReaderError, match=r"no column 'o'.*url, user, t"):
        read_actions(path, COLUMNS)


def test_a_time_without_zone_is_refused_until_one_is_named(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "o,a,t", "x,y,2023-11-14 22:13:20")
    with pytest.raises(ReaderError, match="--time-zone"):
        read_actions(path, COLUMNS)
    assert read_actions(path, COLUMNS, zone="UTC").table["time"].to_pylist() == [US]


def test_a_parquet_time_without_zone_is_refused_until_one_is_named(tmp_path: Path) -> None:
    times = pa.array([US], pa.timestamp("us"))
    pq.write_table(pa.table({"o": ["x"], "a": ["y"], "t": times}), tmp_path / "x.parquet")
    with pytest.raises(ReaderError, match="--time-zone"):
        read_actions(tmp_path / "x.parquet", COLUMNS)
    table = read_actions(tmp_path / "x.parquet", COLUMNS, zone="UTC").table
    assert table["time"].to_pylist() == [US]


def test_rows_with_too_few_fields_are_counted(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "o,a,t", "x,y,1700000000", "x,y", "x,z,1700000000")
    read = read_actions(path, COLUMNS)
    assert read.table.num_rows == 2
    assert sum(read.rejected.values()) == 1


def test_implausible_and_unreadable_times_are_null(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "x.csv", "o,a,t", "x,y,soon", "x,y,1700000000", "x,y,0001-01-01T00:00Z"
    )
    assert read_actions(path, COLUMNS).table["time"].to_pylist() == [None, US, None]


def test_a_file_of_another_kind_is_refused_with_what_would_help(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    with pytest.raises(ReaderError, match=r"\.parquet, \.csv"):
        read_actions(tmp_path / "x.xlsx", COLUMNS)
    (tmp_path / "x.parquet").write_bytes(b"not parquet")
    with pytest.raises(ReaderError, match="cannot be read as a table"):
        read_actions(tmp_path / "x.parquet", COLUMNS)
