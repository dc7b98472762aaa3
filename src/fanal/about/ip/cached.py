"""Tables kept in the user's cache folder: built once, then mapped into memory.

A file is named after the hash of what it was made from; it holds a JSON line, the arrays, and a
sum over them. It is written aside and put in place at once: who looks sees all of it or none, and
of two processes that build at the same time either's file is right. A file that is cut or damaged
is built anew; where nothing can be written the tables stay in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]
#: Changes with the form of the file and with how tables are made.
FORM = "fanal-ip-1"
_ALIGNED = 4096


def cache_folder() -> Path:
    """Return the user's cache folder for tables of addresses; it need not exist."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "fanal" / "ip"


def kept(
    path: Path, build: Callable[[], tuple[dict[str, Any], Arrays]]
) -> tuple[dict[str, Any], Arrays]:
    """Return what is kept at a path, else build it and keep it there.

    Parameters
    ----------
    path
        Of the file; its folder is made when missing.
    build
        Returns words (JSON) and arrays; called when there is no whole file.
    """
    found = _read(path)
    if found is not None:
        return found
    words, arrays = build()
    with contextlib.suppress(OSError):
        _write(path, words, arrays)
    return words, arrays


def _read(path: Path) -> tuple[dict[str, Any], Arrays] | None:
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline(1 << 20))
        body = np.memmap(path, np.uint8, "r", offset=_ALIGNED * head["pages"])
        if head["form"] != FORM or zlib.crc32(body.data) != head["sum"]:
            return None
        arrays = {
            name: body[at : at + size].view(kind).reshape(shape)
            for name, (at, size, kind, shape) in head["arrays"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return head["words"], arrays


def _write(path: Path, words: dict[str, Any], arrays: Arrays) -> None:
    places, at = {}, 0
    for name, array in arrays.items():
        places[name] = (at, array.nbytes, array.dtype.str, array.shape)
        at += -(-array.nbytes // 64) * 64
    body = np.zeros(at, np.uint8)
    for name, array in arrays.items():
        begin, size = places[name][:2]
        body[begin : begin + size] = array.reshape(-1).view(np.uint8)
    head = {"form": FORM, "sum": zlib.crc32(body.data), "arrays": places, "words": words}
    room = len(json.dumps(head)) + 64
    pages = -(-room // _ALIGNED)
    line = json.dumps(head | {"pages": pages}).encode("ascii") + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    _put(path, line.ljust(_ALIGNED * pages, b" "), body)


def _put(path: Path, line: bytes, body: NDArray[np.uint8]) -> None:
    """Write a file aside and put it in place."""
    number, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(line)
            file.write(body.data)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
