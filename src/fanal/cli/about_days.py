"""`fanal about days`: connection logs to day rows, which hold no address."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.about_reading import (
    Columns,
    Countries,
    Inputs,
    MaxRejected,
    Relay,
    Secret,
    TimeUnit,
    TimeZone,
    Tor,
    leave_if_too_many,
    settings_of,
    write_days_of,
)
from fanal.cli.common import plain_words, say


def days(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DAYS", help="The Parquet file.")],
    column: Columns = [],  # noqa: B006 - never changed
    time_zone: TimeZone = "",
    time_unit: TimeUnit = "",
    secret: Secret = None,
    countries: Countries = None,
    relay: Relay = None,
    tor: Tor = None,
    max_rejected: MaxRejected = None,
) -> None:
    """Turn connection logs into day rows: account, day, country, kind, network, client.

    Each once a day; the network is a keyed number. The file holds no address.
    """
    with plain_words():
        from fanal.about.intake import intake_of
        from fanal.about.reading.base import Tally
        from fanal.exports.files import written

        settings, tally = settings_of(column, time_zone, time_unit), Tally()
        lists = {"countries": countries, "relay": relay, "tor": tor}
        given = intake_of(inputs)
        with written(out) as temporary:
            write_days_of(given, temporary, settings, secret, lists, tally)
        say(f"wrote {out}")
        leave_if_too_many(tally, max_rejected)
