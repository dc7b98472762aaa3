"""Worlds of people who agreed on nothing, for the bench of innocents.

Each is a crowd (accounts that pass on things by popularity, hours later) and people with one
reason to meet: a star, an employer, a sitting, a feed, a match, an hour of the day. Names below
`CROWD` are people of that kind; nobody acts for another's sake. Times are whole seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

Draw = np.random.Generator
Numbers = np.ndarray[Any, np.dtype[Any]]
DAY, HOUR = 86_400, 3_600
#: A midnight, UTC.
START = 1_700_006_400
#: Accounts from this number on are the crowd.
CROWD = 100_000


@dataclass
class World:
    """Posts of one world: layer -> columns of object, account, time, post, source."""

    draw: Draw
    precision: int = 1
    parts: dict[str, list[tuple[Numbers, ...]]] = field(default_factory=dict)
    posts: int = 0

    def post(self, who: Numbers, when: Numbers, **objects: Any) -> None:
        """Add posts; each layer's objects, or (objects, sources)."""
        who, when = np.asarray(who), np.floor(np.asarray(when, dtype=float)).astype(np.int64)
        number = self.posts + np.arange(who.size)
        self.posts += who.size
        for layer, given in objects.items():
            what, source = given if isinstance(given, tuple) else (given, None)
            names = np.array([str(one) for one in what], dtype=object)
            of = np.array([None] * names.size if source is None else [str(s) for s in source],
                          dtype=object)  # fmt: skip
            self.parts.setdefault(layer, []).append((names, who, when, number, of))

    def tables(self) -> dict[str, pa.Table]:
        """Return the layers as tables of actions."""
        found = {}
        for layer, parts in self.parts.items():
            what, who, when, post, of = (
                np.concatenate(column) for column in zip(*parts, strict=True)
            )
            when = (START + when) // self.precision * self.precision
            columns: dict[str, Any] = {
                "object": pa.array(what, pa.string()),
                "account": pa.array(who.astype(str), pa.string()),
                "time": pa.array(when * 1_000_000),
                "post": pa.array(post.astype(str), pa.string()),
                "source": pa.array(of, pa.string()),
            }
            found[layer] = pa.table(columns)
        return found


def crowd(
    world: World,
    layer: str = "repost",
    *,
    people: int = 3_000,
    posts: int = 18_000,
    days: float = 14,
    known: bool = True,
    some: Numbers | None = None,
) -> None:
    """Add what a crowd does by popularity, hours late; `some` people do a little of it too."""
    draw, things = world.draw, max(posts // 3, 10)
    born = by_day(draw, things, days)
    for who, often in ((np.arange(CROWD, CROWD + people), posts), (some, 0)):
        if who is None:
            continue
        count = often or 8 * who.size
        mine = draw.choice(who, count)
        what = popular(draw, things, count)
        late = np.exp(draw.normal(np.log(8 * HOUR), 1.5, count))
        names = [f"{layer} {one}" for one in what]
        source = [f"source {one // 10}" for one in what] if known else None
        world.post(mine, born[what] + late, **{layer: (names, source)})


def popular(draw: Draw, things: int, count: int, power: float = 0.9) -> Numbers:
    """Return things drawn by popularity."""
    weight = np.arange(1, things + 1) ** -power
    return draw.choice(things, count, p=weight / weight.sum())


def by_day(draw: Draw, count: int, days: float = 14) -> Numbers:
    """Return seconds within waking hours."""
    return draw.integers(0, max(int(days), 1), count) * DAY + draw.uniform(7, 23, count) * HOUR


def each(draw: Draw, people: Numbers, things: int, share: float) -> tuple[Numbers, Numbers]:
    """Return (person, thing), each with that probability."""
    who, what = np.nonzero(draw.random((people.size, things)) < share)
    return people[who], what


# ---- (a) fans


def fans(
    world: World,
    delay_s: float,
    known: bool,
    stars: int = 1,
    casual: int = 500,
    layer: str = "repost",
) -> None:
    """Fans of stars with notifications: half of 40 posts each, each for himself."""
    draw = world.draw
    everyone = np.arange(30 + (stars - 1) * 20)
    crowd(world, layer, known=known, some=everyone)
    for star in range(stars):
        born = by_day(draw, 40)
        who, what = each(draw, star * 20 + np.arange(30), 40, 0.5)
        when = born[what] + draw.exponential(delay_s, who.size)
        late = draw.integers(CROWD, CROWD + 3_000, casual * 2)
        late_what = draw.integers(0, 40, late.size)
        late_when = born[late_what] + np.exp(draw.normal(np.log(4 * HOUR), 1.2, late.size))
        for people, thing, time in ((who, what, when), (late, late_what, late_when)):
            names = [f"star {star} post {one}" for one in thing]
            source = [f"star {star}"] * len(names) if known else None
            world.post(people, time, **{layer: (names, source)})


def club(world: World, posts: int, delay_s: float) -> None:
    """Thirty fans of a club pass on what its 25 players write, a few posts each."""
    draw, everyone = world.draw, np.arange(30)
    crowd(world, some=everyone)
    for player in range(25):
        born = by_day(draw, posts)
        who, what = each(draw, everyone, posts, 0.5)
        _pass_on(world, "repost", who, what, born, delay_s, f"player {player}", known=True)
        late = draw.integers(CROWD, CROWD + 3_000, 25 * posts)
        what = draw.integers(0, posts, late.size)
        _pass_on(world, "repost", late, what, born, 4 * HOUR, f"player {player}", known=True)


# ---- (b) newsroom


def newsroom(world: World, known: bool, layer: str = "repost", delay_s: float = 240.0) -> None:
    """Thirty journalists pass on their paper's and their colleagues' posts within minutes."""
    draw, staff = world.draw, np.arange(30)
    crowd(world, layer, known=known, some=staff)
    born = by_day(draw, 140)
    who, what = each(draw, staff, 140, 0.15)
    _pass_on(world, layer, who, what, born, delay_s, "paper", known)
    readers = draw.integers(CROWD, CROWD + 3_000, 1_500)
    _pass_on(
        world, layer, readers, draw.integers(0, 140, 1_500), born, 3 * HOUR, "paper", known
    )
    if layer != "repost":
        return
    for colleague in range(30):
        born = by_day(draw, 10)
        who, what = each(draw, np.delete(staff, colleague), 10, 0.08)
        _pass_on(world, layer, who, what, born, delay_s, f"colleague {colleague}", known)


def _pass_on(
    world: World,
    layer: str,
    who: Numbers,
    what: Numbers,
    born: Numbers,
    delay_s: float,
    source: str,
    known: bool,
) -> None:
    names = [f"{source} post {one}" for one in what]
    late = world.draw.exponential(delay_s, who.size)
    of = [source] * len(names) if known else None
    world.post(who, born[what] + late, **{layer: (names, of)})


# ---- (c) parliament


def parliament(world: World, viewers: int = 200) -> None:
    """Add a hundred members: hashtags of ten sittings, by the speech; and their party's posts."""
    draw, members = world.draw, np.arange(100)
    crowd(world, "repost", some=members)
    crowd(world, "hashtag", posts=9_000, known=False, some=members)
    public = np.arange(CROWD, CROWD + viewers)
    for sitting in range(10):
        begin = sitting * DAY + 14 * HOUR
        speech = begin + np.sort(draw.uniform(0, 4 * HOUR, 20))
        subject = np.sort(draw.integers(0, 4, 20))
        for people, share in ((members, 0.08), (public, 0.04)):
            who, which = each(draw, people, 20, share * 1.5)
            when = speech[which] + draw.exponential(90, who.size)
            tags = [f"#subject{sitting}.{subject[one]}" for one in which]
            world.post(who, when, hashtag=tags)
            both = draw.random(who.size) < 0.7
            world.post(who[both], when[both], hashtag=["#DirectChamber"] * int(both.sum()))
    for party in range(5):
        born = by_day(draw, 30)
        who, what = each(draw, members[party::5], 30, 0.4)
        _pass_on(world, "repost", who, what, born, 600.0, f"party {party}", known=True)
        readers = draw.integers(CROWD, CROWD + 3_000, 600)
        _pass_on(
            world,
            "repost",
            readers,
            draw.integers(0, 30, 600),
            born,
            3 * HOUR,
            f"party {party}",
            known=True,
        )


# ---- (d) feeds


def wire(world: World, delay_s: float, taken: float = 0.5) -> None:
    """Thirty outlets publish an agency's words, each on its own site, by automatic feed."""
    draw, outlets = world.draw, np.arange(30)
    crowd(world, "text", posts=9_000, known=False, some=outlets)
    crowd(world, "url", posts=9_000)
    who, what = each(draw, outlets, 200, taken)
    born = by_day(draw, 200)
    when = born[what] + draw.uniform(0, delay_s, who.size)
    own = [f"outlet {a} article {b}" for a, b in zip(who, what, strict=True)]
    world.post(
        who, when, text=[f"wire {one}" for one in what], url=(own, [f"outlet {a}" for a in who])
    )


def pollers(world: World, every_s: int, feeds: int = 6) -> None:
    """Forty unrelated accounts whose services look at public feeds at fixed minutes."""
    draw, people = world.draw, np.arange(40)
    crowd(world, "url", some=people)
    crowd(world, "text", posts=6_000, known=False)
    for feed in range(feeds):
        born = by_day(draw, 60)
        followers = people[draw.random(40) < 0.3]
        who, what = each(draw, followers, 60, 0.9)
        mark = (born[what] // every_s + 1) * every_s + draw.integers(0, 20, who.size)
        names = [f"feed {feed} article {one}" for one in what]
        world.post(who, mark, url=(names, [f"feed {feed}"] * who.size), text=names)
        readers = draw.integers(CROWD, CROWD + 3_000, 400)
        read = draw.integers(0, 60, 400)
        late = born[read] + draw.exponential(3 * HOUR, 400)
        world.post(
            readers,
            late,
            url=([f"feed {feed} article {one}" for one in read], [f"feed {feed}"] * 400),
        )


def clocks(world: World, *, text: bool) -> None:
    """Forty automatic accounts post at the full hour: the same hashtags, or the same words."""
    draw, robots = world.draw, np.arange(40)
    crowd(world, "hashtag", posts=12_000, known=False)
    hours = np.arange(14 * 24) * HOUR
    who, what = each(draw, robots, hours.size, 0.9)
    when = hours[what] + draw.integers(0, 5, who.size)
    tags = np.array(["#time", "#weather", "#temperature", "#stock"])
    mine = draw.integers(0, 4, (40, 2))
    for column in range(2):
        world.post(who, when, hashtag=tags[mine[who, column]])
    if text:
        crowd(world, "text", posts=6_000, known=False)
        world.post(
            who, when, text=[f"it is now {one % 24} o'clock in the city" for one in what]
        )
