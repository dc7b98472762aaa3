"""Columns of a table turned into columns of rows, many cells at once.

The commonest cell (a text, an id of digits, a count) is told by one test; all others go through
`readers/values.py`, one by one. Times and short texts that come again are read once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fanal.readers.columns import KINDS, TRUE
from fanal.readers.values import (
    RoundedIdError,
    count_value,
    flag_value,
    id_value,
    text_value,
)

Column = Sequence[Any]
#: Distinct cells remembered by each `Remembered`.
_REMEMBERED: Final = 100_000


class Remembered(dict[str, Any]):
    """What a function makes of texts, remembered; used as ``map(remembered.__getitem__, texts)``.

    Parameters
    ----------
    made_of
        Text -> value; called once for each distinct text, as far as memory reaches.
    """

    def __init__(self, made_of: Callable[[Any], Any]) -> None:
        super().__init__()
        self._made_of = made_of

    def __missing__(self, text: str) -> Any:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[text] = self._made_of(text)
        return found

    def of(self, column: Column) -> list[Any]:
        """Return the values of a column; cells that are no texts are not remembered."""
        if set(map(type, column)) <= {str}:
            return list(map(self.__getitem__, column))
        made_of = self._made_of
        return [self[cell] if type(cell) is str else made_of(cell) for cell in column]


def texts(column: Column) -> list[str | None]:
    """Return cells as texts, as `text_value` does."""
    return [
        cell
        if type(cell) is str and cell and "\x00" not in cell and not cell.isspace()
        else text_value(cell)
        for cell in column
    ]


def ids(column: Column) -> list[str | RoundedIdError | None]:
    """Return cells as ids, as `id_value` does; a rounded one as its error."""
    return [
        cell
        if type(cell) is str and cell.isdigit()
        else str(cell)
        if type(cell) is int
        else _id_or_error(cell)
        for cell in column
    ]


def _id_or_error(cell: Any) -> str | RoundedIdError | None:
    try:
        return id_value(cell)
    except RoundedIdError as error:
        return error


def counts(column: Column) -> list[int | None]:
    """Return cells as counts, as `count_value` does."""
    return [
        int(cell)
        if type(cell) is str and cell.isdecimal() and len(cell) < 19
        else count_value(cell)
        for cell in column
    ]


def flags(column: Column) -> list[bool]:
    """Return whether cells say yes, as `flag_value` does."""
    return [
        cell in TRUE if type(cell) is str else flag_value(cell) for cell in map(_plain, column)
    ]


def kinds(column: Column) -> list[str | None]:
    """Return cells as kinds of posts; None where a cell says none that is known."""
    return [KINDS.get(_plain(str(cell or ""))) for cell in column]


def _plain(cell: Any) -> Any:
    return cell.strip().casefold() if type(cell) is str else cell


def kinds_of(
    table: Mapping[str, Column], references: Mapping[str, Column], count: int
) -> list[str]:
    """Return the kind of each post: repost before quote before reply.

    Parameters
    ----------
    table
        Field -> cells; `kind`, `is_repost`, `is_quote`, `is_reply` are looked at, if there.
    references
        ``repost_of``, ``reply_to``, ``quote_of`` -> keys, as far as the table has them.
    count
        Number of posts.
    """
    found = ["post"] * count
    said = kinds(table["kind"]) if "kind" in table else ()
    # the weaker first: what comes later is written over it
    for kind, field in (("reply", "reply_to"), ("quote", "quote_of"), ("repost", "repost_of")):
        signs = [references.get(field, ()), flags(table.get(f"is_{kind}", ()))]
        for sign in (*signs, [word == kind for word in said]):
            for place, yes in enumerate(sign):
                if yes:
                    found[place] = kind
    if "forward" in said:
        found = ["forward" if word == "forward" else found[n] for n, word in enumerate(said)]
    return found
