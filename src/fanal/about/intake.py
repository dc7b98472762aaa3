"""Whatever holds connections becomes one file of day rows: logs, day rows, a sampler's folder.

1. A folder is a sampler's: its files of day rows. A Parquet file with the columns of `DAYS` holds
   day rows. Everything else is a log.
2. All rows are written once and in order (`store/days.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.about.connections import BATCH_SCHEMA, Settings, day_batches
from fanal.about.ip.table import IpTable
from fanal.about.reading.base import Cells, Tally
from fanal.about.reading.columns import ACCOUNT, require, resolved
from fanal.about.reading.files import cells
from fanal.about.reading.texts import absent, text_column, without_addresses
from fanal.about.reading.times import Times
from fanal.about.sample.folder import ACCOUNTS_FILE, day_files
from fanal.errors import ReaderError
from fanal.model.days import ACCOUNTS, DAYS
from fanal.store.days import write_days
from fanal.store.faults import plain_faults
from fanal.store.schema import arrow_schema

_TEXTS: Final = [column.name for column in DAYS.columns if column.type == "text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was given: logs, files of day rows, and a sampler's accounts."""

    logs: tuple[Path, ...]
    day_files: tuple[Path, ...]
    accounts: Path | None


def intake_of(paths: Sequence[Path]) -> Intake:
    """Return what each path is (1).

    Raises
    ------
    ReaderError
        A path does not exist, or is a folder without day rows.
    """
    logs: list[Path] = []
    days: list[Path] = []
    accounts = None
    for path in paths:
        if path.is_dir():
            days += _of_folder(path)
            beside = path / ACCOUNTS_FILE
            accounts = beside if beside.is_file() else accounts
        elif _holds_days(path):
            days.append(path)
        else:
            logs.append(path)
    return Intake(logs=tuple(logs), day_files=tuple(days), accounts=accounts)


def write_intake(
    given: Intake,
    path: Path,
    table: IpTable | None,
    secret: bytes,
    settings: Settings,
    tally: Tally,
    *,
    threads: int = 0,
) -> int:
    """Write all day rows to `path` (2) and return how many; parameters as for `day_batches`.

    Parameters
    ----------
    table
        None when there are no logs.
    """

    def batches() -> Iterator[pa.RecordBatch]:
        if given.logs:
            assert table is not None
            yield from day_batches(given.logs, table, secret, settings, tally)
        for file in given.day_files:
            yield from _day_rows(file, tally)

    return write_days(batches(), path, BATCH_SCHEMA, threads=threads)


def read_days(*paths: Path) -> pa.Table:
    """Return files of day rows in memory: 30 bytes a row, texts as words of a dictionary.

    Rows that several files hold are there several times; to an estimate they count once.
    """
    tables = []
    for path in paths:
        with plain_faults(path):
            found = pq.read_table(path, read_dictionary=_TEXTS, columns=list(DAYS.names))
        tables.append(found.replace_schema_metadata(None))
    return pa.concat_tables(tables)


def read_accounts(path: Path, settings: Settings, tally: Tally) -> pa.Table:
    """Return the second table of an operator as `ACCOUNTS`; unreadable times are null.

    Raises
    ------
    ReaderError
        It cannot be read, or has no column for the account.
    """
    times = Times(path.name, settings.time_unit, settings.time_zone or "UTC")

    def choose(names: Sequence[str]) -> dict[str, str]:
        found = resolved(names, ACCOUNT, {}, path.name)
        require(found, ("account",), names, path.name)
        return found

    tables = [_accounts(some, times) for some in cells(path, choose, tally)]
    return pa.Table.from_batches(tables, arrow_schema(ACCOUNTS))


def _accounts(some: Cells, times: Times) -> pa.RecordBatch:
    count = len(some.lines)
    columns = []
    for column in ACCOUNTS.columns:
        cell = some.columns.get(column.name)
        if cell is None:
            columns.append(pa.nulls(count))
        elif column.type == "time":
            moments, there = times.microseconds(cell)
            columns.append(pa.array(moments, mask=~there))
        else:
            columns.append(without_addresses(text_column(cell)[0]))
    schema = arrow_schema(ACCOUNTS)
    arrays = [array.cast(field.type) for array, field in zip(columns, schema, strict=True)]
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    return batch.filter(pa.array(~absent(batch.column("account"))))


def _of_folder(folder: Path) -> list[Path]:
    found = day_files(folder)
    if not found:
        raise ReaderError(
            f"{folder}: holds no day rows",
            hint="Name a folder that `fanal about sample` fills.",
        )
    return found


def _holds_days(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                return False
        return set(DAYS.names) <= set(pq.read_schema(path).names)
    except FileNotFoundError:
        raise ReaderError(f"{path}: no such file", hint="Check the path.") from None
    except (pa.ArrowException, OSError):
        return False  # the reader of logs says what is wrong with it


def _day_rows(path: Path, tally: Tally) -> Iterator[pa.RecordBatch]:
    with plain_faults(path), pq.ParquetFile(path, read_dictionary=_TEXTS[1:]) as file:
        for batch in file.iter_batches(columns=list(DAYS.names)):
            columns = [
                batch.column(field.name).cast(field.type)
                if not pa.types.is_dictionary(field.type)
                or pa.types.is_dictionary(batch.column(field.name).type)
                else batch.column(field.name).dictionary_encode()
                for field in BATCH_SCHEMA
            ]
            tally.kept += len(batch)
            yield pa.RecordBatch.from_arrays(columns, schema=BATCH_SCHEMA)
