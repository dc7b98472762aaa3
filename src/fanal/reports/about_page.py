"""The private report of an operator: one HTML page that loads nothing and runs nothing.

1. Each table of `fanal.about.overview` becomes a section (`reports/about_told.py`).
2. Fill the template; every text from outside is made harmless and escaped (`reports/page.py`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

from fanal.about.ip.sources import Source
from fanal.about.overview import Overview
from fanal.reports import figures
from fanal.reports.about_told import Told
from fanal.reports.page import file_text, template_of
from fanal.reports.wording import Words


def about_html(
    found: Overview,
    *,
    sources: Sequence[Source],
    made_on: date,
    version: str,
    lang: str = "en",
) -> str:
    """Return the private report as one HTML page.

    Parameters
    ----------
    found
        As `fanal.about.overview.overview` returns it.
    sources
        The lists of this installation.
    made_on
        The day of the report.
    version
        Fanal's.
    lang
        One of `wording.LANGUAGES`.

    Returns
    -------
    str
        HTML with a policy that allows its own style sheet and nothing else.
    """
    say = Words(lang)
    told = Told(found, say)
    sections = [
        told.coverage(),
        told.wrong(),
        told.publication(),
        told.countries(),
        told.kinds(),
        told.channels(),
        told.sign_ups(),
        told.quarantine(),
        told.lists(sources, made_on),
        told.limits(),
    ]
    css = file_text("page.css") + figures.style()
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    day = say.numbers.date(made_on)
    page = template_of("about.html.j2").render(
        css=css,
        style_hash=f"sha256-{digest}",
        say=say,
        count=say.numbers.count,
        version=version,
        made_day=day,
        title=told.title(),
        deck=told.deck(),
        notice=told.notice(),
        sections=sections,
        foot=say("about.foot", version=version, day=day),
    )
    return f"{page.strip()}\n"
