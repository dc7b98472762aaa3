"""Parquet tables through pyarrow, batch by batch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from fanal.errors import ReaderError
from fanal.readers.base import Source
from fanal.readers.columns import Sample
from fanal.readers.delimited import SAMPLE_RECORDS

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 10_000


@contextmanager
def parquet_file(source: Source) -> Iterator[pq.ParquetFile]:
    """Open a Parquet source; one inside an archive goes through a temporary file.

    Raises
    ------
    ReaderError
        Not whole Parquet.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with source.open() as stream, tempfile.TemporaryFile() as spool:
        file: Any = stream
        if not stream.seekable():
            shutil.copyfileobj(stream, spool)
            file = spool
        try:
            yield pq.ParquetFile(file)
        except (pa.ArrowException, OSError) as error:
            raise ReaderError(
                f"{source.name}: not whole Parquet: {str(error)[:120]}",
                hint="The file is damaged or cut short; fetch it again.",
            ) from error


def parquet_sample(source: Source) -> Sample:
    """Return names and first records."""
    with parquet_file(source) as file:
        names = tuple(file.schema_arrow.names)
        for batch in file.iter_batches(SAMPLE_RECORDS):
            columns = [column.to_pylist() for column in _plain(batch).columns]
            return Sample(names, list(zip(*columns, strict=True)))
        return Sample(names, [])


def parquet_batches(
    source: Source, columns: Sequence[str]
) -> Iterator[tuple[int, list[list[Any]]]]:
    """Yield (row of the first record, from 1; the values of each of `columns`)."""
    row = 1
    with parquet_file(source) as file:
        # each column once: one may serve two fields
        for batch in file.iter_batches(_BATCH_ROWS, columns=list(dict.fromkeys(columns))):
            plain = _plain(batch)
            lists = {
                name: column.to_pylist()
                for name, column in zip(plain.schema.names, plain.columns, strict=True)
            }
            if plain.num_rows:
                yield row, [lists[name] for name in columns]
            row += plain.num_rows


def _plain(batch: Any) -> Any:
    """Return a batch whose times are microseconds: nanoseconds would need pandas."""
    import pyarrow as pa

    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type)
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
