"""The pictures of docs/about/card.md: made-up accounts alone, and made again on demand.

``FANAL_PICTURES=docs/images pytest tests/browser/test_card_pictures.py`` takes them anew, best with
Debian's fonts-sil-charis and fonts-inter installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from fanal.web.app import create_app
from made_cards import filled, now, settings
from served import served

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"
#: Name -> path, colours, width.
PICTURES: dict[str, tuple[str, Any, int]] = {
    "card": ("/@marie_dubreuil?lang=en", "light", 1000),
    "card-fr-dark": ("/@marie_dubreuil?lang=fr", "dark", 1000),
    "card-withheld": ("/@amina?lang=en", "light", 1000),
    "card-narrow": ("/@amina?lang=fr", "dark", 320),
}
PRINTED = "card-printed"
LARGEST = 250_000


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    cards = filled(tmp_path)
    with served(create_app(settings(), cards, now)) as address:
        yield address
    cards.close()


@pytest.mark.skipif(
    "FANAL_PICTURES" not in os.environ, reason="only when pictures are asked for"
)
def test_pictures_are_taken(browser: Browser, base: str, tmp_path: Path) -> None:
    target = Path(os.environ["FANAL_PICTURES"]).absolute()
    for name, (path, colours, width) in PICTURES.items():
        page = browser.new_page(color_scheme=colours, viewport={"width": width, "height": 640})
        page.goto(base + path)
        page.screenshot(path=target / f"{name}.png", full_page=width > 320)
        page.close()
    page = browser.new_page()
    page.goto(f"{base}/@marie_dubreuil?lang=fr")
    page.pdf(path=tmp_path / "card.pdf", prefer_css_page_size=True)
    if program := shutil.which("pdftoppm"):
        words = [program, "-r", "70", "-png", "-singlefile", "-l", "1"]
        subprocess.run([*words, tmp_path / "card.pdf", target / PRINTED], check=True)


@pytest.mark.parametrize("name", [*PICTURES, PRINTED])
def test_a_picture_is_there_and_small(name: str) -> None:
    assert 5_000 < (FOLDER / f"{name}.png").stat().st_size < LARGEST


def test_each_picture_of_a_card_is_shown() -> None:
    text = (ROOT / "docs" / "about" / "card.md").read_text(encoding="utf-8")
    assert set(re.findall(r"images/([\w-]+)\.png", text)) == {*PICTURES, PRINTED}
