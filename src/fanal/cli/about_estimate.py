"""`fanal about estimate`: where accounts connect from at home, or why nothing is said."""

from __future__ import annotations

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
from fanal.cli.common import plain_words, say
from fanal.cli.files import write_table

if TYPE_CHECKING:
    import pyarrow as pa


def estimate(
    inputs: Inputs,
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="OUT", help="The table, .csv or .parquet.")
    ],
    accounts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Columns account, time_zone, locale, signed_up_at."),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="DAY", help="The day of the estimate; the last one when not given."
        ),
    ] = "",
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
    """Estimate where accounts connect from at home: a country with a probability, or a refusal.

    The operator's view: nothing in it is meant to be shown to others as it is.
    """
    with plain_words():
        from fanal.about.estimate import estimate as estimated
        from fanal.about.fields import fields_of
        from fanal.about.intake import intake_of
        from fanal.about.reading.base import Tally
        from fanal.exports.files import check_place

        check_place(out)
        day = day_of(as_of)
        settings, tally = settings_of(column, time_zone, time_unit, day), Tally()
        lists = {"countries": countries, "second": second, "relay": relay, "tor": tor}
        given = intake_of(inputs)
        # 1. day rows, 2. the second table
        rows = days_of(given, out.parent, settings, secret, lists, tally)
        known = accounts_of(given, accounts, settings)
        # 3. estimates, and what a first publication would say; a folder is a Mastodon sampler's
        fields = fields_of("mastodon" if any(path.is_dir() for path in inputs) else "log")
        stores = None if "store_country" in fields else False
        found = estimated(
            rows, known, as_of=day, with_store=stores, disagreeing=tally.disagreeing()
        )
        found = _with_publication(found, rows, fields)
        write_table(found, out)
        _tell(found)
        leave_if_too_many(tally, max_rejected)


def _with_publication(found: pa.Table, rows: pa.Table, fields: frozenset[str]) -> pa.Table:
    """Return the estimates with what a first publication of this file alone would say."""
    import json
    from datetime import date

    from fanal.about.estimate import METADATA
    from fanal.about.first import first_publication

    day = date.fromisoformat(json.loads(found.schema.metadata[METADATA])["as_of"])
    published = first_publication(found, rows, as_of=day, fields=fields)
    for name in ("state", "label", "reason"):
        found = found.append_column(name, published[name])
    return found


def _tell(found: pa.Table) -> None:
    said = found.num_rows - found["country"].null_count
    refused = found.num_rows - found["refusal"].null_count
    say(
        f"{found.num_rows:,} accounts: {said:,} with a country, {refused:,} with a refusal and "
        "its reason"
    )
    states = found["state"].to_pylist()
    say(
        f"a first publication would give {states.count('country'):,} a country and "
        f"{states.count('region'):,} a region; {states.count('withheld'):,} nothing"
    )
    say("Probabilities come from made-up worlds until `fanal about calibrate` has run here.")
