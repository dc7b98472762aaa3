"""Opening: a case in its folder, or a pack in its place. The one place that tells them apart."""

from __future__ import annotations

from pathlib import Path

from fanal.case.case import Case, Clock
from fanal.store.folder import Folder


def open_case(path: str | Path, *, clock: Clock | None = None) -> Case:
    """Return the case in a folder, or a pack in its place, which is read-only.

    Parameters
    ----------
    path
        The folder, or the file that `fanal pack` made.
    clock
        As in `create_case`.

    Raises
    ------
    StoreError
        If there is no such folder, no case in it, a damaged one, or one of a newer format.
    CaseError
        If it is a file, and no pack.
    """
    if Path(path).is_file():
        from fanal.case.packed import PackedCase  # heavy: a case that is only read stays light

        return PackedCase(Path(path), clock)
    folder = Folder(Path(path))
    folder.catalogue.check_format()
    return Case(folder, clock)
