"""The private report in Chromium: nothing runs, nothing leaves, everybody can read it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

from fanal.about.cells import Counts, Kind
from fanal.about.ip.sources import Source
from fanal.about.overview import Overview, Publication, Withheld, Wrong
from fanal.about.sign_ups import SignUps, Wave
from fanal.reports.about_page import about_html

HOSTILE = (
    '</td><script>window.ran = 1</script><svg onload="window.ran=2"> https://evil.example/x'
)
LONG = "x" * 60
TODAY = date(2026, 11, 22)
NETWORK = 12345678901234567890


def hostile_overview() -> Overview:
    """Return an overview with every section, its texts from outside hostile or long."""
    wave = Wave(
        network=NETWORK, country="GS", first=TODAY - timedelta(days=30), days=7, accounts=40,
        expected=0.5, all_accounts=45, country_accounts=60, country_all=4000, p=1e-9, q=1e-7,
    )  # fmt: skip
    held = Withheld(
        network=NETWORK, country=None, kind=HOSTILE, accounts=None, votes=9, against=9,
        share_low=0.7, share_high=1.0, q=0.004, reason="its accounts contradict the database",
    )  # fmt: skip
    return Overview(
        as_of=TODAY, rows=1_234_567, left_out={"future": 3, "older": 12, "country unknown": 9},
        accounts=123_456, enough=120_000, given=100_000, sure=90_000,
        refused=(("one day", 20_000), ("two places at once", 3_456)),
        shield=9_000, recent=119_000,
        countries=Counts(cells=(("GS", 60_000), ("FR", 39_000)), others=1_000, folded=12, unknown=0),
        channels=Counts(cells=((HOSTILE, 100_000), (LONG, 20_000)), others=None, folded=1, unknown=None),
        kinds=(Kind(name=HOSTILE, rows=9, accounts=70), Kind(name="", rows=1, accounts=None)),
        sign_ups=SignUps(known=9_000, seen=8_000, tested=300, alone=2, too_few=4, waves=(wave,)),
        quarantined=(held,), tested=500, too_small=90, withheld=70,
        publication=Publication(country=70_000, region=9_000, withheld=44_456, reasons=(("proxy days", 44_456),)),
        wrong=Wrong(here=False, wrong=6_058, low=5_645, high=6_499, accounts=12_000, date="2026-11-22"),
        kinds_of={NETWORK: HOSTILE},
    )  # fmt: skip


@pytest.fixture
def load(page: Page, tmp_path: Path) -> Any:
    """Open the report and return what it did: console lines, requests."""

    def opened(lang: str) -> list[str]:
        source = Source(
            name=LONG, answers="second country", licence="", date="", networks=1,
            networks_ipv6=1, addresses=1,
        )  # fmt: skip
        html = about_html(
            hostile_overview(), sources=[source], made_on=TODAY, version="0", lang=lang
        )
        path = tmp_path / "about.html"
        path.write_text(html, encoding="utf-8", newline="\n")
        done: list[str] = []
        page.on("console", lambda message: done.append(f"console: {message.text}"))
        page.on("request", lambda request: done.append(f"request: {request.url}"))
        page.goto(path.as_uri())
        done.remove(f"request: {path.as_uri()}")
        return done

    return opened


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nothing_runs_and_nothing_is_fetched(page: Page, load: Any, lang: str) -> None:
    assert load(lang) == []
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('script, img, iframe, link').length") == 0
    assert "<script>window.ran = 1</script>" in page.locator("#channels").inner_text()


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("fr", "light", 320), ("fr", "dark", 1280), ("en", "dark", 320), ("en", "light", 1280)],
)
def test_axe_finds_no_violation(
    page: Page, load: Any, lang: str, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    load(lang)
    found = Axe().run(page)["violations"]
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found
    ] == []


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_nothing_is_wider_than_the_window(page: Page, load: Any, lang: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    load(lang)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_prints_on_a4(page: Page, load: Any) -> None:
    load("fr")
    assert page.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # 178 mm
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
