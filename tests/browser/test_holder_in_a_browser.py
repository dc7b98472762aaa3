"""The holder's and the operator's pages in Chromium: without a script, for everybody, on any width."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from fanal.store.cards import Cards
from fanal.web.tokens import holder_link, operator_link
from made_desk import (
    HOLDERS,
    JOURNALIST,
    MARIE,
    NOON,
    PREVIEW,
    SAFE,
    SECRET,
    desk_of,
    filled,
    service_of,
)
from served import served

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.ran=1"> ' + "x" * 200


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Cards]:
    hostile = replace(MARIE, account="6", handle=HOSTILE)
    crowd = (("m", MARIE, 912), ("j", JOURNALIST, 63), ("p", PREVIEW, 41), ("s", SAFE, 22))
    many = [
        replace(one, account=f"{letter}{n}", handle=f"{letter}{n}")
        for letter, one, count in crowd
        for n in range(count if "FANAL_PICTURES" in os.environ else 30)
    ]
    made = filled(tmp_path / "cards.sqlite", (*HOLDERS, hostile, *many))
    made.dispute("2", "My employer’s network leaves in the United States.", 1_794_000_000)
    yield made
    made.close()


@pytest.fixture
def base(cards: Cards) -> Iterator[str]:
    """A service in mode "opt-in", where a holder has the most to do."""
    with served(service_of(desk_of(cards, "opt-in", "http://127.0.0.1"))) as address:
        yield address


@pytest.fixture
def walk(browser: Browser, base: str) -> Iterator[Any]:
    """Open a page with a session: ``walk(account)``, or ``walk("")`` for the operator."""
    contexts = []

    def walked(account: str, lang: str = "en", **more: Any) -> Page:
        context = browser.new_context(java_script_enabled=more.pop("script", True), **more)
        contexts.append(context)
        page = context.new_page()
        now = NOON.timestamp()
        link = (
            holder_link(SECRET, base, account=account, now=now)
            if account
            else operator_link(SECRET, base, now=now)
        )
        page.goto(f"{link}&lang={lang}")
        page.locator("main form button").click()
        assert "link=" not in page.url
        return page

    yield walked
    for context in contexts:
        context.close()


def test_without_a_script_the_keyboard_alone_reaches_safety(walk: Any, cards: Cards) -> None:
    page = walk("1", script=False)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    safe = page.get_by_role("button", name="Show nothing, at once")
    for _ in range(12):
        page.keyboard.press("Tab")
        if safe.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Done: nothing is shown.")
    assert cards.card(account="1") is None


def test_a_holder_asks_disputes_and_is_forgotten(walk: Any, cards: Cards) -> None:
    page = walk("1", "fr")
    page.get_by_role("button", name="Demander une fiche").click()
    expect(page.get_by_role("status")).to_contain_text("Votre demande est enregistrée.")
    page.get_by_label("Votre message").fill("J’ai déménagé en mars.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("blockquote")).to_have_text("J’ai déménagé en mars.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger mes données").click()
    assert download.value.suggested_filename == "about-this-account.json"
    page.get_by_role("link", name="Tout oublier…").click()
    page.get_by_label("Oui, tout oublier de ce compte").check()
    page.get_by_role("button", name="Tout oublier maintenant").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est oublié")
    assert cards.held("1") is None


def test_the_operator_answers_and_the_holder_reads_it(walk: Any) -> None:
    operator = walk("", script=False)
    first = operator.get_by_role("article").first
    first.get_by_label("Answer").fill("We have put the network in quarantine.")
    first.get_by_role("button", name="Answer and close").click()
    expect(operator.get_by_role("status")).to_have_text("The answer is saved.")
    holder = walk("2")
    expect(holder.locator("blockquote.answer")).to_have_text(
        "We have put the network in quarantine."
    )


def test_nothing_runs_and_nothing_foreign_is_fetched(
    walk: Any, base: str, cards: Cards
) -> None:
    cards.dispute("6", HOSTILE, 1_794_500_000)
    for account in ("3", "6", "nobody", ""):
        asked: list[str] = []
        said: list[str] = []
        page = walk(account)
        page.on("request", lambda one, asked=asked: asked.append(one.url))
        page.on("console", lambda one, said=said: said.append(one.text))
        page.reload()
        assert all(one.startswith(base) for one in asked), account
        assert page.evaluate("window.ran") is None
        assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
        assert said == [], account


def audit(page: Page, where: str) -> None:
    """Demand that axe finds nothing."""
    found = Axe().run(page)["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert told == [], where


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("fr", "light", 320), ("en", "dark", 1280)],
)
def test_axe_finds_no_violation(walk: Any, lang: str, scheme: str, width: int) -> None:
    view = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    for account in ("1", "2", "3", ""):
        page = walk(account, lang, **view)
        audit(page, account)
        if account == "1":
            page.get_by_role(
                "link", name=re.compile("Tout oublier…|Forget everything…")
            ).click()
            audit(page, "forget")
            page.get_by_role("link", name=re.compile("Revenir|Go back")).click()
            page.get_by_role("button", name=re.compile("Fermer|Close")).click()
            audit(page, "left")
            page.goto(page.url.replace("/leave", "/enter"))
            audit(page, "enter")


@pytest.mark.parametrize(("lang", "width"), [("fr", 320), ("en", 320)])
def test_nothing_is_wider_than_the_window(walk: Any, lang: str, width: int) -> None:
    for account in (JOURNALIST.account, "6", ""):
        page = walk(account, lang, viewport={"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, account


def test_it_prints_without_its_forms(walk: Any) -> None:
    page = walk("2", "fr")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Sur quoi cela repose")).to_be_visible()
    expect(page.get_by_role("button", name="Envoyer")).to_be_hidden()


PICTURES = {
    "holder": ("2", "fr", "light", 1000, 1250),
    "holder-preview": ("3", "en", "dark", 1000, 900),
    "holder-narrow": ("2", "fr", "dark", 320, 1500),
    "operator": ("", "en", "light", 1000, 1500),
}


@pytest.mark.skipif(
    "FANAL_PICTURES" not in os.environ, reason="only when pictures are asked for"
)
def test_pictures_are_taken(walk: Any) -> None:
    target = Path(os.environ["FANAL_PICTURES"]).absolute()
    for name, (account, lang, scheme, width, height) in PICTURES.items():
        page = walk(
            account, lang, color_scheme=scheme, viewport={"width": width, "height": height}
        )
        page.screenshot(path=target / f"{name}.png")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_the_docs_is_there_and_small(name: str) -> None:
    picture = Path(__file__).parents[2] / "docs" / "images" / f"{name}.png"
    assert 10_000 < picture.stat().st_size < 300_000
