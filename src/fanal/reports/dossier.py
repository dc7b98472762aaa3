"""The page about one account: its links and what each hangs on, its non-links, who is like it.

Never a single score: each line is one measurement, with what was expected beside it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Names
from fanal.reports.about import About
from fanal.reports.evidence import SHOWN_PER_LINK, Posts, Row, SideBySide, rows_of
from fanal.reports.links import Links
from fanal.reports.page import file_text, template_of
from fanal.reports.set_aside import sources_of
from fanal.reports.shown import tables_shown
from fanal.reports.tables_told import VERDICTS
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.dossier import Dossier
    from fanal.coordination.result import Result

#: Links, and pairs that are no link, that the page shows.
LINKS_SHOWN, PARTNERS_SHOWN = 40, 10
DECIDE = ("more", "who", "source", "capture", "own")
_ASKED = {
    "object": "p_without_object",
    "day": "p_without_day",
    "half": "p_half_window",
    "double": "p_double_window",
    "clock": "p_clock",
    "age": "p_age",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a page is about.

    Parameters
    ----------
    key
        Of the account, as in the result.
    shown
        As she was asked for.
    dossier
        Her activity, partners and controls; None where they could not be computed.
    without
        Why not: a sentence; empty: a pack does not hold them.
    """

    key: str
    shown: str
    dossier: Dossier | None
    without: str = ""


def dossier_html(
    subject: Subject, result: Result, *, about: About, names: Names, posts: Posts, lang: str
) -> str:
    """Return the page about one account; it holds no script and loads nothing.

    Parameters
    ----------
    subject
        Whom it is about.
    result
        The run.
    about
        The case, who makes the page, when.
    names
        How accounts are shown; `known` holds of those whose words may be shown.
    posts
        Keys of posts -> their rows.
    lang
        One of `wording.LANGUAGES`.
    """
    say = Words(lang)
    css = file_text("page.css")
    digest = base64.b64encode(hashlib.sha256(css.encode("utf-8")).digest()).decode("ascii")
    page = template_of("dossier.html.j2").render(
        css=css,
        style_hash=f"sha256-{digest}",
        about=about,
        say=say,
        **_Page(subject, result, about, names, posts, say).fields(),
    )
    return f"{page.strip()}\n"


class _Page:
    """The fields of the template."""

    def __init__(
        self,
        subject: Subject,
        result: Result,
        about: About,
        names: Names,
        posts: Posts,
        say: Words,
    ) -> None:
        self.subject, self.result, self.about = subject, result, about
        self.tables = tables_shown(result, names)
        self.names, self.real, self.posts, self.say = self.tables.names, names, posts, say
        self.key = subject.key if names.named else names.key(subject.key)
        self.told = {**result.settings, **result.summary}
        self.checks = {_other(row, self.key): row for row in self._mine(self.tables.checks)}
        self.edges = self._mine(self.tables.edges)

    def _mine(self, table: pa.Table) -> list[Row]:
        key = self.key
        mine = pc.or_(pc.equal(table["source"], key), pc.equal(table["target"], key))
        rows: list[Row] = table.filter(mine).to_pylist()
        return rows

    def fields(self) -> dict[str, Any]:
        """Return all fields."""
        say, dossier = self.say, self.subject.dossier
        more = len(self.edges) - LINKS_SHOWN
        return {
            **self._head(),
            "activity": self._activity(),
            "looked": self._looked(),
            "needed": say(
                "dossier.needed", cutoff=say.numbers.probability(float(self.told["cutoff_p"]))
            ),
            "links": self._links(),
            "more_links": say("dossier.more_links", count=more) if more > 0 else "",
            "partners": None if dossier is None else self._partners(dossier),
            "controls": "" if dossier is None else self._controls(dossier),
            "found": list(self._found()),
            "decide": [say(f"dossier.decide.{one}") for one in DECIDE],
        }

    def _head(self) -> dict[str, Any]:
        say, about = self.say, self.about
        windows = [say.numbers.duration(one) for one in self.told["windows_s"]]
        fdr = say.numbers.percent(float(self.told["fdr"]))
        stale = (say("stale"),) if about.stale else ()
        return {
            "title": say("dossier.title", account=self.subject.shown),
            "deck": say(
                "dossier.deck",
                posts=say.count("post", about.posts),
                accounts=say.count("account", about.accounts),
                period=self._period(),
                window=windows[-1],
            ),
            "verdict": self._verdict(),
            "notice": (*stale, say("dossier.no_score"), say("dossier.others")),
            "made_day": say.numbers.day(about.made_at),
            "contest": say("dossier.contest.text", fdr=fdr),
            "foot_by": say(
                "foot.by",
                who=about.made_by or say("foot.by.unsaid"),
                when=f"{say.numbers.when(about.made_at)} UTC",
                version=about.version,
                run=about.run,
                case=about.case,
            ),
        }

    def _period(self) -> str:
        first, last = self.about.first, self.about.last
        if first is None or last is None:
            return self.say("period.unknown")
        begin, end = self.say.numbers.days(first, last)
        return self.say("period", first=begin, last=end)

    def _stands(self, row: Row) -> bool:
        return row["q_affinity"] <= float(self.told["fdr"]) and not row["fragile"]

    def _verdict(self) -> str:
        say = self.say
        if not self.edges:
            quiet = pc.index(self.result.insufficient["account"], self.subject.key).as_py() >= 0
            none = say("dossier.links.none")
            return f"{none} {say('dossier.quiet')}" if quiet else none
        stand, links = sum(map(self._stands, self.edges)), say.count("link", len(self.edges))
        if stand == len(self.edges):
            return say("dossier.links.all", links=links)
        return say("dossier.links.some", links=links, stand=say.numbers.count(stand))

    def _activity(self) -> list[dict[str, str]]:
        dossier, count = self.subject.dossier, self.say.numbers.count
        if dossier is None:
            return []
        return [
            {
                "layer": self.say.layer(row["layer"]),
                "actions": count(row["actions"]),
                "objects": count(row["objects"]),
                "busier": self.say(
                    "dossier.busier.of",
                    busier=count(row["busier"]),
                    accounts=count(row["accounts"]),
                ),
            }
            for row in dossier.activity.to_pylist()
        ]

    def _looked(self) -> str:
        say, dossier = self.say, self.subject.dossier
        if dossier is not None:
            once = say.numbers.count(dossier.met_once)
            return say("dossier.met_once", count=once) if dossier.met_once else ""
        if self.subject.without:
            return say("dossier.gone", reason=self.subject.without)
        return say("dossier.in_pack")

    def _links(self) -> list[dict[str, Any]]:
        shown = self.edges[:LINKS_SHOWN]
        behind = rows_of(self.tables.evidence, shown)
        acts = [row for rows in behind.values() for row in _distinct(rows)[:SHOWN_PER_LINK]]
        side = SideBySide(acts, self.posts, self.names, self.say)
        links = Links(self.names, self.say, int(self.told["pairs_tested"]))
        return [
            self._link(row, behind[row["source"], row["target"]], side, links) for row in shown
        ]

    def _link(
        self, row: Row, behind: list[Row], side: SideBySide, links: Links
    ) -> dict[str, Any]:
        say, partner = self.say, _other(row, self.key)
        check = self.checks.get(partner, {})
        distinct = _distinct(behind)
        more = len(distinct) - SHOWN_PER_LINK
        return {
            "with": say("dossier.with", account=self.names.account(partner)),
            "status": self._status(row, check),
            "sentence": links.sentence(row),
            "hangs": list(self._hangs(row, check)),
            "co_actions": [side.co_action(one) for one in distinct[:SHOWN_PER_LINK]],
            "more": say("posts.more", count=say.count("object", more)) if more > 0 else "",
        }

    def _status(self, row: Row, check: Row) -> str:
        say, told = self.say, []
        if row["q_affinity"] > float(self.told["fdr"]):
            source = sources_of([check], self.real, say).get(check.get("explained_by") or "")
            told.append(
                say("dossier.explained", source=source)
                if source
                else say("dossier.explained.plain")
            )
        if row["fragile"]:
            why = "; ".join(say(f"fragile.{one}") for one in check.get("fragile_because") or ())
            told.append(say("dossier.fragile", why=why))
        return "; ".join(told) or say("dossier.stands")

    def _hangs(self, row: Row, check: Row) -> Iterator[dict[str, str]]:
        say, p = self.say, self.say.numbers.probability
        expected = say.numbers.expected
        yield {
            "asked": say("dossier.first"),
            "expected": expected(row["expected"]),
            "p": p(row["p"]),
            "q": p(row["q"]),
        }
        if check:
            yield {
                "asked": say("dossier.affinity"),
                "expected": expected(check["expected_affinity"]),
                "p": p(check["p_affinity"]),
                "q": p(row["q_affinity"]),
            }
        for name, column in _ASKED.items():
            value = check.get(column)
            told = say("dossier.not_asked") if value is None else p(value)
            yield {"asked": say(f"dossier.{name}"), "expected": "", "p": told, "q": ""}

    def _partners(self, dossier: Dossier) -> list[dict[str, str]]:
        linked = {_other(row, self.key) for row in self.edges}
        found = dossier.partners.to_pylist()
        rows = [row for row in found if self._shown(row["account"]) not in linked]
        return [
            {
                "account": self.real.account(row["account"]),
                "counted": self.say.numbers.count(row["counted"]),
                "expected": self.say.numbers.expected(row["expected"]),
                "p": self.say.numbers.probability(row["p"]),
            }
            for row in rows[:PARTNERS_SHOWN]
        ]

    def _shown(self, key: str) -> str:
        return key if self.real.named else self.real.key(key)

    def _controls(self, dossier: Dossier) -> str:
        count = self.say.numbers.count
        if not dossier.controls:
            return self.say("dossier.controls.none")
        if dossier.as_strong is None:
            return self.say("dossier.controls.no_pair")
        return self.say(
            "dossier.controls.some",
            controls=count(dossier.controls),
            strong=count(dossier.as_strong),
        )

    def _found(self) -> Iterator[str]:
        tables, count = self.tables, self.say.numbers.count
        for row in self._hers(tables.communities):
            same = pc.equal(tables.communities["community"], row["community"])
            size = tables.communities.filter(same).num_rows
            yield self.say("dossier.community", accounts=count(size))
        for row in self._hers(tables.burst_accounts):
            yield self._burst(row)
        for row in self._hers(tables.group_members):
            yield self._group(row["group"])

    def _hers(self, table: pa.Table) -> list[Row]:
        rows: list[Row] = table.filter(pc.equal(table["account"], self.key)).to_pylist()
        return rows

    def _burst(self, mine: Row) -> str:
        say = self.say
        (row,) = [
            one
            for one in self.tables.bursts.to_pylist()
            if (one["layer"], one["object"]) == (mine["layer"], mine["object"])
        ][:1]
        return say(
            "dossier.burst",
            layer=say.layer(row["layer"]),
            object=self.names.object(row["object"]),
            accounts=say.numbers.count(row["accounts"]),
            window=say.numbers.duration(row["window_s"]),
            when=say.numbers.when(row["start"]),
            expected=say.numbers.expected(row["expected"]),
            q=say.numbers.bounded("q", row["q"]),
        )

    def _group(self, number: int) -> str:
        say, table = self.say, self.tables.groups
        (row,) = table.filter(pc.equal(table["group"], number)).to_pylist()
        verdict = VERDICTS.get(row["verdict"])
        return say(
            "dossier.group",
            accounts=say.numbers.count(row["k"]),
            observed=say.numbers.count(int(row["x"])),
            expected=say.numbers.expected(row["expected"]),
            p=say.numbers.bounded("p", row["p"]),
            verdict=say(verdict) if verdict else row["verdict"],
        )


def _other(row: Row, key: str) -> str:
    other: str = row["target"] if row["source"] == key else row["source"]
    return other


def _distinct(rows: list[Row]) -> list[Row]:
    """Return the first co-action of each object, in order."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        found.setdefault((row["layer"], row["object"]), row)
    return list(found.values())
