"""What the private report of an operator is made of: its sections, and words for its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from fanal.reports import figures

REASONS: Final = {
    "no day in the year": "about.refusal.none",
    "one day": "about.refusal.one",
    "two days": "about.refusal.two",
    "too few days": "about.refusal.few",
    "dormant": "about.refusal.dormant",
    "quarantined network": "about.refusal.quarantine",
    "settings contradict": "about.refusal.settings",
    "two places at once": "about.refusal.two_places",
    "conflicting": "about.refusal.conflicting",
    "proxy days": "about.withheld.proxy",
    "not probable enough": "about.withheld.improbable",
    "too many days elsewhere": "about.withheld.elsewhere",
    "too few months": "about.withheld.months",
    "too few accounts": "about.withheld.accounts",
}
KINDS: Final = {
    "": "about.kind.others",
    "hosting_or_vpn": "about.kind.hosting_or_vpn",
    "tor": "about.kind.tor",
    "relay": "about.kind.relay",
    "cgnat": "about.kind.cgnat",
    "unknown": "about.kind.unknown",
}
ANSWERS: Final = {
    "country": "about.answers.country",
    "kind": "about.answers.kind",
    "second country": "about.answers.second",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page; all but the keys are words already.

    Parameters
    ----------
    anchor, title
        Its id, and the key of its title.
    sentences, below
        Before and after what is shown.
    columns
        Key of each column's head and its class.
    rows
        As many words as columns.
    listed
        Whether the sentences stand as a list.
    """

    anchor: str
    title: str
    sentences: Sequence[str]
    columns: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[str]] = ()
    below: Sequence[str] = ()
    figure: figures.Html | str = ""
    listed: bool = False


#: Names alike in both languages: what stands after them in the file is another English name.
_ALIKE: Final = frozenset({"BN", "CD", "CG", "CI", "IR", "LA", "SZ", "TW", "VE"})


@cache
def country_names(lang: str) -> dict[str, str]:
    """Return code -> name of each country in a language."""
    text = resources.files("fanal.model").joinpath("places.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    french = {row[0]: row[2] for row in rows if len(row) > 2 and row[0] not in _ALIKE}
    english = {row[0]: row[1] for row in rows}
    return english | french if lang == "fr" else english
