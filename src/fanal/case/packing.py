"""Packs: one run of a case as one file to hand on, with as much of people as its level shows.

1. The tables of the run, as the level shows them (`case/hidden.py`); at ``counts`` none.
2. Words: of accounts that stand by name, and the texts of the description that at least `CARRIERS`
   accounts posted, without their links and mentions. All other words and addresses stay in the case.
3. What the case holds and could answer, in counts; files without their names.
4. One zip, written at once (`case/pack_file.py`). The key of the pseudonyms is not in it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from fanal import __version__
from fanal.case import telling
from fanal.case.hidden import hidden
from fanal.case.hidden_answers import file_name, hidden_answers, many, minute
from fanal.case.naming import Naming, naming
from fanal.case.pack_facts import (
    ANSWERS,
    FACTS,
    HOURS_SCHEMA,
    REPORT,
    TEXTS_SCHEMA,
    Facts,
    Named,
)
from fanal.case.pack_file import ENDING, parquet_bytes, write_pack
from fanal.case.results import Run
from fanal.errors import CaseError
from fanal.model.foreseen import Foresight
from fanal.model.names import Level, Names
from fanal.reports.about import About
from fanal.reports.answers import Answers, Description
from fanal.reports.described import accounts_named
from fanal.reports.page import report_html
from fanal.reports.wording import LANGUAGES
from fanal.store.records import Input

if TYPE_CHECKING:
    from fanal.coordination.result import Result

HOUR_US = 3600 * 1_000_000
DAY_US = 24 * HOUR_US
#: Why a record could not be read may quote it.
_REJECTED = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was packed: the file, its SHA-256, the run, who is named, who was refused and why."""

    path: Path
    sha256: str
    run: str
    level: Level
    named: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def pack(  # noqa: PLR0913 - keywords only
    case: Any,
    path: Path,
    *,
    now: int,
    level: Level = Level.PROTECTED,
    run_id: str = "",
    people: Path | None = None,
    made_by: str = "",
    threads: int = 1,
    foresight: Foresight | None = None,
) -> Packed:
    """Write a run of a case as a pack.

    Parameters
    ----------
    case
        A `Case`.
    path
        The file; the usual name ends in ``.fanal.zip``.
    now
        Microseconds since 1970, UTC.
    level, people
        As for `case.naming`.
    run_id
        Id of the run, or how it begins; empty: the latest.
    made_by
        Who makes it; written into it.
    threads, foresight
        As for `Case.answerable`.

    Raises
    ------
    CaseError
        There is no such run; the case is a pack itself.
    PolicyError
        ``named`` without a people file.
    """
    if case.level is not None:
        raise CaseError(f"{case.path}: is a pack already.", hint="Copy the file.")
    run = telling.chosen_run(case, run_id)
    result = case.run(run.id)
    answers = telling.answers_of(case, run, threads=threads, foresight=foresight)
    shown = [*result.accounts(), *accounts_named(answers.description)]
    named = naming(case, result, shown, level=level, people=people)
    told = hidden_answers(answers, named.names, str(case.path))
    members = {
        FACTS: _json(_facts(case, run, result, named, told.description)),
        ANSWERS: _json(asdict(told)),
    }
    if level is Level.COUNTS:
        about = telling.about_of(case, run, made_at=telling.moment(now), made_by=made_by)
        about = replace(about, case=path.name.removesuffix(ENDING))
        members |= _reports(case, result, named.names, answers=told, about=about)
    else:
        members |= _tables(case, result, _with_copies(named.names, told.description))
    digest = write_pack(
        path,
        members,
        level=level.value,
        fanal=__version__,
        made_by=made_by,
        made_at=f"{datetime.fromtimestamp(now // 1_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    return Packed(
        path=path,
        sha256=digest,
        run=run.id,
        level=level,
        named=tuple(named.people),
        refused=named.refused,
    )


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def _with_copies(names: Names, told: Description) -> Names:
    """Return names that show the texts which so many accounts posted that they point to none."""
    copies = {one.object for one in told.copies or () if many(one)}
    return replace(names, object=lambda text: text if text in copies else names.object(text))


def _tables(case: Any, result: Result, names: Names) -> dict[str, bytes]:
    # 1. and 2.
    tables = hidden(result, names) | {
        "texts": _texts(case, result, names),
        "hours": _hours(case, result),
    }
    return {f"{name}.parquet": parquet_bytes(table) for name, table in tables.items()}


def _hours(case: Any, result: Result) -> pa.Table:
    """Return posts by hour, those of accounts with a link that stands beside."""
    ends = (result.headline[end].to_pylist() for end in ("source", "target"))
    at, linked = telling.facts_of(case.path).times(sorted(set().union(*ends)))
    hours, which = np.unique(at - at % HOUR_US, return_inverse=True)
    posts = np.bincount(which, minlength=hours.size)
    mine = np.bincount(which[linked], minlength=hours.size)
    return pa.table({"hour_us": hours, "posts": posts, "linked": mine}, schema=HOURS_SCHEMA)


def _reports(
    case: Any, result: Result, names: Names, *, answers: Answers, about: About
) -> dict[str, bytes]:
    """Return the report of counts in each language: it needs tables that a pack of them lacks."""
    inputs = [_input(n, one) for n, one in enumerate(case.inputs(), 1)]
    about = replace(about, inputs=telling.inputs_read(inputs))
    return {
        REPORT.format(lang=lang): report_html(
            result,
            about=about,
            names=names,
            posts=lambda _: {},
            answers=answers,
            facts=telling.facts_of(case.path),
            lang=lang,
        ).encode()
        for lang in LANGUAGES
    }


def _texts(case: Any, result: Result, names: Names) -> pa.Table:
    """Return the posts that findings rest on of who stands by name (2)."""
    known = [post for post, account in _owners(result).items() if names.known(account)]
    rows = [
        row | {"post": names.object(post)}
        for post, row in telling.posts_of(case.path)(known).items()
    ]
    return pa.Table.from_pylist(rows, TEXTS_SCHEMA).sort_by("post")


def _owners(result: Result) -> dict[str, str]:
    """Return the posts that findings rest on: key -> account."""
    owner: dict[str, str] = {}
    for table, pairs in (
        (result.evidence, (("source_post", "source"), ("target_post", "target"))),
        (result.burst_accounts, (("post", "account"),)),
    ):
        for post, account in pairs:
            owner |= zip(table[post].to_pylist(), table[account].to_pylist(), strict=True)
    return {post: account for post, account in owner.items() if post}


def _facts(case: Any, run: Run, result: Result, named: Naming, told: Description) -> Facts:
    # 3. counts
    posts, accounts, first, last = telling.content_of(case.path)
    cards, described = telling.cards_of(case.path)
    hide, known = case.pseudonyms(), named.people
    handles = telling.handles_of(case.path, known)
    as_it_is = {key: hide(key) for key in known}
    as_it_is |= {
        one.object: hide(f"object {one.object}") for one in told.copies or () if many(one)
    }
    return Facts(
        posts=posts,
        accounts=accounts,
        removed=telling.removed_of(case.path),
        cards=cards,
        described=described,
        first_us=None if first is None else minute(_us(first)),
        last_us=None if last is None else minute(_us(last)),
        inputs=tuple(_input(n, one) for n, one in enumerate(case.inputs(), 1)),
        run=_run(run, _kept_again(result, named.names)),
        handles=handles,
        pseudonyms=as_it_is,
        people=tuple(
            Named(
                account=key,
                reason=one.reason,
                asked=one.asked.isoformat(),
                answer=one.answer,
                rests_on=named.rests_on[key],
            )
            for key, one in known.items()
        ),
        created=_created(case, result, named.names),
    )


def _created(case: Any, result: Result, names: Names) -> dict[str, int]:
    """Return the days on which accounts in bursts were created."""
    if names.level is Level.COUNTS:
        return {}
    accounts = sorted(set(result.burst_accounts["account"].to_pylist()))
    found = telling.facts_of(case.path).created(accounts)
    days = {key: _us(at.astimezone(UTC)) // DAY_US * DAY_US for key, at in found.items()}
    return {names.key(key): day for key, day in days.items()}


def _input(number: int, one: Input) -> Input:
    rejected = sum(one.rejected.values())
    return replace(
        one,
        name=file_name(number),
        mapping={},
        rejected={_REJECTED: rejected} if rejected else {},
        notes=(),
    )


def _run(run: Run, kept: list[float]) -> Run:
    summary = dict(run.summary)
    if "communities_kept" in summary:
        summary["communities_kept"] = kept
    names = [file_name(number) for number, _ in enumerate(run.inputs, 1)]
    return replace(run, summary=summary, inputs=names)


def _kept_again(result: Result, names: Names) -> list[float]:
    """Return `communities_kept` in the order of the communities as they are numbered here."""
    from fanal.exports.tables import communities

    kept = list(result.summary.get("communities_kept", ()))
    old = dict(zip(*result.communities.to_pydict().values(), strict=True))
    shown = {names.key(account): number for account, number in old.items()}
    again = list(kept)
    for row in communities(result.communities, names).to_pylist():
        if row["community"] < len(kept):
            again[row["community"]] = kept[shown[row["account"]]]
    return again


def _us(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)
