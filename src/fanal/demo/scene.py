"""The stage of the demo world: its people, what they do, and the clock they do it by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from fanal.demo import words

#: Monday 3 March 2025, 00:00 UTC; the world lasts two weeks.
START_MS = 1_740_960_000_000
DAYS = 14
HOUR_MS = 3_600_000
END_MS = START_MS + DAYS * 24 * HOUR_MS

#: Above every account id that X has given out, so that none of ours is anybody's.
FIRST_ACCOUNT = 9_100_000_000_000_000_000
#: Milliseconds since 1970 at which X's snowflake ids begin.
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
#: A machine number that X does not use: the ids fit their times and are nobody's posts.
MACHINE = 0b11111_11111

Kind = Literal["post", "repost", "reply", "quote"]

#: How awake people are, hour by hour (UTC).
_AWAKE = np.array(
    [6, 4, 3, 3, 4, 8, 22, 45, 62, 66, 64, 66, 78, 70, 62, 60, 64, 74, 88, 98, 100, 84, 48, 18],
    dtype=np.float64,
)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented account."""

    id: int
    handle: str
    name: str
    lang: str
    created_ms: int
    place: str
    followers: int
    following: int

    @property
    def key(self) -> str:
        """The account's key in a case."""
        return f"x:{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One post: who, when, what; `of` is the index of the act that it reposts or answers."""

    id: int
    at_ms: int
    author: int
    kind: Kind
    lang: str
    text: str
    of: int = -1
    urls: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Scene:
    """People and acts, filled by `crowd`, `hidden` and `innocents`; all chance comes from `rng`."""

    rng: np.random.Generator
    people: list[Person] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    _handles: set[str] = field(default_factory=set)
    _reposted: set[tuple[int, int]] = field(default_factory=set)

    def person(
        self, lang: str, *, name: str = "", handle: str = "", fans: int = 0, age_days: int = 0
    ) -> int:
        """Add an account and return its index; what is not given is invented."""
        handle = handle or self._free_handle()
        self._handles.add(handle)
        rng = self.rng
        self.people.append(
            Person(
                id=FIRST_ACCOUNT + 7919 * len(self.people) + int(rng.integers(7919)),
                handle=handle,
                name=name or handle.replace(".", " ").strip("0123456789").title(),
                lang=lang,
                created_ms=START_MS - (age_days or int(rng.integers(40, 4000))) * 24 * HOUR_MS,
                place=words.pick(rng, words.PLACES) if rng.random() < 0.6 else "",
                followers=fans or int(rng.lognormal(4.6, 1.4)),
                following=int(rng.lognormal(5.0, 1.0)),
            )
        )
        return len(self.people) - 1

    def _free_handle(self) -> str:
        while (handle := words.handle(self.rng)) in self._handles:
            pass
        return handle

    def post(
        self,
        author: int,
        at_ms: float,
        text: str,
        *,
        urls: tuple[str, ...] = (),
        tags: tuple[str, ...] = (),
    ) -> int:
        """Add a post and return its index."""
        return self._add(author, at_ms, "post", text, urls=urls, tags=tags)

    def repost(self, author: int, of: int, at_ms: float) -> None:
        """Let an account repost an act once; a second time, or too late, is nothing."""
        source = self.acts[of]
        if at_ms >= END_MS or source.author == author or (author, of) in self._reposted:
            return
        self._reposted.add((author, of))
        self._add(
            author, at_ms, "repost", source.text, of=of, urls=source.urls, tags=source.tags
        )

    def answer(self, author: int, of: int, at_ms: float, text: str, kind: Kind) -> None:
        """Let an account reply to an act, or quote it."""
        if at_ms < END_MS:
            self._add(author, at_ms, kind, text, of=of)

    def _add(
        self,
        author: int,
        at_ms: float,
        kind: Kind,
        text: str,
        *,
        of: int = -1,
        urls: tuple[str, ...] = (),
        tags: tuple[str, ...] = (),
    ) -> int:
        number, at = len(self.acts), int(at_ms)
        snowflake = ((at - SNOWFLAKE_EPOCH_MS) << 22) | (MACHINE << 12) | (number % 4096)
        lang = self.acts[of].lang if kind == "repost" else self.people[author].lang
        self.acts.append(
            Act(
                id=snowflake, at_ms=at, author=author, kind=kind, lang=lang, text=text,
                of=of, urls=urls, tags=tags,
            )
        )  # fmt: skip
        return number

    def times(self, count: int) -> list[float]:
        """Return `count` moments of the two weeks, in ms, as people are awake."""
        weights = _AWAKE / _AWAKE.sum()
        days = self.rng.integers(DAYS, size=count)
        hours = self.rng.choice(24, size=count, p=weights) + self.rng.random(count)
        moments: list[float] = (START_MS + (days * 24 + hours) * HOUR_MS).tolist()
        return moments
