"""One file of actions (who acted on what, when) as it lies there, ids untouched.

For ``fanal coordinate FILE``: no case, no keys, whole columns at a time.

1. Read the columns asked for: Parquet, CSV or TSV (also ``.gz``), JSON lines.
2. Make every column one of plain values; refuse what holds several values in a row.
3. Turn times into microseconds (`action_times`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from fanal.errors import ReaderError
from fanal.readers.action_times import TimeColumn

#: Fields of an action; the first three are required. `source`: the account or the domain that the
#: object comes from.
FIELDS = ("object", "account", "time", "post", "lang", "source")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTable:
    """Actions of one file.

    Parameters
    ----------
    table
        Columns object, account, time (int64, microseconds, null where unreadable or
        implausible) and, where asked for, post, lang and source (null where a cell is empty).
    rejected
        Unreadable rows by reason.
    notes
        Sentences about what was taken for what.
    """

    table: pa.Table
    rejected: dict[str, int]
    notes: tuple[str, ...] = ()


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
        The file cannot be read, lacks a column or has it twice, a column holds no plain values,
        the unit or the zone does not exist, or its times name no zone.
    """
    times = TimeColumn(path.name, columns["time"], time_unit, zone)
    rejected: dict[str, int] = {}
    with _in_words(path):
        picked = _picked(path, columns, rejected)
        # 3. times
        picked["time"] = times.microseconds(picked["time"])
    return ActionTable(table=pa.table(picked), rejected=rejected, notes=tuple(times.notes))


def read_columns(path: Path, columns: Mapping[str, str]) -> ActionTable:
    """Return named columns of a file as they are; see `read_actions` for files and errors.

    Parameters
    ----------
    path
        As for `read_actions`.
    columns
        Field -> name of the column in the file.
    """
    rejected: dict[str, int] = {}
    with _in_words(path):
        picked = _picked(path, columns, rejected)
    return ActionTable(table=pa.table(picked), rejected=rejected)


def _picked(
    path: Path, columns: Mapping[str, str], rejected: dict[str, int]
) -> dict[str, pa.ChunkedArray]:
    # 1. columns
    _refuse_utf_16(path)
    table = _reader_of(path)(path, list(dict.fromkeys(columns.values())), rejected)
    # 2. plain values
    return {
        field: _plain_values(table[name], path.name, name) for field, name in columns.items()
    }


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    """Turn whatever a reader of tables raises into a sentence that names the file."""
    hint = "Is it whole, and of the kind its name says?"
    try:
        yield
    except UnicodeDecodeError as error:
        raise ReaderError(
            f"{path.name}: not UTF-8 text.", hint="Save it as UTF-8 and try again."
        ) from error
    except (pa.ArrowException, OverflowError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise ReaderError(
            f"{path.name}: cannot be read as a table: {reason}.", hint=hint
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise ReaderError(f"{path.name}: {error.strerror or error}.") from error
        reason = str(error).splitlines()[0][:200]
        raise ReaderError(f"{path.name}: cannot be unpacked: {reason}.", hint=hint) from error


def _refuse_utf_16(path: Path) -> None:
    with path.open("rb") as file:
        begins = file.read(2)
    if begins in _UTF_16 and not path.name.lower().endswith((".gz", ".parquet", ".pq")):
        raise ReaderError(
            f"{path.name}: UTF-16 text.", hint="Save it as UTF-8, or `fanal add` it to a case."
        )


def _plain_values(column: pa.ChunkedArray, name: str, title: str) -> pa.ChunkedArray:
    """2. Views, bytes and categories become plain values; lists and structures are refused."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain_values(column.cast(kind.value_type), name, title)
    if pa.types.is_nested(kind):
        raise ReaderError(
            f"{name}: column {title!r} holds {kind}; one plain value a row was expected.",
            hint="Write it out as a column of its own, or `fanal add` the file to a case.",
        )
    if str(kind) == "string_view":
        return column.cast(pa.string())
    if _is_bytes(kind):
        return _decoded(column, name, title)
    return column


def _is_bytes(kind: pa.DataType) -> bool:
    return str(kind) in {"binary", "large_binary", "binary_view"} or (
        pa.types.is_fixed_size_binary(kind)
    )


def _decoded(column: pa.ChunkedArray, name: str, title: str) -> pa.ChunkedArray:
    # a replacement character would make one account of two
    try:
        return column.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid as error:
        raise ReaderError(
            f"{name}: column {title!r} holds bytes that are not UTF-8 text.",
            hint="Write its values as text, such as hexadecimal digits.",
        ) from error


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
    twice = [name for name in wanted if there.count(name) > 1]
    if twice:
        raise ReaderError(
            f"{path.name}: two columns are called {twice[0]!r}.", hint="Rename one of them."
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
