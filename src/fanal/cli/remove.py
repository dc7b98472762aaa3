"""`fanal remove`: take an input out of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.common import plain_words, show
from fanal.cli.show import number


def remove(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    input_id: Annotated[
        str, typer.Argument(metavar="INPUT", help="Id of the input, as `fanal show` lists it.")
    ],
) -> None:
    """Take an input out of a case. Posts that another input holds too stay."""
    with plain_words():
        from fanal.case import open_case

        opened = open_case(case)
        opened.remove(input_id)
        stale = sum(made.stale for made in opened.runs())
    show(f"input {input_id} is out of {case}")
    if stale:
        show(
            f"stale by now: {number(stale, 'run')}; `fanal replay {case} RUN` says what changes"
        )
