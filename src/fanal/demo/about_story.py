"""The story of `fanal demo about`, for a terminal.

1. The platform.   2. Seven accounts: the truth, a rule like X's, the card, and why.
3. The journalist.   4. How often each rule is wrong.   5. What to type to see the cards served.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Protocol

from fanal.about.memory import PROXY
from fanal.demo.about_rules import Fared, is_wrong
from fanal.demo.about_words import ABOUT
from fanal.demo.about_year import Told, Year
from fanal.demo.story import Part
from fanal.reports.numbers import Numbers

_WRONG = " ✗"


class Places(Protocol):
    """Names of places and reasons in a language: `fanal.web.desk_words.DeskSentences`."""

    def __call__(self, key: str, **fields: object) -> str:
        """Return a sentence of the pages."""
        ...

    def place(self, label: str) -> str:
        """Return the name of a country or region."""
        ...

    def because(self, reason: str) -> str:
        """Return a precise reason as a sentence."""
        ...


def about_story(made: Year, lang: str, names: Places) -> tuple[Part, ...]:
    """Return the story of a year of cards.

    Parameters
    ----------
    made
        What the demo made.
    lang
        ``fr`` or ``en``.
    names
        The words of the pages in that language.
    """
    return _Story(made, lang, names).parts()


class _Story:
    def __init__(self, made: Year, lang: str, names: Places) -> None:
        self._made, self._words, self._names = made, ABOUT[lang], names
        self._numbers = Numbers(lang)

    def parts(self) -> tuple[Part, ...]:
        say, made = self._say, self._made
        world = (say("world", accounts=made.accounts, k=made.k), say("world.rule"))
        return (
            Part(say("world.title"), world),
            Part(say("people.title"), self._people()),
            Part(say("journalist.title"), self._journalist()),
            Part(say("counts.title"), self._counts()),
            Part(say("serve.title"), self._serve()),
        )

    def _say(self, sentence: str, /, **fields: object) -> str:
        told = {
            key: self._numbers.count(one) if isinstance(one, int) else one
            for key, one in fields.items()
        }
        return self._words[sentence].format(**told)

    # 2. seven accounts

    def _people(self) -> tuple[str, ...]:
        rows = [
            (
                f"@{one.person.handle}",
                self._names.place(one.person.home),
                self._names.place(one.rule) + (_WRONG if one.rule != one.person.home else ""),
                self._card(one),
            )
            for one in self._made.people
        ]
        lines = [*table(self._words["people.head"], rows), self._say("people.key"), ""]
        for one in self._made.people:
            role = self._say(f"role.{one.person.key}")
            lines.append(self._say("who", handle=one.person.handle, role=role))
            lines += [f"    {line}" for line in self._why(one)]
        return tuple(lines)

    def _card(self, one: Told) -> str:
        label = one.card["label"]
        if label is None:
            return self._names("withheld")
        wrong = _WRONG if is_wrong(one.card, one.person.home) else ""
        return self._names.place(label) + wrong

    def _why(self, one: Told) -> list[str]:
        """Return why a card is as it is: what the operator sees, from the evidence."""
        card, seen, say = one.card, one.evidence, self._say
        if card["why"] == PROXY:
            lines = [say("why.proxy", proxy=seen["proxy_days_180"], days=seen["days_180"])]
        elif card["label"] is None:
            lines = [self._names.because(card["why"])]
        else:
            lines = [self._days_in(one)]
        if card["state"] == "region":
            lines.append(say("why.region"))
        if one.leaks and not one.ever:
            place = self._names.place(one.person.home)
            lines.append(say("why.leaks", place=place, times=one.leaks))
        if one.person.trip and one.rule == one.person.trip[0] and card["label"]:
            lines.append(say("why.journey", date=self._numbers.date(card["evidence_on"])))
        if is_wrong(card, one.person.home):
            lines.append(say("why.wrong"))
        return lines

    def _days_in(self, one: Told) -> str:
        """Return on how many days an account connected from where its card says."""
        seen, held = one.evidence, one.card["country"]
        plain = sum(row["plain_days"] for row in seen["countries"] if row["country"] == held)
        place = self._names.place(held)
        return self._say("why.shown", place=place, plain=plain, days=seen["days"])

    # 3. the journalist

    def _journalist(self) -> tuple[str, ...]:
        made, say = self._made, self._say
        one = made.people[0]
        return (
            say("journalist.rule", place=self._names.place(one.rule)),
            say("journalist.ours"),
            *(f"    {line}" for line in self._why(one)),
            say("journalist.others", withheld=made.states["withheld"]),
            say(
                "journalist.firm",
                all=made.employees,
                most=made.employees_most.wrong,
                ours=made.employees_ours.wrong,
            ),
        )

    # 4. how often each rule is wrong

    def _counts(self) -> tuple[str, ...]:
        made, say = self._made, self._say
        rows = [
            self._row("last", made.last),
            self._row("most", made.most),
            self._row("ours", made.ours),
        ]
        states = {
            name: made.ours.per(made.states.get(name, 0))
            for name in ("country", "region", "withheld")
        }
        parts = self._words["list.and"].join(
            say(f"cause.{name}", n=made.why[name])
            for name in ("moved", "vpn", "mislocated", "other")
            if made.why.get(name)
        )
        return (
            *table(self._words["counts.head"], rows, right=True),
            say("counts.states", **states),
            say("counts.why", wrong=made.ours.wrong, all=made.ours.shown, parts=parts),
            say("counts.small"),
        )

    def _row(self, name: str, fared: Fared) -> tuple[str, ...]:
        count: Callable[[int], str] = self._numbers.count
        low, high = fared.between()
        shown, wrong = (fared.per(one) for one in (fared.shown, fared.wrong))
        between = self._say("counts.between", low=low, high=high)
        return self._say(f"counts.{name}"), count(shown), count(wrong), between

    # 5. what to type

    def _serve(self) -> tuple[str, ...]:
        one, config = self._made.people[0].person, shlex.quote(str(self._made.config))
        holder = f"fanal about token --config {config} --holder {one.account}"
        return (
            f"fanal about serve --config {config}",
            self._say("serve.page", handle=one.handle),
            self._say("serve.holder", command=holder),
        )


def table(head: str, rows: Sequence[Sequence[str]], *, right: bool = False) -> tuple[str, ...]:
    """Return the lines of a table: columns as wide as they need be, the first on the left.

    Parameters
    ----------
    head
        Names of the columns, `|` between them.
    rows
        Cells.
    right
        Whether the other columns stand on the right.
    """
    lines = [head.split("|"), *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return tuple(
        "  ".join(
            cell.rjust(width) if right and at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
