"""`fanal about serve`: what it says when it starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from fanal.cli.main import app


@pytest.mark.parametrize(
    ("line", "said"),
    [("", True), ("proxies = []", True), ('proxies = ["127.0.0.1/32"]', False)],
)
def test_who_names_no_proxy_is_told_once_that_all_behind_one_count_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, said: bool
) -> None:
    served: list[Any] = []
    monkeypatch.setattr("fanal.web.serving.serve", lambda *told: served.append(told))
    (tmp_path / "about.toml").write_text(line + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["about", "serve", "--config", f"{tmp_path}/about.toml"])
    assert done.exit_code == 0, done.output
    assert len(served) == 1
    assert done.stderr.count("all visitors count as one, 10 requests a second together") == said
    assert done.stderr.count('proxies = ["127.0.0.1/32"]') == said


@pytest.mark.parametrize(
    ("mode", "host", "said"),
    [
        ("opt-in", "http://127.0.0.1:8000", True),
        ("opt-in", "http://localhost", True),
        ("opt-in", "https://cards.example", False),
        ("private", "http://127.0.0.1:8000", False),
    ],
)
def test_an_address_of_this_machine_is_said_to_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, host: str, said: bool
) -> None:
    monkeypatch.setattr("fanal.web.serving.serve", lambda *_: None)
    text = f'mode = "{mode}"\nbase_url = "{host}"\n'
    (tmp_path / "about.toml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["about", "serve", "--config", f"{tmp_path}/about.toml"])
    assert done.exit_code == 0, done.output
    assert ("base_url is this machine" in done.stderr) == said
