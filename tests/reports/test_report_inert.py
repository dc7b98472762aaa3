"""The report: nothing in it is alive, whatever people wrote."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

import made_up_result as made
from reported import Outline, page


def test_the_policy_allows_one_style_sheet_and_one_script_by_their_hashes() -> None:
    html = page()
    (css,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    (code,) = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    script = f"sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}"
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'; script-src '{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ) in html.replace("&#39;", "'")
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_no_element_can_run_or_fetch_anything() -> None:
    outline = Outline(page())
    scripts = [
        value for tag, name, value in outline.attributes if (tag, name) == ("script", "type")
    ]
    assert outline.tags.count("script") == len(scripts)
    assert scripts.count("module") == 1
    assert set(scripts) == {"module", "application/json"}
    alive = {
        "iframe",
        "object",
        "embed",
        "link",
        "img",
        "form",
        "base",
        "video",
        "use",
    }
    assert not alive & set(outline.tags)
    for tag, name, value in outline.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"style", "src", "srcset", "action"}, (tag, name)
        assert name != "href" or value.startswith("#"), value


HOSTILE = (
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'-alert(1)-'",
    "</style><style>*{display:none}</style>",
    "{{ 7*7 }}{% raw %}",
    "<!--", "]]>", "</blockquote></main>",
    "javascript:alert(1)",
    "\u202egnp.exe\u202c \u2066x\u2069",
    "a\x00b\x1b[31m",
    "Z" + "\u0335\u0489" * 40,
    "https://evil.example/x?y=<b>#z www.evil.example/1 evil.example/2",
)  # fmt: skip


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_text(hostile: str) -> None:
    """Wherever text from outside goes, the page keeps its shape."""
    members = ([f"{n}{hostile}" for n in range(3)],)
    result = made.full({layer: [hostile] for layer in made.LAYERS}, members)
    texts = {f"{account}/{day}": hostile for account in members[0] for day in range(5)}
    about = made.about(
        case=hostile,
        made_by=hostile,
        notice=(hostile,),
        inputs=(made.InputRead(name=hostile, sha256=made.SHA, rejected={hostile: 1}),),
    )
    names = made.forms({members[0][0]: hostile})["named"]
    html = page(result=result, names=names, posts=made.posts(texts, [hostile]), about=about)
    calm = page(result=made.full(members=(["x:1", "x:2", "x:3"],)))
    hostile_tags, calm_tags = Outline(html).tags, set(Outline(calm).tags)
    assert set(hostile_tags) <= calm_tags | {"ul", "li"}
    assert hostile_tags.count("style") == 1
    html.encode("utf-8")
    assert not re.search("[\x00\x1b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    assert not re.search("https?://", html.replace("http://www.w3.org/2000/svg", ""))
    assert "evil.example/" not in html
    assert not re.search("[\u0300-\u036f\u0489]{5}", html)


def test_a_long_text_is_cut_and_says_so() -> None:
    texts = {f"x:1/{day}": "long " * 500 for day in range(5)}
    assert "… (2,019 more characters)" in page(posts=made.posts(texts))


def test_a_post_that_is_gone_is_said() -> None:
    assert "post not in the case any more" in page(posts=lambda keys: {})


def test_the_strongest_link_of_each_community_is_open_and_led_to() -> None:
    html = page()
    assert html.count('<details class="link" open>') == 2
    assert '<a href="#link-1">See the posts side by side</a>' in html
    assert '<a href="#link-11">See the posts side by side</a>' in html
