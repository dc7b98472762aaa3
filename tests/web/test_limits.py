"""Who asks too often waits, nobody else does, and nobody is remembered."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from asking import done
from fanal.web.limits import Limited, Limits, networks_of, visitor_of

PROXY = networks_of(["10.0.0.0/8", "2001:db8:ffff::/48"])


def scope(client: str | None, *forwarded: str, method: str = "GET") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", one.encode("latin-1")) for one in forwarded]
    peer = (client, 1234) if client else None
    return {"type": "http", "method": method, "client": peer, "headers": headers}


def test_a_bucket_holds_its_burst_and_fills_at_its_rate() -> None:
    limits = Limits(rate=2.0, burst=3)
    assert [limits.wait_s(b"v", 0.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert limits.wait_s(b"v", 0.5) == 0.0
    assert limits.wait_s(b"v", 0.5) == 0.5
    assert [limits.wait_s(b"v", 1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_visitors_do_not_share_a_bucket_and_a_clock_that_goes_back_gives_nothing() -> None:
    limits = Limits(rate=1.0, burst=1)
    assert limits.wait_s(b"one", 10.0) == 0.0
    assert limits.wait_s(b"two", 10.0) == 0.0
    assert limits.wait_s(b"one", 5.0) == 1.0


def test_memory_is_bounded_and_the_busy_are_kept() -> None:
    limits = Limits(rate=1.0, burst=1, most=100)
    for number in range(10_000):
        limits.wait_s(b"busy", number / 1000)
        limits.wait_s(number.to_bytes(4, "big"), number / 1000)
        assert len(limits) <= 100
    assert limits.wait_s(b"busy", 9.9995) > 0


def test_keys_hold_no_address_and_differ_between_processes() -> None:
    first, second = Limits(), Limits()
    address = visitor_of(scope("198.51.100.7"))
    first.wait_s(address, 0.0)
    second.wait_s(address, 0.0)
    (one,), (other,) = first._buckets, second._buckets
    assert one != other
    assert address not in one


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::4", "2001:db8:1:3::4", False),
        ("198.51.100.7", "::ffff:198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("fe80::1%eth0", "fe80::1", True),
    ],
)
def test_a_visitor_is_an_ipv4_address_or_a_64(one: str, other: str, same: bool) -> None:
    assert (visitor_of(scope(one)) == visitor_of(scope(other))) is same


@pytest.mark.parametrize(
    ("client", "forwarded", "counts_as"),
    [
        ("203.0.113.5", ["198.51.100.7"], "203.0.113.5"),  # no proxy of ours: not believed
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.2.3.4, 198.51.100.7"], "198.51.100.7"),  # the left can be made up
        ("10.0.0.1", ["1.2.3.4", "198.51.100.7, 10.0.0.9"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8:1:2::9]:4711"], "2001:db8:1:2::1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.1"),
        ("10.0.0.1", ["1.1.1.1," * 500 + "198.51.100.7"], "198.51.100.7"),
    ],
)
def test_forwarded_addresses_are_believed_of_named_proxies_alone(
    client: str, forwarded: list[str], counts_as: str
) -> None:
    assert visitor_of(scope(client, *forwarded), PROXY) == visitor_of(scope(counts_as))


def test_a_visitor_without_an_address_is_one_visitor() -> None:
    assert visitor_of(scope(None)) == visitor_of(scope("a socket's path")) == b"unknown"


def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    passed: list[str] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["method"])

    async def send(message: Any) -> None:
        sent.append(message)

    limited = Limited(app, clock=lambda: 0.0, reading=Limits(1.0, 2), writing=Limits(0.1, 1))

    async def ask() -> None:
        for method in ("GET", "HEAD", "GET", "POST", "POST"):
            await limited(scope("198.51.100.7", method=method), None, send)  # type: ignore[arg-type]
        await limited({"type": "lifespan"}, None, send)  # type: ignore[arg-type]

    with pytest.raises(KeyError):  # the lifespan, which our service does not know, is passed on
        done(ask())
    assert passed == ["GET", "HEAD", "POST"]
    starts = [one for one in sent if one["type"] == "http.response.start"]
    assert [one["status"] for one in starts] == [429, 429]
    waits = [dict(one["headers"])[b"retry-after"] for one in starts]
    assert waits == [b"1", b"10"]
    assert all(b"198.51" not in one.get("body", b"") for one in sent)


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "lines"),
    [
        ("127.0.0.1", ("203.0.113.9",), (), 1),
        ("10.0.0.4", ("203.0.113.9",), networks_of(["127.0.0.1/32"]), 1),
        ("10.0.0.4", ("203.0.113.9",), PROXY, 0),
        ("127.0.0.1", (), (), 0),
        ("198.51.100.7", ("203.0.113.9",), (), 0),  # anybody may send the header
    ],
)
def test_a_proxy_that_nobody_named_is_told_once_without_an_address(
    caplog: pytest.LogCaptureFixture, client: str, forwarded: tuple[str, ...], proxies: Any,
    lines: int,
) -> None:  # fmt: skip
    async def app(scope: Any, receive: Any, send: Any) -> None: ...

    limited = Limited(app, clock=lambda: 0.0, proxies=proxies)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            done(limited(scope(client, *forwarded), None, None))  # type: ignore[arg-type]
    assert len(caplog.messages) == lines
    assert not any(one in caplog.text for one in (client, *forwarded) if one != "127.0.0.1")
