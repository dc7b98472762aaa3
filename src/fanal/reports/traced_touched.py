"""What the latest run of a case holds of a trace, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fanal.claims.trace import Touched
from fanal.model.names import Level, Names
from fanal.reports.about_section import Section
from fanal.reports.wording import Words

#: Rows shown of a table.
ROWS_SHOWN = 20


def touched(found: Touched, names: Names, say: Words) -> Section:
    """Return which links, bursts and groups of the latest run rest on these posts."""
    if not found.run:
        sentences = [say("trace.touched.none")]
    else:
        sentences = [
            say(
                "trace.touched",
                run=found.run,
                links=say.count("link", len(found.links)),
                headline=say.numbers.count(sum(bool(one["headline"]) for one in found.links)),
                bursts=say.count("burst", len(found.bursts)),
                groups=say.count("group", len(found.groups)),
            )
        ]
        if found.stale:
            sentences.append(say("trace.touched.stale"))
    return Section(
        anchor="touched",
        title="trace.section.touched",
        sentences=sentences,
        below=list(_each(found, names, say)),
    )


def _each(found: Touched, names: Names, say: Words) -> Iterator[str]:
    count = say.numbers.count
    for row in () if names.level is Level.COUNTS else found.links[:ROWS_SHOWN]:
        yield say(
            "trace.touched.link",
            source=names.account(str(row["source"])),
            target=names.account(str(row["target"])),
            posts=say.count("post", int(str(row["posts"]))),
            q=say.numbers.bounded("q", float(str(row["q"]))),
            kept=say("trace.touched.kept") if row["headline"] else "",
        )
    for burst in found.bursts[:ROWS_SHOWN]:
        start: Any = burst["start"]
        yield say(
            "trace.touched.burst",
            layer=say.layer(str(burst["layer"])),
            accounts=count(int(str(burst["accounts"]))),
            when=say.numbers.when(start),
            expected=say.numbers.expected(float(str(burst["expected"]))),
            q=say.numbers.bounded("q", float(str(burst["q"]))),
        )
    for group in found.groups[:ROWS_SHOWN]:
        members: Any = group["accounts"]
        yield say(
            "trace.touched.group",
            of=count(int(str(group["of"]))),
            accounts=count(len(members)),
        )
