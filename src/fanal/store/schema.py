"""Arrow shapes of the tables of a case, and rows turned into record batches.

Cost: one transposition and one array per column for each batch; nothing per row in Python but
what ``zip`` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from fanal.model.tables import SCHEMA_VERSION, Table

#: Key of the schema number in the metadata of each Parquet part.
SCHEMA_KEY = b"fanal.schema"

ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
}
DUCKDB_TYPES: dict[str, str] = {
    "text": "VARCHAR",
    "int64": "BIGINT",
    "uint64": "UBIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "day": "DATE",
    "time": "TIMESTAMPTZ",
    "texts": "VARCHAR[]",
}


@cache
def arrow_schema(table: Table) -> pa.Schema:
    """Return the Arrow schema of a table, marked with the schema number."""
    fields = [(column.name, ARROW_TYPES[column.type]) for column in table.columns]
    return marked(pa.schema(fields))


def marked(schema: pa.Schema) -> pa.Schema:
    """Return `schema` with the schema number in its metadata and nothing else there."""
    return schema.with_metadata({SCHEMA_KEY: str(SCHEMA_VERSION)})


def batch(table: Table, rows: Sequence[tuple[Any, ...]]) -> pa.RecordBatch:
    """Return rows (tuples in the order of the table's columns) as one record batch.

    Raises
    ------
    ValueError
        If a row has no value for a required column: a mistake of the reader.
    """
    schema = arrow_schema(table)
    values = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    arrays = [_array(column, field.type) for column, field in zip(values, schema, strict=True)]
    for column, array in zip(table.columns, arrays, strict=True):
        if column.required and array.null_count:
            raise ValueError(f"{table.name}.{column.name} is required, a row has none")
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:
        return pa.array([_encodable(value) for value in values], kind)


def _encodable(value: Any) -> Any:
    """Return text (or texts) with lone surrogates, which UTF-8 cannot hold, replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value
