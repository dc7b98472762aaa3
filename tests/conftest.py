"""What every test stands on: real data when present, Chromium, a quiet environment."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from shared_data import shared_folder

settings.register_profile("dev")
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

#: Names under which systems know the browser.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
#: As root there is no sandbox; a browser at start asks the network for nothing.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def in_ci() -> bool:
    """Return whether a missing browser is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


@pytest.fixture(scope="session")
def fanal_data() -> Path:
    """Folder with ``data/``, ``reference/`` and ``tools/``; the test is skipped without it."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("real data not present (FANAL_DATA names its folder)")
    return folder


@pytest.fixture(scope="session", autouse=True)
def quiet_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give child processes a plain terminal, no warnings of ours, and no display."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONWARNDEFAULTENCODING", raising=False)
        patch.delenv("FORCE_COLOR", raising=False)
        patch.setenv("NO_COLOR", "1")
        patch.setenv("COLUMNS", "120")
        patch.setenv("TERM", "dumb")
        # nobody's own places of X's fields (~/.config/fanal) decide what tests read
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        patch.setenv("BROWSER", "true")  # `fanal demo` opens nothing while tests run
        yield


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine: Fanal works without one."""
    connect = socket.socket.connect

    def judged(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "a local socket"
        if isinstance(address, tuple) and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test asked the network for {host}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", judged)
        yield


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium; without it the test is skipped, or fails when CI is set."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    reason = "no Chromium on the path: run tools/browser.sh"
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    """Make pytest-playwright drive the system's Chromium."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": CHROMIUM_ARGUMENTS,
    }


@pytest.fixture
def context(context: Any) -> Any:
    """Refuse every request that leaves this machine, and fail the test that made it."""
    asked: list[str] = []

    def judge(route: Any) -> None:
        url = route.request.url
        if url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1")):
            route.continue_()
        else:
            asked.append(url)
            route.abort()

    context.route("**/*", judge)
    yield context
    assert not asked, f"the page asked the network for {asked}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `browser` whatever drives a page."""
    for item in items:
        if {"page", "context", "browser", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("browser")
