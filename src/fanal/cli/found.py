"""Posts whose text holds some words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanal.cli.common import one_line, show, show_json

if TYPE_CHECKING:
    from fanal.case import Case

#: Letters shown of a text.
_LETTERS = 200


def show_found(
    case: Case, words: str, *, limit: int, offset: int, named: bool, as_json: bool
) -> None:
    """Show how many texts hold the words, and posts that have them, by time.

    Parameters
    ----------
    words
        As `Case.find` takes them.
    limit, offset
        How many posts are shown (0: all), and how many are left out first.
    named
        Handles and keys of posts in place of pseudonyms.
    """
    from fanal.case.telling import names_of

    found = case.find(words)
    last = found.posts.num_rows if limit == 0 else offset + limit
    rows = found.posts.slice(offset, max(last - offset, 0)).to_pylist()
    accounts = {row["account"] for row in rows}
    names = names_of(case.path, case.pseudonyms(), accounts, real=named)
    for row in rows:
        row["account"] = names.account(row["account"])
        row["post"] = row["post"] if named else names.object(row["post"])
    total = found.posts.num_rows
    if as_json:
        show_json({"texts": found.texts, "posts": total, "offset": offset, "found": rows})
        return
    show(f"{total:,} posts with {found.texts:,} different texts hold {one_line(words)}")
    for row in rows:
        _post(row)
    if rows and offset + len(rows) < total:
        show(f"{offset + 1:,} to {offset + len(rows):,} of {total:,}")
        show(f"more: the same with --offset {offset + len(rows)}")


def _post(row: dict[str, Any]) -> None:
    at = f"{row['time']:%Y-%m-%d %H:%M}" if row["time"] else "no time"
    show(f"{at}  {one_line(row['account'])}  {one_line(row['post'])}")
    show(f"    {one_line(row['text'])[:_LETTERS]}")
