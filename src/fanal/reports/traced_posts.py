"""The posts of a trace in words: the earliest, then some drawn at random to be marked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from fanal.claims.query import word_difference
from fanal.reports.traced import CARRIERS, HOW, Told, cut

Row = dict[str, Any]
#: Posts in their order, and posts drawn at random after them.
POSTS_SHOWN, DRAWN = 10, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTold:
    """One post; all its fields are words already.

    Parameters
    ----------
    post, who, when, how, score, mark
        Its key as shown, its account, its time, how it carries the text, and how alike it is.
    difference
        Its text against the one asked for (`word_difference`); empty when it is withheld.
    withheld
        Why there is no text.
    """

    post: str
    who: str
    when: str
    how: str
    score: str
    mark: str
    difference: tuple[tuple[str, str], ...]
    withheld: str


class PostsTold:
    """The posts of a trace.

    Parameters
    ----------
    told
        The trace in words.
    """

    def __init__(self, told: Told) -> None:
        self.told = told

    def intro(self) -> list[str]:
        """Return how many posts are shown, and how they were chosen."""
        if self.told.counts:
            return [self.told.say("trace.posts.counts")]
        count = self.told.say.numbers.count
        first, drawn = len(self._first()), len(self._drawn())
        told = [
            self.told.say(
                "trace.posts.shown", shown=count(first), of=count(len(self.told.rows))
            )
        ]
        if drawn:
            told.append(self.told.say("trace.posts.draw", shown=count(drawn)))
        return told

    def posts(self) -> list[PostTold]:
        """Return the earliest posts, then some drawn at random among the others."""
        if self.told.counts:
            return []
        return [self._post(row) for row in (*self._first(), *self._drawn())]

    def _first(self) -> list[Row]:
        return self.told.rows[:POSTS_SHOWN]

    def _drawn(self) -> list[Row]:
        """Return posts drawn by a hash of their key: the same ones each time, whoever asks."""
        rest = [
            row
            for row in self.told.rows[POSTS_SHOWN:]
            if row["post"] not in self.told.trace.marks
        ]
        rest.sort(key=lambda row: _hash(self.told.trace.claim, row["post"]))
        return rest[:DRAWN]

    def _post(self, row: Row) -> PostTold:
        text = row["text"] or ""
        shown = self.told.may_show(text, row["account"])
        mark = self.told.trace.marks.get(row["post"])
        difference = word_difference(self.told.trace.asked, cut(text)) if shown and text else []
        if self.told.trace.by == "url" and shown:
            difference = [("same", cut(text))]
        return PostTold(
            post=row["post"] if self.told.names.named else self.told.names.object(row["post"]),
            who=self.told.names.account(row["account"]),
            when=self.told.when(row["time"]),
            how=self.told.say(HOW[row["how"]]),
            score=self.told.say.numbers.expected(row["score"]),
            mark="" if mark is None else ("yes" if mark else "no"),
            difference=tuple(difference),
            withheld="" if shown else self.told.say("trace.text.withheld", carriers=CARRIERS),
        )


def _hash(claim: str, post: str) -> bytes:
    return hashlib.sha256(f"{claim} {post}".encode()).digest()
