"""A place where the compiled kernels can be kept, also where nothing is writable.

numba keeps them beside the package, else in the user's cache, and refuses to compile anything
that may be kept when neither can be written (a read-only container, a home that is not there).
Then importing this module names a folder of this user alone among the temporary files: what is
kept there is run, so nobody else may write to it.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"


def find_a_place() -> None:
    """Name a temporary folder to numba when it has no other; before numba is imported."""
    if os.environ.get(VARIABLE) or _writable(_beside_kernels()) or _writable(_of_user()):
        return
    os.environ[VARIABLE] = str(_temporary())


def _beside_kernels() -> Path:
    return Path(__file__).parents[1] / "kernels" / "__pycache__"


def _of_user() -> Path:
    """Return where numba keeps what it compiled for a user (its `appdirs`)."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises without a home
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home) / "numba" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "numba"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "numba"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _temporary() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "user"
    folder = Path(tempfile.gettempdir()) / f"fanal-compiled-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if _is_ours_alone(folder) and _writable(folder):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="fanal-compiled-"))


def _is_ours_alone(folder: Path) -> bool:
    if not hasattr(os, "getuid"):
        return True  # Windows gives each user a folder of temporary files
    found = folder.lstat()
    mode = stat.S_IMODE(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not mode & 0o077


find_a_place()
