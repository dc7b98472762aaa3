"""The command that serves: no address of a visitor in any file, log or error, whatever is asked."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from made_cards import SHOWN, WITHHELD, write
from postgres_server import free_port

pytestmark = pytest.mark.slow
#: Planted: one that a proxy would name, and the connection's own (any 127.0.0.0/8 is this machine).
FORWARDED, PEER = "203.0.113.77", "127.8.77.9"
SECRET = "5a" * 32
ASKED = (
    "/@marie_dubreuil", "/@few_days", "/cards/1.json", "/cards/zz.json", "/check?handle=x&code=y",
    "/embed.js", "/.well-known/fanal.json", "/openapi.json", "/static/fanal.css", "/holder",
    "/holder/enter?link=nonsense", "/operator", "/@%00", "/nothing", "/@a%ff",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with its files, cards of ten accounts among them."""
    from fanal.store.cards import open_cards

    config = 'mode = "opt-in"\nbase_url = "http://127.0.0.1"\nproxies = ["127.0.0.0/8"]\n'
    config += 'profile_url = "https://social.example/@{handle}"\n'
    (tmp_path / "about.toml").write_text(config, encoding="utf-8")
    for name in ("secret", "key"):
        (tmp_path / name).write_text(SECRET + "\n", encoding="ascii")
        (tmp_path / name).chmod(0o600)
    cards = open_cards(str(tmp_path / "cards.sqlite"), bytes.fromhex(SECRET))
    write(cards, (*SHOWN, *WITHHELD))
    cards.close()
    return tmp_path


def serving(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start `fanal about serve` and wait until it answers."""
    command = [sys.executable, "-m", "fanal", "about", "serve", "--config", "about.toml"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=folder, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
    for _ in range(300):
        try:
            httpx.get(f"http://127.0.0.1:{port}/check")
        except httpx.TransportError:
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            time.sleep(0.1)
        else:
            return process
    raise AssertionError("the service does not answer")


def raw(port: int, request: bytes) -> bytes:
    """Send bytes that are hardly HTTP from the planted address."""
    with socket.create_connection(("127.0.0.1", port), 5, (PEER, 0)) as connection:
        connection.sendall(request)
        connection.settimeout(1)
        try:
            return connection.recv(65_536)
        except TimeoutError:
            return b""


def test_no_address_of_a_visitor_stays_anywhere(folder: Path) -> None:
    port = free_port()
    process = serving(folder, port)
    said = b""
    try:
        headers = {
            "x-forwarded-for": FORWARDED,
            "forwarded": f"for={FORWARDED}",
            "x-real-ip": FORWARDED,
        }
        transport = httpx.HTTPTransport(local_address=PEER)
        with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
            for path in ASKED * 9:
                answer = client.get(path, headers=headers)
                said += answer.content + str(answer.headers).encode()
            refused = answer.status_code
            said += client.post("/holder/enter", headers=headers, data={"link": "x"}).content
            said += client.request("BREW", "/@jonas", headers=headers).content
        said += raw(
            port, f"GET /@jonas HTTP/1.1\r\nX-Forwarded-For: {FORWARDED}\r\nHost".encode()
        )
        said += raw(port, b"\x16\x03\x01\x02\x00" + FORWARDED.encode())
        (folder / "cards.sqlite").write_bytes(b"\0" * 4096)  # from now on every look-up fails
        said += httpx.get(f"http://127.0.0.1:{port}/@jonas", headers=headers).content
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)
    assert refused == 429
    planted = re.compile(re.escape(FORWARDED).encode() + b"|" + re.escape(PEER).encode())
    kept = {one.name: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    assert [name for name, content in kept.items() if planted.search(content)] == []
    assert not planted.search(said)
    assert b"Traceback" not in kept["log"]
    assert b"jonas" not in kept["log"]
