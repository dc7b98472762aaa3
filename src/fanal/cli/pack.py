"""`fanal pack`: a run of a case as one file to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import now_us, one_line, plain_words, say, show, show_json, thread_count
from fanal.cli.levels import LevelOption, PeopleOption
from fanal.cli.watching import foresight, say_if_compiling
from fanal.model.names import Level


def pack(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write, such as x.fanal.zip.")
    ],
    level: LevelOption = Level.PROTECTED,
    people: PeopleOption = None,
    run: Annotated[
        str, typer.Option(help="Id of the run, or how it begins; the latest when not given.")
    ] = "",
    by: Annotated[str, typer.Option(help="Who makes the pack; written into it.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write a run of a case as one file: what show, report, export, methods and explain need.

    Each of these takes the file in place of CASE. It is read-only, and holds as much of people
    as its level shows: neither names nor texts nor files that were read, unless --level named.
    """
    with plain_words():
        told = _write(case, out, level, run, people, by)
    if json:
        show_json(told)
        return
    for account, why in told["refused"]:
        say(f"{one_line(account)} stays a pseudonym: {why}")
    say(
        f"run {told['run']} at level {level}; its SHA-256, for who receives it, is on the next line"
    )
    show(f"{told['sha256']}  {told['pack']}")


def _write(
    path: Path, out: Path, level: Level, run: str, people: Path | None, by: str
) -> dict[str, Any]:
    from fanal.case import open_case
    from fanal.case.packing import pack as packed
    from fanal.exports.files import check_place

    check_place(out)
    say_if_compiling()
    done = packed(
        open_case(path),
        out,
        now=now_us(),
        level=level,
        run_id=run,
        people=people,
        made_by=by,
        threads=thread_count(0),
        foresight=foresight(out.absolute().parent),
    )
    return {
        "pack": str(done.path),
        "sha256": done.sha256,
        "run": done.run,
        "level": level.value,
        "named": list(done.named),
        "refused": [list(one) for one in done.refused],
    }
