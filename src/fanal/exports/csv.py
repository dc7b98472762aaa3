"""Edges and communities as CSV (UTF-8, comma, one header) that no spreadsheet takes for code."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.exports.files import written

#: A text that begins with one of these is a formula to some spreadsheet.
#: OWASP, "CSV injection": = + - @ TAB CR LF, and their full-width forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS = 10_000


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV; the file is whole or absent.

    Texts that a spreadsheet would run get a leading apostrophe; times are ISO 8601 in UTC,
    numbers have at most 6 significant digits, items of a list are joined by `` | ``.
    """
    with (
        written(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=ROWS):
            columns = [column.to_pylist() for column in batch.columns]
            writer.writerows(
                [[cell(value) for value in row] for row in zip(*columns, strict=True)]
            )


def cell(value: Any) -> str:
    """Return one value as the text of its cell; null is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, list):
        return _harmless(" | ".join(str(item) for item in value))
    return str(value)


def iso(value: datetime) -> str:
    """Return a time as ISO 8601 in UTC: ``2025-03-03T14:02:05.120Z``, without idle zeros."""
    moment = value.astimezone(UTC)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"
    if moment.microsecond:
        text += f".{moment.microsecond:06d}".rstrip("0")
    return text + "Z"


def _harmless(text: str) -> str:
    clean = text.replace("\x00", "�")
    return "'" + clean if clean.startswith(FORMULA) else clean
