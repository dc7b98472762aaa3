"""What a card says in public: as data to sign, and as a page.

1. A card says a place and what may stand beside it, or nothing. What it says nothing of has one
   content, whatever the reason, and whether there is such an account or not.
2. As data: the schema `fanal-card-1` (docs/about/card.schema.json), signed.
3. As a page: rendered once for each content and language, with holes for handle, code and account.
   At least k accounts share a content, so few pages are kept; filling the holes is the same work
   for each card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from fanal.about.countries import regions_version
from fanal.reports.harmless import plain
from fanal.web.rendering import rendered
from fanal.web.wording import LANGUAGES, Sentences

SCHEMA: Final = "fanal-card-1"
#: What can make any card wrong; the same on every card.
CAVEATS: Final = ("travel", "vpn", "inexact", "late", "several")
COUNTRY, REGION, WITHHELD = "country", "region", "withheld"
_KINDS: Final = {
    "web": "web",
    "app": "app",
    "an app store": "a_store",
    "another client": "another",
}
_STORE_OF: Final = "app store of "
#: Holes of a kept page: characters of nobody's text.
_HANDLE, _CODE, _ACCOUNT = "\ue000", "\ue001", "\ue002"


class Shown(Protocol):
    """A card as the store of cards has it."""

    account: str
    handle: str | None
    state: str
    label: str | None
    channel: str | None
    created: int | None
    renamed: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """What a card says, without whose it is.

    Parameters
    ----------
    state
        `COUNTRY`, `REGION` or `WITHHELD`.
    label
        ISO 3166-1 code or region; None when withheld, and then so are the others.
    channel
        As about/publish.py tells it.
    created
        Year.
    renamed
        Month of the last change of the handle, ``2025-11``.
    """

    state: str = WITHHELD
    label: str | None = None
    channel: str | None = None
    created: int | None = None
    renamed: str | None = None


NOTHING: Final = Content()


def content_of(shown: Shown | None) -> Content:
    """Return what a card says (1)."""
    if shown is None or shown.state not in {COUNTRY, REGION} or not shown.label:
        return NOTHING
    return Content(shown.state, shown.label, shown.channel, shown.created, shown.renamed)


def data_of(
    content: Content, account: str, handle: str | None, *, server: str, quarter: str
) -> dict[str, Any]:
    """Return a card as data (2), unsigned."""
    return {
        "schema": SCHEMA,
        "server": server,
        "account": account,
        "handle": None if content.state == WITHHELD else handle,
        "state": content.state,
        "place": _place(content),
        "channel": _channel(content),
        "created": content.created,
        "renamed": content.renamed,
        "quarter": quarter,
        "caveats": list(CAVEATS),
        "regions": regions_version(),
    }


def _place(content: Content) -> dict[str, Any] | None:
    if content.label is None:
        return None
    names = {lang: Sentences(lang).place(content.label) for lang in LANGUAGES}
    return {"code": content.label, "names": names}


def _channel(content: Content) -> dict[str, Any] | None:
    if content.channel is None:
        return None
    kind = channel_kind(content.channel)
    name = plain(content.channel) if kind == "named" else None
    return {"kind": kind, "name": name}


def channel_kind(channel: str) -> str:
    """Return web, app, store (of the place that is shown), a_store, another or named."""
    return _KINDS.get(channel, "store" if channel.startswith(_STORE_OF) else "named")


@dataclass(frozen=True, slots=True)
class Measured:
    """How often a country of high probability was right on this server, in per cent.

    Parameters
    ----------
    right, low, high
        The share and its 95 % interval, rounded.
    accounts
        How many accounts told where they are.
    """

    right: int
    low: int
    high: int
    accounts: int


def measured_of(record: Mapping[str, Any], *, with_store: bool) -> Measured | None:
    """Return what `fanal about calibrate` found here, from the record of its weights; else None."""
    here = record.get("calibrated_here", {}).get(
        "with_store" if with_store else "without_store"
    )
    if here is None or not here["published"]["accounts"]:
        return None
    found = here["published"]
    return Measured(
        right=round(100 * found["precision"]),
        low=floor(100 * found["precision_low"]),
        high=ceil(100 * found["precision_high"]),
        accounts=found["accounts"],
    )


@dataclass(frozen=True, slots=True)
class Site:
    """What stands on every page of a server.

    Parameters
    ----------
    base_url
        Where this service is reached, without a slash at its end.
    profile_url
        A profile's address with ``{handle}``.
    k
        Least accounts with the same place and channel: below it a cell closes.
    measured
        What `fanal about calibrate` found on this server; None: no percentage is told.
    """

    base_url: str
    profile_url: str
    k: int
    measured: Measured | None = None

    @property
    def root(self) -> str:
        """The path that stands before all addresses; empty at the top of a host."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def host(self) -> str:
        """The base address as people write it, without its scheme."""
        return self.base_url.split("://", 1)[-1]

    @property
    def server(self) -> str:
        """The host of the profiles."""
        return urlsplit(self.profile_url).netloc


def page_of(
    content: Content,
    *,
    site: Site,
    lang: str,
    quarter: str,
    handle: str,
    account: str,
    code: str,
) -> str:
    """Return a card as a page (3). Handle and account are of letters that HTML leaves alone."""
    page = _kept(content, site, lang, quarter)
    return page.replace(_HANDLE, handle).replace(_CODE, code).replace(_ACCOUNT, account)


@lru_cache(maxsize=4096)
def _kept(content: Content, site: Site, lang: str, quarter: str) -> str:
    say = Sentences(lang)
    return rendered(
        "card.html.j2",
        lang,
        site=site,
        content=content,
        place=say.place(content.label) if content.label else None,
        through=through(content, say),
        renamed=say.month(content.renamed) if content.renamed else None,
        quarter=quarter,
        caveats=CAVEATS,
        handle=_HANDLE,
        code=_CODE,
        account=_ACCOUNT,
        profile=site.profile_url.replace("{handle}", _HANDLE),
    )


def through(content: Content, say: Sentences) -> str | None:
    """Return the channel in words."""
    if content.channel is None:
        return None
    place = say.place(content.channel.removeprefix(_STORE_OF))
    name = plain(content.channel)
    return say(f"channel.{channel_kind(content.channel)}", place=place, name=name)
