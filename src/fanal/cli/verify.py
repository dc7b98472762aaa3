"""`fanal verify`: compare a case with what was written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.common import FAILED, plain_words, show, show_json


def verify(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="The folder of the case.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Read every part of a case again and compare it with the catalogue."""
    with plain_words():
        from fanal.case import open_case

        problems = open_case(case).verify()
    if json:
        show_json({"case": str(case), "problems": problems})
    elif problems:
        for problem in problems:
            show(problem)
    else:
        show(f"{case}: all is as it was written")
    if problems:
        sys.exit(FAILED)
