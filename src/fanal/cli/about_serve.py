"""`fanal about serve`: cards, holders' pages and the operator's, on a port of this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from fanal.cli.common import now_us, plain_words, say

_NO_PROXY = (
    "no proxies are named: behind a reverse proxy all visitors count as one, {rate:.0f} requests a"
    ' second together. Name it in the configuration: proxies = ["127.0.0.1/32"]'
)
_HERE = (
    "base_url is this machine: links and cards' addresses work on it alone. Fine for a trial; before"
    " others are served, name the address that they reach."
)


def serve(
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="The configuration, about.toml.")
    ],
    host: Annotated[
        str, typer.Option(help="The address to listen on; this machine alone when not given.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8000,
) -> None:
    """Serve the cards, one process, until Ctrl-C; a reverse proxy with TLS stands before it.

    Keeps no log of who asks. In mode "private" every public address is answered 404.
    """
    with plain_words():
        from fanal.about.settings import read_settings
        from fanal.web.limits import RATE
        from fanal.web.serving import serve as served
        from fanal.web.starting import is_here

        settings = read_settings(config)
        app = _app(settings)
        say(
            f"mode {settings.mode}: http://{host}:{port}, told to others as {settings.base_url}"
        )
        if settings.mode != "private" and is_here(urlsplit(settings.base_url).hostname or ""):
            say(_HERE)
        if not settings.proxies:
            say(_NO_PROXY.format(rate=RATE))
        served(app, host, port)


def _app(settings: Any) -> Any:
    from fanal.about.fields import fields_of
    from fanal.about.ip import load
    from fanal.about.secret import secret_of
    from fanal.about.weights import read_weights
    from fanal.store.cards import open_cards
    from fanal.web.app import create_app
    from fanal.web.card import measured_of

    secret, _ = secret_of(settings.secret)
    with_store = "store_country" in fields_of(settings.source)
    record = read_weights(settings.weights).record if settings.weights else {}
    return create_app(
        settings,
        open_cards(settings.cards, secret),
        lambda: datetime.fromtimestamp(now_us() / 1e6, UTC),
        measured=measured_of(record, with_store=with_store),
        lists=tuple(load().sources()),
    )
