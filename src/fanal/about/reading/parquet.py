"""Logs as Parquet, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.about.reading.base import Cells
from fanal.errors import ReaderError

Choice = Callable[[Sequence[str]], Mapping[str, str]]
BATCH_ROWS = 1 << 18


def parquet_cells(path: Path, choose: Choice) -> Iterator[Cells]:
    """Yield the rows of a Parquet file; `choose` as in `delimited_cells`."""
    try:
        with pq.ParquetFile(path) as file:
            columns = choose(file.schema_arrow.names)
            yield from _cells(file, columns)
    except (pa.ArrowException, OSError):
        # the words of pyarrow may quote a value: they are not passed on
        raise ReaderError(
            f"{path.name}: not whole Parquet",
            hint="The file is damaged or cut short; fetch it again.",
        ) from None


def _cells(file: pq.ParquetFile, columns: Mapping[str, str]) -> Iterator[Cells]:
    row = 1
    for batch in file.iter_batches(BATCH_ROWS, columns=list(dict.fromkeys(columns.values()))):
        lines = np.arange(row, row + len(batch), dtype=np.int64)
        yield Cells(
            columns={field: batch.column(column) for field, column in columns.items()},
            lines=lines,
        )
        row += len(batch)
