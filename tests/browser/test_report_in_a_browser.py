"""The report in Chromium: nothing runs, nothing leaves, everybody can read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

import made_up_result as made
from fanal.reports.about import Named
from fanal.reports.page import report_html

HOSTILE = (
    "</script><script>window.ran = 1</script>"
    '"><img src="https://evil.example/i.png" onerror="window.ran = 2">'
    "</style><style>@import url(https://evil.example/s.css);</style>"
    "<iframe src=//evil.example></iframe><svg onload=window.ran=3>"
    '<meta http-equiv="refresh" content="0;url=https://evil.example">'
    "\u202egnp.exe {{ 7*7 }} <a href='javascript:window.ran=4'>x</a> https://evil.example/x"
)
SCHEMES = ("light", "dark")
WIDTHS = (320, 768, 1280)


def hostile_report(form: str = "named", lang: str = "en") -> str:
    """Return a report whose every text from outside is hostile; `form` as in `made.forms`."""
    members = ([f"{n}{HOSTILE}" for n in range(4)],)
    result = made.full({layer: [HOSTILE] for layer in made.LAYERS}, members)
    checks = [row | {"explained_by": f"x:{HOSTILE}"} for row in result.checks.to_pylist()]
    result = replace(result, checks=pa.Table.from_pylist(checks, made.CHECKS))
    texts = {f"{account}/{day}": HOSTILE for account in members[0] for day in range(5)}
    about = made.about(
        case=HOSTILE,
        made_by=HOSTILE,
        inputs=(made.InputRead(name=HOSTILE, sha256=made.SHA, rejected={HOSTILE: 1}),),
        people=(
            Named(
                key=members[0][0],
                reason=HOSTILE,
                asked=date(2025, 3, 4),
                answer=HOSTILE,
                rests_on=("url", "text"),
            ),
        ),
    )
    names = made.forms(dict.fromkeys(members[0], HOSTILE), tuple(members[0][:2]))[form]
    return report_html(
        result,
        about=about,
        names=names,
        posts=made.posts(texts, [HOSTILE]),
        facts=made.facts(),
        lang=lang,
    )


def calm_report(form: str = "named", lang: str = "en") -> str:
    """Return a report with every section and figure."""
    return report_html(
        made.full(),
        about=made.about(),
        names=made.forms()[form],
        posts=made.posts(),
        facts=made.facts(),
        lang=lang,
    )


@pytest.fixture
def load(page: Page, tmp_path: Path) -> Any:
    """Open a page from a file and return what it did: console lines, dialogs, requests."""

    def opened(html: str) -> list[str]:
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8", newline="\n")
        done: list[str] = []
        page.on("console", lambda message: done.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: done.append(f"error: {error}"))
        page.on("request", lambda request: done.append(f"request: {request.url}"))

        def dismiss(dialog: Any) -> None:
            done.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.goto(path.as_uri())
        page.wait_for_load_state("networkidle")
        done.remove(f"request: {path.as_uri()}")
        return done

    return opened


@pytest.mark.parametrize("form", ["counts", "protected", "some", "named"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_hostile_content_runs_nothing_and_fetches_nothing(
    page: Page, load: Any, form: str, lang: str
) -> None:
    done = load(hostile_report(form, lang))
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for one in page.locator("button:visible").all():
        if one.get_attribute("data-save") is None:
            one.click()
    assert done == []
    assert page.evaluate("window.ran") is None
    assert page.evaluate("document.querySelectorAll('img, iframe, link, object').length") == 0
    alive = "[...document.scripts].filter(s => s.type !== 'application/json').length"
    assert page.evaluate(alive) == 1
    assert page.url.startswith("file:")


def test_hostile_content_is_there_to_be_read(page: Page, load: Any) -> None:
    load(hostile_report())
    text = page.locator("#posts").inner_text()
    assert "<script>window.ran = 1</script>" in text
    assert "[U+202E]gnp.exe" in text
    assert "hxxps://evil[.]example/x" in text


def test_no_link_leads_out_of_the_page(page: Page, load: Any) -> None:
    load(hostile_report())
    links = page.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
    assert links
    assert all(link.startswith("#") for link in links)


def test_the_policy_blocks_a_script_even_if_one_got_in(page: Page, load: Any) -> None:
    html = calm_report()
    slipped = html.replace(
        "</main>", "<script>window.ran = 5</script><b onclick='1'></b></main>"
    )
    done = load(slipped)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in done)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("form", ["counts", "protected", "named"])
def test_axe_finds_no_violation(
    page: Page, load: Any, scheme: Any, lang: str, form: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    load(calm_report(form, lang))
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page)["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert told == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(page: Page, load: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    load(hostile_report())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_row_leads_to_its_posts(page: Page, load: Any) -> None:
    load(calm_report())
    page.locator("#links a", has_text="7").first.click()
    assert page.locator("#link-7").is_visible()


def test_the_first_screen_has_the_finding_and_the_timeline(page: Page, load: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    load(calm_report(lang="fr"))
    for seen in ("h1", "#timeline svg"):
        box = page.locator(seen).bounding_box()
        assert box
        assert box["y"] + box["height"] < 800
    assert page.locator("h1").inner_text().startswith("5 comptes ont relayé")


@pytest.mark.parametrize("what", ["#finding-c1-told", "#box-text"])
def test_a_sentence_and_the_method_box_are_copied(
    page: Page, context: Any, load: Any, what: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    load(calm_report(lang="fr"))
    page.locator(f"[data-copy-from='{what[1:]}']").click()
    page.locator(".fig-said", has_text="Copié").wait_for()
    told = page.evaluate("navigator.clipboard.readText()")
    assert told == page.locator(what).text_content().strip()  # type: ignore[union-attr]


def test_without_a_script_there_is_no_dead_button(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(calm_report(), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("[data-copy-from]:visible, [data-save]:visible").count() == 0
    assert page.locator("#timeline svg").is_visible()
    context.close()


def test_the_style_is_applied_under_the_policy(page: Page, load: Any) -> None:
    load(hostile_report())
    family = page.evaluate("getComputedStyle(document.body).fontFamily")
    assert "Georgia" in family


def test_paper_shows_what_is_open_and_no_more(page: Page, load: Any) -> None:
    load(calm_report())
    page.emulate_media(media="print")
    assert page.locator("#link-1 .post").first.is_visible()
    assert not page.locator("#link-9").is_visible()
    assert not page.locator("nav").is_visible()
    alive = (
        "[data-save]:visible, [data-copy]:visible, [data-copy-from]:visible, [data-map]:visible"
    )
    assert page.locator(alive).count() == 0
    assert page.locator(".foot").is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 20_000
