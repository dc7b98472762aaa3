"""The pictures of the docs: of the demo's world alone, small, and made again on demand.

``FANAL_PICTURES=docs/images pytest tests/browser/test_pictures.py`` takes them anew, best with
Debian's fonts-sil-charis and fonts-inter installed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from fanal.demo.tour import tour

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"
#: Name -> (colours, first element shown, last one).
PICTURES: dict[str, tuple[str, str, str]] = {
    "report": ("light", "#findings h2", ".finding >> nth=0"),
    "report-head": ("light", ".masthead", ".contents"),
    "side-by-side": ("light", "details[open] >> nth=1", "details[open] >> nth=1"),
    "report-dark": ("dark", ".masthead", "#findings figure >> nth=0"),
}
LARGEST = 300_000
#: Above and below, where it is not 24.
MARGIN = {"side-by-side": 1}
WIDTH = 1080


@pytest.mark.skipif(
    "FANAL_PICTURES" not in os.environ, reason="only when pictures are asked for"
)
def test_pictures_are_taken(page: Page, tmp_path: Path) -> None:
    def quiet(*_: Any) -> None:
        pass

    made = tour(tmp_path / "d", seed=7, now=1_795_262_400_000_000, say=quiet, progress=quiet)
    report = tmp_path / "report.html"
    report.write_text(made.report_html, encoding="utf-8", newline="\n")
    page.set_viewport_size({"width": WIDTH, "height": 900})
    page.goto(report.as_uri())
    for name, (colours, first, last) in PICTURES.items():
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        top, bottom = page.locator(first).bounding_box(), page.locator(last).bounding_box()
        assert top
        assert bottom
        begin = max(0, top["y"] - MARGIN.get(name, 24))
        height = bottom["y"] + bottom["height"] + MARGIN.get(name, 24) - begin
        target = Path(os.environ["FANAL_PICTURES"]).absolute() / f"{name}.png"
        clip = {"x": 0.0, "y": begin, "width": float(WIDTH), "height": height}
        page.screenshot(path=target, full_page=True, clip=clip)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_and_small(name: str) -> None:
    assert 10_000 < (FOLDER / f"{name}.png").stat().st_size < LARGEST


def test_each_picture_that_a_page_shows_is_one_of_these() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {
        name
        for path in pages
        for name in re.findall(r"images/([\w-]+)\.png", path.read_text(encoding="utf-8"))
    }
    assert shown <= set(PICTURES)
