"""The trace of a claim in words: sections for the page, the same ones for the terminal.

Under pseudonyms times go to the minute, and a text is shown only where at least `CARRIERS`
accounts carry it word for word, or where its account stands by name: a quoted text is a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fanal.claims.continuation import Sign
from fanal.claims.denials import CARRIES, QUOTES, denies_itself
from fanal.claims.query import KINDS
from fanal.claims.trace import Trace, precision_of
from fanal.model.interval import wilson
from fanal.model.names import Level, Names
from fanal.reports.about_section import Section
from fanal.reports.told import CARRIED
from fanal.reports.traced_touched import ROWS_SHOWN, touched
from fanal.reports.wording import Words

Row = dict[str, Any]
#: Accounts that carry a text before it is nobody's.
CARRIERS = CARRIED
#: Characters shown of one text.
TEXT_SHOWN = 600
_SIGNS = {
    Sign.REFERS: "trace.sign.refers",
    Sign.FILE_BEGINS: "trace.sign.begins",
    Sign.TEMPO: "trace.sign.tempo",
    Sign.NONE: "trace.sign.none",
    Sign.TOO_FEW: "trace.sign.few",
}
HOW = {kind: f"trace.how.{kind}" for kind in (*KINDS, "link", "answer")}


class Told:
    """A trace in one language, for one reader.

    Parameters
    ----------
    trace, names, say
        What is told, how accounts and posts are shown, in which words.
    screen
        Whether it is for the screen of who works on the case: texts are shown there.
    """

    def __init__(self, trace: Trace, names: Names, say: Words, *, screen: bool = False) -> None:
        self.trace, self.names, self.say, self.screen = trace, names, say, screen
        self.counts = names.level is Level.COUNTS
        self.rows: list[Row] = trace.posts.to_pylist()
        carried = defaultdict(set)
        for row in self.rows:
            carried[row["text"]].add(row["account"])
        self._nobodys = {text for text, those in carried.items() if len(those) >= CARRIERS}

    def title(self) -> str:
        """Return how many posts carry it."""
        link = ".url" if self.trace.by == "url" else ""
        if not self.rows:
            return self.say(f"trace.title.none{link}")
        if len(self.rows) == 1:
            return self.say(f"trace.title{link}.one")
        return self.say(f"trace.title{link}", posts=self.say.count("post", len(self.rows)))

    def deck(self) -> str:
        """Return among whom, and what was compared."""
        compared = self.say.count("text", self.trace.compared)
        if not self.rows:
            return self.say("trace.deck.none", compared=compared) if self.trace.compared else ""
        fields = {
            "accounts": self.say.count("account", len({row["account"] for row in self.rows})),
            "platforms": ", ".join(sorted({row["platform"] for row in self.rows})),
        }
        if self.trace.by == "url":
            return self.say("trace.deck.url", **fields)
        return self.say("trace.deck", compared=compared, **fields)

    def asked(self) -> str:
        """Return what was asked for; a post's own words only as other words are shown."""
        text = cut(self.trace.asked)
        if self.trace.by == "url":
            return self.say("trace.asked.url", text=text)
        if self.trace.by == "post" and not self.may_show(self.trace.asked, ""):
            return self.say("trace.asked.withheld", carriers=CARRIERS)
        return self.say("trace.asked", text=text)

    def notice(self) -> list[str]:
        """Return what stands above everything."""
        return [self.asked(), self.say("trace.no_blame")]

    def sections(self) -> list[Section]:
        """Return the sections that the page and the terminal share."""
        if not self.rows:
            return [self.limits()]
        return [
            self.carried(),
            self.earliest(),
            self.line(),
            self.relays(),
            self.leads(),
            self.denies(),
            touched(self.trace.touched, self.names, self.say),
            self.marks(),
            self.limits(),
        ]

    def carried(self) -> Section:
        """Return posts and accounts by how they carry it."""
        by_how: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            by_how[row["how"]].append(row)
        count = self.say.numbers.count
        return Section(
            anchor="carried",
            title="trace.section.carried",
            sentences=(),
            columns=[
                ("trace.how", ""), ("trace.posts", "number"),
                ("trace.of_these_reposts", "number"), ("trace.accounts", "number"),
            ],
            rows=[
                [
                    self.say(key),
                    count(len(by_how[how])),
                    count(sum(row["repost_of"] is not None for row in by_how[how])),
                    count(len({row["account"] for row in by_how[how]})),
                ]
                for how, key in HOW.items()
                if by_how[how]
            ],
        )  # fmt: skip

    def earliest(self) -> Section:
        """Return the earliest found with the sentence on what the file covers."""
        undated = sum(row["time"] is None for row in self.rows)
        below = []
        if undated:
            below.append(self.say("trace.undated", posts=self.say.count("post", undated)))
        return Section(
            anchor="earliest",
            title="trace.section.earliest",
            sentences=list(self._earliest()),
            below=below,
        )

    def _earliest(self) -> Iterator[str]:
        coverage, say = self.trace.coverage, self.say
        first = self.trace.earliest.to_pylist()
        if coverage.earliest is None or not first:
            yield say("trace.earliest.none")
            return
        when = self.when(coverage.earliest)
        if len(first) == 1:
            who = "…" if self.counts else self.names.account(first[0]["account"])
            how = say(HOW[first[0]["how"]])
            yield say("trace.earliest", when=when, who=who, how=how)
        else:
            yield say("trace.earliest.several", when=when, count=say.numbers.count(len(first)))
        if coverage.posts_before:
            before = say.numbers.length(coverage.before_s)
            posts = say.count("post", coverage.posts_before)
            yield say("trace.covers", before=before, posts=posts)
        yield from self._earlier_denial(coverage.earliest)
        tempo = say.numbers.expected(coverage.per_hour or 0.0)
        expected = say.numbers.expected(coverage.expected or 0.0)
        yield say(_SIGNS[coverage.sign], tempo=tempo, expected=expected)

    def _earlier_denial(self, earliest: int) -> Iterator[str]:
        for row in self.rows:
            if row["says"] != CARRIES and row["time"] is not None and row["time"] < earliest:
                yield self.say(
                    "trace.earliest.denial", when=self.when(row["time"]), cue=row["cue"]
                )
                return

    def line(self) -> Section:
        """Return the time line."""
        rows = self.trace.time_line.to_pylist()
        shown = _spread(rows, 3 * ROWS_SHOWN)
        count = self.say.numbers.count
        return Section(
            anchor="line",
            title="trace.section.line",
            sentences=[
                self.say(
                    "trace.line",
                    span=self.say.numbers.length(self.trace.span_s),
                    shown=count(len(shown)),
                    of=count(len(rows)),
                )
            ],
            columns=[
                ("trace.begins", ""), ("trace.platform", ""), ("trace.lang", ""),
                ("trace.posts", "number"), ("trace.accounts", "number"),
            ],
            rows=[
                [
                    self.when(row["begins"]),
                    row["platform"],
                    row["lang"] or self.say("trace.lang.unknown"),
                    count(row["posts"]),
                    count(row["accounts"]),
                ]
                for row in shown
            ],
        )  # fmt: skip

    def relays(self) -> Section:
        """Return the accounts by the reach that they add."""
        trace, count = self.trace, self.say.numbers.count
        sentences = [self.say(f"trace.relays.{trace.reach}")]
        if trace.reach_unknown and trace.reach != "reposts":
            unknown, of = count(trace.reach_unknown), count(trace.relays.num_rows)
            sentences.append(self.say("trace.relays.unknown", unknown=unknown, of=of))
        if self.counts:
            sentences = [self.say("trace.relays.counts")]
        rows = [] if self.counts else trace.relays.slice(0, ROWS_SHOWN).to_pylist()
        return Section(
            anchor="relays",
            title="trace.section.relays",
            sentences=sentences,
            columns=[
                ("trace.account", ""), ("trace.first_time", ""), ("trace.posts", "number"),
                (f"trace.adds.{trace.reach}", "number"),
            ],
            rows=[
                [
                    self.names.account(row["account"]),
                    self.when(row["first_time"]),
                    count(row["posts"]),
                    self._adds(row),
                ]
                for row in rows
            ],
        )  # fmt: skip

    def _adds(self, row: Row) -> str:
        count = self.say.numbers.count
        if self.trace.reach == "followers":
            return f"{count(row['adds_least'])} – {count(row['adds_most'])}"
        return count(row["adds_most"])

    def leads(self) -> Section:
        """Return the hashtags and links that go with it."""
        rows: list[Row] = self.trace.leads.slice(0, ROWS_SHOWN).to_pylist()
        count = self.say.numbers.count
        return Section(
            anchor="leads",
            title="trace.section.leads",
            sentences=[self.say("trace.leads" if rows else "trace.leads.none")],
            columns=[
                ("trace.what", ""), ("trace.with_it", "number"),
                ("trace.in_file", "number"), ("trace.accounts", "number"),
            ],
            rows=[
                [
                    self._thing(row),
                    count(row["posts"]),
                    count(row["posts_in_file"]),
                    count(row["accounts_in_file"]),
                ]
                for row in (() if self.counts else rows)
            ],
        )  # fmt: skip

    def _thing(self, row: Row) -> str:
        shown = self.screen or self.names.named or row["accounts_in_file"] >= CARRIERS
        what = str(row["what"]) if shown else self.names.object(row["what"])
        return f"#{what}" if shown and row["kind"] == "hashtag" else what

    def denies(self) -> Section:
        """Return the posts that deny it."""
        count = self.say.count
        carrying = [row for row in self.rows if row["says"] != CARRIES]
        answering: list[Row] = self.trace.denying_answers.to_pylist()
        answers = count("post", self.trace.answers)
        told = self.say("trace.denies.none", answers=answers)
        if self.trace.by != "url" and denies_itself(self.trace.asked):
            told = self.say("trace.denies.itself")
        if carrying or answering:
            told = self.say(
                "trace.denies",
                carrying=count("post", len(carrying)),
                answering=count("post", len(answering)),
                answers=answers,
            )
        shown = [] if self.counts else [*carrying, *answering][:ROWS_SHOWN]
        return Section(
            anchor="denies",
            title="trace.section.denies",
            sentences=[told],
            columns=[
                ("trace.account", ""), ("trace.begins", ""), ("trace.says", ""),
                ("trace.cue", ""), ("trace.how", ""),
            ],
            rows=[self._denial(row) for row in shown],
            below=[self.say("trace.denies.rule")],
        )  # fmt: skip

    def _denial(self, row: Row) -> list[str]:
        says = "trace.says.quotes" if row["says"] == QUOTES else "trace.says.denies"
        return [
            self.names.account(row["account"]),
            self.when(row["time"]),
            self.say(says),
            row["cue"],
            self.say(HOW[row["how"]]),
        ]

    def marks(self) -> Section:
        """Return the precision that the user's marks give."""
        right, of = precision_of(self.trace.marks, [row["post"] for row in self.rows])
        low, high = wilson(right, of)
        share, count = self.say.numbers.share, self.say.numbers.count
        told = (
            self.say(
                "trace.marks",
                right=count(right),
                of=count(of),
                share=share(right / of),
                low=share(low),
                high=share(high),
            )
            if of
            else self.say("trace.marks.none")
        )
        return Section(anchor="marks", title="trace.section.marks", sentences=[told])

    def limits(self) -> Section:
        """Return what a trace does not tell."""
        keys = ("words", "short", "file", "relay")
        return Section(
            anchor="limits",
            title="trace.section.limits",
            sentences=[self.say(f"trace.limit.{key}") for key in keys],
            listed=True,
        )

    def may_show(self, text: str, account: str) -> bool:
        """Return whether a text may be shown as that of an account; of nobody when empty."""
        if self.screen or self.names.named or text in self._nobodys:
            return True
        return bool(account) and self.names.known(account)

    def when(self, at_us: int | None) -> str:
        """Return a time, to the minute where pseudonyms are shown."""
        if at_us is None:
            return self.say("trace.lang.unknown")
        moment = datetime.fromtimestamp(at_us / 1e6, UTC)
        if self.names.named:
            return f"{self.say.numbers.day(moment)}, {self.say.numbers.clock(moment, seconds=True)}"
        return self.say.numbers.when(moment)


def cut(text: str) -> str:
    """Return a text as long as it is shown."""
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"


def _spread(rows: list[Row], most: int) -> list[Row]:
    """Return at most so many rows, the largest ones, in their order."""
    largest = sorted(range(len(rows)), key=lambda place: (-rows[place]["posts"], place))
    return [rows[place] for place in sorted(largest[:most])]
