"""How one comes to the holder's page or the operator's, and leaves it.

1. A link (``/holder/enter?link=...``) shows a page with one button, good or not. Programs that fetch
   links ahead of their reader do not use it up, and the cookie is set by a form of our own site,
   which is what SameSite=Strict needs.
2. The button's form spends the link and sets the session's cookie; the address that follows holds
   no token.
3. Every page and form behind it asks for the session, every form for its token.

Pages and forms are plain functions: they ask a database, and run beside the loop.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from fanal.web.desk import Desk, Refused, Visit, form_of, page, require_ours, seen_at, told
from fanal.web.tokens import SESSION_S, Role, new_token, read_token

if TYPE_CHECKING:
    from starlette.requests import Request

#: The page of a link may stay open this long before its button is pressed.
ENTER_S: Final = 900

Page = Callable[[Desk, "Request", Visit], Response]
Form = Callable[[Desk, "Request", Visit, Mapping[str, str]], Response]
_Endpoint = Callable[["Request"], Awaitable[Response]]


def routes_of(
    desk: Desk, role: Role, pages: Mapping[str, Page], forms: Mapping[str, Form]
) -> list[Route]:
    """Return the addresses of a role: its own pages and forms, and those to enter and leave.

    Parameters
    ----------
    pages, forms
        Path -> what answers GET and POST there, with the session at hand.
    """
    entrance = f"/{role}/enter"
    made = [
        Route(entrance, _answered(desk, _door(desk, role)), methods=["GET"]),
        Route(entrance, _answered(desk, _entering(desk, role)), methods=["POST"]),
    ]
    made += [
        Route(path, _answered(desk, _page(desk, role, one)), methods=["GET"])
        for path, one in pages.items()
    ]
    every: dict[str, Form] = {**forms, f"/{role}/leave": _leave}
    made += [
        Route(path, _answered(desk, _form(desk, role, one)), methods=["POST"])
        for path, one in every.items()
    ]
    return made


def end_session(desk: Desk, answer: Response, visit: Visit) -> Response:
    """Return an answer that ends a session: in this browser, and for copies of its cookie."""
    now = desk.seconds()
    token = read_token(desk.secret, visit.cookie, purpose="session", now=now)
    for number, expires in list(desk.ended.items()):  # forms run in several threads
        if expires <= now:
            desk.ended.pop(number, None)
    if token is not None:
        desk.ended[token.number] = token.expires
    _drop(desk, answer, f"fanal_{visit.role}", visit.role)
    return answer


def _answered(desk: Desk, endpoint: _Endpoint) -> _Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as why:
            return told(desk, request, why.key, status=why.status)

    return answer


def _door(desk: Desk, role: Role) -> _Endpoint:
    """Answer a link with one button (1)."""

    async def door(request: Request) -> Response:
        cookie = secrets.token_urlsafe(16)
        link = request.query_params.get("link", "")[:2_048]
        answer = page(desk, request, "enter.html.j2", cookie=cookie, role=role, link=link)
        _keep(desk, answer, f"fanal_{role}_enter", cookie, role, ENTER_S)
        return answer

    return door


def _entering(desk: Desk, role: Role) -> _Endpoint:
    """Spend the link of the form, begin a session, go where no token stands (2)."""

    async def entering(request: Request) -> Response:
        fields = await form_of(request)
        require_ours(desk, request, fields, request.cookies.get(f"fanal_{role}_enter", ""))
        session = await run_in_threadpool(_session, desk, role, fields.get("link", ""))
        answer = seen_at(desk, request, f"/{role}")
        _keep(desk, answer, f"fanal_{role}", session, role, SESSION_S)
        _drop(desk, answer, f"fanal_{role}_enter", role)
        return answer

    return entering


def _session(desk: Desk, role: Role, link: str) -> str:
    now = desk.seconds()
    token = read_token(desk.secret, link, purpose="link", now=now)
    if token is None or token.role != role:
        raise Refused(403, "enter.refused")
    if not desk.cards.spend(token.number, token.expires):
        raise Refused(403, "enter.refused")
    return new_token(
        desk.secret, purpose="session", role=role, account=token.account, now=now,
        lasts_s=SESSION_S,
    )  # fmt: skip


def _visit(desk: Desk, request: Request, role: Role) -> Visit:
    """Return who is signed in (3); else refuse."""
    cookie = request.cookies.get(f"fanal_{role}", "")
    token = read_token(desk.secret, cookie, purpose="session", now=desk.seconds())
    if token is None or token.role != role or token.number in desk.ended:
        raise Refused(403, f"{role}.closed")
    return Visit(role, token.account, cookie)


def _page(desk: Desk, role: Role, one: Page) -> _Endpoint:
    async def answer(request: Request) -> Response:
        visit = _visit(desk, request, role)
        return await run_in_threadpool(one, desk, request, visit)

    return answer


def _form(desk: Desk, role: Role, one: Form) -> _Endpoint:
    async def answer(request: Request) -> Response:
        visit = _visit(desk, request, role)
        fields = await form_of(request)
        require_ours(desk, request, fields, visit.cookie)
        return await run_in_threadpool(one, desk, request, visit, fields)

    return answer


def _leave(
    desk: Desk,
    request: Request,
    visit: Visit,
    fields: Mapping[str, str],  # noqa: ARG001
) -> Response:
    return end_session(desk, told(desk, request, f"{visit.role}.left"), visit)


def _keep(
    desk: Desk, answer: Response, name: str, value: str, role: Role, lasts_s: int
) -> None:
    answer.set_cookie(
        name, value, max_age=lasts_s, path=f"{desk.site.root}/{role}", secure=desk.secure, httponly=True,
        samesite="strict",
    )  # fmt: skip


def _drop(desk: Desk, answer: Response, name: str, role: Role) -> None:
    answer.delete_cookie(
        name,
        path=f"{desk.site.root}/{role}",
        secure=desk.secure,
        httponly=True,
        samesite="strict",
    )
