"""`fanal show`: what a case holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanal.cli.common import one_line, plain_words, show_json
from fanal.cli.common import show as line

if TYPE_CHECKING:
    from fanal.case import Case, Run
    from fanal.store.records import Input


def show(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    answerable: Annotated[
        bool,
        typer.Option(
            "--answerable",
            help="What it can and cannot answer, at the settings of the latest run.",
        ),
    ] = False,
    rejected: Annotated[
        bool,
        typer.Option("--rejected", help="The records that could not be read, by reason."),
    ] = False,
    find: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help='Posts that hold all these words; "several words" side by side, begin*.',
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(help="With --rejected: only reasons that hold these words.")
    ] = "",
    limit: Annotated[
        int, typer.Option(min=0, help="With --rejected, --find: how many are shown; 0: all.")
    ] = 20,
    offset: Annotated[
        int, typer.Option(min=0, help="With --rejected, --find: how many to leave out first.")
    ] = 0,
    run: Annotated[
        str, typer.Option(help="One run: what was asked and found; its id or how it begins.")
    ] = "",
    names: Annotated[
        bool,
        typer.Option(
            "--names", help="With --answerable, --find: names in place of pseudonyms."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show what is in a case: inputs, posts, accounts, the time they span, and runs.

    A run is stale when the case has changed since: `fanal replay` says what that changes.
    """
    with plain_words():
        from fanal.case import open_case

        opened = open_case(case)
        if answerable:
            from fanal.cli.answers import show_answers

            show_answers(opened, named=names, as_json=json)
        elif find:
            from fanal.cli.found import show_found

            show_found(opened, find, limit=limit, offset=offset, named=names, as_json=json)
        elif rejected:
            from fanal.cli.rejected import show_rejected

            show_rejected(opened, reason, limit=limit, offset=offset, as_json=json)
        elif run:
            _run(opened, run, as_json=json)
        else:
            _all(opened, as_json=json)


def when(at_us: int | None) -> str:
    """Return microseconds since 1970 as people write them, in UTC."""
    if at_us is None:
        return "no time"
    try:
        return f"{datetime.fromtimestamp(at_us / 1e6, UTC):%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return f"{at_us} us"


def counted(counts: Mapping[str, int], most: int) -> str:
    """Return ``: 12 this, 3 that`` for counts by name, the largest first; empty for none."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    said = [f"{count:,} {name}" for name, count in ordered[:most]]
    if len(ordered) > most:
        said.append(f"and {len(ordered) - most} more kinds")
    return f": {', '.join(said)}" if said else ""


def number(count: int, noun: str) -> str:
    """Return a number of things: ``1 run``, ``2 runs``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _all(case: Case, *, as_json: bool) -> None:
    from fanal.case.telling import cards_of, content_of, removed_of

    posts, accounts, first, last = content_of(case.path)
    removed = removed_of(case.path)
    cards, described = cards_of(case.path)
    inputs, runs = case.inputs(), case.runs()
    if as_json:
        show_json(
            {
                "case": str(case.path),
                "posts": posts,
                "accounts": accounts,
                "removed": removed,
                "cards": cards,
                "first_time": first,
                "last_time": last,
                "inputs": [_plain(item) for item in inputs],
                "runs": [_plain(item) for item in runs],
            }
        )
        return
    span = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else "no usable time"
    line(f"{case.name}: {posts:,} posts by {accounts:,} accounts, {span}")
    if removed:
        line(f"{removed:,} of them removed since: their words and pictures are not shown")
    if cards:
        line(f"{number(cards, 'platform card')} about {number(described, 'account')}")
    line(number(len(inputs), "input"))
    for item in inputs:
        _input(item)
    line(number(len(runs), "run"))
    for made in runs:
        line(f"  {_run_line(made)}")


def _plain(item: Any) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


def _input(item: Input) -> None:
    line(f"  {item.id}  {one_line(item.name)}  ({item.reader}, added {when(item.added_at)})")
    line(
        f"    {item.kept:,} kept, of which {item.duplicates:,} seen already;"
        f" {sum(item.skipped.values()):,} skipped, {sum(item.rejected.values()):,} rejected"
    )


def _run_line(made: Run) -> str:
    marks = ["stale: the case has changed since"] if made.stale else []
    if made.erased:
        marks.append("input since erased")
    mark = f"  [{'; '.join(marks)}]" if marks else ""
    return f"{made.id}  {made.command}, {when(made.made_at)}{_found(made)}{mark}"


def _found(made: Run) -> str:
    if "links" in made.summary:
        return f": {made.summary['links']:,} links"
    return counted(made.summary.get("erased", {}), 9)


def _run(case: Case, name: str, *, as_json: bool) -> None:
    from fanal.errors import CaseError

    found = [made for made in case.runs() if made.id.startswith(name)]
    if len(found) != 1:
        said = "no such run" if not found else "several runs begin so"
        raise CaseError(
            f"{case.path}: run {name!r}: {said}.", hint=f"`fanal show {case.path}` lists them."
        )
    made = found[0]
    if as_json:
        show_json(_plain(made))
        return
    line(_run_line(made))
    line(f"  read: {', '.join(made.inputs) or 'nothing'}; Fanal {made.version}")
    for title, values in (("asked", made.parameters), ("found", made.summary)):
        line(f"  {title}:")
        for key, value in values.items():
            line(f"    {one_line(f'{key}: {value}')}")
