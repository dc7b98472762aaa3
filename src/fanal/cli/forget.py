"""`fanal forget`: erase accounts, posts or a period from a case."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.common import FAILED, USAGE, fail, now_us, plain_words, say, show, show_json


def forget(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    account: Annotated[
        list[str] | None,
        typer.Option(help="An account, by key (x:123) or @handle; repeatable."),
    ] = None,
    post: Annotated[list[str] | None, typer.Option(help="A post, by key; repeatable.")] = None,
    before: Annotated[
        str, typer.Option(help="All before this date, 2025-01-31 or with time; UTC if no zone.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Erase accounts, posts or a period from a case, for good.

    Every file of the case that holds some of it is written anew; stored results that rest on
    it are dropped. What remains still verifies. That something was erased is recorded, with counts; what, is not.
    """
    if not account and not post and not before:
        fail("nothing was named.", "Name --account, --post or --before.", USAGE)
    limit = _microseconds(before) if before else None
    if not yes and sys.stdin.isatty():
        typer.confirm("This cannot be undone. Erase?", abort=True, err=True)
    with plain_words():
        from fanal.case import open_case

        done = open_case(case).forget(
            accounts=account or (), posts=post or (), before=limit, now=now_us()
        )
    if json:
        show_json({"erased": done.counts, "left_behind": done.left_behind, "notes": done.notes})
    else:
        said = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
        show(f"erased: {said or 'nothing: the case holds no row of it'}")
        for note in done.notes:
            show(note)
    if done.left_behind:
        say(f"still on disk, because another program holds them: {', '.join(done.left_behind)}")
        say("Close that program and delete them, or give the same command again.")
        sys.exit(FAILED)


def _microseconds(text: str) -> int:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--before {text!r}: a date such as 2025-01-31 was expected.", code=USAGE)
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return round(time.timestamp() * 1_000_000)
