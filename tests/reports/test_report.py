"""The report: what it says, what it withholds, and that nothing in it is alive."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

import made_up_result as made
from fanal.model.names import pseudonymous
from fanal.reports.page import report_html


def page(form: str = "named", **changes: Any) -> str:
    fields: dict[str, Any] = {"about": made.about(), "posts": made.posts()} | changes
    names = fields.pop("names", made.forms({"x:1": "iris.vell"})[form])
    return report_html(fields.pop("result", made.result()), names=names, **fields)


class Outline(HTMLParser):
    """Collects the elements and attributes of a page, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_a_finding_is_a_sentence_with_expectation_p_q_and_n() -> None:
    text = Outline(page()).text
    assert (
        "@iris.vell and x:2 acted on the same 5 objects within 60 s of each other (reposts and "
        "web addresses); if they had only the same activity, 0.012 would be expected;"
    ) in text
    assert "q = 1 × 10⁻²⁵, among 1,124,250 pairs. They are linked, which is not to say" in text


def test_what_was_read_is_there_with_hash_and_the_three_counts() -> None:
    text = Outline(page()).text
    for words in (made.SHA, "12,345", "a list : 3", "not JSON : 2", "Deleted posts."):
        assert words.replace(" :", ":") in text.replace(" :", ":")
    assert "from 3 to 13 March 2025" in text


def test_each_link_has_its_posts_side_by_side_with_the_time_between() -> None:
    text = Outline(page()).text
    assert "What x:1/4 said." in text
    assert "7 s later" in text
    assert "8 March 2025, 14:02:05" in text


def test_the_later_post_comes_second_whatever_the_order_of_the_link() -> None:
    result = made.result(members=(["x:1", "x:2"],))
    swapped = [
        row | {"source_time": row["target_time"], "target_time": row["source_time"]}
        for row in result.evidence.to_pylist()
    ]
    result.evidence = result.evidence.from_pylist(swapped, result.evidence.schema)
    text = Outline(page(result=result)).text
    assert text.index("What x:2/4 said.") < text.index("What x:1/4 said.")


@pytest.mark.parametrize(
    "secret", ["x:1", "iris.vell", "What x:", "url thing", "14:02:05", "x:500"]
)
def test_nothing_real_is_shown_without_names(secret: str) -> None:
    def never(keys: list[str]) -> Any:
        raise AssertionError("texts are not even looked up")

    assert secret not in page("protected", posts=never)


def test_without_names_the_same_account_has_the_same_pseudonym_everywhere() -> None:
    assert page("protected").count(made.pseudonym("x:8")) >= 3


def in_place_of(order: list[str]) -> Any:
    """Return pseudonyms of keys: the sooner in `order`, the smaller."""
    return pseudonymous(lambda key: f"A-{order.index(key)}" if key in order else f"A-o{key}")


def shape(html: str) -> str:
    return re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)


def test_the_order_of_real_names_leaves_no_mark_on_a_report_under_pseudonyms() -> None:
    """Two sets of keys that sort differently, behind the same pseudonyms, give one page."""
    first = made.result(members=(["a", "b", "c"], ["d", "e"], ["f", "g"]))
    other = {"a": "c", "b": "b", "c": "a", "d": "g", "e": "f", "f": "e", "g": "d"}
    tie = {"p": 1e-9, "q": 1e-7}
    first.edges = first.edges.from_pylist(
        [row | tie for row in first.edges.to_pylist()], first.edges.schema
    )
    second = renamed(first, other)
    order = list("abcdefg")
    pages = [
        shape(page(result=result, names=in_place_of(keys)))
        for result, keys in ((first, order), (second, [other[key] for key in order]))
    ]
    assert pages[0] == pages[1]


def renamed(result: Any, names: dict[str, str]) -> Any:
    """Return the result as it would be with other keys: ordered by them."""
    edges, evidence = (
        [turned(row, names) for row in table.to_pylist()]
        for table in (result.edges, result.evidence)
    )
    edges.sort(key=lambda row: (row["p"], row["source"], row["target"]))
    evidence.sort(key=lambda row: (row["source"], row["target"]))
    members = [
        row | {"account": names[row["account"]]} for row in result.communities.to_pylist()
    ]
    number = {1: 2, 2: 1}  # of equals, the one with the smallest key
    for row in members:
        row["community"] = number.get(row["community"], row["community"])
    members.sort(key=lambda row: (row["community"], row["account"]))
    return SimpleNamespace(
        **vars(result)
        | {
            "edges": pa.Table.from_pylist(edges, made.EDGES),
            "evidence": pa.Table.from_pylist(evidence, made.EVIDENCE),
            "communities": pa.Table.from_pylist(members, made.COMMUNITIES),
        }
    )


def turned(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    row = row | {end: names[row[end]] for end in ("source", "target")}
    if row["source"] < row["target"]:
        return row
    other = {"source": "target", "target": "source"}
    return {
        "_".join([other.get(head, head), *rest]): value
        for name, value in row.items()
        for head, *rest in [name.split("_")]
    }


def test_files_are_numbered_without_names_and_named_with_them() -> None:
    """People name exports after the accounts in them."""
    inputs = (
        made.InputRead(name="iris_vell.jsonl", sha256=made.SHA, reader="X API v2", kept=7),
        made.InputRead(name="iris_vell-2.csv", sha256=made.SHA, reader="Table", kept=8),
    )
    protected = Outline(page("protected", about=made.about(inputs=inputs))).text
    assert "iris_vell" not in protected
    assert "input 1 X API v2 SHA-256 0f0f" in protected
    assert "input 2 Table SHA-256 0f0f" in protected
    assert "names of input files are withheld" in protected
    assert "iris_vell-2.csv" in Outline(page(about=made.about(inputs=inputs))).text


def test_no_link_at_all_is_said_and_is_no_acquittal() -> None:
    text = Outline(page(result=made.result(members=()))).text
    assert "No pair of accounts stands out" in text
    assert "That is no evidence that nothing is coordinated" in text
    assert "Side by side" not in text


def test_one_link_is_one_pair() -> None:
    assert "One pair of accounts acted together" in page(
        result=made.result(members=(["a", "b"],))
    )


def test_what_is_left_out_is_counted() -> None:
    many = made.result(members=([f"x:{n}" for n in range(25)],))
    text = Outline(page(result=many)).text
    assert "100 more links are left out here" in text
    assert "They also acted together on 1 object not shown here." in text


def test_accounts_too_quiet_are_counted_with_their_reason() -> None:
    text = Outline(page()).text
    assert "2 of 1,500 accounts did so little" in text
    assert "one action only: 2" in text


def test_the_shuffle_sentence_stands_as_the_analysis_wrote_it() -> None:
    assert made.result().summary["shuffle_sentence"] in page()


def test_the_policy_allows_one_style_sheet_by_its_hash_and_nothing_else() -> None:
    html = page()
    (css,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ) in html.replace("&#39;", "'")
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_no_element_can_run_or_fetch_anything() -> None:
    outline = Outline(page())
    alive = {
        "script",
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
    result = made.result({layer: [hostile] for layer in made.LAYERS}, members)
    texts = {f"{account}/{day}": hostile for account in members[0] for day in range(5)}
    about = made.about(
        case=hostile,
        made_by=hostile,
        notice=(hostile,),
        inputs=(made.InputRead(name=hostile, sha256=made.SHA, rejected={hostile: 1}),),
    )
    names = made.forms({members[0][0]: hostile})["named"]
    html = page(result=result, names=names, posts=made.posts(texts, [hostile]), about=about)
    calm = page(result=made.result(members=(["x:1", "x:2", "x:3"],)))
    hostile_tags, calm_tags = Outline(html).tags, set(Outline(calm).tags)
    assert set(hostile_tags) <= calm_tags | {"ul", "li"}
    assert hostile_tags.count("style") == 1
    html.encode("utf-8")
    assert not re.search("[\x00\x1b\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html)
    assert not re.search("https?://", html)
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
    assert '<a href="#link-1">Its posts, side by side</a>' in html
    assert '<a href="#link-11">Its posts, side by side</a>' in html
