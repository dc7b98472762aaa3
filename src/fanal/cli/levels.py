"""How much of people an output shows: the options that all commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.common import USAGE, fail
from fanal.model.names import Level

LevelOption = Annotated[
    Level,
    typer.Option(
        help="counts: no account at all; protected: pseudonyms, no texts; named: those of "
        "--people who may be named."
    ),
]
PeopleOption = Annotated[
    Path | None,
    typer.Option(
        help="With --level named: a CSV file with account, reason, asked, answer.",
    ),
]
NamesOption = Annotated[bool, typer.Option("--names", help="The same as --level named.")]


def asked_level(level: Level, *, names: bool) -> Level:
    """Return the level that was asked for, by --level or by --names."""
    if names and level is Level.COUNTS:
        fail("--names and --level counts: one of the two.", code=USAGE)
    return Level.NAMED if names else level
