"""Fanal: which accounts act together, beyond chance.

>>> import fanal
>>> case = fanal.create_case("election.case")  # doctest: +SKIP
>>> case.add("tweets.jsonl")  # doctest: +SKIP
>>> case.coordinate().edges  # doctest: +SKIP

This is the library's front door, as ``cli/`` is the terminal's: the clock is read here and there,
nowhere else. Whatever is heavy is imported on first use.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fanal.case import Case

__version__ = "0.1.0"
__all__ = ["Case", "__version__", "create_case", "open_case"]


def create_case(path: str | Path) -> Case:
    """Make a new case folder and return the case.

    Parameters
    ----------
    path
        The folder; the usual name ends in ``.case``.

    Raises
    ------
    CaseError
        If the folder holds something already, a case included.
    StoreError
        If the folder cannot be written.
    """
    from fanal.case import create_case as made

    return made(path, clock=_now_us)


def open_case(path: str | Path) -> Case:
    """Return the case in a folder.

    Raises
    ------
    StoreError
        If there is no such folder, no case in it, a damaged one, or one of a newer format.
    """
    from fanal.case import open_case as opened

    return opened(path, clock=_now_us)


def _now_us() -> int:
    return time.time_ns() // 1000


def __getattr__(name: str) -> Any:
    """Load `Case` on first use, so that ``import fanal`` stays light."""
    if name == "Case":
        from fanal.case import Case

        return Case
    raise AttributeError(f"module 'fanal' has no attribute {name!r}")
