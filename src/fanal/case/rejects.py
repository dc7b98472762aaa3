"""Browsing the records of a case that could not be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.store import rejects
from fanal.store.dedupe import first_places
from fanal.store.folder import Folder


def rejected_reasons(path: Path, reason: str = "") -> list[dict[str, Any]]:
    """Return how many records were rejected, by file, reason and column, the most first.

    Parameters
    ----------
    path
        The case folder.
    reason
        Words that a reason must hold, in any case; empty: all.
    """
    folder = Folder(path)
    names = _names(folder)
    return [
        row | {"name": names.get(row["input"], row["input"])}
        for row in rejects.reasons(folder, reason)
    ]


def rejected_rows(path: Path, reason: str = "", *, limit: int = 0, offset: int = 0) -> pa.Table:
    """Return rejected records in the order of their files, each with its file's `name`.

    Parameters
    ----------
    path, reason
        As for `rejected_reasons`.
    limit, offset
        How many (0: all), and how many to leave out first.
    """
    folder = Folder(path)
    names = _names(folder)
    found = rejects.records(folder, reason, limit=limit, offset=offset)
    column = [names.get(key, key) for key in found["input"].to_pylist()]
    return found.append_column("name", pa.array(column, pa.string()))


def first_rejected(path: Path, input_id: str, most: int) -> list[str]:
    """Return where the first rejected records of an input stand, in the order of the file."""
    parts = [
        part
        for part in Folder(path).snapshot().parts
        if part.table == "rejected" and part.input == input_id
    ]
    return [place for part in parts for place in first_places(path, part, most)][:most]


def _names(folder: Folder) -> dict[str, str]:
    return {item.id: item.name for item in folder.snapshot().inputs}
