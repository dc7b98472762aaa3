"""The fields of the report's template, section by section, all words already."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from fanal.model.names import Names
from fanal.reports import communities as groups
from fanal.reports import drawing
from fanal.reports.about import About, InputRead
from fanal.reports.communities import Community
from fanal.reports.evidence import SHOWN_PER_LINK, Posts, Row, SideBySide, rows_of
from fanal.reports.links import Links, join
from fanal.reports.shown import tables_shown
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.result import Result

#: Links listed with their posts, communities listed with their members.
LINKS_SHOWN = 200
COMMUNITIES_SHOWN = 60
#: Communities whose strongest link is open, posts and all, when the page opens or is printed.
OPENED = 5


class Told:
    """The fields of the template, section by section."""

    def __init__(
        self, result: Result, about: About, names: Names, posts: Posts, say: Words
    ) -> None:
        self.tables = tables_shown(result, names)
        self.names = self.tables.names
        self.result, self.about, self.say = result, about, say
        self.summary = {**result.settings, **result.summary}
        self.window_s = float(max(self.summary["windows_s"]))
        self.edges: list[Row] = self.tables.edges.slice(0, LINKS_SHOWN).to_pylist()
        self.links = Links(self.names, say, int(self.summary["pairs_tested"]))
        self.posts = posts
        self.ranks = {(row["source"], row["target"]): n for n, row in enumerate(self.edges, 1)}

    def fields(self) -> dict[str, Any]:
        """Return all fields."""
        return {
            **self._head(),
            **self._read(),
            **self._findings(),
            **self._links(),
            **self._checks(),
            **self._method(),
        }

    def _head(self) -> dict[str, Any]:
        say, about, count = self.say, self.about, self.result.edges.num_rows
        key = {0: "head.none", 1: "head.one"}.get(count, "head.many")
        deck = say(
            "deck",
            posts=self.say.numbers.count(about.posts),
            accounts=self.say.numbers.count(about.accounts),
            period=self._period(),
            tested=self.say.numbers.count(int(self.summary["pairs_tested"])),
            window=self.say.numbers.duration(self.window_s),
        )
        after = say("deck.links" if count else "deck.none", links=self.say.numbers.count(count))
        form = say("named" if self.names.named else "protected")
        stale = (say("stale"),) if about.stale else ()
        return {
            "title": say(key, links=self.say.numbers.count(count)),
            "deck": (deck, after),
            "notice": (*about.notice, *stale, form),
            "made_day": self.say.numbers.day(about.made_at),
        }

    def _period(self) -> str:
        first, last = self.about.first, self.about.last
        if first is None or last is None:
            return self.say("period.unknown")
        begin, end = self.say.numbers.days(first, last)
        return self.say("period", first=begin, last=end)

    def _read(self) -> dict[str, Any]:
        inputs = self.about.inputs
        files = self.say.count("file", len(inputs))
        return {
            "files": [self._file(place, one) for place, one in enumerate(inputs, 1)],
            "read_intro": self.say("read.intro", files=files, period=self._period()),
            "blind_spots": list(dict.fromkeys(i.blind_spot for i in inputs if i.blind_spot)),
        }

    def _file(self, place: int, one: InputRead) -> str:
        """Return what a file is called: people name exports after the accounts in them."""
        return one.name if self.names.named else self.say("read.input", number=place)

    def _findings(self) -> dict[str, Any]:
        edges = self.tables.edges.to_pylist()
        found = groups.communities_of(edges, self.tables.communities)
        told = found[: groups.TOLD]
        for community in told:
            groups.add_moments(community, self.tables.evidence)
        pictures = (
            drawing.when(told, self.say, self.window_s),
            drawing.burst(told, self.names, self.say, self.window_s),
        )
        findings = [
            groups.told(one, self.links, self.say, self.window_s, self.ranks) for one in told
        ]
        return {
            "findings": findings,
            "opened": {finding["rank"] for finding in findings[:OPENED]},
            "more_communities": len(found) - len(told),
            "pictures": [picture for picture in pictures if picture],
            "communities": [self._community(one) for one in found[:COMMUNITIES_SHOWN]],
        }

    def _community(self, one: Community) -> dict[str, Any]:
        shown = [self.names.account(key) for key in one.accounts[: groups.MEMBERS_SHOWN]]
        return {
            "number": one.number,
            "size": len(one.accounts),
            "links": len(one.links),
            "members": sorted(shown),
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
            "more_links": self.result.edges.num_rows - len(links),
        }

    def _checks(self) -> dict[str, Any]:
        reasons = Counter(self.result.insufficient["reason"].to_pylist())
        count = reasons.total()
        quiet = self.say(
            "quiet.some" if count else "quiet.none",
            count=self.say.numbers.count(count),
            accounts=self.say.numbers.count(int(self.summary["accounts"])),
        )
        return {
            "shuffle": self.summary["shuffle_sentence"] or self.say("shuffle.none"),
            "quiet": quiet,
            "quiet_reasons": reasons.most_common(6),
        }

    def _method(self) -> dict[str, Any]:
        say, about, summary = self.say, self.about, self.summary
        fdr = f"{100 * float(summary['fdr']):g} %".replace(" ", "\u00a0")
        made = f"{self.say.numbers.day(about.made_at)}, {self.say.numbers.clock(about.made_at, seconds=False)} UTC"
        who = about.made_by or say("foot.by.unsaid")
        layers = [(self.links.layers(name), told) for name, told in summary["layers"].items()]
        return {
            "method": say(
                "method.text", correction=say(f"method.{summary['fdr_method']}"), fdr=fdr
            ),
            "layers": layers,
            "facts": list(self._facts(fdr)),
            "foot": say("foot.text", fdr=fdr),
            "foot_by": say(
                "foot.by", who=who, when=made, version=about.version, case=about.case
            ),
        }

    def _facts(self, fdr: str) -> list[tuple[str, str]]:
        say, summary = self.say, self.summary
        windows = [self.say.numbers.duration(seconds) for seconds in summary["windows_s"]]
        facts = [
            ("window", join(windows, say)),
            ("fdr", f"{fdr}, {say('method.' + summary['fdr_method'])}"),
            ("tested", self.say.numbers.count(int(summary["pairs_tested"]))),
            ("weighed", self.say.numbers.count(int(summary["pairs_weighed"]))),
        ]
        if summary["links"]:
            facts.append(("cutoff", self.say.numbers.probability(float(summary["cutoff_p"]))))
        seed = self.result.settings.get("seed")
        if seed is not None:
            facts.append(("seed", str(seed)))
        left = [
            f"{reason}: {self.say.numbers.count(n)}"
            for reason, n in summary["left_out"].items()
        ]
        facts += [("left_out", "; ".join(left))] if left else []
        facts += [("notes", " ".join(summary["notes"]))] if summary["notes"] else []
        facts += [("run", self.about.run)] if self.about.run else []
        versions = [f"{name} {version}" for name, version in self.about.versions.items()]
        facts += [("versions", ", ".join(versions))] if versions else []
        return [(say(f"method.{key}"), value) for key, value in facts]
