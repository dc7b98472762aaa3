"""The service: what a card says to everybody, how to check it, and the desks of holder and operator.

1. In ``private`` mode every public address is answered 404.
2. Every well-formed handle or id is answered 200. Who has no card to show, or is not there at all,
   gets the withheld one: the same look-up, the same work, the same bytes but for the handle.
3. Nothing is kept of who asks: no log of requests; an error is told by its kind and its place in
   the code, never by the request or by what the error says.
4. One look-up a card, no cache of cards: what is withdrawn is gone at once.
"""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path
from time import monotonic
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fanal.about.countries import regions_version
from fanal.about.memory import PRIVATE
from fanal.about.secret import secret_of
from fanal.web.card import SCHEMA, Measured, Site, content_of, data_of, page_of
from fanal.web.checking import HANDLE, asked_of, check_page, verdict_of
from fanal.web.desk import Desk
from fanal.web.embed import embed_script
from fanal.web.headers import FIXED, OPEN, Headers
from fanal.web.holder import holder_routes
from fanal.web.limits import Limited, Limits, networks_of
from fanal.web.operator import operator_routes
from fanal.web.rendering import STATIC, file_bytes, rendered
from fanal.web.signing import ALGORITHM, Signer, quarter_of
from fanal.web.starting import require_published, say_if_open
from fanal.web.wording import language_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from fanal.about.ip.sources import Source

log = logging.getLogger(__name__)
#: What an account's id is.
ACCOUNT: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:-]{0,126}[A-Za-z0-9_])?", re.ASCII)
_JSON: Final = "application/json"
_SCRIPT: Final = "text/javascript; charset=utf-8"
_FAILED: Final = b"Something went wrong. Try again in a moment.\n"


class Public:
    """The public addresses.

    Parameters
    ----------
    cards
        The store: ``card(account=...)`` or ``card(handle=...)`` gives what is shown, or None.
    site
        What stands on every page.
    signer
        Signs cards, makes their codes.
    now
        The clock: an aware time.
    """

    def __init__(
        self, cards: Any, site: Site, signer: Signer, now: Callable[[], datetime]
    ) -> None:
        self._cards, self._site, self._signer, self._now = cards, site, signer, now

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/@{handle}", self.card),
            Route("/cards/{account}.json", self.data),
            Route("/check", self.check),
            Route("/embed.js", self.embed),
            Route("/.well-known/fanal.json", self.known),
            Route("/openapi.json", self.openapi),
        ]

    async def card(self, request: Request) -> Response:
        """Answer with a card as a page."""
        handle = request.path_params["handle"]
        if not HANDLE.fullmatch(handle):
            raise HTTPException(404)
        shown = self._cards.card(handle=handle)
        content, quarter, lang = content_of(shown), self._quarter(), _language(request)
        # keys of accounts are of any letters: a platform's users may have chosen them
        told = (shown.handle or handle, shown.account) if content.label else (handle, "")
        page = page_of(
            content,
            site=self._site,
            lang=lang,
            quarter=quarter,
            handle=escape(told[0]),
            account=escape(told[1]),
            code=self._signer.code(handle, content.label, quarter),
        )
        return _html(page, lang)

    async def data(self, request: Request) -> Response:
        """Answer with a card as signed JSON."""
        account = request.path_params["account"]
        if not ACCOUNT.fullmatch(account):
            return _json(b'{"error":"no account has such an id"}', 404)
        shown = self._cards.card(account=account)
        data = data_of(
            content_of(shown),
            account,
            shown.handle if shown else None,
            server=self._site.base_url,
            quarter=self._quarter(),
        )
        return _json(self._signer.signed(data))

    async def check(self, request: Request) -> Response:
        """Answer whether this server showed what is asked."""
        asked, lang = asked_of(request.query_params), _language(request)
        verdict = verdict_of(asked, self._signer)
        quarter = self._quarter()
        page = check_page(asked, verdict, site=self._site, lang=lang, quarter=quarter)
        return _html(page, lang)

    async def embed(self, request: Request) -> Response:  # noqa: ARG002 - a route's signature
        """Answer with the element for platforms' own pages."""
        return Response(embed_script(), media_type=_SCRIPT, headers={**OPEN, **FIXED})

    async def known(self, request: Request) -> Response:  # noqa: ARG002
        """Answer with the public key and the addresses."""
        base = self._site.base_url
        public = b64encode(self._signer.public).decode("ascii")
        key = {"id": self._signer.name, "algorithm": ALGORITHM, "public": public}
        told = {
            "schema": SCHEMA,
            "keys": [key],
            "regions": regions_version(),
            "card": f"{base}/cards/{{account}}.json",
            "page": f"{base}/@{{handle}}",
            "check": f"{base}/check",
        }
        return _json(json.dumps(told).encode("ascii"))

    async def openapi(self, request: Request) -> Response:  # noqa: ARG002
        """Answer with the description of these addresses."""
        return _json(file_bytes("openapi.json"))

    def _quarter(self) -> str:
        return quarter_of(self._now().date())


def create_app(
    settings: Any,
    cards: Any,
    now: Callable[[], datetime],
    *,
    measured: Measured | None = None,
    lists: tuple[Source, ...] = (),
    reading: Limits | None = None,
    writing: Limits | None = None,
) -> ASGIApp:
    """Return the service.

    Parameters
    ----------
    settings
        about/settings.py.
    cards
        store/cards.py, opened.
    now
        The clock: an aware time.
    measured
        What `fanal about calibrate` found on this server; without, cards tell no percentage.
    lists
        The lists of countries and networks in use, for the operator's page.
    reading, writing
        How often one visitor may read, and send forms; as web/limits.py has it when None.

    Raises
    ------
    PolicyError
        The cards were published under a policy that shows more, or others may read the secret.
    """
    require_published(settings, cards)
    say_if_open(settings.base_url)
    secret = _bytes_of(settings.secret)
    site = Site(settings.base_url, settings.profile_url, settings.policy().k_leave, measured)
    desk = Desk(
        cards=cards, secret=secret, site=site, now=now, settings=settings, lists=lists
    )  # fmt: skip
    # the first that fits answers: cards are asked for most
    routes: list[Route] = []
    if settings.mode != PRIVATE:
        routes += Public(cards, site, Signer(_bytes_of(settings.key), secret), now).routes()
    routes += [*holder_routes(desk), *operator_routes(desk), Route("/static/{name}", static)]
    inner = Starlette(routes=routes, exception_handlers=_handlers(site))
    inner.router.redirect_slashes = False
    proxies = networks_of(settings.proxies)
    limited = Limited(
        Quiet(inner), clock=monotonic, reading=reading, writing=writing, proxies=proxies
    )
    return Headers(limited)


def _handlers(site: Site) -> dict[Any, Any]:
    """Return what answers where no route does, and where one fails."""

    def told(request: Request, heading: str, status: int) -> Response:
        lang = _language(request)
        page = rendered("message.html.j2", lang, site=site, heading=heading)
        return _html(page, lang, status)

    async def missing(request: Request, error: HTTPException) -> Response:
        answer = told(request, "missing", error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    async def failed(request: Request, error: Exception) -> Response:  # noqa: ARG001
        return told(request, "failed", 500)

    return {HTTPException: missing, Exception: failed}


def _bytes_of(secret: Path | bytes) -> bytes:
    return secret if isinstance(secret, bytes) else secret_of(secret)[0]


async def static(request: Request) -> Response:
    """Answer with a file of this installation."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    return Response(file_bytes(name), media_type=STATIC[name], headers=FIXED)


class Quiet:
    """A service whose errors tell neither visitor nor log what was asked (3); each once a minute."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._told: dict[tuple[object, ...], float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; with 500 when the service fails before it has begun to answer."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - whatever it is, it says nothing of the request
            self._tell(error)
            if not begun:
                await Response(_FAILED, 500, media_type="text/plain")(scope, receive, send)

    def _tell(self, error: Exception) -> None:
        place = extract_tb(error.__traceback__)[-1]
        line = (type(error).__name__, Path(place.filename).name, place.lineno)
        if monotonic() - self._told.get(line, -60.0) >= 60.0:
            self._told[line] = monotonic()
            log.error("%s at %s:%s", *line)


def _language(request: Request) -> str:
    return language_of(request.query_params.get("lang"), request.headers.get("accept-language"))


def _html(page: str, lang: str, status: int = 200) -> Response:
    headers = {"content-language": lang, "vary": "Accept-Language"}
    return HTMLResponse(page, status, headers=headers)


def _json(body: bytes, status: int = 200) -> Response:
    return Response(body, status, media_type=_JSON, headers=OPEN)
