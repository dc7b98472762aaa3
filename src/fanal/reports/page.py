"""The report: one HTML file, readable anywhere, on paper too.

1. Tell: each finding, link, community and number becomes words (`told`), figures become HTML.
2. Fill the template; every text is made harmless (`harmless`) and escaped.

The file loads nothing: its policy allows one style sheet and the figures' script, each named by
its hash. Without a script all but the map and the buttons is there.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined

from fanal.model.names import Level, Names
from fanal.reports import figures
from fanal.reports.about import About
from fanal.reports.answerable import Section, sections
from fanal.reports.answers import Answers, Description
from fanal.reports.described import description
from fanal.reports.evidence import Posts
from fanal.reports.facts import Facts
from fanal.reports.harmless import defanged, plain
from fanal.reports.told import CARRIED, Told
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result

#: Sections in their order: anchor, title; the first where it is known.
CONTENTS = (
    ("answers", "answers.title"),
    ("findings", "find.title"),
    ("set-aside", "set_aside.title"),
    ("bursts", "bursts.title"),
    ("joint", "joint.title"),
    ("evolution", "evolution.title"),
    ("communities", "communities.title"),
    ("links", "links.title"),
    ("people", "people.title"),
    ("limits", "limits.title"),
    ("method", "method.title"),
    ("read", "read.title"),
)


def report_html(
    result: Result,
    *,
    about: About,
    names: Names,
    posts: Posts,
    answers: Answers | None = None,
    facts: Facts | None = None,
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
        How accounts and objects are shown, and at which level. `posts` is asked only for posts
        of accounts that stand by their name.
    posts
        Keys of posts -> their rows of the table `posts`; missing keys are left out.
    answers
        What the files can and cannot answer, and what is in them; left out when None.
    facts
        Look-ups for the timeline and the dates of creation; without, both are left out.
    lang
        Language of the sentences, one of `wording.LANGUAGES`.

    Returns
    -------
    str
        HTML that loads nothing and runs no script but the figures' own. O(evidence).
    """
    say = Words(lang)
    # 1. tell
    names = _with_copies(names, answers.description if answers else None)
    fields = Told(result, about, names, posts, say, facts or Facts()).fields()
    fields["answers"] = _answers(answers, names, say)
    # 2. fill
    css = file_text("page.css") + figures.style()
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    page = template_of("page.html.j2").render(
        css=css,
        style_hash=f"sha256-{digest}",
        scripts=figures.scripts(),
        script_hashes=figures.csp_hashes(),
        about=about,
        say=say,
        count=say.numbers.count,
        total=lambda counts: sum(counts.values()),
        contents=[one for one in CONTENTS if fields.get(one[0], True)],
        **fields,
    )
    return f"{page.strip()}\n"


def _with_copies(names: Names, told: Description | None) -> Names:
    """Return names that show texts which so many accounts carry that they are nobody's."""
    if names.named or names.level is Level.COUNTS or told is None:
        return names
    copies = {one.object for one in told.copies or () if one.accounts >= CARRIED}
    return replace(names, object=lambda text: text if text in copies else names.object(text))


def _answers(answers: Answers | None, names: Names, say: Words) -> list[Section]:
    if answers is None:
        return []
    held = answers.holdings
    if not names.named:
        inputs = tuple(
            replace(one, name=say("read.input", number=n))
            for n, one in enumerate(held.inputs, 1)
        )
        held = replace(held, inputs=inputs)
    told = sections(replace(answers, holdings=held), say)
    if names.level is Level.COUNTS:
        return told
    return [*told, description(answers.description, names, say, held)]


@cache
def file_text(name: str) -> str:
    """Return a file that lies beside this one."""
    return resources.files("fanal.reports").joinpath(name).read_text(encoding="utf-8")


@cache
def template_of(name: str) -> Any:
    """Return a template whose texts are made plain and whose links are dead."""
    environment = Environment(
        autoescape=True,
        finalize=_harmless,
        loader=FunctionLoader(file_text),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _harmless(value: Any) -> Any:
    """Make every text of the page plain and its links dead; what is HTML already stays."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return defanged(plain(value))
