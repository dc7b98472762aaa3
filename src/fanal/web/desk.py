"""What the holder's page and the operator's have in common: the desk they stand on, forms, pages.

1. Each form carries a token bound to its action and its cookie. A form that a browser says came
   from another site is refused as well.
2. Forms are small: a longer body is not read to its end.
3. Pages are rendered for each request, load one style sheet, and need no script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from jinja2 import Environment, FunctionLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fanal.web.card import Site
from fanal.web.desk_words import DeskSentences, language
from fanal.web.rendering import address_of
from fanal.web.tokens import Role, form_token, is_form_token

if TYPE_CHECKING:
    from starlette.requests import Request

    from fanal.about.ip.sources import Source

#: Bytes of a form's body, and its fields.
MOST_BYTES: Final = 16_384
MOST_FIELDS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What these pages need to know of the service.

    Parameters
    ----------
    cards
        The store (`fanal.store.cards.Cards`).
    secret
        The server's secret.
    site
        What stands on every page of the server; an address with https makes cookies `Secure`.
    now
        The clock: an aware time.
    settings
        `about/settings.py`: mode, decision, k, risk.
    lists
        The lists of countries and networks in use, with their dates.
    ended
        Numbers of sessions that were left before their end, and when they end: a copy of their cookie
        opens nothing in this process.
    """

    cards: Any
    secret: bytes
    site: Site
    now: Callable[[], datetime]
    settings: Any
    lists: tuple[Source, ...] = ()
    ended: dict[str, int] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Return whether cookies go over https alone."""
        return self.site.base_url.lower().startswith("https://")

    def today(self) -> date:
        """Return the day."""
        return self.now().date()

    def seconds(self) -> int:
        """Return the time as Unix seconds."""
        return int(self.now().timestamp())


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, on whose behalf.

    Parameters
    ----------
    role
        ``holder`` or ``operator``.
    account
        The holder's; empty for the operator.
    cookie
        The session's: forms are bound to it.
    """

    role: Role
    account: str
    cookie: str


class Refused(Exception):  # noqa: N818  it is an answer, not a fault
    """A request that is answered with a page saying why: `key` and `key.title` of the words."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status, self.key = status, key


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, the last of each name (2).

    Raises
    ------
    Refused
        A browser says that it came from another site, it is too long, or it is no form.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Refused(403, "desk.refused")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "desk.refused")
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > MOST_BYTES:
            raise Refused(413, "desk.long")
    return _fields(bytes(read))


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS,
            errors="replace",
        )  # fmt: skip
    except ValueError as error:
        raise Refused(400, "desk.refused") from error
    return {name: values[-1] for name, values in found.items()}


def require_ours(desk: Desk, request: Request, fields: Mapping[str, str], cookie: str) -> None:
    """Refuse a form that no page of ours, shown under this cookie, was sent from (1)."""
    token = fields.get("token", "")
    if not cookie or not is_form_token(desk.secret, token, cookie, request.url.path):
        raise Refused(403, "desk.refused")


def page(
    desk: Desk, request: Request, name: str, *, cookie: str = "", status: int = 200, **told: Any
) -> HTMLResponse:
    """Return a page from a template of ``web/pages`` (3).

    Parameters
    ----------
    cookie
        What its forms are bound to; ``token(action)`` in the template gives each its own.
    **told
        What the template names, besides say, site, lang, path and token.
    """
    lang = language(request)
    html = _template(name).render(
        say=DeskSentences(lang),
        site=desk.site,
        lang=lang,
        path=request.url.path,
        token=lambda action: form_token(desk.secret, cookie, action),
        **told,
    )
    return HTMLResponse(html, status_code=status)


def told(desk: Desk, request: Request, key: str, *, status: int = 200) -> HTMLResponse:
    """Return a page that says one thing: `key` and `key.title` of the words."""
    return page(desk, request, "told.html.j2", status=status, key=key)


def seen_at(desk: Desk, request: Request, path: str, done: str = "") -> Response:
    """Return the way to a page after a form; the language goes along."""
    asked = {"lang": request.query_params.get("lang", ""), "done": done}
    query = "&".join(f"{name}={value}" for name, value in asked.items() if value.isalpha())
    return RedirectResponse(f"{desk.site.root}{path}{'?' if query else ''}{query}", 303)


@cache
def _template(name: str) -> Any:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["address_of"] = address_of
    return environment.get_template(name)


def _source(name: str) -> str:
    return resources.files("fanal.web").joinpath("pages", name).read_text(encoding="utf-8")
