"""Records that could not be read, in the order of their files."""
# ruff: noqa: S608 - paths are quoted, the rest is constants

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa

from fanal.store.folder import Folder, Snapshot
from fanal.store.query import scan_sql

_WANTED = "contains(lower(reason), lower($reason))"
_GROUPS = """
SELECT input, reason, "column", count(*) AS records
FROM ({rows})
WHERE {wanted}
GROUP BY input, reason, "column"
ORDER BY records DESC, input, reason, "column"
"""
_ROWS = r"""
SELECT input, position, "column", reason, raw, raw_sha256
FROM ({rows})
WHERE {wanted}
ORDER BY place, try_cast(regexp_extract(position, ':(\d+)[^:]*$', 1) AS BIGINT), row
LIMIT {limit} OFFSET {offset}
"""


def reasons(folder: Folder, reason: str) -> list[dict[str, Any]]:
    """Return how many records were rejected, by input, reason and column, the most first."""
    found: list[dict[str, Any]] = _asked(folder, _GROUPS, reason).to_pylist()
    return found


def records(folder: Folder, reason: str, *, limit: int, offset: int) -> pa.Table:
    """Return rejected records in the order in which the files were added, and stand in them.

    Parameters
    ----------
    reason
        Words that a reason must hold, in any case; empty: all.
    limit, offset
        How many (0: all), and how many to leave out first.
    """
    most = str(int(limit)) if limit else "ALL"
    return _asked(folder, _ROWS, reason, limit=most, offset=str(int(offset)))


def _asked(folder: Folder, sql: str, reason: str, **fields: str) -> pa.Table:
    def question(connection: duckdb.DuckDBPyConnection, state: Snapshot) -> pa.Table:
        parts = [part for part in state.parts if part.table == "rejected"]
        places = {item.id: place for place, item in enumerate(state.inputs)}
        scans = [
            f"SELECT *, {places.get(part.input, -1)} AS place, file_row_number AS row"
            f" FROM ({scan_sql(folder.path, [part], numbered=True)})"
            for part in parts
        ]
        none = "SELECT *, 0 AS place, 0 AS row FROM rejected"
        rows = " UNION ALL BY NAME ".join(scans) or none
        asked = sql.format(rows=rows, wanted=_WANTED, **fields)
        return connection.sql(asked, params={"reason": reason}).to_arrow_table()

    return folder.ask(question)
