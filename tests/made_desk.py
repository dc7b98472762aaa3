"""Made-up holders, each with what the holder's page has to say, and a service for their pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
from starlette.applications import Starlette
from starlette.routing import Route

from asking import Asking
from fanal.about.evidence import SCHEMA
from fanal.about.ip.sources import Source
from fanal.store.cards import Cards, open_cards
from fanal.store.cards_publishing import After
from fanal.store.cards_tables import CELLS, HELD
from fanal.web.app import static
from fanal.web.card import Site
from fanal.web.desk import Desk
from fanal.web.headers import Headers
from fanal.web.holder import holder_routes
from fanal.web.operator import operator_routes
from fanal.web.tokens import holder_link, operator_link

SECRET = b"s" * 32
ON = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = "https://cards.example"
LISTS = (
    Source(name="geo-whois-asn-country", answers="country", licence="CC0-1.0", date="2026-06-17",
           networks=334373, networks_ipv6=216295, addresses=3_000_000_000),
    Source(name="vpn-ipv4", answers="kind", licence="CC0-1.0", date="2025-12-23",
           networks=40817, networks_ipv6=0, addresses=342_600_000),
    Source(name="relays.txt", answers="kind", licence="", date="", networks=12,
           networks_ipv6=0, addresses=12),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A row of `HELD`, with a handle and the evidence's numbers."""

    account: str
    handle: str | None
    country: str | None = None
    reason: str | None = None
    channel: str | None = None
    shield: bool = False
    wish: str | None = None
    asked_on: date | None = None
    first_on: date | None = date(2026, 6, 1)
    created: int | None = 2019
    state: str = "withheld"
    label: str | None = None
    shown_channel: str | None = None
    why: str | None = None
    proxy_days: int = 0


MARIE = Holder(
    account="1", handle="Marie_Dubreuil", country="FR", channel="web",
    state="country", label="FR", shown_channel="web",
)  # fmt: skip
#: A journalist behind her firm's VPN.
JOURNALIST = Holder(
    account="2", handle="behind_the_firm", reason="proxy days", why="proxy days", shield=True,
    proxy_days=70, created=None,
)  # fmt: skip
PREVIEW = Holder(
    account="3", handle="soon", country="FR", channel="web",
    first_on=date(2026, 11, 10), asked_on=date(2026, 11, 10), why="in preview",
)  # fmt: skip
SAFE = replace(MARIE, account="4", handle="safe", state="withheld", label=None, wish="nothing",
               shown_channel=None, why="the holder's wish")  # fmt: skip
NEW = Holder(account="5", handle=None, reason="not looked at yet", why="not looked at yet",
             first_on=None)  # fmt: skip
HOLDERS = (MARIE, JOURNALIST, PREVIEW, SAFE, NEW)


def _proxy_days(days: int, span: dict[str, str]) -> list[dict[str, Any]]:
    return [{"country": "US", "plain_days": 0, "proxy_days": days, **span}] if days else []


def evidence_for(one: Holder) -> dict[str, Any]:
    """Return what a holder's card rests on."""
    day = {"first_on": "2025-10-04", "last_on": "2026-10-20"}
    countries = [
        {"country": "FR", "plain_days": 120 - one.proxy_days, "proxy_days": 2, **day},
        *_proxy_days(one.proxy_days, day),
        {"country": None, "plain_days": 3, "proxy_days": 0, **day},
        {"country": "MA", "plain_days": 1, "proxy_days": 0, "first_on": "2026-08-02",
         "last_on": "2026-08-02"},
    ]  # fmt: skip
    clients = [
        {"client": "web", "days": 101}, {"client": "app:FR", "days": 30},
        {"client": "Tusky <b>" if one is MARIE else "Tusky", "days": 1},
    ]  # fmt: skip
    return {
        "schema": SCHEMA, "evidence_on": "2026-10-20", "days": 124, "countries": countries,
        "months": [], "clients": clients, "days_180": 92, "proxy_days_180": one.proxy_days,
        "proxy_kinds": [], "networks": 4,
        "lists": [{"name": "vpn-ipv4", "date": "2025-12-23"}],
        "estimate": {"country": one.country, "probability": 0.97, "refusal": None,
                     "mixture_country": None, "mixture_share": None},
    }  # fmt: skip


def filled(where: Path | str, holders: tuple[Holder, ...] = HOLDERS) -> Cards:
    """Return a store with holders, their evidence, and the cells open that Marie is in."""
    cards = open_cards(str(where), SECRET)
    columns: dict[str, Any] = {}
    for name, kind in zip(HELD.names, HELD.types, strict=True):
        told = {
            "number": 1,
            "next_on": ON + timedelta(days=20),
            "evidence_on": date(2026, 10, 20),
        }
        values = [getattr(one, name, told.get(name)) for one in holders]
        if name == "shown_created":
            values = [one.created if one.label else None for one in holders]
        columns[name] = pa.array(values, kind)
    opened = [
        ("FR", "web", "country"),
        ("FR", None, "country"),
        ("Western Europe", None, "region"),
    ]
    cells = [
        {"label": label, "channel": channel, "level": level, "open": True}
        for label, channel, level in opened
    ]
    after = After(
        on=ON,
        held=pa.table(columns, schema=HELD),
        cells=pa.Table.from_pylist(cells, CELLS),
        evidence={one.account: evidence_for(one) for one in holders if one.first_on},
        handles=pa.table(
            {"account": columns["account"],
             "handle": pa.array([one.handle for one in holders], pa.string())}
        ),
        method="publish 1",
    )  # fmt: skip
    assert cards.commit(cards.read(ON), after)
    return cards


def desk_of(cards: Cards, mode: str = "public", base_url: str = BASE, **more: Any) -> Desk:
    """Return what the pages need to know."""
    settings = SimpleNamespace(
        mode=mode, decision="ab" * 32 if mode == "public" else "", k=20, risk=frozenset({"IR"})
    )
    known: dict[str, Any] = {
        "cards": cards, "secret": SECRET, "now": lambda: NOON, "settings": settings,
        "lists": LISTS, "site": Site(base_url, "https://social.example/@{handle}", 20),
    }  # fmt: skip
    return Desk(**{**known, **more})


def service_of(desk: Desk) -> Any:
    """Return the service with the pages of holder and operator."""
    routes = [*holder_routes(desk), *operator_routes(desk), Route("/static/{name}", static)]
    return Headers(Starlette(routes=routes))


def token_in(html: str, action: str) -> str:
    """Return the token of the form to `action` on a page."""
    found = re.search(
        rf'action="{re.escape(action)}[^"]*">\s*<input type="hidden" name="token" value="([^"]+)"',
        html,
    )
    assert found, f"no form to {action}"
    return found[1]


def entered(desk: Desk, account: str = "", **more: Any) -> Asking:
    """Return a browser with a session: of an account's holder, or of the operator."""
    browser = Asking(service_of(desk), desk.site.base_url, **more)
    now = NOON.timestamp()
    link = (
        holder_link(SECRET, "", account=account, now=now)
        if account
        else operator_link(SECRET, "", now=now)
    )
    path = link.partition("?")[0]
    html = browser.get(link).text
    fields = {"token": token_in(html, path), "link": link.partition("link=")[2]}
    answer = browser.post(path, fields)
    assert answer.status_code == 303, answer.text
    return browser


def sent(
    browser: Asking, action: str, fields: dict[str, str] | None = None, *, on: str | None = None
) -> Any:
    """Return the answer to a form of a page, filled in."""
    page = browser.get(on or f"/{action.split('/')[1]}").text
    return browser.post(action, {"token": token_in(page, action), **(fields or {})})
