"""Parts: immutable Parquet files that a case consists of once its catalogue lists them.

A part is written under its final name and is nothing until a committed row of the catalogue
lists it, with its number of rows and its SHA-256. Nothing is renamed, nothing is written twice.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.model.tables import SCHEMA_VERSION
from fanal.store.faults import plain_faults
from fanal.store.schema import marked

#: A row group is closed at this many rows or bytes of Arrow memory, whichever comes first.
GROUP_ROWS, GROUP_BYTES = 120_000, 24 * 1024 * 1024
#: Windows refuses to delete a file that somebody reads: tries, and seconds between them.
DELETE_TRIES, DELETE_PAUSE_S = 5, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One Parquet file of a case.

    Parameters
    ----------
    path
        Relative to the case folder, with ``/``: ``parts/posts-<16 hex>.parquet``.
    table
        The table whose rows it holds; also ``posts_duplicate``, ``posts_patch`` and outputs of runs.
    rows, bytes, sha256
        What the file must be; `fanal.store.check` compares.
    input, run
        Id of the input or of the run it comes from; empty for parts derived from several.
    schema
        Number of the schema it was written with.
    seq
        Order of parts in the catalogue; before it is listed 0, or that of the part it replaces.
    """

    path: str
    table: str
    rows: int
    bytes: int
    sha256: str
    input: str = ""
    run: str = ""
    schema: int = SCHEMA_VERSION
    seq: int = 0


class PartWriter:
    """Writes one part: batches in, a `Part` out; used as a context it leaves nothing on failure.

    Parameters
    ----------
    folder
        The case folder; the file goes into its ``parts/``.
    table_name
        Table the rows belong to.
    schema
        Arrow schema of the batches.
    input_id, run_id
        Where the rows come from.
    """

    def __init__(
        self,
        folder: Path,
        table_name: str,
        schema: pa.Schema,
        *,
        input_id: str = "",
        run_id: str = "",
    ) -> None:
        self.rows = 0
        self._folder, self._table = folder, table_name
        self._input, self._run = input_id, run_id
        self._schema = marked(schema)
        self._name = f"parts/{table_name}-{secrets.token_hex(8)}.parquet"
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = self._waiting_rows = 0
        with plain_faults(folder):
            (folder / "parts").mkdir(exist_ok=True)
            self._file = _HashedFile(folder / self._name)
            try:
                self._parquet = pq.ParquetWriter(self._file, self._schema, compression="zstd")
            except BaseException:
                self._file.close()
                delete_file(folder / self._name)
                raise

    def write(self, batch: pa.RecordBatch) -> None:
        """Take one batch; it reaches the disk with its row group."""
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._waiting_bytes += batch.nbytes
        if self._waiting_rows >= GROUP_ROWS or self._waiting_bytes >= GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        table = pa.Table.from_batches(self._waiting, self._waiting[0].schema)
        if not table.schema.equals(self._schema):
            table = table.cast(self._schema)
        with plain_faults(self._folder):
            self._parquet.write_table(table, row_group_size=len(table) or None)
        self.rows += len(table)
        self._waiting.clear()
        self._waiting_bytes = self._waiting_rows = 0

    def close(self) -> Part:
        """Bring the file to the disk and return what it is.

        Raises
        ------
        StoreError
            If the disk is full or refuses; the file is then gone.
        """
        try:
            if self._waiting:
                self._write_group()
            with plain_faults(self._folder):
                self._parquet.close()
                self._file.sync()
        except BaseException:
            self.abort()
            raise
        return Part(
            path=self._name,
            table=self._table,
            rows=self.rows,
            bytes=self._file.size,
            sha256=self._file.sha256.hexdigest(),
            input=self._input,
            run=self._run,
        )

    def abort(self) -> None:
        """Leave nothing of this part."""
        self._waiting.clear()
        self._file.give_up()
        with suppress(OSError, pa.ArrowException):
            self._parquet.close()
        self._file.close()
        delete_file(self._folder / self._name)

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._file.closed:
            self.abort()


class _HashedFile:
    """A file that only grows, hashed while it is written."""

    def __init__(self, path: Path) -> None:
        self.sha256 = hashlib.sha256()
        self.size = 0
        self._given_up = False
        self._file = path.open("xb")

    @property
    def closed(self) -> bool:
        return self._file.closed

    def write(self, data: Any) -> int:
        if not self._given_up:
            self._file.write(data)
            self.sha256.update(data)
        size = memoryview(data).nbytes
        self.size += size
        return size

    def tell(self) -> int:
        return self.size

    def flush(self) -> None:
        if not self._given_up:
            self._file.flush()

    def give_up(self) -> None:
        self._given_up = True

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def close(self) -> None:
        with suppress(OSError):  # what could not be flushed is given up anyway
            self._file.close()

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


def write_part(
    folder: Path,
    table_name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    *,
    input_id: str = "",
    run_id: str = "",
    empty: bool = False,
) -> Part | None:
    """Write batches as one part; None, and no file, when there is no row and `empty` is False."""
    with PartWriter(folder, table_name, schema, input_id=input_id, run_id=run_id) as writer:
        for batch in batches:
            if batch.num_rows:
                writer.write(batch)
        part = writer.close()
    if part.rows == 0 and not empty:
        delete_file(folder / part.path)
        return None
    return part


@contextmanager
def undone_on_failure(folder: Path, lasting: Iterable[Part] = ()) -> Iterator[list[Part]]:
    """Give a list; the files of parts put on it are deleted when the body fails.

    Parameters
    ----------
    lasting
        Parts that stay even when they are on the list.
    """
    parts: list[Part] = []
    kept = {part.path for part in lasting}
    try:
        yield parts
    except BaseException:
        for part in parts:
            if part.path not in kept:
                delete_file(folder / part.path)
        raise


def sync_folder(folder: Path) -> None:
    """Make new names in ``parts/`` survive a power cut, where the system can."""
    try:
        handle = os.open(folder / "parts", os.O_RDONLY)
    except OSError:
        return  # Windows cannot open folders; a part missing after a power cut is verified for
    with suppress(OSError):  # some network disks refuse; `verify` tells what a power cut took
        os.fsync(handle)
    os.close(handle)


def delete_file(path: Path) -> bool:
    """Delete a file, trying again while somebody reads it; False when it is still there."""
    for attempt in range(DELETE_TRIES):
        try:
            path.unlink(missing_ok=True)
        except PermissionError:
            if attempt + 1 < DELETE_TRIES:
                time.sleep(DELETE_PAUSE_S)
        except OSError:
            return False
        else:
            return True
    return False


def is_as_written(folder: Path, part: Part) -> bool:
    """Return whether the file of a part is there with the content that was listed."""
    try:
        return file_sha256(folder / part.path) == part.sha256
    except OSError:
        return False


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
