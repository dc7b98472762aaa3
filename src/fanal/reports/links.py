"""Links as the report tells them: a row of the table, a sentence, and the posts behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanal.model.names import Names
from fanal.reports.evidence import SHOWN_PER_LINK, CoAction, Row, SideBySide
from fanal.reports.wording import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShown:
    """One link; all its fields are words already."""

    rank: int
    source: str
    target: str
    layers: str
    objects: str
    expected: str
    q: str
    q_affinity: str
    first: str
    last: str
    delay: str
    sentence: str
    summary: str
    co_actions: tuple[CoAction, ...] = ()
    more: int = 0


class Links:
    """Turns rows of the edges table into words.

    Parameters
    ----------
    names, say
        How accounts are named, and in which words.
    tested
        Pairs compared in the run.
    """

    def __init__(self, names: Names, say: Words, tested: int) -> None:
        self._names = names
        self._say = say
        self._tested = self._say.numbers.count(tested)

    def layers(self, names: str) -> str:
        """Return layers as words: ``reposts and links``."""
        return join([self._say.layer(layer) for layer in names.split("+")], self._say)

    def sentence(self, row: Row) -> str:
        """Return what was observed of a link, beside what was expected."""
        return self._say(
            "posts.sentence",
            source=self._names.account(row["source"]),
            target=self._names.account(row["target"]),
            observed=self._say.count("object", row["objects"]),
            window=self._say.numbers.duration(row["window_s"]),
            layers=self.layers(row["layers"]),
            expected=self._say.numbers.expected(row["expected"]),
            p=self._say.numbers.bounded("p", row["p"]),
            q=self._say.numbers.bounded("q", row["q"]),
            tested=self._tested,
        )

    def shown(self, rank: int, row: Row, behind: list[Row], side: SideBySide) -> LinkShown:
        """Return a link with the co-actions behind it."""
        objects: dict[tuple[Any, Any], Row] = {}
        for one in behind:
            objects.setdefault((one["layer"], one["object"]), one)
        kept = list(objects.values())[:SHOWN_PER_LINK]
        first, last = self._say.numbers.days(row["first_time"], row["last_time"])
        expected = self._say.numbers.expected(row["expected"])
        together = self._say.count("object", row["objects"])
        q = self._say.numbers.bounded("q", row["q"])
        return LinkShown(
            rank=rank,
            source=self._names.account(row["source"]),
            target=self._names.account(row["target"]),
            layers=self.layers(row["layers"]),
            objects=self._say.numbers.count(row["objects"]),
            expected=expected,
            q=self._say.numbers.probability(row["q"]),
            q_affinity=self._say.numbers.probability(row["q_affinity"]),
            first=first,
            last=last,
            delay=self._say.numbers.duration(row["mean_delay_s"]),
            sentence=self.sentence(row),
            summary=self._say("posts.summary", objects=together, expected=expected, q=q),
            co_actions=tuple(side.co_action(one) for one in kept),
            more=len(objects) - len(kept),
        )


def join(words: list[str], say: Words) -> str:
    """Return ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + say("and") + words[-1]
