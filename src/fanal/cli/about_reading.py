"""What the commands that read connections share: options, and what became of each row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fanal.cli.common import TOO_MANY_REJECTS, USAGE, fail, now_us, say

if TYPE_CHECKING:
    import pyarrow as pa

    from fanal.about.connections import Settings
    from fanal.about.intake import Intake
    from fanal.about.ip import IpTable
    from fanal.about.reading.base import Tally

Inputs = Annotated[
    list[Path],
    typer.Argument(
        metavar="IN…", help="Logs (CSV, JSON lines, Parquet), day rows, or a sampler's folder."
    ),
]
Columns = Annotated[
    list[str],
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Which column is account, time, ip, country, kind, network or client.",
    ),
]
TimeZone = Annotated[
    str, typer.Option("--time-zone", help="Where the clock stood of times that name no zone.")
]
TimeUnit = Annotated[
    str, typer.Option("--time-unit", help="s, ms or us, for times that are numbers.")
]
Secret = Annotated[
    Path | None,
    typer.Option(
        "--secret", metavar="FILE", help="The server's secret; made when it is not there."
    ),
]
Countries = Annotated[
    Path | None,
    typer.Option("--countries", metavar="FILE", help="Your own database (.mmdb, .csv)."),
]
Second = Annotated[
    Path | None,
    typer.Option(
        "--second",
        metavar="FILE",
        help="A second database: accounts on networks where they disagree are withheld.",
    ),
]
Relay = Annotated[
    Path | None, typer.Option("--relay", metavar="FILE", help="Networks of relays, one a line.")
]
Tor = Annotated[
    Path | None, typer.Option("--tor", metavar="FILE", help="Tor exits, one a line.")
]
MaxRejected = Annotated[
    int | None,
    typer.Option("--max-rejected", min=0, help="Leave with 3 when more rows are rejected."),
]

_FIELDS = ("account", "time", "ip", "country", "kind", "network", "client")


def settings_of(
    columns: Iterable[str], time_zone: str, time_unit: str, as_of: date | None = None
) -> Settings:
    """Return how logs are read, as the options say."""
    from fanal.about.connections import Settings

    said = {}
    for one in columns:
        field, separator, column = one.partition("=")
        if field not in _FIELDS or not separator or not column:
            fail(
                f"--column {one}: expected FIELD=COLUMN, FIELD one of {', '.join(_FIELDS)}.",
                code=USAGE,
            )
        said[field] = column
    return Settings(
        columns=said,
        time_zone=time_zone,
        time_unit=time_unit,
        now_us=now_us(),
        until_us=None if as_of is None else _end_of(as_of),
    )


def day_of(text: str) -> date | None:
    """Return the day that an option says, None when it says nothing."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--as-of {text}: a day was expected, such as 2026-01-31.", code=USAGE)


def secret_in(path: Path | None) -> bytes:
    """Return the secret of a file, or of the usual one; say where a new one was made."""
    from fanal.about.secret import default_secret_path, secret_of

    place = path or default_secret_path()
    secret, made = secret_of(place)
    if made:
        say(f"made a secret in {place}: keep it as you keep a password.")
    return secret


def write_days_of(
    given: Intake,
    path: Path,
    settings: Settings,
    secret: Path | None,
    lists: dict[str, Path | None],
    tally: Tally,
) -> int:
    """Write the day rows of what was given, and say what became of each row."""
    from fanal.about.intake import write_intake

    key, table = b"", None
    if given.logs:
        key, table = secret_in(secret), _table(lists)
    rows = write_intake(given, path, table, key, settings, tally)
    tell(tally)
    say(f"{rows:,} day rows")
    return rows


def days_of(
    given: Intake,
    folder: Path,
    settings: Settings,
    secret: Path | None,
    lists: dict[str, Path | None],
    tally: Tally,
) -> pa.Table:
    """Return the day rows of what was given, and say how many.

    Those of logs pass through a file in `folder`, of which nothing is left: they may be many.
    """
    import tempfile

    from fanal.about.intake import read_days

    if not given.logs:
        rows = read_days(*given.day_files)
        say(f"{len(rows):,} day rows")
        return rows
    with tempfile.TemporaryDirectory(prefix=".fanal-days-", dir=folder) as place:
        file = Path(place) / "days.parquet"
        write_days_of(given, file, settings, secret, lists, tally)
        return read_days(file)


def accounts_of(given: Intake, named: Path | None, settings: Settings) -> pa.Table | None:
    """Return the second table: the file that was named, else the one a sampler wrote, else none."""
    from fanal.about.intake import read_accounts
    from fanal.about.reading.base import Tally

    beside = named or given.accounts
    return None if beside is None else read_accounts(beside, settings, Tally())


def tell(tally: Tally) -> None:
    """Say what became of each row: positions, columns and reasons; never a value."""
    say(f"{tally.rows:,} connections read, {tally.kept:,} kept")
    for kind, count in sorted(tally.skipped.items()):
        say(f"  {count:,} skipped: {kind}")
    for (column, reason), count in sorted(tally.rejected.items()):
        places = ", ".join(tally.places[column, reason][:3])
        where = f", column {column}" if column else ""
        say(f"  {count:,} rejected{where}: {reason} ({places}{', ...' if count > 3 else ''})")
    for note in tally.notes:
        say(f"  {note}")


def leave_if_too_many(tally: Tally, most: int | None) -> None:
    """Leave with 3 when more rows were rejected than was allowed."""
    rejected = tally.rejected.total()
    if most is not None and rejected > most:
        fail(f"{rejected:,} rows rejected, --max-rejected {most:,}.", code=TOO_MANY_REJECTS)


def _table(lists: dict[str, Path | None]) -> IpTable:
    from fanal.about.ip import load

    return load(**lists)


def _end_of(day: date) -> int:
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return (int(begin.timestamp()) + 86_400) * 1_000_000
