"""Files that are whole or absent: written beside their place, then put into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Yield a path beside `path`, ending in ``.part``; what still stands there at the end goes."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Yield a path beside `path`; it takes its place, on disk to stay, when the block ends well.

    What the system refuses is raised as it is.
    """
    with aside(path) as temporary:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
