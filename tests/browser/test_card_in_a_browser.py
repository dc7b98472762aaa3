"""Card, check and missing pages in Chromium: for everybody, on any width, in both themes, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from fanal.web.app import create_app
from fanal.web.limits import Limits
from made_cards import Made, filled, now, settings, write
from served import served

pytestmark = pytest.mark.browser
LONG = "a_handle_that_is_as_long_as_a_handle_may_be_and_has_no_place_to_"
PATHS = {
    "country": "/@marie_dubreuil",
    "region": "/@jonas",
    "long": f"/@{LONG[:-1]}",
    "withheld": "/@nobody",
    "form": "/check",
    "no": "/check?handle=jonas&place=FR&quarter=2026-Q4&code=AAAA",
    "incomplete": "/check?handle=jonas&code=",
    "missing": "/nothing",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    cards = filled(tmp_path_factory.mktemp("cards"))
    write(cards, [*MADE, LONGEST])
    app = create_app(
        settings(base_url="http://127.0.0.1"), cards, now, reading=Limits(1e9, 10**9)
    )
    with served(app) as address:
        yield address
    cards.close()


MADE = (
    Made("1", "Marie_Dubreuil", "country", "FR", "web", 2019, "2025-11"),
    Made("2", "jonas", "region", "Western Europe", None, 2021),
)
LONGEST = Made("9", LONG[:-1], "country", "GS", "app store of GS", 2008)


@pytest.fixture
def load(page: Page, base: str) -> Any:
    """Open a page; every console line and every request elsewhere is an error."""
    done: list[str] = []
    page.on("console", lambda one: done.append(one.text))
    page.on("request", lambda one: one.url.startswith(base) or done.append(one.url))

    def opened(kind: str, lang: str = "en") -> Page:
        path = PATHS[kind]
        page.goto(f"{base}{path}{'&' if '?' in path else '?'}lang={lang}")
        assert [one for one in done if "404" not in one or kind != "missing"] == []
        return page

    return opened


@pytest.mark.parametrize(
    ("lang", "scheme", "width"),
    [("fr", "light", 320), ("en", "dark", 1280)],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    page: Page, load: Any, lang: str, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for kind in PATHS:
        load(kind, lang)
        # 270 options have one look
        page.evaluate(
            "document.querySelectorAll('optgroup option + option').forEach((one) => one.remove())"
        )
        found = Axe().run(page)["violations"]
        told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
        assert (kind, told) == (kind, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_screen_reader_hears_the_statement_and_what_the_mark_means(
    load: Any, lang: str
) -> None:
    page = load("country", lang)
    said = {
        "fr": "Se connecte le plus souvent depuis France",
        "en": "Connects mostly from France",
    }
    expect(page.locator(".said")).to_have_text(said[lang])
    circle = {"fr": "cercle", "en": "circle"}[lang]
    assert circle in str(page.get_by_role("img").get_attribute("aria-label"))
    expect(page.get_by_role("heading", level=1)).to_have_text("@Marie_Dubreuil")
    shield = {"fr": "écusson", "en": "shield"}[lang]
    assert shield in str(load("withheld", lang).get_by_role("img").get_attribute("aria-label"))


def test_a_card_is_walked_by_keyboard_in_its_order(load: Any) -> None:
    page = load("country")
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.getAttribute('href').split('?')[0]")
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert reached == [
        "/@Marie_Dubreuil", "/check", "/cards/1.json", "/holder",
        "https://social.example/@Marie_Dubreuil",
    ]  # fmt: skip


def test_no_colour_of_a_card_depends_on_what_it_says(load: Any) -> None:
    def colours(kind: str) -> list[str]:
        page = load(kind)
        return page.evaluate(
            """() => [...new Set([...document.querySelectorAll('main *')].flatMap(
                 (one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]))].sort()"""
        )  # type: ignore[no-any-return]

    assert colours("country") == colours("region") == colours("withheld")


def test_the_link_and_the_form_confirm_a_card(load: Any) -> None:
    page = load("country", "fr")
    code = page.locator("code").inner_text()
    page.locator("a[href*='/check?']").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Oui, ce serveur l’a montré")
    expect(page.locator(".place")).to_have_text("France")
    page.get_by_label("Ce qui était indiqué").select_option("DE")
    page.get_by_label("Code").fill(code.lower())
    page.get_by_role("button", name="Vérifier").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Non, ce code ne correspond pas")
    assert page.get_by_label("Identifiant").input_value() == "Marie_Dubreuil"
    assert page.get_by_label("Trimestre").input_value() == "2026-Q4"


@pytest.mark.parametrize("kind", ["country", "withheld", "long"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_card_prints_on_one_page_of_a4_with_its_code(
    page: Page, load: Any, kind: str, lang: str
) -> None:
    page.emulate_media(color_scheme="dark")
    load(kind, lang)
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 642, "height": 900})  # 170 mm
    assert page.evaluate("document.documentElement.scrollWidth") <= 642
    assert (
        page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    )
    expect(page.locator("code")).to_be_visible()


def test_pages_carry_no_script_and_need_none(load: Any) -> None:
    for kind in PATHS:
        page = load(kind)
        assert (
            page.evaluate("document.querySelectorAll('script, style, [style], iframe').length")
            == 0
        )
