"""Made cases: rows straight into a store, and what plain Python says must come of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fanal.model.tables import POSTS, READ_TABLES, Table
from fanal.store.adding import Adding, Staging
from fanal.store.folder import Folder
from fanal.store.query import FILLED_TOGETHER
from fanal.store.records import Input

Row = dict[str, Any]
#: A moment, microseconds since 1970: 2024-01-01.
DAY_ONE = 1_704_067_200_000_000
REQUIRED: Row = {"platform": "x", "account": "x:1", "time_plausible": True, "kind": "post"}
_TABLES = {table.name: table for table in READ_TABLES}


def post(key: str, **values: Any) -> Row:
    """Return a post of which only the required columns and `values` are known."""
    return dict.fromkeys(POSTS.names) | REQUIRED | {"post": key} | values


def new_case(path: Path) -> Folder:
    """Return the folder of a new, empty case."""
    folder = Folder(path)
    folder.catalogue.create()
    return folder


def add_rows(
    folder: Folder,
    name: str,
    posts: Sequence[Row] = (),
    *,
    accounts: Iterable[Row] = (),
    counts: Iterable[Row] = (),
    rejected: Iterable[Row] = (),
    removals: Iterable[Row] = (),
    cards: Iterable[Row] = (),
    replaces: str = "",
    same_as: str = "",
    batch: int = 3,
) -> Input | None:
    """Add rows as the input `name`, handed over in batches; what a reader would do."""
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    staging = Staging(folder, key)
    rows = [item | {"source_input": key, "source_row": n} for n, item in enumerate(posts, 1)]
    for start in range(0, len(rows), batch):
        staging.take("posts", tuples(POSTS, rows[start : start + batch]))
    others = {
        "accounts": accounts, "counts": counts, "removals": removals, "cards": cards,
        "rejected": rejected,
    }  # fmt: skip
    for table, given in others.items():
        own = {"source_input": key, "source_row": 1, "input": key}
        if filled := tuples(_TABLES[table], [own | item for item in given]):
            staging.take(table, filled)
    item = Input(
        id=key,
        name=name,
        sha256=hashlib.sha256((same_as or name).encode()).hexdigest(),
        size=1,
        reader="made",
        reader_version=1,
        mapping={},
        added_at=DAY_ONE,
    )
    return Adding(folder, item, staging.close(), replaces=replaces).commit()


def tuples(table: Table, rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Return rows in the order of a table's columns; what is missing is null."""
    return [tuple(row.get(name) for name in table.names) for row in rows]


def posts_in(folder: Folder, *, threads: int = 0) -> list[Row]:
    """Return the posts of a case as an analysis meets them, ordered by key, times as integers."""
    from fanal.case import Case

    table = Case(folder).table("posts", threads=threads)
    for name in ("time", "time_claimed"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).cast("int64"))
    return sorted(table.to_pylist(), key=lambda row: row["post"])


def oracle(inputs: Sequence[tuple[str, Sequence[Row]]]) -> list[Row]:
    """Return what a case of these inputs, in this order, must show: plain loops, no cleverness."""
    first: dict[str, Row] = {}
    for name, posts in inputs:
        key = hashlib.sha256(name.encode()).hexdigest()[:16]
        for n, item in enumerate(posts, 1):
            row = item | {"source_input": key, "source_row": n}
            if row["post"].startswith("file:") or row["post"] not in first:
                first[row["post"]] = dict(row)
            else:
                _fill(first[row["post"]], row)
    return sorted(first.values(), key=lambda row: row["post"])


def _fill(known: Row, later: Row) -> None:
    for group in FILLED_TOGETHER:
        if known[group[0]] is None and later[group[0]] is not None:
            known.update({name: later[name] for name in group})


def sentence(number: int) -> str:
    """Return nine words that share next to nothing with those of another number."""
    letters = np.random.default_rng(number).integers(0, 26, (9, 6)) + ord("a")
    return " ".join(bytes(word.tolist()).decode() for word in letters.astype(np.uint8))
