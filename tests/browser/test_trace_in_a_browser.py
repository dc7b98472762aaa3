"""The page of a trace in Chromium: nothing runs, nothing leaves, everybody can read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page
from typer.testing import CliRunner

from fanal.cli.main import app
from made_case import DAY_ONE, add_rows, new_case, post, sentence

CLAIM = "The old bridge at Landévennec will be pulled down before the end of the summer"
HOSTILE = (
    f'{CLAIM} <script>window.ran = 1</script><svg onload="window.ran=2"> https://evil.example/x'
)
MINUTE = 60_000_000
LOOKS: list[tuple[str, Literal["light", "dark"], int]] = [
    ("fr", "light", 320),
    ("en", "dark", 1100),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a case in which 26 accounts carry the claim, one of them with something hostile."""
    made = new_case(tmp_path_factory.mktemp("traced") / "a.case")

    def said(number: int, text: str, minute: int) -> dict[str, Any]:
        time = DAY_ONE + minute * MINUTE
        return post(f"x:9{number:05d}", account=f"x:77{number:04d}", time=time, text=text)

    rows = [said(n, sentence(n), n * 20) for n in range(200)]
    rows += [said(400 + n, CLAIM, 2400 + n) for n in range(25)]
    rows.append(said(450, HOSTILE, 2500))
    add_rows(made, "one", sorted(rows, key=lambda row: row["time"]), accounts=[], batch=999)
    return made.path


@pytest.mark.parametrize(("lang", "colours", "width"), LOOKS)
def test_a_trace_is_inert_and_can_be_read_by_everybody(
    page: Page,
    case: Path,
    tmp_path: Path,
    lang: str,
    colours: Literal["light", "dark"],
    width: int,
) -> None:
    out = tmp_path / "trace.html"
    words = ["trace", case, "--text", CLAIM, "--lang", lang, "-o", out]
    told = CliRunner().invoke(app, list(map(str, words)))
    assert told.exit_code == 0, told.output
    done: list[str] = []
    page.on("console", lambda message: done.append(message.text))
    page.on("request", lambda request: done.append(request.url))
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(out.as_uri())
    assert done == [out.as_uri()]
    assert page.evaluate("window.ran") is None
    assert page.locator("h1").inner_text().startswith("26 ")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page)["violations"] == []
