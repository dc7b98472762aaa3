"""How many bytes rows take once they lie in a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.model.tables import READ_TABLES
from fanal.store.schema import batch

_TABLES = {table.name: table for table in READ_TABLES}


def bytes_in_case(rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> int:
    """Return the bytes of rows by table as compressed Parquet; nothing is written to disk."""
    total = 0
    for name, some in rows.items():
        sink = pa.BufferOutputStream()
        made = pa.Table.from_batches([batch(_TABLES[name], list(some))])
        pq.write_table(made, sink, compression="zstd")
        total += int(sink.getvalue().size)
    return total
