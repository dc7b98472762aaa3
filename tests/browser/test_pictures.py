"""The pictures of the docs: of the demo's world alone, small, and made again on demand.

``FANAL_PICTURES=docs/images pytest tests/browser/test_pictures.py`` takes them anew, best with
Debian's fonts-sil-charis and fonts-inter installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from fanal.demo.tour import tour

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture shows: from one element to another, in a language, colours, a width."""

    first: str
    last: str
    lang: str = "en"
    colours: Any = "light"
    width: int = 1080
    margin: int = 24


PICTURES = {
    "report-head": Picture(first=".masthead", last="#timeline svg >> nth=0"),
    "report": Picture(first="#findings h2", last=".finding >> nth=2"),
    "side-by-side": Picture(first=".fig-pair", last=".fig-pair .fig-source", margin=9),
    "report-dark": Picture(first=".masthead", last=".decks", colours="dark"),
    "report-fr": Picture(first=".masthead", last=".decks", lang="fr"),
    "report-fr-dark": Picture(
        first="#findings h2", last=".finding >> nth=2", lang="fr", colours="dark"
    ),
    "report-narrow": Picture(
        first=".masthead", last=".notice", lang="fr", width=320, margin=12
    ),
}
PRINTED = "report-printed"
LARGEST = 300_000


@pytest.mark.skipif(
    "FANAL_PICTURES" not in os.environ, reason="only when pictures are asked for"
)
def test_pictures_are_taken(page: Page, tmp_path: Path) -> None:
    def quiet(*_: Any) -> None:
        pass

    target = Path(os.environ["FANAL_PICTURES"]).absolute()
    for lang in ("fr", "en"):
        made = tour(
            tmp_path / lang,
            seed=7,
            now=1_795_262_400_000_000,
            say=quiet,
            progress=quiet,
            lang=lang,
        )
        report = tmp_path / f"{lang}.html"
        report.write_text(made.report_html, encoding="utf-8", newline="\n")
        page.goto(report.as_uri())
        for name, picture in PICTURES.items():
            if picture.lang == lang:
                _take(page, picture, target / f"{name}.png")
        if lang == "fr":
            _print(page, tmp_path, target / f"{PRINTED}.png")


def _take(page: Page, picture: Picture, target: Path) -> None:
    page.emulate_media(color_scheme=picture.colours)
    page.set_viewport_size({"width": picture.width, "height": 900})
    page.wait_for_function("!document.querySelector('[data-map]') || performance.getEntriesByName('fanal-map-whole').length")  # fmt: skip
    top = page.locator(picture.first).first.bounding_box()
    bottom = page.locator(picture.last).first.bounding_box()
    assert top
    assert bottom
    begin = max(0, top["y"] - picture.margin)
    height = bottom["y"] + bottom["height"] + picture.margin - begin
    clip = {"x": 0.0, "y": begin, "width": float(picture.width), "height": height}
    page.screenshot(path=target, full_page=True, clip=clip)  # type: ignore[arg-type]


def _print(page: Page, folder: Path, target: Path) -> None:
    """Show the first printed page, where poppler is there to draw it."""
    page.pdf(path=folder / "report.pdf", prefer_css_page_size=True)
    if program := shutil.which("pdftoppm"):
        words = [program, "-r", "80", "-png", "-singlefile", "-l", "1"]
        subprocess.run([*words, folder / "report.pdf", target.with_suffix("")], check=True)


@pytest.mark.parametrize("name", [*PICTURES, PRINTED])
def test_a_picture_is_there_and_small(name: str) -> None:
    assert 10_000 < (FOLDER / f"{name}.png").stat().st_size < LARGEST


def test_each_picture_that_a_page_shows_is_one_of_these() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {
        name
        for path in pages
        for name in re.findall(r"images/([\w-]+)\.png", path.read_text(encoding="utf-8"))
    }
    beside = "".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*_pictures.py")
    )
    assert [name for name in shown if f'"{name}"' not in beside] == []
