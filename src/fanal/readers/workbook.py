"""Sheets of a workbook (XLSX, XLSM, ODS) through python-calamine, which has no dependencies.

1. The first sheet with names and records is read; others are said.
2. The first row that is not empty holds the names of the columns.
3. A sheet is held in memory while it is read (0.4 KB a row of four cells); a spreadsheet has at
   most 1,048,576 rows. One that unpacks to far more than it should is refused before that.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from fanal.errors import ReaderError
from fanal.readers.base import Head, Rows, Source
from fanal.readers.columns import Sample
from fanal.readers.delimited import SAMPLE_RECORDS
from fanal.readers.streams import ALWAYS_FINE, MAX_EXPANSION, exploding

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_ZIP: Final = b"PK\x03\x04"
#: Parts of a workbook, one of which stands near the beginning of the file.
_PARTS: Final = (b"xl/workbook", b"xl/worksheets", b"xl/_rels", b"opendocument.spreadsheet")
#: No sheet that a spreadsheet program can make unpacks to more.
_MOST_BYTES: Final = 8 * 1024**3
_AT_ONCE: Final = 10_000


def is_workbook(head: Head) -> bool:
    """Tell whether a file is a workbook, by its first bytes."""
    return head.data.startswith(_ZIP) and any(part in head.data for part in _PARTS)


def workbook_sample(source: Source) -> Sample:
    """Return names and first records of the sheet that is read."""
    with _sheet(source) as (sheet, _):
        _, names, records = _table(sheet, source.name)
        return Sample(names, [record for _, record in islice(records, SAMPLE_RECORDS)])


def workbook_batches(
    source: Source, columns: Sequence[str], rows: Rows
) -> Iterator[tuple[list[int], list[list[Any]]]]:
    """Yield (rows of a sheet from 1, the values of each of `columns`)."""
    with _sheet(source) as (sheet, others):
        if others:
            rows.note(
                f"Sheet {sheet.name!r} was read; not read: {', '.join(map(repr, others))}."
            )
        _, names, records = _table(sheet, source.name)
        places = [names.index(column) for column in columns]
        while some := list(islice(records, _AT_ONCE)):
            numbers = [number for number, _ in some]
            yield numbers, [[record[place] for _, record in some] for place in places]


@contextmanager
def _sheet(source: Source) -> Iterator[tuple[CalamineSheet, list[str]]]:
    """Open the sheet to read, and name the others that hold something.

    Raises
    ------
    ReaderError
        No workbook that can be read, one with a password, or one without a table.
    """
    import python_calamine as calamine

    with source.open() as stream, tempfile.TemporaryFile() as spool:
        shutil.copyfileobj(stream, spool)
        try:
            _check_size(spool, source.name)
            spool.seek(0)
            with calamine.CalamineWorkbook.from_filelike(spool) as workbook:
                sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
                # 1. the first with names and records
                full = [sheet for sheet in sheets if sheet.height > 1]
                if not full:
                    raise ReaderError(
                        f"{source.name}: no sheet with a first row of names and records below",
                        hint="Save the sheet that holds the posts as CSV.",
                    )
                yield full[0], [sheet.name for sheet in full[1:]]
        except (calamine.CalamineError, zipfile.BadZipFile, OSError) as error:
            raise ReaderError(
                f"{source.name}: no workbook that can be read: {str(error)[:120]}",
                hint="Open it in a spreadsheet program and save the sheet as CSV.",
            ) from error


def _check_size(spool: Any, name: str) -> None:
    # 3. before anything is unpacked
    size = spool.tell()
    with zipfile.ZipFile(spool) as archive:
        total = sum(item.file_size for item in archive.infolist())
    if total > min(_MOST_BYTES, max(ALWAYS_FINE, size * MAX_EXPANSION)):
        raise exploding(name)


def _table(
    sheet: CalamineSheet, name: str
) -> tuple[int, tuple[str, ...], Iterator[tuple[int, list[Any]]]]:
    """Return the row of the names, the names, and the records with their rows."""
    start = sheet.start[0] + 1 if sheet.start else 1
    records = enumerate(sheet.iter_rows(), start)
    # 2. names
    for number, record in records:
        if any(cell != "" for cell in record):
            names = tuple(str(cell).strip() for cell in record)
            return number, names, (one for one in records if any(cell != "" for cell in one[1]))
    raise ReaderError(f"{name}: an empty sheet", hint="Save the sheet with the posts as CSV.")
