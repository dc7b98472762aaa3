"""<fanal-card> on a platform's page with a strict policy: opens, closes, and asks only when opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from fanal.web.app import create_app
from fanal.web.limits import Limits
from made_cards import filled, now, settings
from served import served

pytestmark = pytest.mark.browser


def platform(cards: str) -> Any:
    """Return a platform whose pages name the service of cards in their policy, and nothing else."""
    policy = f"default-src 'none'; script-src {cards}; connect-src {cards}"

    async def profile(request: Any) -> HTMLResponse:
        lang = request.query_params.get("lang", "en")
        return HTMLResponse(
            f"""<!doctype html><html lang="{lang}"><title>Profile</title>
            <script type="module" src="{cards}/embed.js"></script>
            <main><h1>Profiles</h1>
            <p><a href="#before" id="before">before</a></p>
            <p><fanal-card account="1" handle="Marie_Dubreuil" id="place">Joined in March 2019</fanal-card></p>
            <p><a href="#after" id="after">after</a></p>
            <p><fanal-card account="12" handle="few_days" id="nothing">Joined in May 2020</fanal-card></p>
            <p><fanal-card account="no id" id="wrong">Joined in June 2021</fanal-card></p>
            </main></html>""",
            headers={"content-security-policy": policy},
        )

    return Starlette(routes=[Route("/", profile)])


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of the platform and of the service of cards."""
    cards = filled(tmp_path_factory.mktemp("cards"))
    app = create_app(
        settings(base_url="http://127.0.0.1"), cards, now, reading=Limits(1e9, 10**9)
    )
    with served(app) as service, served(platform(service)) as profiles:
        yield profiles, service
    cards.close()


class Profile:
    """A profile page with what it asked of the service and what the console said."""

    def __init__(self, page: Page, places: tuple[str, str], lang: str) -> None:
        self.page, self.asked, self.said = page, [], []  # type: ignore[var-annotated]
        page.on("request", lambda one: self.asked.append(one.url.removeprefix(places[1])))
        page.on("console", lambda one: self.said.append(one.text))
        page.goto(f"{places[0]}/?lang={lang}")
        page.wait_for_function("Boolean(customElements.get('fanal-card'))")
        self.asked.clear()

    def button(self, name: str = "place") -> Any:
        return self.page.locator(f"#{name} button")

    def card(self, name: str = "place") -> Any:
        return self.page.locator(f"#{name} .card")


@pytest.fixture
def profile(page: Page, places: tuple[str, str]) -> Any:
    return lambda lang="en": Profile(page, places, lang)


def test_nothing_is_asked_before_it_opens_and_once_when_it_does(profile: Any) -> None:
    one = profile()
    assert one.asked == []
    for _ in range(2):
        one.button().click()
        expect(one.card()).to_contain_text("Connects mostly from France")
        one.button().click()
        expect(one.card()).to_be_hidden()
    assert one.asked == ["/cards/1.json"]
    assert one.said == []


@pytest.mark.parametrize(
    ("lang", "place", "nothing"),
    [
        ("fr", "Se connecte le plus souvent depuis France", "non communiqué"),
        ("en", "Connects mostly from France", "not disclosed"),
    ],
)
def test_it_says_the_same_as_the_card(
    profile: Any, lang: str, place: str, nothing: str
) -> None:
    one = profile(lang)
    one.button().click()
    expect(one.card()).to_contain_text(place)
    link = one.card().get_by_role("link")
    assert link.get_attribute("href").endswith(f"/@Marie_Dubreuil?lang={lang}")
    one.page.locator("h1").click()
    expect(one.card()).to_be_hidden()
    one.button("nothing").click()
    expect(one.card("nothing")).to_contain_text(nothing)


def test_the_mouse_opens_it_and_may_move_onto_it(profile: Any) -> None:
    one = profile()
    one.button().hover()
    expect(one.card()).to_contain_text("France")
    one.card().hover(position={"x": 20, "y": 20})
    one.page.wait_for_timeout(450)
    expect(one.card()).to_be_visible()
    one.page.locator("#before").hover()
    expect(one.card()).to_be_hidden()


def test_the_keyboard_opens_it_walks_into_it_and_escape_closes_it(profile: Any) -> None:
    one = profile()
    one.page.locator("#before").focus()
    one.page.keyboard.press("Tab")
    expect(one.card()).to_contain_text("France")
    expect(one.button()).to_have_attribute("aria-expanded", "true")
    one.page.keyboard.press("Tab")
    expect(one.card().get_by_role("link")).to_be_focused()
    one.page.keyboard.press("Escape")
    expect(one.card()).to_be_hidden()
    expect(one.button()).to_be_focused()
    expect(one.button()).to_have_attribute("aria-expanded", "false")
    one.page.keyboard.press("Enter")
    expect(one.card()).to_be_visible()
    for _ in range(2):
        one.page.keyboard.press("Tab")
    expect(one.page.locator("#after")).to_be_focused()
    expect(one.card()).to_be_hidden()


def test_a_finger_opens_it_and_a_touch_elsewhere_closes_it(
    browser: Browser, places: tuple[str, str]
) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 320, "height": 700})
    one = Profile(context.new_page(), places, "fr")
    one.button().tap()
    expect(one.card()).to_contain_text("France")
    box = one.card().bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    one.page.locator("h1").tap()
    expect(one.card()).to_be_hidden()
    context.close()


def test_an_id_that_is_none_is_said_plainly(profile: Any) -> None:
    one = profile()
    one.button("wrong").click()
    expect(one.card("wrong")).to_have_text("The card is not available.")


@pytest.mark.parametrize(("lang", "scheme"), [("fr", "dark"), ("en", "light")])
def test_axe_finds_nothing_in_it(page: Page, profile: Any, lang: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    one = profile(lang)
    for name in ("nothing", "place"):
        one.button(name).click()
        expect(one.card(name)).to_be_visible()
        expect(one.card(name).locator("strong")).to_be_visible()
        found = Axe().run(page, "fanal-card")["violations"]
        assert [
            (each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found
        ] == []
