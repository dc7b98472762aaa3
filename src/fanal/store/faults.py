"""What the disk, SQLite or DuckDB refuse, said in one sentence with what to do next."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from fanal.errors import StoreError

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
_FULL_WORDS = ("no space left", "disk is full", "disk full", "quota exceeded")
_FORBIDDEN_WORDS = ("readonly database", "read-only", "permission denied", "unable to open")


@contextmanager
def plain_faults(folder: Path) -> Iterator[None]:
    """Turn errors of the disk, of SQLite, DuckDB and Parquet into a `StoreError` on `folder`."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except RuntimeError as error:
        if "interrupted" not in str(error).lower():
            raise
        raise KeyboardInterrupt from error  # DuckDB's own word for Ctrl-C
    except (
        OSError, sqlite3.Error, duckdb.Error, pa.ArrowInvalid, UnicodeDecodeError
    ) as error:  # fmt: skip
        raise fault(error, folder) from error


def fault(error: Exception, folder: Path) -> StoreError:  # noqa: PLR0911 - one per kind
    """Return the sentence for what went wrong in `folder`."""
    text = str(error)
    if is_full(error):
        return StoreError(
            f"{folder}: the disk is full. Nothing half-written was kept.",
            hint="Make room, then give the same command again.",
        )
    if _is_forbidden(error):
        return StoreError(
            f"{folder}: this folder cannot be written ({text}).",
            hint="Copy the case to a place where you may write, or change its permissions.",
        )
    if isinstance(error, sqlite3.OperationalError) and "locked" in text:
        return StoreError(
            f"{folder}: another command has been writing for over 30 seconds.",
            hint="Wait until it is done, then give the same command again.",
        )
    if isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
        return damaged_catalogue(folder, text)
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(
            f"{folder}: not enough memory for this question ({first_line(text)}).",
            hint="Close other programs, or ask with fewer --threads.",
        )
    if isinstance(error, duckdb.Error | pa.ArrowInvalid):
        return StoreError(
            f"{folder}: its parts cannot be read ({first_line(text)}).",
            hint=f"`fanal verify {folder}` names the part at fault and what to do.",
        )
    return StoreError(f"{folder}: the system refused ({text}).")


def readable(name: str) -> str:
    """Return a name of the disk as text, bytes that are not UTF-8 spelled as backslash-x."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def damaged_catalogue(folder: Path, what: str) -> StoreError:
    """Return the sentence for a catalogue that is no longer what was written."""
    return StoreError(
        f"{folder / 'case.sqlite'}: the catalogue of this case is damaged ({what}).",
        hint="Put back a copy of the case folder, or make a new case and add the files again.",
    )


def first_line(text: str) -> str:
    """Return what an error says before it explains itself."""
    return text.strip().splitlines()[0] if text.strip() else "no reason given"


def is_full(error: Exception) -> bool:
    """Return whether the disk had no room left."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    return any(words in str(error).lower() for words in _FULL_WORDS)


def _is_forbidden(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in _FORBIDDEN
    return any(words in str(error).lower() for words in _FORBIDDEN_WORDS)
