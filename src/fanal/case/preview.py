"""How a file would be read: its reader, its mapping, its first rows; nothing is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.case.adding import Asked, named, understood
from fanal.errors import ReaderError
from fanal.model.tables import POSTS
from fanal.readers.base import Row, Rows
from fanal.readers.sources import sources

#: Rows shown.
PREVIEW_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How one file would be read.

    Parameters
    ----------
    mapping
        What each column would be read as; empty for files of a fixed shape.
    rows
        The first posts: name of a column of `posts` -> value.
    refused
        Why the file cannot be read so, when it cannot: the mapping lacks something.
    """

    name: str
    reader: str
    title: str
    mapping: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    refused: ReaderError | None = None


class _Enough(Exception):  # noqa: N818 - no error: there are enough rows
    pass


class _First(Rows):
    """A sink that stops its reader after a few posts."""

    def flush_if_full(self) -> None:
        if len(self.posts) >= PREVIEW_ROWS:
            raise _Enough


def preview_file(path: str | Path, asked: Asked) -> Preview:
    """Return how the first file under `path` would be read.

    Raises
    ------
    ReaderError
        If there is none, or no reader understands it.
    """
    source = next(iter(sources([path])), None)
    if source is None:
        raise ReaderError(f"{path}: holds no file.", hint="Name a file.")
    source = named(source)
    reader, settings = understood(source, asked)
    rows = _First("preview", _keep_nothing)
    refused = None
    try:
        reader.read(source, settings, rows)
    except _Enough:
        pass
    except ReaderError as error:
        refused = error
    return Preview(
        name=source.name,
        reader=reader.name,
        title=reader.title,
        mapping=settings.mapping,
        rows=[dict(zip(POSTS.names, row, strict=True)) for row in rows.posts[:PREVIEW_ROWS]],
        refused=refused,
    )


def _keep_nothing(name: str, rows: list[Row]) -> None:
    del name, rows
