"""The figures of a report: which are drawn, from what, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Level
from fanal.reports import figures
from fanal.reports.communities import Community
from fanal.reports.evidence import CoAction, PostShown, Row, rows_of
from fanal.reports.facts import Times
from fanal.reports.figures import Html, spells
from fanal.reports.figures import map as map_figure
from fanal.reports.figures import pair as pair_figure
from fanal.reports.figures import raster as raster_figure
from fanal.reports.figures import timeline as timeline_figure
from fanal.reports.shown import Tables
from fanal.reports.wording import Words

_MINUTE_US = 60_000_000
#: Letters of an object in a table.
LETTERS = 60
_OWN = {"title", "caption", "source", "alt", "file", "lang", "gap", "window"}


class Pictures:
    """Draws the figures of one report.

    Parameters
    ----------
    tables, say
        What is drawn, as shown, and in which words.
    source
        The line below each figure.
    window_s
        The widest window, seconds.
    """

    def __init__(self, tables: Tables, say: Words, source: str, window_s: float) -> None:
        self._tables, self._say, self._source = tables, say, source
        self._window_s = window_s
        self._accounts = tables.names.level is not Level.COUNTS

    def _drawn(self, kind: str, data: dict[str, Any], **own: str) -> Html:
        """Return a figure; `own` are its title, caption and alt text."""
        say = self._say
        words = {
            key: say.template(f"figure.{key}")
            for key in figures.words_of(kind)
            if key not in _OWN
        }
        own = {"lang": say.lang, "source": self._source, "file": f"fanal-{data['id']}"} | own
        return figures.block(kind, data, words | own)

    def timeline(self, times: Times, accounts: int, period: str) -> Html | None:
        """Return all posts and those of the linked accounts; None without any."""
        at_us, linked = times
        if not at_us.size:
            return None
        say, mine = self._say, int(linked.sum())
        told = say.numbers.count(accounts)
        return self._drawn(
            "timeline",
            timeline_figure.prepared("timeline", at_us, linked),
            title=say("figure.timeline"),
            caption=say("figure.timeline.caption", accounts=told),
            alt=say(
                "figure.timeline.alt",
                posts=say.numbers.count(at_us.size),
                period=period,
                linked=say.numbers.count(mine),
                share=say.numbers.share(mine / at_us.size),
                accounts=told,
            ),
        )

    def map(self) -> Html | None:
        """Return the communities and the links of the headline; None without any."""
        members, edges = self._tables.communities, self._tables.headline
        if not edges.num_rows or not self._accounts:
            return None
        keys = members["account"].combine_chunks()
        ends = [pc.index_in(edges[end], keys).to_numpy().astype(np.int64) for end in _ENDS]
        number = members["community"].to_numpy().astype(np.int64)
        names = [self._tables.names.account(key) for key in keys.to_pylist()]
        say = self._say
        return self._drawn(
            "map",
            map_figure.prepared("map", names, number, *ends),
            title=say("figure.map"),
            caption=say("figure.map.caption"),
            alt=say(
                "figure.map.alt",
                communities=say.numbers.count(int(number.max()) + 1),
                accounts=say.numbers.count(number.size),
                links=say.numbers.count(edges.num_rows),
            ),
        )

    def raster(self, one: Community | None, title: str) -> Html | None:
        """Return a community minute by minute; without one, the accounts of the first burst."""
        if not self._accounts:
            return None
        acts = self._of_community(one) if one else self._of_burst()
        if len({act[0] for act in acts}) < 2:
            return None
        accounts = sorted({act[0] for act in acts})
        things = sorted({act[2] for act in acts})
        place = {key: n for n, key in enumerate(accounts)}
        of = {thing: n for n, thing in enumerate(things)}
        numbered = [(place[who], at, of[thing]) for who, at, thing in acts]
        say, names = self._say, self._tables.names
        rounded = not all(names.known(key) for key in accounts)
        if rounded:
            numbered = _to_the_minute(numbered, round(self._window_s * 1e6))
        data = raster_figure.prepared(
            "raster",
            [names.account(key) for key in accounts],
            numbered,
            [_short(names.object(thing)) for _, thing in things],
            [say.layer(layer) for layer, _ in things],
            self._window_s,
            to_the_minute=rounded,
        )
        return self._drawn(
            "raster",
            data,
            title=say("figure.raster", title=title),
            caption=say(
                "figure.raster.caption",
                window=say.numbers.duration(self._window_s),
                rounded=say("figure.raster.rounded") if rounded else "",
            ),
            alt=say(
                "figure.raster.alt",
                accounts=say.numbers.count(len(accounts)),
                objects=say.numbers.count(len(things)),
            ),
        )

    def _of_community(self, one: Community) -> list[tuple[str, int, tuple[str, str]]]:
        found = set()
        for rows in rows_of(self._tables.evidence, one.links).values():
            for row in (row for row in rows if row["counted"]):
                thing = row["layer"], row["object"]
                found |= {(row[end], _us(row[f"{end}_time"]), thing) for end in _ENDS}
        return sorted(found)

    def _of_burst(self) -> list[tuple[str, int, tuple[str, str]]]:
        first = self._tables.bursts.slice(0, 1).to_pylist()
        return [
            (row["account"], _us(row["time"]), (row["layer"], row["object"]))
            for row in self._tables.burst_accounts.to_pylist()
            if any(_same_thing(row, burst) for burst in first)
        ]

    def pair(self, act: CoAction, number: int) -> Html:
        """Return two posts of a community side by side."""
        say = self._say
        window, same = say.numbers.duration(self._window_s), act.same
        gap = say.numbers.duration(act.gap_s) if act.gap_s else ""
        between = say("figure.gap", gap=gap) if gap else say("figure.gap.none")
        data = pair_figure.prepared(
            f"pair-{number}",
            _post(act.earlier),
            _post(act.later),
            seconds=act.gap_s,
            window_s=self._window_s,
            same=same,
        )
        return self._drawn(
            "pair",
            data,
            title=say("figure.pair", number=number),
            caption=say("figure.pair.caption", same=same, window=window),
            alt=say("figure.pair.alt", same=same.lower(), gap=between),
            gap=between,
            window=say("figure.window", window=window),
        )


_ENDS = ("source", "target")


def linked_accounts(headline: pa.Table) -> list[str]:
    """Return the accounts with a link in the headline, in order."""
    ends = pa.concat_arrays([headline[end].combine_chunks() for end in _ENDS])
    keys: list[str] = pc.unique(ends).sort().to_pylist()
    return keys


def _to_the_minute(
    acts: list[tuple[int, int, int]], window_us: int
) -> list[tuple[int, int, int]]:
    """Return the acts, each spell moved so that it begins on a full minute.

    What lies between two acts of a spell stays: it is what is measured. When it was is told to
    the minute.
    """
    moved = []
    for spell in spells.spells(acts, window_us):
        late = spell.acts[0][1] % _MINUTE_US
        moved += [(who, at - late, thing) for who, at, thing in spell.acts]
    return moved


def _same_thing(row: Row, other: Row) -> bool:
    return (row["layer"], row["object"]) == (other["layer"], other["object"])


def _us(at: datetime) -> int:
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else f"{text[:LETTERS]}…"


def _post(one: PostShown) -> dict[str, Any]:
    return {
        "who": one.who,
        "day": one.day,
        "clock": one.clock,
        "text": one.text,
        "withheld": one.withheld,
        "urls": one.urls,
    }
