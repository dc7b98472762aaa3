"""A catalogue or a part that is no longer what was written, and names that are no text."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from fanal.case import create_case, open_case
from fanal.errors import StoreError
from fanal.store.folder import Folder
from made_case import DAY_ONE, add_rows, new_case, post


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = new_case(tmp_path / "a.case")
    add_rows(made, "a.csv", [post("x:1", text="one"), post("x:2", text="two")])
    return made


def test_a_catalogue_whose_names_are_no_text_is_told(folder: Folder) -> None:
    data = folder.catalogue.file.read_bytes()
    folder.catalogue.file.write_bytes(data.replace(b"NOT NULL,", b"NOT N\xffLL,"))
    with pytest.raises(StoreError, match="catalogue of this case is damaged"):
        open_case(folder.path).inputs()


@pytest.mark.parametrize("value", ["{no", b"{\xff}"])
def test_a_catalogue_whose_values_are_none_is_told(folder: Folder, value: object) -> None:
    with closing(sqlite3.connect(folder.catalogue.file)) as connection:
        connection.execute("UPDATE input SET mapping = ?", (value,))
        connection.commit()
    with pytest.raises(StoreError, match="catalogue of this case is damaged"):
        open_case(folder.path).inputs()


def test_a_damaged_part_met_while_forgetting_is_told(folder: Folder) -> None:
    bad = {"position": "a:9", "reason": "no time", "raw": "{}", "raw_sha256": "5" * 64}
    add_rows(folder, "b.csv", rejected=[bad])
    (file,) = (folder.path / "parts").glob("rejected-*")
    data = file.read_bytes()
    file.write_bytes(data[:-8] + b"\xff" * 4 + data[-4:])
    with pytest.raises(StoreError, match="cannot be read"):
        open_case(folder.path).forget(posts=["x:1"], now=DAY_ONE)


@pytest.mark.skipif(os.name == "nt", reason="names on Windows are text")
def test_a_case_in_a_folder_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"z\xff.case")
    with pytest.raises(StoreError, match="the name of this folder is not UTF-8"):
        create_case(path)
    assert not path.exists()
