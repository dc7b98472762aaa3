"""Logs as JSON lines: one object a line; whole blocks are decoded at once.

A block in which one line is no object is read line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from fanal.about.reading.base import Cells, Log, Tally
from fanal.about.reading.blocks import blocks
from fanal.errors import ReaderError

Choice = Callable[[Sequence[str]], Mapping[str, str]]
#: Lines in which names are looked for: a key that is null everywhere at first may be missing.
_LOOKED_AT = 1000


def json_cells(log: Log, choose: Choice, tally: Tally) -> Iterator[Cells]:
    """Yield the rows of a log in JSON lines; `choose` as in `delimited_cells`."""
    fields: list[str] = []
    decoder: Any = None
    for number, block in blocks(log, tally):
        if decoder is None:
            columns = choose(_names(log.name, block))
            fields, decoder = list(columns), _decoder(columns)
        yield _cells(log.name, number, block, fields, decoder, tally)


def _names(file: str, block: bytes) -> list[str]:
    names: dict[str, None] = {}
    for line in block.split(b"\n", _LOOKED_AT)[:_LOOKED_AT]:
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if isinstance(record, dict):
            names.update(dict.fromkeys(record))
    if not names:
        raise ReaderError(
            f"{file}: no JSON lines: none of its first lines is an object",
            hint='Expected: {"account": "a1", "time": "2026-01-31T12:00:00Z", "ip": "..."}',
        )
    return list(names)


def _decoder(columns: Mapping[str, str]) -> msgspec.json.Decoder[Any]:
    record = msgspec.defstruct(
        "Connection",
        [(field, Any, None) for field in columns],
        rename=dict(columns),
        gc=False,
    )
    return msgspec.json.Decoder(record)


def _cells(
    file: str, number: int, block: bytes, fields: list[str], decoder: Any, tally: Tally
) -> Cells:
    raws = block.split(b"\n")
    lines = [line for line, raw in enumerate(raws, number) if raw.strip()]
    try:
        records = decoder.decode_lines(block)
        if len(records) != len(lines):
            records = None
    except (msgspec.DecodeError, UnicodeDecodeError):
        records = None
    if records is None:
        records, lines = _one_by_one(file, number, raws, decoder, tally)
    columns = {
        field: _array([getattr(record, field) for record in records]) for field in fields
    }
    return Cells(columns=columns, lines=np.array(lines, np.int64))


def _one_by_one(
    file: str, number: int, raws: list[bytes], decoder: Any, tally: Tally
) -> tuple[list[Any], list[int]]:
    records, lines, wrong = [], [], []
    for line, raw in enumerate(raws, number):
        if not raw.strip():
            continue
        try:
            records.append(decoder.decode(raw))
            lines.append(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            wrong.append(line)
    tally.reject(file, "", "not a JSON object", np.array(wrong, np.int64))
    return records, lines


def _array(values: list[Any]) -> pa.Array:
    """Return texts as bytes; numbers as they are written; what is neither as no text at all."""
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowException, UnicodeEncodeError, TypeError):
        return pa.array([_bytes(value) for value in values], pa.binary())


def _bytes(value: Any) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value).encode()
    return b"\xff"  # no text: refused wherever a text, a time or an address is asked for
