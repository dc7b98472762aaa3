"""Output files that are whole or absent: written beside their place, then put into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fanal.errors import CaseError
from fanal.store.placing import aside


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes its place when the block ends well.

    Raises
    ------
    CaseError
        When the folder is missing, or the system does not let the file be replaced.
    """
    check_place(path)
    with aside(path) as temporary:
        yield temporary
        _replace(temporary, path)


def check_place(path: Path) -> None:
    """Raise CaseError when no file can stand at `path`: no such folder, or a folder itself."""
    if not path.parent.is_dir():
        raise CaseError(f"{path}: there is no folder {path.parent}.", hint="Create it first.")
    if path.is_dir():
        raise CaseError(f"{path}: is a folder.", hint="Name a file in it.")


def _replace(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except PermissionError as error:
        raise CaseError(
            f"{path}: the system does not let it be replaced.",
            hint="Close the program that has it open, or write to another name.",
        ) from error


def beside(path: Path) -> Path:
    """Return where the communities go when the edges go to `path`: ``x-communities.csv``."""
    return path.with_name(f"{path.stem}-communities{path.suffix}")
