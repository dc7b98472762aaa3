"""The actions of a case, by layer, in one total order."""
# ruff: noqa: S608 - the queries are constants of `coordination/layers`

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from fanal.store.folder import Folder, Snapshot


def actions_by_layer(
    folder: Folder,
    state: Snapshot,
    queries: Mapping[str, str],
    threads: int,
    tables: Mapping[str, pa.Table] | None = None,
) -> dict[str, pa.Table]:
    """Return the rows of each layer's query, in the same order at any thread count.

    Parameters
    ----------
    folder, state
        The case, and which state of it is asked.
    queries
        Layer -> query over `posts` that gives object, account, time, post and more.
    threads
        Threads; 0: all.
    tables
        Further tables that the queries read, by name.
    """

    def question(connection: duckdb.DuckDBPyConnection, _: Snapshot) -> dict[str, pa.Table]:
        for name, table in (tables or {}).items():
            connection.register(name, table)
        return {
            name: connection.sql(
                f"SELECT * FROM ({query}) ORDER BY object, account, time, post"
            ).to_arrow_table()
            for name, query in queries.items()
        }

    return folder.ask_of(state, question, threads=threads)
