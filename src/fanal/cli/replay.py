"""`fanal replay`: make a run again on what the case holds now, or the p of one account's rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from fanal.cli.common import (
    FAILED,
    USAGE,
    fail,
    now_us,
    plain_words,
    show,
    show_json,
    thread_count,
)


def replay(
    case: Annotated[
        Path,
        typer.Argument(
            metavar="CASE", help="The folder of the case, or rows of `fanal explain --rows`."
        ),
    ],
    run: Annotated[
        str,
        typer.Argument(metavar="[RUN]", help="Id of the run, or how it begins; not of rows."),
    ] = "",
    threads: Annotated[
        int, typer.Option(help="Threads; the result does not depend on it; 0: all there are.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make an earlier run again on what the case holds now, and say what changed.

    Of rows that `fanal explain --rows` wrote, each p is computed again.
    """
    with plain_words():
        if case.is_file() and case.suffix == ".json":
            _rows(case, as_json=json)
            return
        if not run:
            fail("which run?", f"`fanal show {case}` lists the runs and their ids.", USAGE)
        from fanal.case import open_case

        done = open_case(case).replay(run, threads=thread_count(threads), now=now_us())
    if json:
        show_json({"run": done.run_id, "same": done.same, "changes": done.changes})
        return
    show(f"the same result (run {done.run_id})" if done.same else f"run {done.run_id}:")
    for change in done.changes:
        show(f"  {change}")


def _rows(path: Path, *, as_json: bool) -> None:
    told = _read(path)
    from fanal.coordination.dossier_rows import differences

    changes = differences(told)
    if as_json:
        show_json({"pairs": len(told["pairs"]), "same": not changes, "changes": changes})
    elif changes:
        show(f"{len(told['pairs']):,} pairs computed again; not the same:")
        for change in changes:
            show(f"  {change}")
    else:
        show(f"the same: {len(told['pairs']):,} pairs of {told['account']} computed again")
    if changes:
        sys.exit(FAILED)


def _read(path: Path) -> dict[str, Any]:
    import msgspec

    from fanal.errors import AnalysisError

    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise AnalysisError(
            f"{path}: these are no rows of `fanal explain --rows` ({error})."
        ) from error
