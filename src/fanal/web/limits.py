"""How often one visitor may ask, without keeping who asked.

1. The visitor's address: the connection's own, or, only when that is a proxy named in the
   settings, the last address in ``X-Forwarded-For`` that is no such proxy.
2. An IPv6 address counts by its /64, which one household has; an IPv4 address by itself.
3. Its key is an HMAC-SHA256 of that under 32 bytes drawn when the process starts. The address
   is gone with the request; the key tells nothing once the process has ended.
4. Each key has a bucket of `burst` tokens that fills at `rate` a second. Who finds it empty is
   answered 429, with the seconds to wait.
5. At most `most` buckets: first those that are full again are forgotten, then the oldest.
6. Requests that come through a proxy which the settings do not name share one bucket: the log says so
   once, without an address.
"""

from __future__ import annotations

import hmac
import logging
import math
import secrets
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ipaddress import IPv4Network

    from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)
#: Headers that proxies add.
_PROXIES_ADD: Final = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")
#: Requests a second of one visitor in the long run, and at once.
RATE: Final = 10.0
BURST: Final = 100
#: Forms, which write: one in ten seconds, twenty at once.
FORM_RATE: Final = 0.1
FORM_BURST: Final = 20
#: Buckets kept: some 20 MB.
MOST: Final = 100_000
#: Addresses of ``X-Forwarded-For`` looked at, from the last.
_MOST_HOPS: Final = 16
_UNKNOWN: Final = b"unknown"
_BEHIND_ANOTHER: Final = (
    "requests come through a proxy that the configuration does not name: all who come through it"
    ' share one limit, forms included. Name it: proxies = ["127.0.0.1/32"]'
)


class Limits:
    """Token buckets under keys that nobody can turn back into addresses.

    Parameters
    ----------
    rate, burst
        Tokens a second that a bucket gains, and how many it holds.
    most
        Buckets kept at most.
    """

    def __init__(
        self, rate: float = RATE, burst: int = BURST, *, most: int = MOST, key: bytes = b""
    ) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._key = key or secrets.token_bytes(32)
        self._buckets: dict[bytes, tuple[float, float]] = {}

    def __len__(self) -> int:
        """Return how many buckets are kept."""
        return len(self._buckets)

    def wait_s(self, visitor: bytes, now: float) -> float:
        """Take a token; return 0, or how many seconds until there is one.

        Parameters
        ----------
        visitor
            What `visitor_of` returned.
        now
            Seconds of a clock that never goes back.
        """
        name = hmac.digest(self._key, visitor, "sha256")[:16]
        tokens, at = self._buckets.pop(name, (float(self._burst), now))
        tokens = min(self._burst, tokens + max(0.0, now - at) * self._rate)
        if name not in self._buckets and len(self._buckets) >= self._most:
            self._forget(now)
        enough = tokens >= 1.0
        self._buckets[name] = (tokens - enough, now)
        return 0.0 if enough else (1.0 - tokens) / self._rate

    def _forget(self, now: float) -> None:
        """Forget the oldest tenth; among them all that have been full again for long (5)."""
        full_after = self._burst / self._rate
        oldest = max(1, self._most // 10)
        names = [
            name
            for number, (name, (_, at)) in enumerate(self._buckets.items())
            if number < oldest or now - at >= full_after
        ]
        for name in names:
            del self._buckets[name]


Networks = tuple["IPv4Network | IPv6Network", ...]


def networks_of(names: Iterable[str]) -> Networks:
    """Return networks from the settings' words; ValueError for what is none."""
    return tuple(ip_network(name) for name in names)


def visitor_of(scope: Scope, proxies: Networks = ()) -> bytes:
    """Return what a visitor counts as: an IPv4 address or the /64 of an IPv6 one, as bytes."""
    client = scope.get("client")
    address = _address(client[0]) if client else None
    if address is not None and _among(address, proxies):
        address = _forwarded(scope, proxies) or address
    if address is None:
        return _UNKNOWN
    return address.packed if isinstance(address, IPv4Address) else address.packed[:8]


#: Where one's own proxies stand: this machine, private networks.
_NEAR: Final = networks_of(
    ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


def is_behind_another(scope: Scope, proxies: Networks) -> bool:
    """Return whether a request came through a proxy near by that `proxies` does not name (6)."""
    if not any(name in _PROXIES_ADD for name, _ in scope.get("headers", ())):
        return False
    client = scope.get("client")
    address = _address(client[0]) if client else None
    return address is not None and _among(address, _NEAR) and not _among(address, proxies)


def _forwarded(scope: Scope, proxies: Networks) -> IPv4Address | IPv6Address | None:
    """Return the last forwarded address that is no proxy of ours; what is left of it may be made up."""
    lines = [value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    hops = b",".join(lines).decode("latin-1").rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]
    for hop in reversed(hops):
        address = _address(hop.strip())
        if address is None or not _among(address, proxies):
            return address
    return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, without port, brackets and zone; IPv4 in IPv6 as IPv4."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if isinstance(mapped, IPv4Address) else address


def _among(address: IPv4Address | IPv6Address, proxies: Networks) -> bool:
    return any(address in one for one in proxies if one.version == address.version)


class Limited:
    """A service that answers 429 to who asks too often; what may pass, passes unchanged.

    Parameters
    ----------
    app
        The service.
    reading, writing
        Buckets of requests, and of those that are forms (any method but GET and HEAD).
    proxies
        Networks of proxies whose ``X-Forwarded-For`` is believed; none unless configured.
    clock
        Seconds that never go back: ``time.monotonic``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Callable[[], float],
        reading: Limits | None = None,
        writing: Limits | None = None,
        proxies: Networks = (),
    ) -> None:
        self._app, self._clock, self._proxies = app, clock, proxies
        self._reading = Limits() if reading is None else reading
        self._writing = Limits(FORM_RATE, FORM_BURST) if writing is None else writing
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say how long to wait."""
        if scope["type"] == "http":
            if not self._told and is_behind_another(scope, self._proxies):
                self._told = True
                log.warning(_BEHIND_ANOTHER)
            reads = scope["method"] in {"GET", "HEAD"}
            limits = self._reading if reads else self._writing
            wait = limits.wait_s(visitor_of(scope, self._proxies), self._clock())
            if wait:
                await _refuse(send, math.ceil(wait))
                return
        await self._app(scope, receive, send)


async def _refuse(send: Send, seconds: int) -> None:
    body = f"Too many requests; again in {seconds} s.\n".encode("ascii")
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"retry-after", str(seconds).encode("ascii")),
    ]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})
