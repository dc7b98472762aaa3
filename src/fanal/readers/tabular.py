"""Tables: CSV, TSV and their kin, Parquet, workbooks; columns by mapping, or guessed.

1. The beginning tells the separator, the names of the columns and what they probably mean.
2. What the mapping says goes before what is guessed; account, time and something to act on must
   be found, else the error names the columns that are there.
3. Records become rows batch by batch (readers/mapped.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fanal.errors import ReaderError
from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.columns import Sample, guess, guess_time
from fanal.readers.delimited import delimited_sample, delimited_table, separator_in
from fanal.readers.general import known_elsewhere
from fanal.readers.mapped import Mapped
from fanal.readers.mapping import check_mapping, require
from fanal.readers.parquet import MAGIC, parquet_batches, parquet_sample
from fanal.readers.quoted import Batch
from fanal.readers.sources import head as head_of
from fanal.readers.workbook import is_workbook, workbook_batches, workbook_sample


def _sniff(head: Head) -> float:
    if head.data.startswith(MAGIC) or is_workbook(head):
        return 0.5
    sample = delimited_sample(head)
    if sample is None or known_elsewhere(head):
        return 0.0
    columns = guess(sample)["columns"]
    if "time" in columns and {"account", "handle"} & columns.keys():
        return 0.5
    return 0.35 if len(sample.records) >= 2 else 0.0


def _guess(head: Head) -> Mapping[str, Any]:
    return guess(_sample(head))


def _sample(head: Head) -> Sample:
    # 1. names and first records
    if head.data.startswith(MAGIC) and head.source is not None:
        return parquet_sample(head.source)
    if is_workbook(head) and head.source is not None:
        return workbook_sample(head.source)
    sample = delimited_sample(head)
    if sample is None:
        raise ReaderError(
            f"{head.name}: no table: no separator cuts its lines into equally many columns",
            hint="A table needs a first line with names, separated by , ; | or tabulators.",
        )
    return sample


def complete_mapping(mapping: Mapping[str, Any], sample: Sample, name: str) -> dict[str, Any]:
    """Return a mapping with all that can be guessed, checked against the columns of the file.

    Raises
    ------
    ReaderError
        A key or column that does not exist, or a required one that is missing.
    """
    # 2. said before guessed
    check_mapping(mapping, name)
    complete = dict(mapping) if mapping.get("columns") else guess(sample) | dict(mapping)
    require(
        complete["columns"],
        sample.names,
        name,
        complete,
        said=bool(mapping.get("columns")),
    )
    if "time" not in complete["columns"]:
        return complete
    return guess_time(sample, complete["columns"]["time"]) | complete


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    head = head_of(source)
    sample = _sample(head)
    mapping = complete_mapping(settings.mapping, sample, source.name)
    mapped = Mapped(source, mapping, settings, rows)
    if "time" in mapping["columns"]:
        mapped.learn(sample.values(mapping["columns"]["time"]))
    # 3. batch by batch
    if head.data.startswith(MAGIC):
        for first, columns in parquet_batches(source, mapped.columns):
            mapped.add_all(columns, range(first, first + len(columns[0])))
        return
    if is_workbook(head):
        for numbers, columns in workbook_batches(source, mapped.columns, rows):
            mapped.add_all(columns, numbers)
        return
    read_batches(*delimited_table(source, separator_in(head), rows), mapped)


def read_batches(names: Sequence[str], found: Iterable[Batch], mapped: Mapped) -> None:
    """Make rows of the records of a table whose columns are `names`."""
    places = [names.index(column) for column in mapped.columns]
    for batch in found:
        mapped.add_all(batch.columns(places), batch.lines, batch.raws.__getitem__)


READER = Reader(
    name="table",
    version=1,
    title="A table: CSV, TSV, Parquet or XLSX, columns guessed or named by a mapping",
    blind_spot=(
        "A table shows what its maker chose to keep: which posts were left out, and on what "
        "ground, the file does not say."
    ),
    sniff=_sniff,
    read=_read,
    guess=_guess,
)
