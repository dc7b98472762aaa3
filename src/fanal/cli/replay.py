"""`fanal replay`: make a run again on what the case holds now."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.common import now_us, plain_words, show, show_json, thread_count


def replay(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    run: Annotated[str, typer.Argument(metavar="RUN", help="Id of the run, or how it begins.")],
    threads: Annotated[
        int, typer.Option(help="Threads; the result does not depend on it; 0: all there are.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make an earlier run again on what the case holds now, and say what changed."""
    with plain_words():
        from fanal.case import open_case

        done = open_case(case).replay(run, threads=thread_count(threads), now=now_us())
    if json:
        show_json({"run": done.run_id, "same": done.same, "changes": done.changes})
        return
    show(f"the same result (run {done.run_id})" if done.same else f"run {done.run_id}:")
    for change in done.changes:
        show(f"  {change}")
