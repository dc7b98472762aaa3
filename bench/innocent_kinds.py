"""The kinds of innocents that the bench measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from innocent_moments import (
    alert,
    briefing,
    bulletins,
    buttons,
    couples,
    daily,
    football,
    lunch,
    nested,
    scheduled,
    school,
    search,
    show,
    tiny,
    titles,
    voted,
)
from innocent_worlds import DAY, World, clocks, club, fans, newsroom, parliament, pollers, wire

Maker = Callable[[World], None]


@dataclass(frozen=True)
class Kind:
    """One kind of people: its name, its maker, the seconds to which times are known."""

    name: str
    make: Maker
    precision: int = 1


def kinds() -> Sequence[Kind]:
    """Return all kinds of people."""
    found = [
        Kind(f"fans {delay} s, source {'known' if known else 'unknown'}, {stars} star(s)",
             lambda w, d=delay, k=known, s=stars: fans(w, d, k, s))
        for known in (True, False)
        for stars in (1, 3, 10)
        for delay in ((10, 30, 60, 300, 600) if stars == 1 else (10, 60, 300))
    ]  # fmt: skip
    found += [
        Kind("fans 60 s, source unknown, no casual crowd", lambda w: fans(w, 60, False, 1, 0)),
        Kind(
            "fans by hashtag 60 s (no source)", lambda w: fans(w, 60, False, 1, 500, "hashtag")
        ),
        Kind("fans of a club, 25 players with 4 posts, 30 s", lambda w: club(w, 4, 30)),
        Kind("fans of a club, 25 players with 6 posts, 30 s", lambda w: club(w, 6, 30)),
        Kind("newsroom, reposts, source known", lambda w: newsroom(w, True)),
        Kind("newsroom, reposts, source unknown", lambda w: newsroom(w, False)),
        Kind("newsroom, links, 60 s, domain known", lambda w: newsroom(w, True, "url", 60)),
        Kind("parliament, 200 viewers", lambda w: parliament(w, 200)),
        Kind("parliament, no viewers", lambda w: parliament(w, 0)),
        Kind("agency's clients, 30 s", lambda w: wire(w, 30)),
        Kind("agency's clients, 10 min", lambda w: wire(w, 600)),
        Kind("feeds looked at every 5 min", lambda w: pollers(w, 300)),
        Kind("feeds looked at every 30 min", lambda w: pollers(w, 1800)),
        Kind("automatic accounts at the full hour, hashtags", lambda w: clocks(w, text=False)),
        Kind("the same, same words", lambda w: clocks(w, text=True)),
        Kind("football, 6 matches", football),
        Kind("weekly show, 8 weeks", show),
        Kind("one alert, 40 readers, 60 s", lambda w: alert(w, 40, 60)),
        Kind("one alert, 40 readers, 300 s", lambda w: alert(w, 40, 300)),
        Kind("one alert, 200 readers, 300 s", lambda w: alert(w, 200, 300)),
        Kind("lunch break, 20 min", lunch),
        Kind("lunch break, to the minute", lambda w: lunch(w, 2.0)),
        Kind("share button, median 30 min", lambda w: buttons(w, 1800)),
        Kind("share button, median 2 min", lambda w: buttons(w, 120)),
        Kind("share button, median 2 min, site unknown", lambda w: buttons(w, 120, False)),
        Kind("I voted", voted),
        Kind("daily game, habit to 5 min", lambda w: daily(w, 300)),
        Kind("daily game, habit to 15 min", lambda w: daily(w, 900)),
        Kind("day's hashtag, scheduled at the full hour", scheduled),
        Kind("daily briefing live, 60 s", lambda w: briefing(w, 60)),
        Kind("daily briefing live, 300 s", lambda w: briefing(w, 300)),
        Kind("titles of feeds every 5 min, no source", lambda w: titles(w, 300)),
        Kind("bulletins at the full hour, same words", bulletins),
        Kind("class, 4 lessons, one hour", lambda w: school(w, 4, 60)),
        Kind("class, 4 lessons, 10 min", lambda w: school(w, 4, 10)),
        Kind("class, 10 lessons, 10 min", lambda w: school(w, 10, 10)),
        Kind("app's readers, 4 layers, 60 s, domain known", lambda w: nested(w, 60)),
        Kind("app's readers, 4 layers, 60 s, domain unknown", lambda w: nested(w, 60, False)),
        Kind("search for one phrase", search),
        Kind("couples on one phone (coordinated)", couples),
    ]
    for posts in (50, 200):
        for days in (1, 7):
            for precision, name in ((1, "second"), (60, "minute"), (DAY, "day")):
                found.append(Kind(f"tiny: {posts} posts, {days} day(s), to the {name}",
                                  lambda w, p=posts, d=days: tiny(w, p, d), precision))  # fmt: skip
    return found
