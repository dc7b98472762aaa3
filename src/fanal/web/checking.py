"""Whether this server showed what somebody copied from a screenshot: a form and its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from fanal.web.card import Site
from fanal.web.rendering import rendered
from fanal.web.signing import Signer
from fanal.web.wording import Sentences, places

#: What a handle is: letters, digits, _ . - , with a letter, digit or _ at both ends.
HANDLE: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_])?", re.ASCII)
_QUARTER: Final = re.compile(
    r"([0-9]{4})\s*[-/ ]?\s*[QT]([1-4])|[QT]([1-4])\s*[-/ ]?\s*([0-9]{4})", re.IGNORECASE
)
_LONGEST: Final = 80

Verdict = Literal["", "yes", "no", "incomplete"]
HEADINGS: Final[Mapping[Verdict, str]] = {
    "": "form.title",
    "yes": "form.yes",
    "no": "form.no",
    "incomplete": "form.incomplete",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the form; a quarter in our spelling where it is one.

    Parameters
    ----------
    handle, place, quarter, code
        As copied; empty when not given. An empty place: not disclosed.
    """

    handle: str = ""
    place: str = ""
    quarter: str = ""
    code: str = ""


def asked_of(query: Mapping[str, str]) -> Asked:
    """Return what a query asks."""
    handle, place, quarter, code = (
        query.get(name, "").strip()[:_LONGEST]
        for name in ("handle", "place", "quarter", "code")
    )
    return Asked(handle.removeprefix("@"), place, _quarter(quarter), code)


def verdict_of(asked: Asked, signer: Signer) -> Verdict:
    """Return what is answered; nothing when nothing was asked."""
    if not (asked.handle or asked.code):
        return ""
    if not (
        HANDLE.fullmatch(asked.handle) and _QUARTER.fullmatch(asked.quarter) and asked.code
    ):
        return "incomplete"
    shown = signer.is_code(asked.code, asked.handle, asked.place or None, asked.quarter)
    return "yes" if shown else "no"


def check_page(asked: Asked, verdict: Verdict, *, site: Site, lang: str, quarter: str) -> str:
    """Return the form with its answer."""
    countries, regions = places(lang)
    return rendered(
        "check.html.j2",
        lang,
        site=site,
        asked=asked,
        verdict=verdict,
        heading=HEADINGS[verdict],
        place=Sentences(lang).place(asked.place) if asked.place else None,
        countries=countries,
        regions=regions,
        quarter=quarter,
    )


def _quarter(text: str) -> str:
    """Return a quarter in our spelling: ``T4 2026`` -> ``2026-Q4``; else the text."""
    found = _QUARTER.fullmatch(text)
    if found is None:
        return text
    return f"{found[1] or found[4]}-Q{found[2] or found[3]}"
