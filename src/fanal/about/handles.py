"""What a platform says of its accounts for their cards: handle, year made, month of the last rename.

1. Columns by their usual names; one row an account, the last one counts.
2. Of moments the year and the month are kept; of an account that the file leaves out, what was known.
3. Two accounts with one handle, in any case of letters: refused, with the lines of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.memory import with_columns
from fanal.about.reading.base import Cells, Tally
from fanal.about.reading.columns import CONNECTION, require, resolved
from fanal.about.reading.files import cells
from fanal.about.reading.texts import absent, text_column
from fanal.about.reading.times import Times
from fanal.errors import ReaderError

SCHEMA: Final = pa.schema(
    [
        ("account", pa.string()),
        ("handle", pa.string()),
        ("created", pa.int16()),
        ("renamed", pa.string()),
        ("line", pa.int64()),
    ]
)
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "account": CONNECTION["account"] + ("id",),
    "handle": ("handle", "username", "acct", "screen_name", "pseudo"),
    "created": ("created_at", "signed_up_at", "registered_at"),
    "renamed": ("renamed_at", "handle_changed_at", "username_changed_at"),
}


def read_handles(path: Path) -> pa.Table:
    """Return what a platform says of its accounts, one row an account.

    Returns
    -------
    pyarrow.Table
        `SCHEMA`: ``created`` year, ``renamed`` "2025-11", null where not known; ``line`` of the file.

    Raises
    ------
    ReaderError
        The file cannot be read, has no column for the account, or gives a handle twice. No name
        that it holds is repeated.
    """
    times = Times(path.name, "", "UTC")

    def choose(names: Sequence[str]) -> dict[str, str]:
        found = resolved(names, _COLUMNS, {}, path.name)
        require(found, ("account",), names, path.name)
        return found

    tables = [_table(some, times) for some in cells(path, choose, Tally())]
    found = pa.concat_tables([SCHEMA.empty_table(), *tables])
    last = found.group_by("account").aggregate([("line", "max")])
    place = pc.index_in(last["line_max"], found["line"].combine_chunks())
    found = found.take(place).sort_by("account")
    _refuse_shared(found, path.name)
    return found


def with_facts(held: pa.Table, facts: pa.Table) -> pa.Table:
    """Return the publisher's memory with year and month of the accounts that are in `facts` (2)."""
    place = pc.index_in(held["account"].combine_chunks(), facts["account"].combine_chunks())
    there = place.is_valid()
    columns = {
        name: pc.if_else(there, facts[name].combine_chunks().take(place), held[name].combine_chunks())
        for name in ("created", "renamed")
    }  # fmt: skip
    return with_columns(held, **columns)


def _table(some: Cells, times: Times) -> pa.Table:
    count = len(some.lines)

    def text(name: str) -> pa.Array:
        cell = some.columns.get(name)
        return pa.nulls(count, pa.string()) if cell is None else text_column(cell)[0]

    def moment(name: str, told: str) -> pa.Array:
        cell = some.columns.get(name)
        if cell is None:
            return pa.nulls(count, pa.string())
        moments, there = times.microseconds(cell)
        return pc.strftime(pa.array(moments, pa.timestamp("us"), mask=~there), told)

    account, handle = text("account").cast(pa.string()), text("handle").cast(pa.string())
    handle = pc.if_else(pa.array(absent(handle)), None, handle)
    columns: list[Any] = [
        account,
        pc.utf8_ltrim(handle, "@"),
        moment("created", "%Y").cast(pa.int16()),
        moment("renamed", "%Y-%m"),
        pa.array(some.lines),
    ]
    whole = pa.Table.from_arrays(columns, schema=SCHEMA)
    return whole.filter(pa.array(~absent(account)))


def _refuse_shared(found: pa.Table, name: str) -> None:
    """Refuse a handle that two accounts have (3)."""
    keys = pc.utf8_lower(found["handle"].filter(found["handle"].is_valid()))
    if pc.count_distinct(keys).as_py() == len(keys):
        return
    of_key: dict[str, int] = {}
    for handle, line in zip(
        found["handle"].to_pylist(), found["line"].to_pylist(), strict=True
    ):
        if handle is None:
            continue
        first = of_key.setdefault(handle.lower(), line)
        if first != line:
            low, high = sorted((first, line))
            raise ReaderError(
                f"{name}:{low} and {name}:{high}: two accounts have one handle",
                hint="A handle is one account's: give the handles of today.",
            )
