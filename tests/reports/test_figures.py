"""Figures: what they count, where things stand, and that no text gets out of its place."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser
from importlib import resources

import numpy as np
import pytest

import made_up_figures as made
from fanal.reports import figures
from fanal.reports.figures import bundle, drawn, frame, layout, pair, raster, spells, timeline
from fanal.reports.figures import map as map_figure

HOSTILE = (
    "</script><script>window.ran = 1</script>\"'><img src=https://evil.example/i onerror=x>"
    "</template></figure><svg onload=x> \u2028\u202egnp.exe https://evil.example/x"
)
S = 1_000_000


class Tags(HTMLParser):
    """Collects start tags, and whether all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in {"img", "br", "meta", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Return the start tags of a piece of HTML whose elements are all closed."""
    parser = Tags()
    parser.feed(html)
    assert parser.open == []
    return parser.found


def island(html: str) -> dict[str, object]:
    """Return the data of a figure."""
    (text,) = re.findall(r'<script type="application/json" id="[\w-]+">(.*?)</script>', html)
    found: dict[str, object] = json.loads(text)
    return found


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_block_has_title_caption_source_table_and_data(kind: str, lang: str) -> None:
    html, words = made.blocks(lang)[kind], made.words(kind, lang)
    for key in ("title", "caption", "source", "table", "copy_caption"):
        assert frame.escaped(words[key]) in html
    names = [name for name, _ in tags(html)]
    assert names[0] == "figure"
    assert {"figcaption", "details", "table", "button", "script"} <= set(names)
    data = island(html)
    assert data["columns"]
    assert all(len(row) == len(data["columns"]) for row in data["rows"])  # type: ignore[arg-type, attr-defined]


@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_hostile_text_adds_no_element_and_no_attribute(kind: str) -> None:
    plain, hostile = made.blocks()[kind], made.blocks(text=HOSTILE)[kind]

    def shape(html: str) -> list[tuple[str, tuple[str, ...]]]:
        return [
            (name, tuple(attributes))
            for name, attributes in tags(html)
            if name not in {"text", "li"}
        ]

    assert shape(hostile) == shape(plain)
    assert "https://evil" not in hostile
    assert "\u202e" not in hostile
    assert "\u2028" not in hostile


@pytest.mark.parametrize("kind", figures.KINDS)
def test_hostile_words_are_escaped_too(kind: str) -> None:
    words = dict.fromkeys(made.words(kind), HOSTILE)
    words |= {"lang": "en", "months": "a,b,c,d,e,f,g,h,i,j,k,l", "per": "a;b;c"}
    html = figures.block(kind, {"map": made.map_data, "timeline": made.timeline_data,
                                "raster": made.raster_data, "pair": made.pair_data}[kind](), words)  # fmt: skip
    assert {name for name, _ in tags(html)} <= {name for name, _ in tags(made.blocks()[kind])}


@pytest.mark.parametrize("kind", figures.KINDS)
def test_a_block_has_no_style_no_event_and_no_address(kind: str) -> None:
    for name, attributes in tags(made.blocks()[kind]):
        forbidden = {"style", "href", "src", "action"} | {
            key for key in attributes if key.startswith("on")
        }
        assert not forbidden & set(attributes), name


def test_a_missing_word_is_named() -> None:
    words = made.words("map")
    del words["zoom_in"], words["csv"]
    with pytest.raises(KeyError, match="csv, zoom_in"):
        figures.block("map", made.map_data(), words)


def test_an_id_that_is_no_id_is_refused() -> None:
    data = made.map_data() | {"id": 'a" onload="x'}
    with pytest.raises(ValueError, match="letters, digits"):
        figures.block("map", data, made.words("map"))


def test_templates_leave_a_block_as_it_is() -> None:
    from jinja2 import Environment

    html = made.blocks()["pair"]
    assert Environment(autoescape=True).from_string("{{ x }}").render(x=html) == html


# the script


def test_the_script_imports_nothing_and_has_no_name_twice() -> None:
    (text,) = figures.scripts()
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert "</script" not in text
    names = re.findall(r"^(?:async )?(?:function\*?|const|let|class) (\w+)", text, re.MULTILINE)
    assert not re.search(r"^(?:const|let) [\[{]", text, re.MULTILINE), "one name a line"
    assert sorted(names) == sorted(set(names))


def test_each_module_comes_after_those_it_imports() -> None:
    for place, name in enumerate(bundle.MODULES):
        text = bundle._file(f"{name}.js")
        needs = re.findall(r'from "\./(\w+)\.js"', text)
        known = set(bundle.MODULES[:place])
        # functions are hoisted: only modules that run at once must stand last
        assert set(needs) <= set(bundle.MODULES)
        assert name != "start" or set(needs) <= known
    folder = resources.files("fanal.reports.figures").joinpath("static")
    files = {
        file.name.removesuffix(".js") for file in folder.iterdir() if file.name.endswith(".js")
    }
    assert files == set(bundle.MODULES)


def test_the_hash_is_that_of_the_script() -> None:
    import hashlib

    (text,), (digest,) = figures.scripts(), figures.csp_hashes()
    made_here = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert digest == f"sha256-{made_here}"


def test_the_script_asks_for_nothing_and_writes_no_html() -> None:
    (text,) = figures.scripts()
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "innerHTML", "outerHTML",
                 "insertAdjacentHTML", "document.write", "eval(", "Function(", "http://",
                 "https://", "localStorage", "cookie"):  # fmt: skip
        assert word not in text.replace("http://www.w3.org/2000/svg", ""), word


# numbers


def test_numbers_are_written_as_the_language_does() -> None:
    assert frame.number(1234567, "fr") == "1\u202f234\u202f567"
    assert frame.number(1234.5, "fr") == "1\u202f234,5"
    assert frame.number(1234.5, "en") == "1,234.5"
    assert frame.counted("one link|{count} links", 1, "en") == "one link"
    assert frame.counted("{count} lien|{count} liens", 0, "fr") == "0 lien"
    assert frame.counted("{count} lien|{count} liens", 1200, "fr") == "1\u202f200 liens"


# the map


def test_the_map_counts_links_within_and_between() -> None:
    community = np.array([1, 1, 1, 0, 0, 2, 2])
    source, target = np.array([0, 1, 3, 0, 5, 2]), np.array([1, 2, 4, 3, 6, 4])
    names = [f"n{n}" for n in range(7)]
    data = map_figure.prepared("m", names, community, source, target)
    assert data["numbers"] == [2, 1, 3]
    assert data["sizes"] == [3, 2, 2]
    assert data["within"] == [2, 1, 1]
    assert data["outside"] == [2, 2, 0]
    assert data["packed"]["bundles"] == [0, 1, 2]
    assert data["names"][:3] == ["n1", "n0", "n2"] or set(data["names"][:3]) == {
        "n0",
        "n1",
        "n2",
    }
    assert sum(data["degree"]) == 2 * len(source)


def test_the_ends_of_links_follow_their_accounts() -> None:
    community, source, target = made.planted([30, 20, 9], 150, 0.7)
    names = [str(n) for n in range(59)]
    data = map_figure.prepared("m", names, community, source, target)
    order = [int(name) for name in data["names"]]
    ends = [
        np.frombuffer(base64.b64decode(data["packed"][key]), "<u2").tolist()
        for key in ("a", "b")
    ]
    shown = {tuple(sorted((order[a], order[b]))) for a, b in zip(*ends, strict=True)}
    assert shown == set(zip(source.tolist(), target.tolist(), strict=True))


def test_a_map_is_made_from_keys_and_shows_what_it_may() -> None:
    community_of = {"x:1": 0, "x:2": 0, "x:3": 1, "x:4": 1}
    links = [("x:1", "x:2"), ("x:3", "x:4"), ("x:4", "x:1"), ("x:9", "x:1")]
    data = map_figure.of_names("m", community_of, links, lambda key: f"@{key[2:]}")
    assert data["names"] == ["@1", "@2", "@4", "@3"]
    assert (data["within"], data["outside"]) == ([1, 1], [1, 1])
    assert map_figure.of_names("m", community_of, links, None)["names"] == []


def test_a_map_without_names_holds_none() -> None:
    community, source, target = made.planted([5, 4], 12, 1.0)
    data = map_figure.prepared("m", [], community, source, target)
    html = figures.block("map", data, made.words("map"))
    assert island(html)["names"] == []


def test_a_map_of_nothing_is_a_map() -> None:
    none = np.zeros(0, np.int64)
    data = map_figure.prepared("m", [], none, none, none)
    assert data["sizes"] == []
    assert figures.block("map", data, made.words("map")).startswith("<figure")


@pytest.mark.parametrize("sizes", [[9], [14, 9, 5, 2, 2], [400, 90, 40, *[7] * 60], [3] * 400])
def test_no_two_discs_touch_and_accounts_stand_on_theirs(sizes: list[int]) -> None:
    many = np.array(sizes, np.int64)
    pairs = np.array([[0, n, 1 + n % 5] for n in range(1, len(sizes), 3)], np.int64).reshape(
        -1, 3
    )
    at = layout.placed(many, pairs)
    middle, r = at["centres"], at["radii"]
    apart = np.hypot(*(middle[:, None] - middle[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert (apart >= r[:, None] + r[None]).all()
    which = np.repeat(np.arange(len(many)), many)
    out = np.hypot(at["x"] - middle[which, 0], at["y"] - middle[which, 1])
    assert (out < r[which]).all()
    assert (middle - r[:, None] >= -1e-9).all()
    assert (middle + r[:, None] <= at["size"] + 1e-9).all()


def test_the_layout_is_the_same_each_time() -> None:
    one, two = made.map_data(), made.map_data()
    assert one == two


# the timeline


def test_the_timeline_counts_every_post_once() -> None:
    hour = made.HOUR
    times = np.array([0, 1, hour - 1, hour, 5 * hour], np.int64) + made.START_US
    data = timeline.prepared("t", times, np.array([True, False, False, True, False]))
    assert data["step_us"] == hour
    assert data["posts"] == [3, 1, 0, 0, 0, 1]
    assert data["linked"] == [1, 1, 0, 0, 0, 0]
    assert timeline.prepared("t", times[:0], np.zeros(0, bool))["posts"] == []


@pytest.mark.parametrize("days", [1, 7, 14, 60, 400, 4000])
def test_the_timeline_has_a_readable_number_of_bins(days: int) -> None:
    times = made.START_US + np.linspace(0, days * 24 * made.HOUR, 3000).astype(np.int64)
    data = timeline.prepared("t", times, np.zeros(3000, bool))
    assert 4 <= len(data["posts"]) <= timeline.BINS
    assert sum(data["posts"]) == 3000
    assert figures.block("timeline", data, made.words("timeline")).count("<text") < 40


@pytest.mark.parametrize("most", [0, 1, 7, 60, 101, 999, 123_456])
def test_the_scale_ends_at_a_round_number_just_above(most: int) -> None:
    top = timeline._round_up(most)
    assert most <= top <= max(2 * most, 1)


# the raster


def test_joint_acts_are_those_of_two_accounts_on_one_object_within_the_window() -> None:
    acts = [
        (0, 0, 0),
        (0, 5 * S, 0),
        (1, 30 * S, 0),
        (2, 91 * S, 0),
        (3, 31 * S, 1),
        (1, 32 * S, 2),
    ]
    found = spells.joined(acts, 60 * S)
    assert found == (((0, 0, 0), (1, 30 * S, 0)), ((0, 5 * S, 0), (1, 30 * S, 0)))


def test_an_act_that_only_follows_another_account_is_joint_too() -> None:
    acts = [(0, 0, 0), (1, 1 * S, 0), (1, 2 * S, 0), (1, 80 * S, 0)]
    found = spells.joined(acts, 60 * S)
    assert {act for pair in found for act in pair} == set(acts[:3])


def test_the_busiest_spells_are_shown_in_order_of_time() -> None:
    acts = [(who, start * 3600 * S + who * S, start)
            for start, count in ((0, 2), (5, 6), (9, 3), (20, 8), (30, 5), (40, 4))
            for who in range(count)]  # fmt: skip
    found = spells.busiest(acts, 60 * S)
    assert [spell.acts[0][1] // (3600 * S) for spell in found] == [5, 20, 30, 40]
    assert all(spell.joint == set(spell.acts) for spell in found)


def test_the_table_of_a_raster_has_every_act() -> None:
    data = made.raster_data()
    rows = island(figures.block("raster", data, made.words("raster")))["rows"]
    assert len(rows) == len(data["acts"])  # type: ignore[arg-type]
    assert {row[4] for row in rows} == {"yes", "no"}  # type: ignore[attr-defined]


def test_a_raster_of_many_accounts_says_how_many_are_not_drawn() -> None:
    html = figures.block("raster", made.raster_data(50), made.words("raster"))
    assert "18 more accounts are in the table." in html


def test_a_raster_of_one_act_or_none_is_drawn() -> None:
    for acts in ([], [(0, made.START_US, 0)]):
        data = raster.prepared("r", ["a"], acts, ["o"], ["repost"], 60)
        assert "<svg" in figures.block("raster", data, made.words("raster"))


def test_a_raster_to_the_minute_tells_no_second() -> None:
    start = made.START_US + 9 * 3600 * S
    acts = [(who, start + 7 * who * S, 0) for who in range(4)]
    names = ["a", "b", "c", "d"]
    data = raster.prepared("r", names, acts, ["o"], ["repost"], 60, to_the_minute=True)
    html = figures.block("raster", data, made.words("raster"))
    assert not re.search(r"\d\d:\d\d:\d\d", html)
    assert "+10\u00a0s" in html
    assert "3 Mar, 09:00" in html


# the pair


def test_times_that_are_not_told_give_no_dots() -> None:
    post = {"who": "A-1", "day": "7 March", "clock": "22:01", "withheld": "withheld"}
    data = pair.prepared("p", post, post, seconds=None, window_s=60, same="The same text")
    html = figures.block("pair", data, made.words("pair"))
    assert "<circle" not in html
    assert island(html)["rows"][0][2] == "withheld"  # type: ignore[index]


# axes


@pytest.mark.parametrize("span_s", [1, 7, 40, 300, 4000, 90_000, 900_000, 40_000_000])
def test_an_axis_of_time_has_few_round_labels(span_s: int) -> None:
    ticks = drawn.time_ticks(made.START_US, made.START_US + span_s * S, 8, made.ENGLISH)
    assert 1 <= len(ticks) <= 8
    assert len({label for _, label in ticks}) == len(ticks)


def test_a_map_of_ten_thousand_accounts_stays_small() -> None:
    data = made.map_data([300] * 10 + [70] * 100, 60_000, 0.7)
    assert len(figures.block("map", data, made.words("map"))) < 1_000_000
