"""Columns of text: made plain, their bytes, and what in them could be an address.

An address may stand where it should not (columns exchanged, an application named after one):
nothing that looks like one leaves as an account or a client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.kernels.address_marks import may_hold_address

Mask = NDArray[np.bool_]
#: Four numbers with points; three groups with colons; groups around a double colon.
ADDRESS = (
    r"\d{1,3}(\.\d{1,3}){3}"
    r"|(^|[^0-9A-Za-z])([0-9A-Fa-f]{1,4}:){3}"
    r"|(^|[^0-9A-Za-z])([0-9A-Fa-f]{1,4}:){0,6}:([0-9A-Fa-f]{1,4}|$)"
)


def text_column(column: pa.Array) -> tuple[pa.Array, Mask]:
    """Return a column as text, empty cells null, and which cells are no text at all."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind, bad = column.type, np.zeros(len(column), bool)
    if pa.types.is_null(kind) or pa.types.is_string_view(kind) or pa.types.is_integer(kind):
        column = column.cast(pa.string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        column, bad = _decoded(column)
    empty = pc.equal(pc.binary_length(column), 0)
    if pc.any(empty).as_py():
        column = pc.if_else(empty, pa.scalar(None, column.type), column)
    return column, bad


def _decoded(column: pa.Array) -> tuple[pa.Array, Mask]:
    try:
        if pa.types.is_large_binary(column.type):
            return column.cast(pa.large_string()), np.zeros(len(column), bool)
        if pa.types.is_binary(column.type):
            return column.cast(pa.string()), np.zeros(len(column), bool)
    except pa.ArrowInvalid:  # some are not UTF-8
        pass
    texts = [_text(value) for value in column.to_pylist()]
    absent = np.array([text is None for text in texts], bool)
    return pa.array(texts, pa.string()), absent & column.is_valid().to_numpy(
        zero_copy_only=False
    )


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None


def bytes_of(column: pa.Array) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Return the bytes of a column of text and where each row begins, without a copy."""
    wide = pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type)
    buffers = column.buffers()
    if len(column) == 0 or buffers[2] is None:
        return np.zeros(0, np.uint8), np.zeros(len(column) + 1, np.int32)
    offsets = np.frombuffer(buffers[1], np.int64 if wide else np.int32)
    here = offsets[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(buffers[2], np.uint8), here


def absent(column: pa.Array) -> Mask:
    """Return which cells are null."""
    mask: Mask = column.is_null().to_numpy(zero_copy_only=False)
    return mask


def holding_addresses(column: pa.Array) -> Mask:
    """Return which cells of a column of text hold what looks like an address."""
    found = may_hold_address(*bytes_of(column))
    if found.any():
        places = np.flatnonzero(found)
        judged = pc.match_substring_regex(column.take(pa.array(places)), ADDRESS)
        found[places] = judged.to_numpy(zero_copy_only=False)
    result: Mask = found
    return result


def without_addresses(column: pa.Array) -> pa.Array:
    """Return a column of text with null where a cell holds what looks like an address."""
    return pc.if_else(pa.array(holding_addresses(column)), pa.scalar(None, column.type), column)


def mapped(column: pa.Array, judge: Callable[[str], str | None]) -> pa.DictionaryArray:
    """Return a column of text with each distinct value as `judge` has it; null stays null."""
    encoded = column.dictionary_encode()
    values = [judge(value) for value in encoded.dictionary.to_pylist()]
    distinct = list(dict.fromkeys(value for value in values if value is not None))
    place = {value: at for at, value in enumerate(distinct)}
    of = pa.array([None if value is None else place[value] for value in values], pa.int32())
    return pa.DictionaryArray.from_arrays(
        of.take(encoded.indices), pa.array(distinct, pa.string())
    )
