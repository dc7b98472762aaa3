"""Around the demo's command: where it lives, what it says the first time, whether it opens."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import pytest

from fanal.cli import demo, watching


@pytest.mark.parametrize(
    ("platform", "variable", "below"),
    [
        ("linux", "XDG_DATA_HOME", "fanal/demo"),
        ("win32", "LOCALAPPDATA", "fanal/demo"),
    ],
)
def test_it_lives_among_the_users_data(
    platform: str, variable: str, below: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert demo._home() == tmp_path / below


def test_without_a_variable_it_is_the_usual_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert demo._home() == Path.home() / ".local" / "share" / "fanal" / "demo"


def test_the_first_run_is_known_by_an_empty_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not watching.is_compiled()
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "x.nbi").touch()
    assert watching.is_compiled()


@pytest.mark.parametrize(("display", "opened"), [("", 0), (":0", 1)])
def test_it_opens_the_report_only_where_there_is_a_screen(
    display: str, opened: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(webbrowser, "open", lambda url: asked.append(url) or True)
    demo._open(tmp_path / "a report.html")
    assert len(asked) == opened
    assert all(url.startswith("file:///") and "%20" in url for url in asked)


def test_a_browser_that_does_not_come_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    demo._open(tmp_path / "r.html")
    assert "in a browser to read it" in capsys.readouterr().err
