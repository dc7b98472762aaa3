"""From paths to sources: folders, zips and compressed files become a list of files to read.

1. A folder gives its files, sorted, at any depth; hidden ones are left out.
2. A zip gives its members; one that would explode, or lies inside another, says so when opened.
3. Each source carries the hash of the file on disk (of a member: of its content).
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from fanal.errors import ReaderError
from fanal.readers.base import HEAD_BYTES, Head, Source
from fanal.readers.lines import in_utf8
from fanal.readers.streams import (
    ALWAYS_FINE,
    DAMAGE,
    MAX_EXPANSION,
    ZIP,
    exploding,
    member_opener,
    open_plain,
    opener,
)

_CHUNK: Final = 1024 * 1024
#: More members than any export has.
MAX_MEMBERS: Final = 100_000
#: Office documents are zips too.
_OFFICE: Final = (".xlsx", ".xlsm", ".ods", ".docx", ".odt", ".pptx")


def sources(paths: Iterable[str | Path]) -> Iterator[Source]:
    """Yield each file to read under `paths`, in the order given, folders sorted.

    Hashing reads each file once (about 1 GB/s); members of a zip are unpacked for it.

    Raises
    ------
    ReaderError
        A path that the user named does not exist or cannot be read. What is only found in a
        folder or an archive is yielded all the same and raises when opened.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from _of_folder(path)
        elif path.exists():
            yield from _of_file(path, path.name, found=False)
        else:
            raise ReaderError(f"{path}: no such file", hint="Check the path.")


def head(source: Source) -> Head:
    """Return the beginning of a source, decompressed and in UTF-8, as far as it can be read.

    Raises
    ------
    ReaderError
        The source cannot be opened, or breaks off before its first byte.
    """
    data = b""
    complete = False
    try:
        with source.open() as stream:
            while len(data) < HEAD_BYTES:
                piece = stream.read(HEAD_BYTES - len(data))
                if not piece:
                    complete = True
                    break
                data += piece
    except DAMAGE as error:
        if not data:
            raise ReaderError(
                f"{source.name}: cannot be read: {str(error)[:120]}",
                hint="The file is damaged; fetch it again.",
            ) from error
    return Head(source.name, in_utf8(data), complete, source)


def _of_folder(folder: Path) -> Iterator[Source]:
    # 1. files at any depth; a hidden file is the system's, not the user's
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(
            part.startswith((".", "__MACOSX")) for part in inside.parts
        ):
            yield from _of_file(path, inside.as_posix(), found=True)


def _of_file(path: Path, name: str, *, found: bool) -> Iterator[Source]:
    try:
        with open_plain(path) as stream:
            magic = stream.read(4)
        if magic.startswith(ZIP) and path.suffix.lower() not in _OFFICE:
            yield from _of_zip(path, name, found=found)
            return
        size = path.stat().st_size
        digest = _sha256(open_plain(path))
    except OSError as error:
        if not found:
            raise ReaderError(
                f"{path}: cannot be read: {error.strerror or error}",
                hint="Check that you may read the file.",
            ) from error
        yield _unreadable(path, name, f"cannot be read: {error.strerror or error}")
        return
    unpacked = opener(name, lambda: open_plain(path), size)
    yield Source(name, path, digest, size, unpacked, found=found)


def _of_zip(path: Path, name: str, *, found: bool) -> Iterator[Source]:
    # 2. members in the order of their names
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if _wanted(item)]
    except (zipfile.BadZipFile, NotImplementedError) as error:
        yield _unreadable(path, name, f"a damaged zip: {error}", found=found)
        return
    total = sum(item.file_size for item in members)
    size = path.stat().st_size
    if len(members) > MAX_MEMBERS or total > max(ALWAYS_FINE, size * MAX_EXPANSION):
        yield _refused(path, name, exploding(name), found=found)
        return
    for item in sorted(members, key=lambda item: item.filename):
        yield _member(path, f"{name}!{item.filename}", item)


def _wanted(item: zipfile.ZipInfo) -> bool:
    parts = item.filename.split("/")
    return not item.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts)


def _member(path: Path, name: str, item: zipfile.ZipInfo) -> Source:
    raw = member_opener(path, item.filename, name)
    try:
        with raw() as stream:
            nested = stream.read(4).startswith(ZIP)
        if nested and not item.filename.lower().endswith(_OFFICE):
            return _unreadable(
                path,
                name,
                "a zip inside a zip is not opened",
                "Unpack it and add what it holds.",
            )
        digest = _sha256(raw())
    except ReaderError as error:
        return _refused(path, name, error, found=True)
    except DAMAGE as error:
        return _unreadable(path, name, f"a damaged member: {error}")
    unpacked = opener(name, raw, item.compress_size)
    return Source(name, path, digest, item.file_size, unpacked, found=True)


def _unreadable(
    path: Path, name: str, why: str, hint: str = "", *, found: bool = True
) -> Source:
    return _refused(path, name, ReaderError(f"{name}: {why}", hint=hint), found=found)


def _refused(path: Path, name: str, error: ReaderError, *, found: bool) -> Source:
    def refuse() -> BinaryIO:
        raise error

    return Source(name, path, hashlib.sha256(name.encode()).hexdigest(), 0, refuse, found=found)


def _sha256(stream: BinaryIO) -> str:
    # 3. in bounded memory
    digest = hashlib.sha256()
    with stream:
        while piece := stream.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()
