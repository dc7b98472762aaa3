"""Which fields of a card a source has: read from fields.toml, where each source declares its own."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def fields_of(source: str) -> frozenset[str]:
    """Return the fields, besides the place, that a source has (`FIELDS` of about/publish.py).

    Parameters
    ----------
    source
        ``log`` or ``mastodon``.

    Examples
    --------
    >>> "store_country" in fields_of("log"), "store_country" in fields_of("mastodon")
    (True, False)
    """
    text = resources.files("fanal.about").joinpath("fields.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)[source]["fields"])
