"""What a report or an export needs to know of a case: names, posts, and what was read.

Nothing here loads a whole table: each question is one statement over the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal import __version__
from fanal.case.pack_reading import pack_at
from fanal.errors import CaseError
from fanal.model.foreseen import Foresight
from fanal.model.names import Names, named, pseudonymous
from fanal.readers import READERS
from fanal.reports.about import About, Addition, InputRead, Named
from fanal.reports.answers import Answers
from fanal.reports.facts import Facts, Times
from fanal.store.folder import Folder

#: What a case holds, in one row.
_CONTENT = """
SELECT count(*), count(DISTINCT account),
  min(time) FILTER (WHERE time_plausible), max(time) FILTER (WHERE time_plausible)
FROM posts
"""
_REMOVED = """
SELECT count(*) FROM posts WHERE post IN (SELECT post FROM removals WHERE post IS NOT NULL)
  OR account IN (SELECT account FROM removals WHERE post IS NULL)
"""
_CARDS = "SELECT count(*), count(DISTINCT account) FROM cards"
#: The latest handle of each account asked for.
_HANDLES = """
SELECT account, arg_max(handle, (coalesce(observed_at, TIMESTAMPTZ '-infinity'), source_row))
FROM accounts SEMI JOIN asked USING (account)
WHERE handle IS NOT NULL
GROUP BY account
"""
_TIMES = """
SELECT epoch_us(time), account IN (SELECT account FROM asked)
FROM posts WHERE time_plausible ORDER BY time, post
"""
_CREATED = """
SELECT account, min(created_at) FROM accounts SEMI JOIN asked USING (account)
WHERE created_at IS NOT NULL GROUP BY account ORDER BY account
"""
_POSTS = "SELECT post, text, urls FROM posts SEMI JOIN asked USING (post)"


def names_of(
    path: Path, pseudonym: Callable[[str], str], accounts: Iterable[str], *, real: bool
) -> Names:
    """Return how accounts are shown: by the latest handle known, or by pseudonym.

    Parameters
    ----------
    path
        The case folder.
    pseudonym
        `Case.pseudonyms()`.
    accounts
        Keys of the accounts that will be shown.
    real
        Whether names were asked for.
    """
    if not real:
        return pseudonymous(pseudonym)
    return named(handles_of(path, accounts))


def handles_of(path: Path, accounts: Iterable[str]) -> dict[str, str]:
    """Return the latest handle of each account that has one, by key."""
    if path.is_file():
        return pack_at(path).handles(accounts)
    rows = _asked(path, "account", accounts, _HANDLES)
    return {row["account"]: row["handle"] for row in _renamed(rows, "account", "handle")}


def posts_of(path: Path) -> Callable[[list[str]], Mapping[str, dict[str, Any]]]:
    """Return a look-up: keys of posts -> their text and links; missing keys are left out."""

    def look_up(keys: list[str]) -> Mapping[str, dict[str, Any]]:
        if path.is_file():
            return pack_at(path).posts(keys)
        return {row["post"]: row for row in _asked(path, "post", keys, _POSTS).to_pylist()}

    return look_up


def facts_of(path: Path) -> Facts:
    """Return the look-ups of times and of dates of creation that a report asks for."""
    if path.is_file():
        return pack_at(path).look_ups()

    def times(accounts: list[str]) -> Times:
        table = _asked(path, "account", accounts, _TIMES)
        at, linked = (column.to_numpy() for column in table.columns)
        return at.astype(np.int64), linked.astype(np.bool_)

    def created(accounts: list[str]) -> Mapping[str, datetime]:
        rows = _renamed(_asked(path, "account", accounts, _CREATED), "account", "created")
        return {row["account"]: row["created"] for row in rows}

    return Facts(times=times, created=created)


def content_of(path: Path) -> tuple[int, int, datetime | None, datetime | None]:
    """Return posts, accounts, and the times of the first and the last post."""
    if path.is_file():
        return pack_at(path).content()
    table = Folder(path).ask(lambda connection, _: connection.sql(_CONTENT).to_arrow_table())
    posts, accounts, first, last = (column[0].as_py() for column in table.columns)
    return int(posts), int(accounts), first, last


def removed_of(path: Path) -> int:
    """Return how many posts of a case were removed where they stood, as its files say."""
    if path.is_file():
        return pack_at(path).removed()
    table = Folder(path).ask(lambda connection, _: connection.sql(_REMOVED).to_arrow_table())
    return int(table.column(0)[0].as_py())


def cards_of(path: Path) -> tuple[int, int]:
    """Return how many platform cards a case holds, and about how many accounts."""
    if path.is_file():
        return pack_at(path).cards()
    table = Folder(path).ask(lambda connection, _: connection.sql(_CARDS).to_arrow_table())
    cards, accounts = (int(column[0].as_py()) for column in table.columns)
    return cards, accounts


def about_of(
    case: Any,
    run: Any,
    *,
    made_at: datetime,
    made_by: str = "",
    notice: tuple[str, ...] = (),
    additions: tuple[Addition, ...] = (),
    people: tuple[Named, ...] = (),
) -> About:
    """Return what surrounds the result of a run: the case, its files, who reports and when.

    Parameters
    ----------
    case, run
        A `Case` and one of its `Case.runs`.
    made_at, made_by
        When the report is made, and by whom; empty when not said.
    notice, additions
        Sentences above everything; sections at the end.
    people
        Who stands in it by name.
    """
    posts, accounts, first, last = content_of(case.path)
    return About(
        case=case.name,
        made_at=made_at,
        made_by=made_by,
        version=__version__,
        inputs=inputs_read(case.inputs()),
        posts=posts,
        accounts=accounts,
        first=first,
        last=last,
        run=run.id,
        stale=run.stale,
        versions=versions(),
        notice=notice,
        additions=additions,
        people=people,
    )


def answers_of(
    case: Any, run: Any, *, threads: int = 1, foresight: Foresight | None = None
) -> Answers:
    """Return what a case could and could not answer at the settings of one of its runs."""
    asked = run.parameters
    return case.answerable(  # type: ignore[no-any-return]
        layers=asked["layers"],
        windows=asked["windows_s"],
        fdr=asked["fdr"],
        fdr_method=asked["fdr_method"],
        threads=threads,
        foresight=foresight,
    )


def versions() -> dict[str, str]:
    """Return the programs that a result depends on, with their versions."""
    names = ("duckdb", "numba", "numpy", "networkit", "pyarrow")
    return {"fanal": __version__} | {name: metadata.version(name) for name in names}


def inputs_read(inputs: Iterable[Any]) -> tuple[InputRead, ...]:
    """Return the inputs of a case (`Case.inputs`) as a report shows them."""
    titles = {reader.name: reader.title for reader in READERS}
    return tuple(
        InputRead(
            name=item.name,
            sha256=item.sha256,
            reader=titles.get(item.reader, item.reader),
            kept=item.kept,
            met_before=item.duplicates,
            skipped=dict(item.skipped),
            rejected=dict(item.rejected),
            blind_spot=item.blind_spot,
        )
        for item in inputs
    )


def moment(at_us: int) -> datetime:
    """Return microseconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)


def chosen_run(case: Any, run_id: str = "") -> Any:
    """Return the run named, or the latest that looked for links.

    Raises
    ------
    CaseError
        If there is none, if several begin so, or if its rows have been erased since.
    """
    runs = [run for run in case.runs() if run.command == "coordinate"]
    if run_id:
        runs = [run for run in runs if run.id.startswith(run_id)]
    if not runs:
        said = (
            f"no run {run_id!r} that looked for links" if run_id else "no links looked for yet"
        )
        raise CaseError(f"{case.path}: {said}.", hint=f"First: fanal coordinate {case.path}")
    if run_id and len(runs) > 1:
        raise CaseError(
            f"{case.path}: run {run_id!r}: several runs begin so.",
            hint=f"`fanal show {case.path}` lists the runs and their ids.",
        )
    if runs[-1].erased:
        raise CaseError(
            f"{case.path}: rows that run {runs[-1].id} read have been erased since.",
            hint=f"Repeat it on what is left: fanal coordinate {case.path}",
        )
    return runs[-1]


def _asked(path: Path, column: str, keys: Iterable[str], sql: str) -> pa.Table:
    asked = pa.table({column: pa.array(sorted(set(keys)), pa.string())})

    def question(connection: Any, _: Any) -> pa.Table:
        connection.register("asked", asked)
        return connection.sql(sql).to_arrow_table()

    return Folder(path).ask(question)


def _renamed(table: pa.Table, *names: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.rename_columns(list(names)).to_pylist()
    return rows
