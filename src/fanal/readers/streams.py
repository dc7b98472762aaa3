"""Streams of decompressed bytes that end well: gzip, zstd, members of a zip, plain files.

Compression is told by the first bytes, not by the name. No stream gives back more than
`MAX_EXPANSION` times what lies on disk: an archive made to fill a disk is refused.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from fanal.errors import ReaderError

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
#: Real exports shrink 5 to 30 times; 1000 and more is what archives made to do harm reach.
MAX_EXPANSION: Final = 250
#: Below this size no ratio is judged, in bytes.
ALWAYS_FINE: Final = 64 * 1024 * 1024
#: What reading a damaged compressed file raises.
DAMAGE: Final = (EOFError, zlib.error, zipfile.BadZipFile, OSError, NotImplementedError)

Opener = Callable[[], BinaryIO]


class Inner(Protocol):
    """What gives decompressed bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""

    def close(self) -> None:
        """Let go."""


class Stream(io.RawIOBase):
    """A stream that cannot be rewound, read with `read`, that refuses to explode.

    Parameters
    ----------
    name
        What messages call it.
    inner
        Gives the decompressed bytes.
    size
        Bytes on disk.
    beneath
        What `inner` reads from, closed with it.
    """

    def __init__(
        self, name: str, inner: Inner, size: int, beneath: BinaryIO | None = None
    ) -> None:
        super().__init__()
        self._name = name
        self._inner = inner
        self._beneath = beneath
        self._limit = max(ALWAYS_FINE, size * MAX_EXPANSION)
        self._given = 0
        # what was read before a damage must come out before the damage is told
        self._take: Callable[[int], bytes] = getattr(inner, "read1", inner.read)

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, empty at the end; fewer is no end."""
        if size < 0:
            return self.readall()
        data = self._take(size)
        self._given += len(data)
        if self._given > self._limit:
            raise exploding(self._name)
        return data

    def readall(self) -> bytes:
        """Return all that is left."""
        pieces = []
        while piece := self.read(1 << 20):
            pieces.append(piece)
        return b"".join(pieces)

    def readinto(self, buffer: object, /) -> int:
        """Fill `buffer` with at most its length."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what is read."""
        if not self.closed:
            self._inner.close()
            if self._beneath is not None:
                self._beneath.close()
        super().close()


def exploding(name: str) -> ReaderError:
    """Return the error for an archive that holds far more than it should."""
    return ReaderError(
        f"{name}: unpacks to more than {MAX_EXPANSION} times its size, like an archive made to "
        "fill a disk",
        hint="If you trust it, unpack it yourself and add the files.",
    )


def opener(name: str, plain: Opener, size: int) -> Opener:
    """Return an opener of the decompressed content of what `plain` opens."""

    def open_decompressed() -> BinaryIO:
        file, magic = _begun(plain)
        if magic.startswith(GZIP):
            return cast("BinaryIO", Stream(name, gzip.GzipFile(fileobj=file), size, file))
        if magic.startswith(ZSTD):
            import pyarrow as pa

            return cast(
                "BinaryIO", Stream(name, pa.CompressedInputStream(file, "zstd"), size, file)
            )
        return file

    return open_decompressed


def open_plain(path: Path) -> BinaryIO:
    """Return a file opened for reading."""
    return path.open("rb")


def member_opener(path: Path, member: str, name: str) -> Opener:
    """Return an opener of one member of a zip, as it lies in the archive."""

    def open_member() -> BinaryIO:
        try:
            with zipfile.ZipFile(path) as archive:  # the member keeps the file open
                size = archive.getinfo(member).compress_size
                return cast("BinaryIO", Stream(name, archive.open(member), size))
        except RuntimeError as error:  # zipfile's word for "encrypted"
            raise ReaderError(
                f"{name}: locked with a password", hint="Unpack it yourself and add the files."
            ) from error

    return open_member


def _begun(plain: Opener) -> tuple[BinaryIO, bytes]:
    stream = plain()
    magic = stream.read(4)
    if stream.seekable():
        stream.seek(0)
        return stream, magic
    stream.close()
    return plain(), magic
