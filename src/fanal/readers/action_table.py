"""One file of actions (who acted on what, when) as it lies there, ids untouched.

For ``fanal coordinate FILE``: no case, no keys, whole columns at a time.

1. Read the columns asked for: Parquet, CSV or TSV (also ``.gz``), JSON lines.
2. Turn times into microseconds: integers by size or by the unit given, texts value by value,
   each distinct one once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from fanal.errors import ReaderError
from fanal.model.time import (
    MILLISECONDS_BELOW,
    PLAUSIBLE_FROM_US,
    PLAUSIBLE_UNTIL_US,
    SECONDS_BELOW,
    UNIT_US,
    NoZoneError,
    parse_time,
    plausible,
    time_zone,
)

#: Fields of an action; the first three are required.
FIELDS = ("object", "account", "time", "post", "lang")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTable:
    """Actions of one file.

    Parameters
    ----------
    table
        Columns object, account, time (int64, microseconds, null where unreadable or
        implausible) and, where asked for, post and lang.
    rejected
        Unreadable rows by reason.
    """

    table: pa.Table
    rejected: dict[str, int]


def read_actions(
    path: Path, columns: Mapping[str, str], *, time_unit: str = "", zone: str = ""
) -> ActionTable:
    """Return the actions of a file.

    Parameters
    ----------
    path
        ``.parquet``, ``.csv``, ``.tsv``, ``.jsonl`` or ``.ndjson``; the last four also ``.gz``.
    columns
        Field (see `FIELDS`) -> name of the column in the file.
    time_unit
        ``s``, ``ms`` or ``us`` for integer times; empty: by size.
    zone
        IANA zone of times that name none.

    Raises
    ------
    ReaderError
        The file cannot be read, lacks a column, or its times name no zone.
    """
    rejected: dict[str, int] = {}
    # 1. columns
    try:
        table = _reader_of(path)(path, list(dict.fromkeys(columns.values())), rejected)
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0][:200]
        raise ReaderError(
            f"{path.name}: cannot be read as a table: {reason}.",
            hint="Is it whole, and of the kind its name says?",
        ) from error
    picked = pa.table({field: table[name] for field, name in columns.items()})
    # 2. times
    time = _microseconds(picked["time"], path.name, columns["time"], time_unit, zone)
    return ActionTable(
        table=picked.set_column(picked.column_names.index("time"), "time", time),
        rejected=rejected,
    )


def _reader_of(path: Path) -> Callable[[Path, list[str], dict[str, int]], pa.Table]:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".parquet", ".pq")):
        return _parquet
    if name.endswith((".csv", ".tsv", ".txt")):
        return _delimited
    if name.endswith((".jsonl", ".ndjson", ".json")):
        return _json_lines
    raise ReaderError(
        f"{path.name}: not a table by its name.",
        hint="Give a .parquet, .csv, .tsv or .jsonl file, or `fanal add` it to a case.",
    )


def _missing(path: Path, wanted: list[str], there: list[str]) -> None:
    absent = [name for name in wanted if name not in there]
    if absent:
        shown = ", ".join(there[:30]) + (", ..." if len(there) > 30 else "")
        raise ReaderError(
            f"{path.name}: no column {absent[0]!r}.", hint=f"Its columns are: {shown}."
        )


def _parquet(path: Path, wanted: list[str], rejected: dict[str, int]) -> pa.Table:
    del rejected
    file = pq.ParquetFile(path)
    _missing(path, wanted, file.schema_arrow.names)
    return file.read(columns=wanted)


def _delimited(path: Path, wanted: list[str], rejected: dict[str, int]) -> pa.Table:
    separator = "\t" if ".tsv" in path.name.lower() else ","

    def invalid(row: pa.csv.InvalidRow) -> str:
        reason = f"{row.actual_columns} fields instead of {row.expected_columns}"
        rejected[reason] = rejected.get(reason, 0) + 1
        return "skip"

    parse = pa.csv.ParseOptions(
        delimiter=separator, newlines_in_values=True, invalid_row_handler=invalid
    )
    with pa.input_stream(str(path)) as stream:
        there = pa.csv.open_csv(stream, parse_options=parse).schema.names
    _missing(path, wanted, there)
    convert = pa.csv.ConvertOptions(
        include_columns=wanted,
        column_types=dict.fromkeys(wanted, pa.string()),
        strings_can_be_null=True,
        null_values=[""],
    )
    rejected.clear()
    with pa.input_stream(str(path)) as stream:
        return pa.csv.read_csv(stream, parse_options=parse, convert_options=convert)


def _json_lines(path: Path, wanted: list[str], rejected: dict[str, int]) -> pa.Table:
    del rejected
    with pa.input_stream(str(path)) as stream:
        table = pa.json.read_json(stream)
    _missing(path, wanted, table.column_names)
    return table.select(wanted)


def _microseconds(
    column: pa.ChunkedArray, name: str, title: str, unit: str, zone: str
) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_timestamp(kind) and (kind.tz or zone or _says_utc(title)):
        if not kind.tz and zone:
            column = pc.assume_timezone(column, zone)
        return _plausible(column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()))
    if pa.types.is_integer(kind):
        return _plausible(_scaled(column, unit))
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        whole = pc.multiply(column.cast(pa.float64()), UNIT_US[unit or "s"])
        return _plausible(pc.round(whole).cast(pa.int64(), safe=False))
    if _all_digits(column):
        return _plausible(_scaled(column.cast(pa.int64()), unit))
    return _parsed(column, name, title, unit, zone or ("UTC" if _says_utc(title) else ""))


def _says_utc(title: str) -> bool:
    return title.lower().replace("-", "_").endswith(("_utc", "(utc)", " utc"))


def _all_digits(column: pa.ChunkedArray) -> bool:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    digits = pc.match_substring_regex(column, "^[0-9]{1,18}$")
    return bool(pc.all(digits, min_count=1).as_py())


def _scaled(column: pa.ChunkedArray, unit: str) -> pa.ChunkedArray:
    values = column.cast(pa.int64())
    if unit:
        return pc.multiply(values, UNIT_US[unit])
    size = pc.abs(values)
    seconds = pc.less(size, int(SECONDS_BELOW))
    milliseconds = pc.less(size, int(MILLISECONDS_BELOW))
    factor = pc.if_else(seconds, UNIT_US["s"], pc.if_else(milliseconds, UNIT_US["ms"], 1))
    return pc.multiply(values, factor.cast(pa.int64()))


def _plausible(column: pa.ChunkedArray) -> pa.ChunkedArray:
    fits = pc.and_(
        pc.greater_equal(column, PLAUSIBLE_FROM_US), pc.less(column, PLAUSIBLE_UNTIL_US)
    )
    return pc.if_else(fits, column, pa.scalar(None, pa.int64()))


def _parsed(
    column: pa.ChunkedArray, name: str, title: str, unit: str, zone: str
) -> pa.ChunkedArray:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    where = time_zone(zone) if zone else None
    times: list[int | None] = []
    for value in encoded.dictionary.to_pylist():
        try:
            us, _ = parse_time(value, zone=where, unit=unit)
        except NoZoneError as error:
            raise ReaderError(
                f"{name}: column {title!r}: {str(value)[:40]!r} names no time zone.",
                hint="Say it: --time-zone UTC, or --time-zone Europe/Paris.",
            ) from error
        except ValueError:
            times.append(None)
        else:
            times.append(us if plausible(us) else None)
    if not any(time is not None for time in times):
        raise ReaderError(
            f"{name}: column {title!r} holds no time that can be read.",
            hint="Expected: 2024-05-01T12:30:00Z, or seconds since 1970.",
        )
    values = pa.array(times, pa.int64()).take(encoded.indices)
    return pa.chunked_array([values])
