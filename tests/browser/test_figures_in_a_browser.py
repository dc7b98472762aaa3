"""Figures in Chromium: drawn, moved, saved, copied; nothing foreign runs, nothing leaves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

import made_up_figures as made
from fanal.reports import figures
from fanal.reports.figures import map as map_figure

HOSTILE = (
    "</script><script>window.ran = 1</script>\"'><img src=https://evil.example/i "
    "onerror='window.ran = 2'></template><svg onload=window.ran=3> \u202egnp.exe"
)
MAP = 'figure[data-figure="map"]'
#: Ends when the map has drawn all it will draw.
DRAWN = """() => new Promise((done) => {
  const look = () => (performance.getEntriesByName('fanal-map-whole').length ? done() : setTimeout(look, 15));
  look();
})"""
#: Share of the canvas that is not blank.
INK = """(selector) => {
  const canvas = document.querySelector(selector);
  const bytes = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let n = 3; n < bytes.length; n += 4) inked += bytes[n] > 0;
  return inked / (bytes.length / 4);
}"""


@pytest.fixture
def load(page: Page, tmp_path: Path) -> Any:
    """Open a page from a file and return what it did: console lines, errors, requests."""

    def opened(html: str) -> list[str]:
        path = tmp_path / "figures.html"
        path.write_text(html, encoding="utf-8", newline="\n")
        done: list[str] = []
        page.on("console", lambda message: done.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: done.append(f"error: {error}"))
        page.on("request", lambda request: done.append(f"request: {request.url[:80]}"))
        page.goto(path.as_uri())
        if MAP[:6] in html and "<canvas" in html:
            page.evaluate(DRAWN)
        done.remove(f"request: {path.as_uri()[:80]}")
        return done

    return opened


def saved(page: Page, kind: str, form: str) -> tuple[str, bytes]:
    """Click a button that saves; return the file's name and bytes."""
    with page.expect_download() as waiting:
        page.locator(f'figure[data-figure="{kind}"] [data-save="{form}"]').click()
    name = waiting.value.suggested_filename
    return name, Path(waiting.value.path()).read_bytes()


def test_hostile_texts_run_nothing_and_ask_for_nothing(page: Page, load: Any) -> None:
    done = load(made.page(made.blocks(text=HOSTILE)))
    page.locator(f"{MAP} [data-community]").first.click()
    page.mouse.move(*middle_of_first(page))
    assert done == []
    assert page.evaluate("window.ran") is None
    assert page.locator("img, iframe, link").count() == 0
    assert "<script>window.ran = 1" in page.locator(".fig-chosen").inner_text()


def middle_of_first(page: Page) -> tuple[float, float]:
    """Return the place of the largest community's first account in the window."""
    page.locator(f"{MAP} canvas").scroll_into_view_if_needed()
    x, y = page.evaluate(
        """(selector) => {
          const { map } = document.querySelector(selector);
          const box = document.querySelector(`${selector} canvas`).getBoundingClientRect();
          const { s, x, y } = map.view();
          return [map.scene.x[0] * s + x + box.left, map.scene.y[0] * s + y + box.top];
        }""",
        MAP,
    )
    return x, y


def test_the_map_is_drawn_without_webgl(page: Page, load: Any) -> None:
    assert load(made.page(made.blocks())) == []
    assert 0.02 < page.evaluate(INK, f"{MAP} canvas") < 0.9


def test_the_pointer_names_an_account_and_a_click_its_community(page: Page, load: Any) -> None:
    load(made.page(made.blocks()))
    x, y = middle_of_first(page)
    page.mouse.move(x, y)
    assert re.search(
        r"@account\.\d+\s+\d+ links\s+Community 1", page.locator(".fig-tip").inner_text()
    )
    page.mouse.click(x, y)
    assert page.locator(".fig-chosen").inner_text().startswith("Community 1 · 14 accounts · ")
    assert page.locator('[data-community="0"]').get_attribute("aria-pressed") == "true"


def test_keys_move_zoom_choose_and_reset(page: Page, load: Any) -> None:
    load(made.page(made.blocks()))
    page.locator(f"{MAP} canvas").focus()
    view = f"document.querySelector('{MAP}').map.view()"
    whole = page.evaluate(view)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(view)["x"] < whole["x"]
    page.keyboard.press("+")
    assert page.evaluate(view)["s"] > whole["s"]
    page.keyboard.press("PageDown")
    assert page.locator(".fig-chosen").inner_text().startswith("Community 1")
    page.keyboard.press("PageDown")
    assert page.locator(".fig-chosen").inner_text().startswith("Community 2")
    page.keyboard.press("Escape")
    assert page.locator(".fig-chosen").inner_text() == ""
    page.keyboard.press("0")
    assert page.evaluate(view) == whole


def test_the_wheel_scrolls_the_page_until_the_map_is_clicked(page: Page, load: Any) -> None:
    load(made.page(made.blocks()))
    view = f"document.querySelector('{MAP}').map.view().s"
    whole = page.evaluate(view)
    x, y = middle_of_first(page)
    page.mouse.move(x, y)
    page.mouse.wheel(0, 40)
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
    )
    assert page.evaluate(view) == whole
    page.mouse.click(*middle_of_first(page))
    page.mouse.wheel(0, -200)
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
    )
    assert page.evaluate(view) > whole


def test_two_fingers_zoom_and_one_chooses(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "figures.html"
    path.write_text(made.page(made.blocks()), encoding="utf-8")
    context = browser.new_context(has_touch=True, viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(DRAWN)
    x, y = middle_of_first(page)
    view = f"document.querySelector('{MAP}').map.view().s"
    whole = page.evaluate(view)
    fingers = context.new_cdp_session(page)
    for kind, apart in (
        ("touchStart", 30),
        ("touchMove", 40),
        ("touchMove", 80),
        ("touchEnd", 0),
    ):
        points = [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}] if apart else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert page.evaluate(view) > 1.5 * whole
    page.touchscreen.tap(*middle_of_first(page))
    assert page.locator(".fig-chosen").inner_text().startswith("Community 1")
    context.close()


@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_picture_is_saved_as_svg_with_caption_and_source(
    page: Page, load: Any, kind: str
) -> None:
    load(made.page({kind: made.blocks(text=" <&>")[kind]}))
    name, data = saved(page, kind, "svg")
    assert name == f"fanal-{kind}.svg"
    text = page.evaluate(
        """(text) => {
          const read = new DOMParser().parseFromString(text, 'image/svg+xml');
          if (read.querySelector('parsererror')) return 'broken';
          return [...read.querySelectorAll('text')].map((one) => one.textContent).join(' ');
        }""",
        data.decode(),
    )
    words = made.words(kind)
    assert words["caption"][:40] in text
    assert words["source"][-30:] in text
    assert b"var(" not in data
    assert b"href" not in data


@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_picture_is_saved_as_png_of_twice_its_size(page: Page, load: Any, kind: str) -> None:
    load(made.page({kind: made.blocks()[kind]}))
    _, svg = saved(page, kind, "svg")
    name, png = saved(page, kind, "png")
    size = re.search(rb'width="(\d+)" height="(\d+)"', svg)
    assert size
    assert name == f"fanal-{kind}.png"
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == 2 * int(size[1])
    assert int.from_bytes(png[20:24], "big") == 2 * int(size[2])
    assert len(png) > 10_000


def test_csv_in_french_has_semicolons_and_decimal_commas(page: Page, load: Any) -> None:
    load(made.page(made.blocks("fr"), "fr"))
    _, data = saved(page, "timeline", "csv")
    lines = data.decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeffHeure (UTC);Publications;De comptes liés;Part"
    assert re.fullmatch(r"2025-03-03 00:00;\d+;\d+;0(,\d+)?", lines[1])


def test_csv_in_english_has_commas_and_points_and_no_formula(page: Page, load: Any) -> None:
    data = made.pair_data()
    for post, who in zip(data["posts"], ['=1+"1"', "@name"], strict=True):
        post["who"] = who
    load(made.page({"pair": figures.block("pair", data, made.words("pair"))}))
    _, saved_csv = saved(page, "pair", "csv")
    lines = saved_csv.decode("utf-8").split("\r\n")
    assert lines[0] == "\ufeffAccount,Time (UTC),Text,Seconds after the first"
    assert lines[1].startswith('"\'=1+""1""",7 March 2025 22:01:57,')
    assert lines[2].startswith("'@name,")
    assert lines[2].endswith(",6")


@pytest.mark.parametrize("modern", [True, False])
def test_copying_works_with_and_without_a_clipboard(
    page: Page, context: Any, load: Any, modern: bool
) -> None:
    if modern:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
    else:
        page.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
        )
    extra = '<p id="m">Method, said aloud.</p><button data-copy-from="m" data-copied="Done">x</button><textarea aria-label="here"></textarea>'  # fmt: skip
    load(made.page(made.blocks(), extra=extra))
    for button, said, text in (
        (page.locator(f"{MAP} [data-copy]").first, "Copied", made.words("map")["caption"]),
        (page.locator("[data-copy-from]"), "Done", "Method, said aloud."),
    ):
        button.click()
        page.locator(".fig-said", has_text=said).wait_for()
        assert page.locator(".fig-said").get_attribute("role") == "status"
        page.locator("textarea").fill("")
        page.locator("textarea").focus()
        page.keyboard.press("Control+V")
        assert page.locator("textarea").input_value() == text


@pytest.mark.parametrize(("scheme", "lang"), [("light", "en"), ("dark", "fr")])
def test_axe_finds_no_violation(page: Page, load: Any, scheme: Any, lang: str) -> None:
    page.emulate_media(color_scheme=scheme)
    load(made.page(made.blocks(lang), lang))
    page.locator(f"{MAP} [data-community]").first.click()
    for kind in ("map", "pair"):
        page.locator(f'figure[data-figure="{kind}"] summary').click()
    found = Axe().run(page)["violations"]
    told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    assert told == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(page: Page, load: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    load(made.page(made.blocks(text="x" * 90)))
    page.locator(f"{MAP} [data-community]").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_the_map_in_its_own_colours_and_no_button(page: Page, load: Any) -> None:
    page.emulate_media(color_scheme="dark")
    load(made.page(made.blocks()))
    before = page.evaluate(f"document.querySelector('{MAP} canvas').width")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.locator(".fig-tools button:visible, [data-map]:visible").count()
    colours = page.evaluate(
        """(selector) => {
          const canvas = document.querySelector(selector);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let dark = 0;
          for (let n = 0; n < data.length; n += 4) dark += data[n + 3] > 250 && data[n] + data[n + 1] + data[n + 2] < 90;
          return [canvas.width, dark / (data.length / 4) < 0.2];
        }""",
        f"{MAP} canvas",
    )
    assert colours == [3 * before, True]


def test_a_map_of_nothing_and_a_map_of_one_are_drawn(page: Page, load: Any) -> None:
    import numpy as np

    none = np.zeros(0, np.int64)
    empty = map_figure.prepared("map-0", [], none, none, none)
    one = map_figure.prepared(
        "map-1", ["a", "b"], np.zeros(2, np.int64), np.array([0]), np.array([1])
    )
    blocks = [figures.block("map", data, made.words("map")) for data in (empty, one)]
    assert load(made.page({"a": blocks[0], "b": blocks[1]})) == []
    assert page.locator("#map-1 [data-community]").inner_text().startswith("Community 1")


def test_without_a_script_the_table_is_there(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "figures.html"
    path.write_text(made.page(made.blocks()), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("noscript p").is_visible()
    assert not page.locator("button[data-save]:visible").count()
    page.locator(f"{MAP} summary").click()
    assert page.locator(f"{MAP} td:visible").count() == 4 * len(made.SIZES)
    context.close()
