"""The file of a pack: a zip with a manifest that gives the size and the SHA-256 of each member.

1. Written: all members, then the manifest; the file is whole or absent, and the same content
   gives the same bytes.
2. Opened: the manifest first; every member it names must be there once, of its size and hash, and
   nothing else may be. Nothing is unpacked onto the disk, and no name in it is used as a path.
3. Bounded: a pack that would unpack to more than `readers/streams.py` allows is refused.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.errors import CaseError, StoreError
from fanal.exports.files import written
from fanal.readers.streams import ALWAYS_FINE, DAMAGE, MAX_EXPANSION

#: Number of this form; a newer one is refused with the version to install.
FORMAT = 1
ENDING = ".fanal.zip"
MANIFEST = "fanal-pack.json"
#: Largest manifest, in bytes, and the most rows of a table, that are believed.
LARGEST_MANIFEST, MOST_ROWS = 1 << 20, 50_000_000
#: The time that every member carries, so that equal content gives equal bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_AGAIN = "Ask who made it for the file again, and compare its SHA-256."
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What a member of a pack must be."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a pack says of itself.

    Parameters
    ----------
    format
        `FORMAT` of the version that wrote it.
    level
        ``counts``, ``protected`` or ``named``.
    fanal, made_by, made_at
        Version of Fanal; who made it, empty when not said; when, ISO 8601 in UTC.
    members
        Name -> what it must be.
    """

    format: int
    level: str
    fanal: str
    made_by: str
    made_at: str
    members: dict[str, Member]


def is_pack(path: Path) -> bool:
    """Return whether a file is a pack, whole or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def write_pack(path: Path, members: Mapping[str, bytes], **said: Any) -> str:
    """Write a pack; return the SHA-256 of the file (1).

    Parameters
    ----------
    members
        Name -> content.
    said
        `Manifest.level`, `fanal`, `made_by`, `made_at`.
    """
    listed = {
        name: Member(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
        for name, content in sorted(members.items())
    }
    manifest = Manifest(format=FORMAT, members=listed, **said)
    told = msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"))
    with written(path) as temporary, temporary.open("w+b") as file:
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in {MANIFEST: told, **dict(sorted(members.items()))}.items():
                one = zipfile.ZipInfo(name, _NO_TIME)
                packed = name.endswith(".json")
                one.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                one.external_attr = 0o644 << 16
                archive.writestr(one, content)
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as Parquet, without statistics or anything else beside its rows."""
    sink = io.BytesIO()
    plain = table.replace_schema_metadata(None)
    pq.write_table(plain, sink, compression="zstd", write_statistics=False)
    return sink.getvalue()


class PackFile:
    """A pack on disk, found to be what its manifest says.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    CaseError
        It is no pack, or one of a newer form.
    StoreError
        It is damaged, holds what it should not, or unpacks to too much; says which member.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                self.manifest = self._manifest(archive)
                self._check_bounds()
                wrong = [
                    one for one in self.manifest.members if not self._is_whole(archive, one)
                ]
        except (*DAMAGE, RuntimeError) as error:  # RuntimeError: locked with a password
            raise StoreError(f"{path}: damaged, or no pack ({error}).", hint=_AGAIN) from error
        if wrong:
            raise StoreError(
                f"{path}: not what was packed: {', '.join(sorted(wrong))}.", hint=_AGAIN
            )

    def _manifest(self, archive: zipfile.ZipFile) -> Manifest:
        names = archive.namelist()
        if names.count(MANIFEST) != 1 or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise CaseError(
                f"{self.path}: neither a case nor a pack: it holds no {MANIFEST}.",
                hint="`fanal add CASE FILE` reads exports; `fanal pack CASE` makes packs.",
            )
        found = self._decoded(_limited(archive, MANIFEST, LARGEST_MANIFEST), dict[str, Any])
        if isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise CaseError(
                f"{self.path}: this pack has form {found['format']}; forms up to {FORMAT} are read.",
                hint=f"Install fanal >= {found.get('fanal')}.",
            )
        manifest = self._converted(found, Manifest)
        # 2. nothing besides, nothing twice
        if sorted(names) != sorted([MANIFEST, *manifest.members]):
            raise StoreError(
                f"{self.path}: holds other members than its manifest names.", hint=_AGAIN
            )
        return manifest

    def _check_bounds(self) -> None:
        # 3. what it says of itself, before anything is unpacked
        total = sum(one.bytes for one in self.manifest.members.values())
        if total > max(ALWAYS_FINE, MAX_EXPANSION * self.path.stat().st_size):
            raise StoreError(
                f"{self.path}: unpacks to more than {MAX_EXPANSION} times its size, like an "
                "archive made to fill memory."
            )

    def _is_whole(self, archive: zipfile.ZipFile, name: str) -> bool:
        said = self.manifest.members[name]
        try:
            content = _limited(archive, name, said.bytes)
        except DAMAGE:
            return False
        whole = hashlib.sha256(content).hexdigest() == said.sha256
        return whole and len(content) == said.bytes

    def holds(self, name: str) -> bool:
        """Return whether there is such a member."""
        return name in self.manifest.members

    def content(self, name: str) -> bytes:
        """Return a member, held to its hash once more."""
        if not self.holds(name):
            raise StoreError(
                f"{self.path}: lacks {name}, which Fanal {self.manifest.fanal} did not write."
            )
        with zipfile.ZipFile(self.path) as archive:
            if not self._is_whole(archive, name):
                raise StoreError(f"{self.path}: not what was packed: {name}.", hint=_AGAIN)
            return _limited(archive, name, self.manifest.members[name].bytes)

    def record(self, name: str, kind: type[Kind]) -> Kind:
        """Return a JSON member as a dataclass."""
        return self._decoded(self.content(name), kind)

    def table(self, name: str) -> pa.Table:
        """Return a Parquet member."""
        try:
            file = pq.ParquetFile(io.BytesIO(self.content(name)))
            if file.metadata.num_rows > MOST_ROWS:
                raise StoreError(f"{self.path}: {name} claims more rows than are believed.")
            return file.read().replace_schema_metadata(None)
        except (pa.ArrowException, OSError) as error:
            raise StoreError(f"{self.path}: {name} cannot be read.", hint=_AGAIN) from error

    def _decoded(self, content: bytes, kind: type[Kind]) -> Kind:
        try:
            return msgspec.json.decode(content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.path}: not written by Fanal ({error}).") from error

    def _converted(self, value: Any, kind: type[Kind]) -> Kind:
        try:
            return msgspec.convert(value, kind)
        except msgspec.MsgspecError as error:
            raise StoreError(f"{self.path}: not written by Fanal ({error}).") from error


def _limited(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return at most `limit` bytes of a member, and one more when there are more."""
    with archive.open(name) as member:
        return member.read(limit + 1)
