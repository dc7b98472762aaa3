"""The fields of the report's template, section by section, all words already."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from fanal.model.names import Level, Names
from fanal.reports import communities as groups
from fanal.reports import pictures, set_aside, tables_told
from fanal.reports.about import About, InputRead
from fanal.reports.communities import Community
from fanal.reports.evidence import SHOWN_PER_LINK, Posts, Row, SideBySide, rows_of
from fanal.reports.facts import Facts
from fanal.reports.findings import Finding, Findings, strongest_first
from fanal.reports.links import Links, LinkShown, join
from fanal.reports.method import Method
from fanal.reports.pictures import Pictures
from fanal.reports.shown import tables_shown
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result

#: Links listed with their posts, communities listed with their members.
LINKS_SHOWN = 200
COMMUNITIES_SHOWN = 60
#: Communities whose strongest link is open, posts and all, when the page opens or is printed.
OPENED = 2
#: A text that so many accounts carry is nobody's any more.
CARRIED = 20


class Told:
    """The fields of the template, section by section."""

    def __init__(
        self,
        result: Result,
        about: About,
        names: Names,
        posts: Posts,
        say: Words,
        facts: Facts,
    ) -> None:
        self.tables = tables_shown(result, names)
        self.names, self.real = self.tables.names, names
        self.result, self.about, self.say = result, about, say
        self.facts, self.posts = facts, posts
        self.summary = {**result.settings, **result.summary}
        self.window_s = float(max(self.summary["windows_s"]))
        self.counts = names.level is Level.COUNTS
        rows = self.tables.headline.slice(0, LINKS_SHOWN)
        self.edges: list[Row] = [] if self.counts else rows.to_pylist()
        self.links = Links(self.names, say, int(self.summary["pairs_tested"]))
        self.ranks = {(row["source"], row["target"]): n for n, row in enumerate(self.edges, 1)}
        self.found = self._communities()
        self.method = Method(result, about, say, self._period())

    def fields(self) -> dict[str, Any]:
        """Return all fields."""
        links = self._links()
        findings = self._findings()
        return {
            "counts": self.counts,
            **self._head(findings["findings"]),
            **self._read(),
            **findings,
            **links,
            **self._figures(links["links"], findings["findings"]),
            **self._set_aside(),
            **self._others(),
            **self._checks(),
            **self.method.fields(),
        }

    def _communities(self) -> list[Community]:
        """Return the communities with all their links, the first of them with their moments."""
        headline = {
            (row["source"], row["target"])
            for row in self.tables.headline.select(["source", "target"]).to_pylist()
        }
        checks = {(row["source"], row["target"]): row for row in self.tables.checks.to_pylist()}
        self.all = [
            row
            | checks.get((row["source"], row["target"]), {})
            | {"counted": (row["source"], row["target"]) in headline}
            for row in self.tables.edges.to_pylist()
        ]
        self.sources = set_aside.sources_of(self.all, self.real, self.say)
        found = groups.communities_of(
            self.all, self.tables.communities, self.tables.kept, checks
        )
        for one in found[: groups.TOLD]:
            groups.add_moments(one, self.tables.evidence)
        return found

    def _head(self, findings: list[Finding]) -> dict[str, Any]:
        say, about, kept = self.say, self.about, self.tables.headline.num_rows
        deck = say(
            "deck",
            posts=say.numbers.count(about.posts),
            accounts=say.numbers.count(about.accounts),
            period=self._period(),
            tested=say.numbers.count(int(self.summary["pairs_tested"])),
        )
        window = say.numbers.duration(self.window_s)
        after = say("deck.none")
        if kept:
            after = say("deck.links", links=say.count("pair", kept), window=window)
        stale = (say("stale"),) if about.stale else ()
        return {
            "title": self._title(findings),
            "deck": f"{deck} {after}",
            "notice": (*about.notice, *stale, self._level()),
            "made_day": say.numbers.day(about.made_at),
        }

    def _title(self, findings: list[Finding]) -> str:
        """Return the first finding in one sentence."""
        say = self.say
        if self.found:
            one = self._first(findings)
            size = len(one.accounts)
            return say(
                "head.pair" if size == 2 else "head.community",
                accounts=say.numbers.count(size),
                did=say.did(one.layers),
                delay=say.numbers.duration(one.delay_s),
            )
        if self.tables.bursts.num_rows:
            burst = self.tables.bursts.slice(0, 1).to_pylist()[0]
            return say(
                "head.burst",
                accounts=say.numbers.count(burst["accounts"]),
                thing=say.thing(burst["layer"]),
                window=say.numbers.duration(burst["window_s"]),
            )
        group = next((f for f in findings if f.id.startswith("finding-g")), None)
        if group is None:
            return say("head.none")
        number = int(group.id.removeprefix("finding-g"))
        row = self.tables.groups.to_pylist()[number - 1]
        return say("head.group", accounts=say.numbers.count(row["k"]))

    def _first(self, findings: list[Finding]) -> Community:
        """Return the community that is told first."""
        order = [f.id for f in findings]
        return min(
            self.found[: groups.TOLD], key=lambda one: order.index(f"finding-c{one.number}")
        )

    def _level(self) -> str:
        say = self.say
        if self.real.named:
            return say("level.all")
        if self.real.level is Level.NAMED:
            return say("level.named", named=say.count("named", len(self.about.people)))
        return say(f"level.{self.real.level}", carried=CARRIED)

    def _period(self) -> str:
        first, last = self.about.first, self.about.last
        if first is None or last is None:
            return self.say("period.unknown")
        begin, end = self.say.numbers.days(first, last)
        return self.say("period", first=begin, last=end)

    def _read(self) -> dict[str, Any]:
        inputs = self.about.inputs
        files = self.say.count("file", len(inputs))
        blind = list(dict.fromkeys(i.blind_spot for i in inputs if i.blind_spot))
        return {
            "files": [self._file(place, one) for place, one in enumerate(inputs, 1)],
            "read_intro": self.say("read.intro", files=files, period=self._period()),
            "blind_spots": [_capital(self.say.phrase(one)) for one in blind],
        }

    def _file(self, place: int, one: InputRead) -> str:
        """Return what a file is called: people name exports after the accounts in them."""
        return one.name if self.real.named else self.say("read.input", number=place)

    def _findings(self) -> dict[str, Any]:
        tell = Findings(self.tables, self.say, self.summary, named=not self.counts)
        told = [
            tell.of_community(one, self._rank(one), {} if self.counts else self.sources)
            for one in self.found[: groups.TOLD]
        ]
        findings = strongest_first([*told, *tell.of_bursts(), *tell.of_groups()])
        return {
            "findings": findings,
            "opened": set([one.rank for one in findings if one.rank][:OPENED]),
            "more_communities": len(self.found) - len(told),
            "communities": [self._community(one) for one in self.found[:COMMUNITIES_SHOWN]],
        }

    def _rank(self, one: Community) -> int:
        """Return the number of a community's best link in the list of links; 0 when not there."""
        return self.ranks.get((one.links[0]["source"], one.links[0]["target"]), 0)

    def _community(self, one: Community) -> dict[str, Any]:
        shown = [self.names.account(key) for key in one.accounts[: groups.MEMBERS_SHOWN]]
        return {
            "number": one.number,
            "size": len(one.accounts),
            "links": len(one.links),
            "kept": self.say.numbers.share(one.kept),
            "members": [] if self.counts else sorted(shown),
            "more": len(one.accounts) - len(shown),
        }

    def _links(self) -> dict[str, Any]:
        behind = rows_of(self.tables.evidence, self.edges)
        first = [row for rows in behind.values() for row in rows[: 4 * SHOWN_PER_LINK]]
        side = SideBySide(first, self.posts, self.names, self.say)
        links = [
            self.links.shown(rank, row, behind[row["source"], row["target"]], side)
            for rank, row in enumerate(self.edges, 1)
        ]
        return {
            "links": links,
            "links_intro": self.say(
                "links.intro", window=self.say.numbers.duration(self.window_s)
            ),
            "more_links": 0 if self.counts else self.tables.headline.num_rows - len(links),
        }

    def _figures(self, links: list[LinkShown], findings: list[Finding]) -> dict[str, Any]:
        say, about = self.say, self.about
        source = say(
            "figure.source",
            posts=say.numbers.count(about.posts),
            period=self._period(),
            version=about.version,
            run=about.run or say("foot.run.none"),
        )
        draw = Pictures(self.tables, say, source, self.window_s)
        accounts = pictures.linked_accounts(self.result.headline)
        first = self._first(findings) if self.found else None
        title = say("find.burst", number=1, accounts=self._burst_size())
        if first:
            title = say("figure.community", number=first.number)
        return {
            "timeline": draw.timeline(
                self.facts.times(accounts), len(accounts), self._period()
            ),
            "map": draw.map(),
            "raster": draw.raster(first, title),
            "pair": self._pair(draw, links, first) if first else None,
        }

    def _burst_size(self) -> str:
        rows = self.tables.bursts["accounts"].slice(0, 1).to_pylist()
        return self.say.numbers.count(rows[0]) if rows else ""

    def _pair(self, draw: Pictures, links: list[LinkShown], one: Community) -> Any:
        """Return two posts of a community, a typical delay apart; None without their texts."""
        rank = self._rank(one)
        acts = links[rank - 1].co_actions if rank else ()
        told = [act for act in acts if act.earlier.text and act.later.text]
        if not told:
            return None
        typical = min(told, key=lambda act: abs(act.gap_s - one.delay_s))
        return draw.pair(typical, one.number)

    def _set_aside(self) -> dict[str, Any]:
        say, fdr = self.say, float(self.summary["fdr"])
        return {
            "set_aside": say(
                "set_aside.count",
                count=say.numbers.count(self.tables.edges.num_rows),
                headline=say.numbers.count(self.tables.headline.num_rows),
            ),
            "explained": set_aside.explained(
                self.all, fdr, say, self.sources, hide=self.counts
            ),
            "fragile": set_aside.fragile(self.all, say),
            "reference": set_aside.reference(say),
        }

    def _others(self) -> dict[str, Any]:
        say = self.say
        accounts = sorted(set(self.result.burst_accounts["account"].to_pylist()))
        births = self.facts.created(accounts)
        created = {self.real.key(key): at for key, at in births.items()}
        tested = say.numbers.count(int(self.summary.get("bursts_tested", 0)))
        bursts = tables_told.bursts(self.tables, created, say)
        return {
            "bursts": bursts,
            "bursts_intro": say("bursts.intro" if bursts else "bursts.none", tested=tested),
            "more_bursts": self.tables.bursts.num_rows - len(bursts),
            "joint": tables_told.groups(self.tables, say),
            "evolution": tables_told.evolution(self.tables, say),
            "people": self._people(),
        }

    def _people(self) -> list[dict[str, str]]:
        say = self.say
        return [
            {
                "account": self.real.account(one.key),
                "rests_on": join([say.layer(layer) for layer in one.rests_on], say),
                "reason": one.reason,
                "asked": say.numbers.date(one.asked),
                "answer": one.answer,
            }
            for one in sorted(self.about.people, key=lambda one: self.real.account(one.key))
        ]

    def _checks(self) -> dict[str, Any]:
        say = self.say
        reasons = Counter(self.result.insufficient["reason"].to_pylist())
        count = reasons.total()
        quiet = say(
            "quiet.some" if count else "quiet.none",
            count=say.numbers.count(count),
            accounts=say.numbers.count(int(self.summary["accounts"])),
        )
        return {
            "shuffle": self._shuffle(),
            "quiet": quiet,
            "quiet_reasons": [(say.phrase(why), n) for why, n in reasons.most_common(6)],
        }

    def _shuffle(self) -> str:
        say, found = self.say, list(self.summary["shuffles"])
        if not found:
            return say("shuffle.none")
        low, high, mean = min(found), max(found), sum(found) / len(found)
        links = say.count("link", low)
        if low != high:
            told = say.numbers.expected(mean)
            links = say("shuffle.span", mean=told, low=low, high=high)
        return say("shuffle.found", links=links, times=say.count("shuffle", len(found)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
