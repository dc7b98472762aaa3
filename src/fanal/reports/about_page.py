"""The private report of an operator: one HTML page that loads nothing and runs nothing.

1. Each table of `fanal.about.overview` becomes a section: sentences first, then a figure, a table.
2. Fill the template; every text from outside is made harmless and escaped (`reports/page.py`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from fanal.about.estimate import CHANNEL_DAYS, LEAST_DAYS
from fanal.about.ip.sources import Source
from fanal.about.measured import wilson
from fanal.about.overview import LEAST_SHOWN, Counts, Overview
from fanal.about.sign_ups import LEAST, Wave
from fanal.reports import figures
from fanal.reports.figures.bars import bars
from fanal.reports.page import file_text, template_of
from fanal.reports.wording import Words

#: Bars of a figure; the table has all.
BARS: Final = 20
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
    told = _Told(found, say)
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


class _Told:
    """Turns the tables into sections (1)."""

    def __init__(self, found: Overview, say: Words) -> None:
        self._found = found
        self._say = say
        self._n = say.numbers.count

    def title(self) -> str:
        found = self._found
        return self._say(
            "about.title", given=self._n(found.given), accounts=self._n(found.accounts)
        )

    def deck(self) -> str:
        found = self._found
        return self._say(
            "about.deck",
            rows=self._n(found.rows),
            accounts=self._n(found.accounts),
            day=self._say.numbers.date(found.as_of),
            sure=self._n(found.sure),
            sure_share=self._share(found.sure, found.accounts),
        )

    def notice(self) -> list[str]:
        wrong = self._found.wrong
        here = self._say("about.private.here", labels=self._n(wrong.accounts))
        world = self._say("about.private.world")
        return [self._say("about.private", k=LEAST_SHOWN), here if wrong.here else world]

    def coverage(self) -> Section:
        found = self._found
        refused = sum(n for _, n in found.refused)
        sentence = self._say(
            "about.coverage" if refused else "about.coverage.none",
            enough=self._n(found.enough),
            accounts=self._n(found.accounts),
            share=self._share(found.enough, found.accounts),
            least=LEAST_DAYS,
            given=self._n(found.given),
            **({"refused": self._n(refused)} if refused else {}),
        )
        left = {name: self._n(found.left_out.get(name, 0)) for name in ("future", "older")}
        unknown = self._n(found.left_out.get("country unknown", 0))
        return Section(
            anchor="coverage",
            title="about.section.coverage",
            sentences=[sentence],
            columns=[("about.reason", ""), *_COUNTED],
            rows=[
                [self._say(REASONS[reason]), self._n(n), self._share(n, found.accounts)]
                for reason, n in found.refused
            ],
            below=[self._say("about.coverage.left", **left, unknown=unknown)],
        )

    def wrong(self) -> Section:
        found, wrong = self._found, self._found.wrong
        numbers = {name: self._n(getattr(wrong, name)) for name in ("wrong", "low", "high")}
        first = self._say(
            "about.wrong.here" if wrong.here else "about.wrong.world",
            **numbers,
            n=self._n(wrong.accounts),
            date=self._say.numbers.date(date.fromisoformat(wrong.date)),
        )
        people = [
            round(rate * found.accounts / 1e5) for rate in (wrong.wrong, wrong.low, wrong.high)
        ]
        second = self._say(
            "about.wrong.accounts",
            accounts=self._n(found.accounts),
            people=self._n(people[0]),
            low=self._n(people[1]),
            high=self._n(people[2]),
        )
        how = [] if wrong.here else [self._say("about.wrong.how")]
        return Section(
            anchor="wrong", title="about.section.wrong", sentences=[first, second, *how]
        )

    def publication(self) -> Section:
        found, told = self._found, self._found.publication
        counted = {
            name: self._n(getattr(told, name)) for name in ("country", "region", "withheld")
        }
        return Section(
            anchor="publication",
            title="about.section.publication",
            sentences=[
                self._say("about.publication", accounts=self._n(found.accounts), **counted),
                self._say("about.publication.alone", k=LEAST_SHOWN),
            ],
            columns=[("about.withheld", ""), *_COUNTED],
            rows=[
                [self._say(REASONS[reason]), self._n(n), self._share(n, found.accounts)]
                for reason, n in told.reasons
            ],
        )

    def countries(self) -> Section:
        found = self._found
        given, names = self._n(found.given), country_names(self._say.lang)
        sentence = self._say(
            "about.countries",
            given=given,
            cells=self._n(len(found.countries.cells)),
            k=LEAST_SHOWN,
        )
        cells = [(names.get(code, code), n) for code, n in found.countries.cells]
        figure: figures.Html | str = ""
        if cells:
            figure = bars(
                "countries-bars",
                [(name, n, self._n(n)) for name, n in cells[:BARS]],
                title=self._say("about.countries.title"),
                alt=self._say(
                    "about.countries.alt", first=cells[0][0], count=self._n(cells[0][1])
                ),
                caption=self._say("about.countries.caption", given=given),
            )
        return Section(
            anchor="countries",
            title="about.section.countries",
            sentences=[sentence],
            figure=figure,
            columns=[("about.country", ""), *_COUNTED],
            rows=self._counted(cells, found.countries, found.given),
        )

    def kinds(self) -> Section:
        found = self._found
        all_rows = sum(one.rows for one in found.kinds)
        return Section(
            anchor="kinds",
            title="about.section.kinds",
            sentences=[self._shield(), self._say("about.recall")],
            columns=[
                ("about.network_kind", ""), ("about.rows", "number"), ("about.share", "number"),
                ("about.accounts", "number"),
            ],
            rows=[
                [
                    self._kind(one.name), self._n(one.rows), self._share(one.rows, all_rows),
                    self._few(one.accounts),
                ]
                for one in found.kinds
            ],
            below=[self._say("about.kinds.table")],
        )  # fmt: skip

    def _shield(self) -> str:
        found = self._found
        if not found.recent:
            return self._say("about.shield.none")
        low, high = wilson(found.shield, found.recent)
        share = self._say.numbers.share
        return self._say(
            "about.shield",
            shield=self._n(found.shield),
            recent=self._n(found.recent),
            share=share(found.shield / found.recent),
            low=share(low),
            high=share(high),
        )

    def channels(self) -> Section:
        counts = self._found.channels
        return Section(
            anchor="channels",
            title="about.section.channels",
            sentences=[self._say("about.channels", days=CHANNEL_DAYS)],
            columns=[("about.channel", ""), *_COUNTED],
            rows=self._counted(counts.cells, counts, self._found.accounts),
        )

    def sign_ups(self) -> Section:
        found = self._found.sign_ups
        if found is None:
            sentences = [self._say("about.sign_ups.none")]
            return Section(
                anchor="sign-ups", title="about.section.sign_ups", sentences=sentences
            )
        counted = ("known", "seen", "tested", "alone")
        seen = self._say(
            "about.sign_ups.seen",
            **{name: self._n(getattr(found, name)) for name in counted},
            few=self._n(found.too_few),
            least=LEAST,
        )
        if not found.waves:
            sentences = [seen, self._say("about.sign_ups.nothing")]
            return Section(
                anchor="sign-ups", title="about.section.sign_ups", sentences=sentences
            )
        some = self._say("about.sign_ups.some", waves=self._n(len(found.waves)))
        return Section(
            anchor="sign-ups",
            title="about.section.sign_ups",
            sentences=[seen, some, self._say("about.sign_ups.innocent")],
            columns=[
                ("about.network", ""), ("about.country_kind", ""), ("about.window", ""),
                ("about.new", "number"), ("about.expected", "number"), ("about.beside", "number"),
                ("about.p_q", "number"),
            ],
            rows=[self._wave(one) for one in found.waves],
            below=[self._say("about.sign_ups.p"), self._say("about.quarantine.number")],
        )  # fmt: skip

    def _wave(self, one: Wave) -> list[str]:
        numbers = self._say.numbers
        first = numbers.date(one.first)
        kind = self._kind(self._found.kinds_of.get(one.network, ""))
        beside = self._say(
            "about.beside.of",
            window=self._few(one.country_accounts),
            all=self._few(one.country_all),
        )
        return [
            str(one.network),
            f"{self._country(one.country)}, {kind}",
            self._say("about.window.days", days=one.days, first=first),
            self._few(one.accounts),
            numbers.expected(one.expected),
            beside,
            f"{numbers.bounded('p', one.p)}, {numbers.bounded('q', one.q)}",
        ]

    def quarantine(self) -> Section:
        found, share = self._found, self._say.numbers.share
        told = {"tested": self._n(found.tested), "small": self._n(found.too_small)}
        if not found.quarantined:
            sentence = self._say("about.quarantine.nothing", **told)
            return Section(
                anchor="quarantine", title="about.section.quarantine", sentences=[sentence]
            )
        networks = self._n(len(found.quarantined))
        return Section(
            anchor="quarantine",
            title="about.section.quarantine",
            sentences=[
                self._say(
                    "about.quarantine.some", **told, networks=networks,
                    accounts=self._n(found.withheld),
                )
            ],
            columns=[
                ("about.network", ""), ("about.country", ""), ("about.network_kind", ""),
                ("about.accounts", "number"), ("about.against", "number"), ("about.q", "number"),
            ],
            rows=[
                [
                    str(one.network), self._country(one.country), self._kind(one.kind),
                    self._few(one.accounts),
                    self._say(
                        "about.against.of", against=self._n(one.against), votes=self._n(one.votes),
                        low=share(one.share_low), high=share(one.share_high),
                    ),
                    self._say.numbers.bounded("q", one.q),
                ]
                for one in found.quarantined
            ],
            below=[self._say("about.quarantine.number")],
        )  # fmt: skip

    def lists(self, sources: Sequence[Source], made_on: date) -> Section:
        day = self._say.numbers.date(made_on)
        return Section(
            anchor="lists",
            title="about.section.lists",
            sentences=[self._say("about.lists", day=day), self._say("about.recall")],
            columns=[
                ("about.list", ""), ("about.answers", ""), ("about.date", "number"),
                ("about.age", "number"),
            ],
            rows=[
                [one.name, self._say(ANSWERS[one.answers]), one.date, self._age(one, made_on)]
                for one in sources
            ],
        )  # fmt: skip

    def limits(self) -> Section:
        keys = ("place", "recall", "world", "why")
        return Section(
            anchor="limits",
            title="about.section.limits",
            sentences=[self._say(_LIMITS[key]) for key in keys],
            listed=True,
        )

    def _age(self, one: Source, made_on: date) -> str:
        try:
            days = (made_on - date.fromisoformat(one.date)).days
        except ValueError:
            return self._say("about.age.unknown")
        return self._say("about.age.days", days=self._n(days))

    def _counted(
        self, cells: Sequence[tuple[str, int]], counts: Counts, of: int
    ) -> list[list[str]]:
        rows = [[name, self._n(n), self._share(n, of)] for name, n in cells]
        if counts.folded:
            name = self._say("about.others", folded=self._n(counts.folded))
            rows.append([name, self._few(counts.others), self._share(counts.others, of)])
        if counts.unknown != 0:
            name = self._say("about.unknown")
            rows.append([name, self._few(counts.unknown), self._share(counts.unknown, of)])
        return rows

    def _share(self, n: int | None, of: int) -> str:
        return "" if n is None or not of else self._say.numbers.share(n / of)

    def _few(self, n: int | None) -> str:
        if n is None or 0 < n < LEAST_SHOWN:
            return self._say("about.few", k=LEAST_SHOWN)
        return self._n(n)

    def _country(self, code: str | None) -> str:
        if code is None:
            return self._say("about.unknown")
        return country_names(self._say.lang).get(code, code)

    def _kind(self, name: str) -> str:
        return self._say(KINDS[name]) if name in KINDS else name


_COUNTED: Final = (("about.accounts", "number"), ("about.share", "number"))
_LIMITS: Final = {
    "place": "about.limits.place",
    "recall": "about.limits.recall",
    "world": "about.limits.world",
    "why": "about.limits.why",
}
