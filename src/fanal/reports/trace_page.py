"""The trace of a claim as one HTML page that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime

from fanal.claims.trace import Trace
from fanal.model.names import Names
from fanal.reports.page import file_text, template_of
from fanal.reports.traced import Told
from fanal.reports.traced_posts import PostsTold
from fanal.reports.wording import Words

#: Words that a text has more or less than the one asked for.
_STYLE = """
ins { text-decoration: none; border-bottom: 2px solid currentColor; font-weight: 600; }
del { opacity: .75; }
"""


def trace_html(
    trace: Trace,
    *,
    names: Names,
    case: str,
    made_at: datetime,
    version: str,
    made_by: str = "",
    lang: str = "en",
) -> str:
    """Return the page about one claim.

    Parameters
    ----------
    trace
        What is told.
    names
        How accounts and posts are shown, and at which level.
    case
        Name of the case.
    made_at, made_by, version
        When and by whom it was made, with which Fanal.
    lang
        One of `wording.LANGUAGES`.
    """
    say = Words(lang)
    told = Told(trace, names, say)
    posts = PostsTold(told)
    css = file_text("page.css") + _STYLE
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    day = say.numbers.day(made_at)
    by = say("trace.foot.by", who=made_by) if made_by else ""
    page = template_of("trace.html.j2").render(
        css=css,
        style_hash=f"sha256-{digest}",
        say=say,
        version=version,
        case=case,
        made_day=day,
        title=told.title(),
        deck=told.deck(),
        notice=told.notice(),
        sections=told.sections(),
        posts_intro=posts.intro(),
        posts=posts.posts(),
        foot=say("trace.foot", version=version, day=day, by=by),
    )
    return f"{page.strip()}\n"
