"""Where the real data for tests and benches lies. It is never part of the repository."""

from __future__ import annotations

import os
from pathlib import Path


def shared_folder() -> Path | None:
    """Return the folder with ``data/``, ``reference/`` and ``tools/``, or None.

    The environment variable ``FANAL_DATA`` names it; unset, it is ``shared`` beside the
    repository.
    """
    named = os.environ.get("FANAL_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    return folder if (folder / "data").is_dir() else None
