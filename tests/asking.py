"""A service asked in this process: no socket, no network."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


def done(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns; in a thread, for browser tests leave a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class Asking:
    """A browser without a screen: keeps cookies, follows no redirect.

    Parameters
    ----------
    app
        An ASGI service.
    base_url
        What the service is called; cookies that need https are kept only there.
    client
        The address it seems to come from.
    """

    def __init__(
        self, app: Any, base_url: str = "https://cards.example", client: str = "198.51.100.7"
    ) -> None:
        transport = httpx.ASGITransport(app=app, client=(client, 4711))
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url)
        self.cookies = self._client.cookies

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return done(self._client.get(path, **asked))

    def post(
        self, path: str, fields: Mapping[str, str] | None = None, **asked: Any
    ) -> httpx.Response:
        return done(self._client.post(path, data=fields, **asked))
