"""The report: one HTML file without a script, readable anywhere, on paper too.

1. Tell: each link, community and number becomes words (`links`, `communities`, `drawing`).
2. Fill the template; every text is made harmless (`harmless`) and escaped.

The file loads nothing: its policy allows one style sheet, named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import DictLoader, Environment, StrictUndefined

from fanal.model.names import Names
from fanal.reports.about import About
from fanal.reports.answerable import Section, sections
from fanal.reports.answers import Answers
from fanal.reports.described import description
from fanal.reports.evidence import Posts
from fanal.reports.harmless import defanged, plain
from fanal.reports.told import Told
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result

CONTENTS = (
    ("read", "read.title"),
    ("findings", "find.title"),
    ("communities", "groups.title"),
    ("links", "links.title"),
    ("shuffle", "shuffle.title"),
    ("quiet", "quiet.title"),
    ("limits", "limits.title"),
    ("method", "method.title"),
)
#: Comes before everything, where it is known.
ANSWERS = (("answers", "answers.title"),)


def report_html(
    result: Result,
    *,
    about: About,
    names: Names,
    posts: Posts,
    answers: Answers | None = None,
    lang: str = "en",
) -> str:
    """Return the report on a coordination run as one HTML page.

    Parameters
    ----------
    result
        A coordination result.
    about
        The case, its inputs, who made the report, when.
    names
        How accounts and objects are shown. Without names, no text and no address of a post
        is shown and `posts` is not called.
    posts
        Keys of posts -> their rows of the table `posts`; missing keys are left out.
    answers
        What the files can and cannot answer, and what is in them; left out when None.
    lang
        Language of the sentences, one of `wording.LANGUAGES`.

    Returns
    -------
    str
        HTML that holds no script and loads nothing. O(evidence of the links shown).
    """
    say = Words(lang)
    # 1. tell
    fields = Told(result, about, names, posts, say).fields()
    fields["answers"] = _answers(answers, names, say)
    # 2. fill
    css = _file("page.css")
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    page = _template().render(
        css=css,
        style_hash=f"sha256-{digest}",
        about=about,
        say=say,
        count=say.numbers.count,
        total=lambda counts: sum(counts.values()),
        contents=(ANSWERS if answers else ()) + CONTENTS,
        **fields,
    )
    return f"{page.strip()}\n"


def _answers(answers: Answers | None, names: Names, say: Words) -> list[Section]:
    if answers is None:
        return []
    told = description(answers.description, names, say, answers.holdings)
    return [*sections(answers, say), told]


@cache
def _file(name: str) -> str:
    return resources.files("fanal.reports").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        autoescape=True,
        finalize=_harmless,
        loader=DictLoader({"page": _file("page.html.j2")}),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page")


def _harmless(value: Any) -> Any:
    """Make every text of the page plain and its links dead; what is HTML already stays."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return defanged(plain(value))
