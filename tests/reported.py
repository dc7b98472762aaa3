"""The report on a made-up result as HTML, and the outline of a page to look into."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import made_up_result as made
from fanal.reports.page import report_html


def page(form: str = "named", **changes: Any) -> str:
    fields: dict[str, Any] = {
        "about": made.about(),
        "posts": made.posts(),
        "facts": made.facts(),
    } | changes
    names = fields.pop("names", made.forms({"x:1": "iris.vell"})[form])
    return report_html(fields.pop("result", made.full()), names=names, **fields)


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
        if not self.tags or self.tags[-1] not in {"script", "style"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))
