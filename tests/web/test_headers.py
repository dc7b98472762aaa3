"""Every answer carries the strict headers, also errors."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from asking import Asking
from fanal.web.headers import COMMON, OPEN, Headers


async def card(request: Request) -> Response:
    return Response("x", headers={"ETag": '"1"', "Last-Modified": "x", **OPEN})


async def page(request: Request) -> Response:
    return Response("x")


def client() -> Asking:
    app = Starlette(routes=[Route("/card", card), Route("/page", page)])
    return Asking(Headers(app))


def test_every_answer_is_strict_also_the_missing_page() -> None:
    for path in ("/card", "/page", "/nowhere"):
        headers = client().get(path).headers
        for name, value in COMMON:
            assert headers[name.decode()] == value.decode(), path
        assert headers["cache-control"] == "no-store"
        assert "unsafe" not in headers["content-security-policy"]


def test_nothing_tells_when_an_answer_changed() -> None:
    headers = client().get("/card").headers
    assert {"etag", "last-modified", "server"} & set(headers) == set()


def test_a_route_may_open_itself_to_other_sites_and_the_rest_stays_closed() -> None:
    assert client().get("/card").headers["cross-origin-resource-policy"] == "cross-origin"
    assert client().get("/card").headers["access-control-allow-origin"] == "*"
    page_headers = client().get("/page").headers
    assert page_headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in page_headers
