"""The pictures of docs/tutorial-about.md and README: cards of `fanal demo about`, made again on demand.

``FANAL_PICTURES=docs/images pytest tests/browser/test_demo_about_pictures.py`` takes them anew, best with
Debian's fonts-sil-charis and fonts-inter installed.
"""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from fanal.cli.demo_about import write_pages
from fanal.demo.about_year import year

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"
#: Name -> handle, language, colours, width.
PICTURES: dict[str, tuple[str, str, Any, int]] = {
    "demo-about": ("tavelune_presse", "en", "light", 1000),
    "demo-about-fr": ("tavelune_presse", "fr", "dark", 1000),
    "demo-about-place": ("vrai_tavelunois", "en", "light", 1000),
}
LARGEST = 250_000


def made_pages(folder: Path, accounts: int) -> dict[tuple[str, str], Path]:
    """Return the demo's pages, made in a thread: Playwright keeps this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(year, folder, seed=7, accounts=accounts, say=lambda _: None)
        return pool.submit(write_pages, made.result()).result()


@pytest.mark.skipif(
    "FANAL_PICTURES" not in os.environ, reason="only when pictures are asked for"
)
def test_pictures_are_taken(browser: Browser, tmp_path: Path) -> None:
    target = Path(os.environ["FANAL_PICTURES"]).absolute()
    pages = made_pages(tmp_path, 3000)
    for name, (handle, lang, colours, width) in PICTURES.items():
        page = browser.new_page(color_scheme=colours, viewport={"width": width, "height": 640})
        page.goto(pages[handle, lang].as_uri())
        page.screenshot(path=target / f"{name}.png", full_page=True)
        page.close()


@pytest.mark.parametrize("width", [320, 1000])
def test_the_written_page_is_styled_and_fits(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    pages = made_pages(tmp_path, 100)
    page = browser.new_page(viewport={"width": width, "height": 640})
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(pages["tavelune_presse", "fr"].as_uri())
    assert failed == []
    assert "non communiqué" in page.inner_text("main")
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("text=English")
    assert "not disclosed" in page.inner_text("main")
    page.close()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_and_small(name: str) -> None:
    assert 5_000 < (FOLDER / f"{name}.png").stat().st_size < LARGEST


def test_each_picture_is_shown() -> None:
    text = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("README.md", "docs/tutorial-about.md")
    )
    assert set(PICTURES) <= set(re.findall(r"images/([\w-]+)\.png", text))
