"""Finished pieces of a run that is under way, kept in the cache of its case.

1. A piece is arrays, written as one npz file whose name ends in its SHA-256.
2. A piece that is not what its name says is thrown away, and computed again.
3. All pieces of a run go when the run is stored, with the cache when something is erased, and
   after a week in which nobody came back for them.

Where nothing can be written, nothing is kept, and the run goes on.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Folders in ``cache/`` with the pieces of one run each.
UNDER_WAY = "run-"
_HASH_LETTERS = 16


class Checkpoints:
    """Pieces of one run.

    Parameters
    ----------
    case
        The case folder.
    run
        The run's id: pieces of other rows or settings are never met.
    """

    def __init__(self, case: Path, run: str) -> None:
        self._folder = case / "cache" / f"{UNDER_WAY}{run}"

    def get(self, name: str) -> Mapping[str, NDArray[Any]] | None:
        """Return the arrays kept under a name; None where there are none, or damaged ones."""
        for file in self._files(name):
            try:
                data = file.read_bytes()
                if _digest(data) == _digest_in(file):
                    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                        return dict(arrays)
            except (OSError, ValueError, zipfile.BadZipFile):
                pass
            # 2. not what its name says
            with suppress(OSError):
                file.unlink(missing_ok=True)
        return None

    def put(self, name: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays under a name, in place of those that were there."""
        # 1. whole or not at all
        sink = io.BytesIO()
        np.savez(sink, **dict(arrays))  # type: ignore[arg-type]
        data = sink.getvalue()
        before = self._files(name)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            staged = self._folder / f"{secrets.token_hex(8)}.part"
            try:
                staged.write_bytes(data)
                target = self._folder / f"{name}.{_digest(data)}.npz"
                staged.replace(target)
                for file in before:
                    if file != target:
                        file.unlink(missing_ok=True)
            finally:
                staged.unlink(missing_ok=True)

    def forget(self, prefix: str) -> None:
        """Delete the pieces whose names begin so."""
        for file in self._files(f"{prefix}*"):
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of the pieces that are kept."""
        return sorted(file.name.split(".")[0] for file in self._files("*"))

    def drop(self) -> None:
        """Delete all pieces of the run."""
        # 3. the run is stored
        shutil.rmtree(self._folder, ignore_errors=True)

    def _files(self, name: str) -> list[Path]:
        try:
            return sorted(self._folder.glob(f"{name}.*.npz"))
        except OSError:
            return []


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_LETTERS]


def _digest_in(file: Path) -> str:
    return file.name.split(".")[-2]
