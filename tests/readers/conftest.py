"""Reading a file in a test: rows as dicts, by table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from reading import Read, read_path


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """Return a function that reads bytes (or a path) through `sources` and a reader."""

    def read_it(
        content: bytes | str | Path,
        name: str = "file.csv",
        *,
        reader: str | None = None,
        mapping: Mapping[str, Any] | None = None,
        time_unit: str = "",
    ) -> Read:
        path = content
        if not isinstance(path, Path):
            path = tmp_path / name
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_path(path, reader=reader, mapping=mapping, time_unit=time_unit)

    return read_it
