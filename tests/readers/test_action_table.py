"""One file of actions: columns, times, and what cannot be read."""

from __future__ import annotations

import gzip
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

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


def test_the_source_of_an_object_is_read_where_a_column_is_named(tmp_path: Path) -> None:
    rows = ("o,a,t,from", "1,2,1700000000,star", "3,4,1700000001,")
    given = csv(tmp_path / "shares.csv", *rows)
    columns = {"object": "o", "account": "a", "time": "t", "source": "from"}
    assert read_actions(given, columns).table["source"].to_pylist() == ["star", None]


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


ROWS: dict[str, Any] = {"o": ["x"], "a": ["y"], "t": [1_700_000_000]}


def parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(ROWS | columns), path)
    return path


@pytest.mark.parametrize(
    ("times", "unit", "read"),
    [
        (pa.array([2**63 + 5, 1_700_000_000], pa.uint64()), "", [None, US]),
        (pa.array([2**62, 1_700_000_000]), "s", [None, US]),
        (pa.array([-(2**63), 1_700_000_000]), "", [None, US]),
        (pa.array([float("nan"), float("inf"), 1.7e9]), "", [None, None, US]),
        (pa.array([1.7e9, 1.7e12, 1.7e15]), "", [US, US, US]),
        (pa.array([Decimal(1_700_000_000)]), "", [US]),
        (pa.array([1_700_000_000, 1_700_000_000_000, None]), "", [US, US, None]),
        (pa.array(["1700000000", "1700000000"]).dictionary_encode(), "", [US, US]),
    ],
)
def test_no_number_overflows_into_a_time(
    tmp_path: Path, times: pa.Array, unit: str, read: list[int | None]
) -> None:
    rows = [str(n) for n in range(len(times))]
    path = parquet(tmp_path / "x.parquet", o=rows, a=rows, t=times)
    assert read_actions(path, COLUMNS, time_unit=unit).table["time"].to_pylist() == read


@pytest.mark.parametrize("zone", ["Foo/Bar", "../../etc/passwd", "\x00"])
@pytest.mark.parametrize(
    "times", [[1_700_000_000], ["2024-10-27 02:30:00"], [datetime(2024, 10, 27)]]
)
def test_a_zone_that_is_none_is_refused_whatever_the_times_are(
    tmp_path: Path, times: list[Any], zone: str
) -> None:
    path = parquet(tmp_path / "x.parquet", t=times)
    with pytest.raises(ReaderError, match=r"x\.parquet: no such time zone"):
        read_actions(path, COLUMNS, zone=zone)


def test_a_unit_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"no unit of time 'x'.*s, ms or us"):
        read_actions(parquet(tmp_path / "x.parquet"), COLUMNS, time_unit="x")


def test_a_local_time_is_read_alike_as_text_and_as_a_timestamp(tmp_path: Path) -> None:
    """Shown twice in autumn: the earlier; jumped over in spring: by the offset before."""
    texts = ["2024-10-27 02:30:00", "2024-03-31 02:30:00", "2024-06-01 00:00:00"]
    moments = [datetime.fromisoformat(text) for text in texts]
    rows = ["1", "2", "3"]
    expected = [1_729_989_000, 1_711_848_600, 1_717_192_800]
    for times in (texts, moments):
        path = parquet(tmp_path / "x.parquet", o=rows, a=rows, t=times)
        read = read_actions(path, COLUMNS, zone="Europe/Paris")
        assert read.table["time"].to_pylist() == [us * 1_000_000 for us in expected]
        (note,) = read.notes
        assert note.startswith("1 times lie in the hour that the clocks of Europe/Paris show")
        assert "the earlier of the two" in note


def test_a_time_that_names_its_zone_is_not_told_as_doubtful(tmp_path: Path) -> None:
    path = csv(tmp_path / "x.csv", "o,a,t", "x,y,2024-10-27T00:30:00Z")
    assert read_actions(path, COLUMNS, zone="Europe/Paris").notes == ()


@pytest.mark.parametrize(
    ("field", "values", "kind"),
    [
        ("a", pa.array([{"x": 1}]), "struct"),
        ("o", pa.array([[1]]), "list"),
        ("t", pa.array([[1]]), "list"),
        ("o", pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())), "map"),
    ],
)
def test_a_column_of_several_values_is_refused_by_name(
    tmp_path: Path, field: str, values: pa.Array, kind: str
) -> None:
    path = parquet(tmp_path / "x.parquet", **{field: values})
    with pytest.raises(
        ReaderError, match=rf"x\.parquet: column '{field}' holds {kind}"
    ) as caught:
        read_actions(path, COLUMNS)
    assert "column of its own" in caught.value.hint


def test_nested_json_is_refused_by_column(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"o":{"x":1},"a":"y","t":1700000000}\n', encoding="utf-8")
    with pytest.raises(ReaderError, match="column 'o' holds struct"):
        read_actions(path, COLUMNS)


@pytest.mark.parametrize(
    "kind", [pa.binary(), pa.large_binary(), pa.binary(3), pa.string_view(), pa.binary_view()]
)
def test_ids_as_bytes_or_views_are_text(tmp_path: Path, kind: pa.DataType) -> None:
    ids = pa.array([b"007"], pa.binary()).cast(
        pa.string() if kind == pa.string_view() else kind
    )
    path = parquet(tmp_path / "x.parquet", a=ids.cast(kind))
    table = read_actions(path, COLUMNS).table
    assert table["account"].to_pylist() == ["007"]
    assert table["account"].type == pa.string()


def test_bytes_that_are_no_text_are_refused_not_merged(tmp_path: Path) -> None:
    path = parquet(tmp_path / "x.parquet", a=pa.array([b"\xff"]))
    with pytest.raises(ReaderError, match=r"column 'a' holds bytes that are not UTF-8"):
        read_actions(path, COLUMNS)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    columns = [pa.array(ROWS[name]) for name in ("o", "a", "t", "a")]
    table = pa.Table.from_arrays(columns, names=["o", "a", "t", "a"])
    pq.write_table(table, tmp_path / "x.parquet")
    paths = (
        tmp_path / "x.parquet",
        csv(tmp_path / "x.csv", "o,a,t,a", "x,y,1700000000,z"),
    )
    for path in paths:
        with pytest.raises(ReaderError, match=r"two columns are called 'a'.*Rename"):
            read_actions(path, COLUMNS)


GOOD = b"o,a,t\nx,y,1700000000\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("utf16.csv", GOOD.decode().encode("utf-16"), "UTF-16 text"),
        ("latin.csv", "o,a,t\nx,\xe9,1700000000\n".encode("latin-1"), "invalid UTF8"),
        ("head.csv", "o,a,t,\xe9\nx,y,1700000000,z\n".encode("latin-1"), "not UTF-8 text"),
        ("no.csv.gz", GOOD, "cannot be unpacked"),
        ("cut.csv.gz", gzip.compress(GOOD * 1000, mtime=0)[:50], "cannot be unpacked"),
        ("empty.csv", b"", "cannot be read as a table"),
        ("list.json", b"[1,2", "cannot be read as a table"),
        ("twice.jsonl", b'{"o":1,"o":2,"a":"y","t":1}\n', "cannot be read as a table"),
        ("mixed.jsonl", b'{"o":1,"a":"y","t":1}\n{"o":"x","a":"y","t":1}\n', "cannot be read"),
        ("junk.parquet", b"PAR1" + b"x" * 50 + b"PAR1", "cannot be read as a table"),
    ],
)
def test_what_is_damaged_is_told_with_the_name_of_the_file(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReaderError, match=said) as caught:
        read_actions(tmp_path / name, COLUMNS)
    assert name in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"none\.csv: No such file"):
        read_actions(tmp_path / "none.csv", COLUMNS)
