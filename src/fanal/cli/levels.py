"""How much of people an output shows: the options that all commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
