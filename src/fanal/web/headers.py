"""What every answer says to a browser: load nothing foreign, tell nobody, keep nothing.

- Content-Security-Policy without anything inline: style and pictures from this server alone.
- No address of a page leaves with a link; no page stands in another one's frame.
- ``no-store`` on all that is about an account: a cache that kept cards would tell, by the age of its
  copy, that somebody looked. No ETag, no Last-Modified: they would tell when a card changed.
- Search engines are asked to keep no copy: an archive of cards is what the publishing rules prevent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Raw = tuple[tuple[bytes, bytes], ...]

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PERMISSIONS: Final = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), microphone=(), payment=(), usb=()"
)
#: On every answer.
COMMON: Final[Raw] = (
    (b"content-security-policy", _POLICY.encode("ascii")),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", _PERMISSIONS.encode("ascii")),
    (b"x-robots-tag", b"noindex, noarchive"),
)
#: Unless the route says otherwise: not kept, not read by other sites.
PRIVATE: Final[Raw] = (
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
#: For routes that other sites' pages may read (cards as JSON, embed.js, the public key).
OPEN: Final = {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
}
#: For files of this installation, the same for everybody.
FIXED: Final = {"cache-control": "public, max-age=3600"}
_NEVER: Final = (b"etag", b"last-modified", b"server")


class Headers:
    """A service whose every answer carries the headers above; a route's own stand before them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the headers."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _with_headers(message.get("headers", ()))}
            await send(message)

        await self._app(scope, receive, told if scope["type"] == "http" else send)


def _with_headers(given: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    kept = [(name.lower(), value) for name, value in given]
    kept = [one for one in kept if one[0] not in _NEVER]
    names = {name for name, _ in kept}
    return kept + [one for one in (*COMMON, *PRIVATE) if one[0] not in names]
