"""Edges and communities as Parquet (zstd)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.exports.files import written


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet; the file is whole or absent."""
    with written(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")
