"""`fanal about token`: a link that opens a holder's page, or the operator's, once."""

from __future__ import annotations

from typing import Annotated

import typer

from fanal.cli.about_publish import Config
from fanal.cli.about_reading import secret_in
from fanal.cli.common import USAGE, fail, now_us, plain_words, show


def token(
    config: Config,
    holder: Annotated[
        str, typer.Option("--holder", metavar="ACCOUNT", help="Key of the holder's account.")
    ] = "",
    operator: Annotated[
        bool, typer.Option("--operator", help="The operator's own page.")
    ] = False,
) -> None:
    """Print a link that opens a holder's page, or the operator's, once and for a while.

    Whoever has the link is who it says: send it as you send a password reset.
    """
    with plain_words():
        from fanal.about.settings import read_settings
        from fanal.web.tokens import holder_link, operator_link

        if bool(holder) == operator:
            fail("one of --holder ACCOUNT and --operator was expected.", code=USAGE)
        settings = read_settings(config)
        secret, now = secret_in(settings.secret), now_us() / 1e6
        if operator:
            show(operator_link(secret, settings.base_url, now=now))
            return
        try:
            show(holder_link(secret, settings.base_url, account=holder, now=now))
        except ValueError:
            fail("--holder: this key of an account is too long for a link.", code=USAGE)
