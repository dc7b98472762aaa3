"""Workbooks: the rows of a sheet go the way of every table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from fanal.errors import ReaderError
from reading import Read

Reading = Callable[..., Read]

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEADER = ["id", "user_id", "created_at", "text", "like_count"]
ROWS = [
    ["101", "ada", "2024-05-01T10:30:05Z", "The ferry is late #Ferry", 3],
    ["102", "ben", "2024-05-01T10:30:09Z", "so it is & stays < late", 4.0],
]


def cell(value: Any) -> str:
    """Return one cell as XML."""
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"


def workbook(*sheets: list[list[Any]]) -> bytes:
    """Return an XLSX file with these sheets."""
    out = io.BytesIO()
    names = [f"sheet{number}" for number in range(1, len(sheets) + 1)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/'
            'officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="{name}"/>'
            for number, name in enumerate(names, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">'
            + "".join(
                f'<Relationship Id="{name}" Type="{_OFFICE}/worksheet" Target="worksheets/{name}.xml"/>'
                for name in names
            )
            + "</Relationships>",
        )
        for name, rows in zip(names, sheets, strict=True):
            inside = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            text = f'<worksheet xmlns="{_SHEET}"><sheetData>{inside}</sheetData></worksheet>'
            archive.writestr(f"xl/worksheets/{name}.xml", text)
    return out.getvalue()


def test_a_sheet_is_read_as_its_csv_is(read: Reading) -> None:
    found = read(workbook([HEADER, *ROWS]), "posts.xlsx")
    text = "".join(",".join(f'"{value}"' for value in row) + "\n" for row in [HEADER, *ROWS])
    other = read(text, "posts.csv")
    assert found.reader.name == other.reader.name == "table"
    assert found.posts == other.posts
    assert found.counts == other.counts
    assert found.rows.notes == other.rows.notes
    assert [post["source_row"] for post in found.posts] == [2, 3]


def test_rows_before_the_names_and_between_records_may_be_empty(read: Reading) -> None:
    found = read(workbook([[""] * 5, HEADER, ROWS[0], [""] * 5, ROWS[1]]), "posts.xlsx")
    assert [post["text"] for post in found.posts] == [row[3] for row in ROWS]


def test_other_sheets_are_named(read: Reading) -> None:
    found = read(workbook([["empty"]], [HEADER, *ROWS], [["a"], ["b"]]), "posts.xlsx")
    assert len(found.posts) == 2
    assert "Sheet 'sheet2' was read; not read: 'sheet3'." in found.rows.notes


def test_ids_that_the_spreadsheet_rounded_are_not_believed(read: Reading) -> None:
    rows = [[1.0501186211989218e18, "ada", "2024-05-01T10:30:05Z", "one", 1]]
    found = read(workbook([HEADER, *rows]), "posts.xlsx")
    assert [post["post_id"] for post in found.posts] == [None]
    assert any("rounded" in note for note in found.rows.notes)


def test_a_workbook_in_an_archive_is_read(read: Reading, tmp_path: Path) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/posts.xlsx", workbook([HEADER, *ROWS]))
    assert len(read(packed).posts) == 2


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_a_damaged_workbook_is_refused_in_words(read: Reading, cut: float) -> None:
    data = workbook([HEADER, *ROWS])
    with pytest.raises(ReaderError) as caught:
        read(data[: int(len(data) * cut)], "posts.xlsx")
    assert caught.value.hint


def test_a_workbook_without_a_table_is_refused_in_words(read: Reading) -> None:
    with pytest.raises(ReaderError, match="no sheet with"):
        read(workbook([["only a title"]]), "posts.xlsx")


def test_a_workbook_made_to_fill_the_memory_is_refused(read: Reading) -> None:
    sheet = [HEADER, ["1", "ada", "2024-05-01T10:30:05Z", "a" * 80_000_000, 1]]
    with pytest.raises(ReaderError, match="made to fill a disk"):
        read(workbook(sheet), "posts.xlsx")
