"""`fanal about sample`: one look at a Mastodon server; a timer runs it every 12 hours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanal.cli.about_reading import Countries, Relay, Secret, Tor, secret_in, tell
from fanal.cli.common import now_us, plain_words, say


def sample(
    out: Annotated[
        Path, typer.Option("-o", "--out", metavar="FOLDER", help="Where day rows are gathered.")
    ],
    url: Annotated[
        str,
        typer.Option(
            envvar="FANAL_POSTGRES_URL",
            help="postgresql://user@host/database; or in FANAL_POSTGRES_URL, which others cannot see.",
        ),
    ],
    secret: Secret = None,
    countries: Countries = None,
    relay: Relay = None,
    tor: Tor = None,
) -> None:
    """Read what a Mastodon server knows of connections now, and append day rows to a folder.

    Mastodon keeps no history: run it every 12 hours. First answers take three to four months.
    """
    with plain_words():
        from fanal.about.ip import load
        from fanal.about.sample.mastodon import sample as sampled

        table = load(countries=countries, relay=relay, tor=tor)
        found = sampled(url, out, table, secret_in(secret), now_us=now_us())
        tell(found.tally)
        say(f"{found.day_rows:,} day rows of {found.accounts:,} accounts, in {out}")
