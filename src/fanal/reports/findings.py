"""Findings as sentences: each with its strength, what was expected, and why it may be wrong."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from fanal.reports import doubts, strength
from fanal.reports.communities import Community
from fanal.reports.evidence import Row
from fanal.reports.links import join
from fanal.reports.shown import Tables
from fanal.reports.wording import Words

#: Bursts and groups told in sentences.
BURSTS_TOLD, GROUPS_TOLD = 5, 4
SYNCHRONISED = "synchronised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding, all in words but `word`, the key of its strength.

    `rank` is the number of the link whose posts show it, 0 for none; `anchor` where it is
    shown in full; `note` stands beside its title.
    """

    id: str
    word: str
    title: str
    sentence: str
    doubts: tuple[str, ...]
    rank: int = 0
    anchor: str = ""
    note: str = ""


class Findings:
    """Tells the findings of one run.

    Parameters
    ----------
    tables, say
        What was found, as shown, and the words.
    summary
        Of the run, with its settings.
    named
        Whether accounts may be shown at all, under whatever name.
    """

    def __init__(
        self, tables: Tables, say: Words, summary: dict[str, Any], *, named: bool
    ) -> None:
        self._tables, self._say, self._summary, self._named = tables, say, summary, named
        self._window = say.numbers.duration(float(max(summary["windows_s"])))

    def of_community(self, one: Community, rank: int, sources: dict[str, str]) -> Finding:
        """Return the finding of a community whose moments are known."""
        say, size = self._say, len(one.accounts)
        q = one.middling("q", "q_affinity")
        word = strength.of_community(q=q, layers=len(one.layers), accounts=size, kept=one.kept)
        return Finding(
            id=f"finding-c{one.number}",
            word=word,
            title=say(
                "find.pair" if size == 2 else "find.community",
                number=one.number,
                accounts=say.numbers.count(size),
            ),
            sentence=self._together(one, q),
            doubts=tuple(doubts.of_community(one, self._summary["fdr"], say, sources)),
            rank=rank,
        )

    def _together(self, one: Community, q: float) -> str:
        say, best = self._say, one.links[0]
        fields = {
            "objects": say.count("object", round(one.middling("objects"))),
            "layers": join([say.layer(layer) for layer in one.layers], say),
            "window": self._window,
            "period": self._period(one.links),
            "expected": say.numbers.expected(one.middling("expected", "expected_affinity")),
            "delay": say.numbers.duration(one.delay_s),
            "p": say.numbers.bounded("p", one.middling("p", "p_affinity")),
            "q": say.numbers.bounded("q", q),
            "tested": say.numbers.count(int(self._summary["pairs_tested"])),
        }
        if len(one.accounts) == 2 and self._named:
            ends = {end: self._tables.names.account(best[end]) for end in ("source", "target")}
            return say("find.observed.pair", **ends, **fields)
        if len(one.accounts) == 2:
            return say("find.observed.two", **fields)
        return say(
            "find.observed",
            links=say.numbers.count(len(one.links)),
            possible=say.numbers.count(one.possible),
            accounts=say.numbers.count(len(one.accounts)),
            **fields,
        )

    def _period(self, links: list[Row]) -> str:
        begin = min(row["first_time"] for row in links)
        end = max(row["last_time"] for row in links)
        first, last = self._say.numbers.days(begin, end)
        return self._say("period", first=first, last=last)

    def of_bursts(self) -> list[Finding]:
        """Return the findings of the first bursts."""
        rows = self._tables.bursts.slice(0, BURSTS_TOLD).to_pylist()
        return [self._burst(number, row) for number, row in enumerate(rows, 1)]

    def _burst(self, number: int, row: Row) -> Finding:
        say = self._say
        accounts = say.numbers.count(row["accounts"])
        return Finding(
            id=f"finding-b{number}",
            word=strength.of_burst(row["q"]),
            title=say("find.burst", number=number, accounts=accounts),
            sentence=say(
                "find.burst.observed",
                accounts=accounts,
                thing=say.thing(row["layer"]),
                window=say.numbers.duration(row["window_s"]),
                when=say.numbers.when(row["start"]),
                expected=say.numbers.expected(row["expected"]),
                p=say.numbers.bounded("p", row["p"]),
                q=say.numbers.bounded("q", row["q"]),
                tested=say.numbers.count(int(self._summary.get("bursts_tested", 0))),
            ),
            doubts=tuple(doubts.of_burst(say)),
            anchor="bursts",
        )

    def of_groups(self) -> list[Finding]:
        """Return the findings of the groups that are more than one audience."""
        members = defaultdict(set)
        for row in self._tables.group_members.to_pylist():
            members[row["group"]].add(row["account"])
        found = [
            self._group(number, row, members[row["group"]])
            for number, row in enumerate(self._tables.groups.to_pylist(), 1)
            if row["verdict"] == SYNCHRONISED
        ]
        return found[:GROUPS_TOLD]

    def _group(self, number: int, row: Row, accounts: set[str]) -> Finding:
        say = self._say
        return Finding(
            id=f"finding-g{number}",
            word=strength.of_group(row["p"], times_tested=row["p_timing"] is not None),
            title=say("find.group", number=number, accounts=say.numbers.count(row["k"])),
            sentence=say(
                "find.group.observed",
                accounts=say.numbers.count(row["k"]),
                observed=say.numbers.count(round(row["x"])),
                expected=say.numbers.expected(row["expected"]),
                p=say.numbers.bounded("p", row["p"]),
            ),
            doubts=tuple(doubts.of_group(row, self._overlap(accounts), say)),
            anchor="joint",
            note=say("find.experimental"),
        )

    def _overlap(self, accounts: set[str]) -> tuple[int, float]:
        """Return the community, from 1, that most of the accounts are in, and their share."""
        inside: dict[int, int] = defaultdict(int)
        for row in self._tables.communities.to_pylist():
            inside[row["community"] + 1] += row["account"] in accounts
        if not inside:
            return 0, 0.0
        number = min(inside, key=lambda one: (-inside[one], one))
        return number, inside[number] / len(accounts)


def strongest_first(findings: list[Finding]) -> list[Finding]:
    """Return the findings by strength, then by how little speaks against them."""

    def order(one: Finding) -> tuple[int, int]:
        return -strength.LADDER.index(one.word), len(one.doubts)

    return sorted(findings, key=order)
