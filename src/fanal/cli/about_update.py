"""`fanal about update`, `fanal about forget`: a state of all accounts, brought up to date daily."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fanal.cli.about_reading import (
    Columns,
    Countries,
    Inputs,
    MaxRejected,
    Relay,
    Second,
    Secret,
    TimeUnit,
    TimeZone,
    Tor,
    accounts_of,
    day_of,
    days_of,
    leave_if_too_many,
    settings_of,
)
from fanal.cli.common import now_us, plain_words, say
from fanal.cli.files import write_table

if TYPE_CHECKING:
    import pyarrow as pa

_State = Annotated[
    Path, typer.Argument(metavar="STATE", help="The folder of the state; made by the first.")
]


def update(
    state: _State,
    inputs: Inputs,
    out: Annotated[
        Path,
        typer.Option("-o", "--out", metavar="CHANGES", help="Who changed, .csv or .parquet."),
    ],
    accounts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Columns account, time_zone, locale; kept."),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(metavar="DAY", help="The day of the estimates; the last one of the rows."),
    ] = "",
    drop_parts: Annotated[
        bool,
        typer.Option(
            "--drop-parts", help="Delete a sampler's day rows once they are taken in."
        ),
    ] = False,
    column: Columns = [],  # noqa: B006 - never changed
    time_zone: TimeZone = "",
    time_unit: TimeUnit = "",
    secret: Secret = None,
    countries: Countries = None,
    second: Second = None,
    relay: Relay = None,
    tor: Tor = None,
    max_rejected: MaxRejected = None,
) -> None:
    """Take new connections into a state, and write whose estimate is another than was last told.

    The same rows again change nothing; the order of updates does not matter. CHANGES is the
    operator's view: nothing in it is meant to be shown to others as it is.
    """
    with plain_words():
        from fanal.about.intake import intake_of
        from fanal.about.reading.base import Tally
        from fanal.about.state.update import update as updated
        from fanal.exports.files import check_place

        check_place(out)
        day = day_of(as_of)
        settings, tally = settings_of(column, time_zone, time_unit, day), Tally()
        lists = {"countries": countries, "second": second, "relay": relay, "tor": tor}
        given = intake_of(inputs)
        # 1. day rows and the second table
        rows = days_of(given, out.parent, settings, secret, lists, tally)
        known = accounts_of(given, accounts, settings)
        # 2. into the state; CHANGES is written before it counts
        found = updated(
            state, rows, known, as_of=day or _last_day(rows),
            told=lambda changes: write_table(changes, out), disagreeing=tally.disagreeing(),
        )  # fmt: skip
        say(f"{found.num_rows:,} accounts with another estimate than was last told")
        if drop_parts:
            _drop(inputs, given.day_files)
        leave_if_too_many(tally, max_rejected)


def forget(
    state: _State,
    account: Annotated[
        list[str], typer.Option("--account", metavar="ID", help="Key of an account.")
    ],
) -> None:
    """Remove accounts from a state: nothing of them stays in any of its files."""
    with plain_words():
        from fanal.about.state.forget import forget as forgotten

        count = forgotten(state, account)
        say(f"{count:,} of {len(set(account)):,} accounts were in {state}, and are no more")


def _last_day(rows: pa.Table) -> date | None:
    """Return the last day of the rows; of rows from the future, today."""
    import pyarrow.compute as pc

    last = pc.max(rows["day"]).as_py()
    today = datetime.fromtimestamp(now_us() / 1e6, UTC).date()
    return None if last is None else min(last, today)


def _drop(inputs: list[Path], day_files: tuple[Path, ...]) -> None:
    """Delete the day rows of samplers' folders, which the state now has."""
    gone = [file for file in day_files if file.parent in inputs]
    for file in gone:
        file.unlink()
    say(f"deleted {len(gone):,} files of day rows that are in the state now")
