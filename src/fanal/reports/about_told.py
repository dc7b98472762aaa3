"""The tables of `fanal.about.overview` as sections: sentences first, then a figure, a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from fanal.about.cells import LEAST_SHOWN, Counts
from fanal.about.estimate import CHANNEL_DAYS, LEAST_DAYS
from fanal.about.ip.sources import Source
from fanal.about.overview import Overview
from fanal.about.sign_ups import LEAST, Wave
from fanal.model.interval import wilson
from fanal.reports import figures
from fanal.reports.about_section import ANSWERS, KINDS, REASONS, Section, country_names
from fanal.reports.figures.bars import bars
from fanal.reports.wording import Words

#: Bars of a figure; the table has all.
BARS: Final = 20
_COUNTED: Final = (("about.accounts", "number"), ("about.share", "number"))
_LIMITS: Final = {
    "place": "about.limits.place",
    "recall": "about.limits.recall",
    "world": "about.limits.world",
    "why": "about.limits.why",
}


class Told:
    """Turns the tables into sections, in the words of one language.

    Parameters
    ----------
    found
        As `fanal.about.overview.overview` returns it.
    say
        The words.
    """

    def __init__(self, found: Overview, say: Words) -> None:
        self._found = found
        self._say = say
        self._n = say.numbers.count

    def title(self) -> str:
        """Return the title of the page."""
        found = self._found
        return self._say(
            "about.title", given=self._n(found.given), accounts=self._n(found.accounts)
        )

    def deck(self) -> str:
        """Return the sentence below the title."""
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
        """Return whom it is for, and what its probabilities are."""
        wrong = self._found.wrong
        here = self._say("about.private.here", labels=self._n(wrong.accounts))
        world = self._say("about.private.world")
        return [self._say("about.private", k=LEAST_SHOWN), here if wrong.here else world]

    def coverage(self) -> Section:
        """Return of how many accounts something can be said; refusals by reason."""
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
        """Return how many people are wrong, and where that was measured."""
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
        """Return what a first publication would say."""
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
        """Return accounts by country."""
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
        """Return kinds of networks, and shields."""
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
        """Return accounts by client."""
        counts = self._found.channels
        return Section(
            anchor="channels",
            title="about.section.channels",
            sentences=[self._say("about.channels", days=CHANNEL_DAYS)],
            columns=[("about.channel", ""), *_COUNTED],
            rows=self._counted(counts.cells, counts, self._found.accounts),
        )

    def sign_ups(self) -> Section:
        """Return the networks of sign-ups that stand out."""
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
        """Return the quarantined networks."""
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
        """Return the lists and their ages."""
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
        """Return what the report cannot tell."""
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
