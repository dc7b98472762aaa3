"""Actions: who acted on what, when; the input of all coordination analyses, as arrays.

1. Leave out actions without account, object or time, and those whose time is coarser than
   nearly all others'; count them.
2. Give each account, object (within its layer) and post a number.
3. Give each object its source, where the tables name one: the most frequent, of equals the first
   by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.errors import AnalysisError

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """Actions of one or more layers, all arrays of shape (actions,) unless said.

    Parameters
    ----------
    layers
        Names of the layers.
    layer_of
        int32, shape (objects,): layer of each object.
    object_of, account, post, lang
        int32 codes; a post that the source does not name has a number of its own.
    time
        int64, microseconds since 1970, UTC.
    accounts, objects, posts
        Names behind the codes; `posts` is None where the source gives none.
    source_of
        int32, shape (objects,): source of each object (the reposted account, the domain, a column
        the user names), -1 where it is unknown.
    sources
        Names behind `source_of`, ascending; None where no table has any.
    precision_s
        Seconds to which times are known.
    left_out
        Actions left out, by reason.
    """

    layers: tuple[str, ...]
    layer_of: I32
    object_of: I32
    account: I32
    time: I64
    post: I32
    lang: I32
    accounts: pa.Array
    objects: pa.Array
    posts: pa.Array | None
    source_of: I32
    sources: pa.Array | None
    precision_s: float
    left_out: dict[str, int] = field(default_factory=dict)


def actions_of(tables: Mapping[str, pa.Table]) -> Actions:
    """Return the actions of tables with columns object, account, time (int64, microseconds).

    Parameters
    ----------
    tables
        Layer -> table; optional columns post, lang, source, time_precision_s (float64,
        seconds).

    Raises
    ------
    AnalysisError
        Nothing usable is left.
    """
    # 1. leave out
    precision = _precision(tables)
    left_out: dict[str, int] = {}
    kept = {name: _usable(table, precision, left_out) for name, table in tables.items()}
    if not sum(table.num_rows for table in kept.values()):
        raise AnalysisError("no action has an account, an object and a time.")
    # 2. number
    objects, object_of, layer_of = _number_objects(kept)
    accounts, account = _number([table["account"] for table in kept.values()])
    time = np.concatenate([_int64(table["time"]) for table in kept.values()])
    rows = time.shape[0]
    posts, post = _optional(kept, "post")
    _, lang = _optional(kept, "lang")
    # 3. sources
    sources, source_of = _sources(kept, object_of, layer_of.shape[0])
    return Actions(
        layers=tuple(kept),
        layer_of=layer_of,
        object_of=object_of,
        account=account,
        time=time,
        post=np.arange(rows, dtype=np.int32) if post is None else _each_its_own(post, posts),
        lang=np.zeros(rows, np.int32) if lang is None else lang,
        accounts=accounts,
        objects=objects,
        posts=posts,
        source_of=source_of,
        sources=sources,
        precision_s=precision,
        left_out=left_out,
    )


def _precision(tables: Mapping[str, pa.Table]) -> float:
    stated = [
        t["time_precision_s"] for t in tables.values() if "time_precision_s" in t.column_names
    ]
    if not stated:
        return _precision_of_times(
            [_int64(table["time"].drop_null()) for table in tables.values()]
        )
    values = np.sort(np.concatenate([column.drop_null().to_numpy() for column in stated]))
    return float(values[int(0.95 * (values.size - 1))]) if values.size else 1.0


def _precision_of_times(times: list[I64]) -> float:
    for seconds in (86_400, 3600, 60, 1):
        if all((values % (seconds * 1_000_000) == 0).all() for values in times):
            return float(seconds)
    return 0.001


def _usable(table: pa.Table, precision: float, left_out: dict[str, int]) -> pa.Table:
    whole = table
    for column, reason in (
        ("account", "without an account"),
        ("object", "without an object"),
        ("time", "without a usable time"),
    ):
        if table[column].null_count:
            table = table.filter(pc.is_valid(table[column]))
            left_out[reason] = left_out.get(reason, 0) + whole.num_rows - table.num_rows
            whole = table
    if "time_precision_s" in table.column_names:
        fine = pc.fill_null(
            pc.less_equal(table["time_precision_s"], precision), fill_value=True
        )
        table = table.filter(fine)
        if whole.num_rows > table.num_rows:
            reason = "with a time coarser than the rest"
            left_out[reason] = left_out.get(reason, 0) + whole.num_rows - table.num_rows
    return table


def _int64(column: pa.ChunkedArray) -> I64:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    return np.ascontiguousarray(column.to_numpy(), dtype=np.int64)


def _number(columns: list[pa.ChunkedArray]) -> tuple[pa.Array, I32]:
    kinds = {column.type for column in columns}
    if len(kinds) > 1:
        columns = [column.cast(pa.string()) for column in columns]
    chunks = [chunk for column in columns for chunk in column.chunks]
    encoded = (
        pa.chunked_array(chunks, type=columns[0].type).dictionary_encode().combine_chunks()
    )
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return encoded.dictionary, np.array(codes, dtype=np.int32)


def _number_objects(tables: Mapping[str, pa.Table]) -> tuple[pa.Array, I32, I32]:
    names, codes, layers = [], [], []
    offset = 0
    for layer, table in enumerate(tables.values()):
        if not table.num_rows:
            continue
        name, code = _number([table["object"]])
        names.append(name if len(tables) == 1 else name.cast(pa.string()))
        codes.append(code + np.int32(offset))
        layers.append(np.full(len(name), layer, np.int32))
        offset += len(name)
    return pa.concat_arrays(names), np.concatenate(codes), np.concatenate(layers)


def _each_its_own(post: I32, posts: pa.Array | None) -> I32:
    """Return `post` with a number of its own, beyond the names, for each unknown post."""
    unknown = post < 0
    post[unknown] = len(posts or ()) + np.arange(unknown.sum(), dtype=np.int32)
    return post


def _optional(
    tables: Mapping[str, pa.Table], column: str
) -> tuple[pa.Array | None, I32 | None]:
    if not all(column in table.column_names for table in tables.values()):
        return None, None
    return _number([table[column] for table in tables.values()])


def _sources(
    tables: Mapping[str, pa.Table], object_of: I32, objects: int
) -> tuple[pa.Array | None, I32]:
    source_of = np.full(objects, -1, np.int32)
    stated = [
        t["source"] if "source" in t.column_names else pa.nulls(t.num_rows, pa.string())
        for t in tables.values()
    ]
    names, code = _number([pa.chunked_array(one).cast(pa.string()) for one in stated])
    if not len(names):
        return None, source_of
    order = pc.array_sort_indices(names)
    rank = np.empty(len(names), np.int64)
    rank[order.to_numpy()] = np.arange(len(names))
    known = code >= 0
    key = object_of[known].astype(np.int64) * len(names) + rank[code[known]]
    found, count = np.unique(key, return_counts=True)
    best = np.lexsort((-found, count))  # the last one written stands
    source_of[found[best] // len(names)] = found[best] % len(names)
    return names.take(order), source_of
