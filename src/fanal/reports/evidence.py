"""The co-actions behind links, looked up by link.

1. Keep the rows of the links asked for, of each link the counted ones first, the rarest
   objects first.
2. Make each a pair of posts, the earlier one first, as the form of the report allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.names import Names
from fanal.reports.wording import Words

Row = dict[str, Any]
Ends = tuple[str, str]
Posts = Callable[[list[str]], Mapping[str, Row]]

#: Co-actions shown of one link, and characters shown of one text.
SHOWN_PER_LINK = 4
TEXT_SHOWN = 480
_PSEUDONYM = re.compile(r"O-[0-9a-z]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostShown:
    """One post as the report shows it; `withheld` says why there is no text."""

    who: str
    day: str
    clock: str
    text: str = ""
    withheld: str = ""
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAction:
    """Two posts side by side."""

    same: str
    object: str
    gap: str
    gap_s: float
    earlier: PostShown
    later: PostShown
    note: str = ""


def rows_of(evidence: pa.Table, links: list[Row]) -> dict[Ends, list[Row]]:
    """Return the co-actions of `links`, best first (1)."""
    wanted = {(link["source"], link["target"]) for link in links}
    ends = pa.array(sorted({end for pair in wanted for end in pair}), pa.string())
    near = pc.and_(pc.is_in(evidence["source"], ends), pc.is_in(evidence["target"], ends))
    found: dict[Ends, list[Row]] = {pair: [] for pair in wanted}
    for row in evidence.filter(near).to_pylist():
        if (row["source"], row["target"]) in found:
            found[row["source"], row["target"]].append(row)
    for rows in found.values():
        rows.sort(key=_best_first)
    return found


def _best_first(row: Row) -> tuple[Any, ...]:
    return (not row["counted"], -row["weight"], row["source_time"], row["layer"], row["object"])


def is_hidden(shown: str) -> bool:
    """Return whether what is shown of an object is a pseudonym: ``O-1a2b3c4d``."""
    return bool(_PSEUDONYM.match(shown))


class SideBySide:
    """Shows co-actions with their posts (2).

    Parameters
    ----------
    rows
        The co-actions to be shown, for one look-up of all their posts.
    posts
        Keys of posts -> their rows; keys that are not in the case are left out.
    names, say
        How things are named, and in which words.
    """

    def __init__(self, rows: list[Row], posts: Posts, names: Names, say: Words) -> None:
        keys = {
            row[f"{end}_post"]
            for row in rows
            for end in ("source", "target")
            if row[f"{end}_post"] and names.known(row[end])
        }
        self._posts = posts(sorted(keys)) if keys else {}
        self._names = names
        self._say = say

    def co_action(self, row: Row) -> CoAction:
        """Return one co-action, the earlier post first."""
        ends = ["source", "target"]
        if row["target_time"] < row["source_time"]:
            ends.reverse()
        earlier, later = (self._post(row, end) for end in ends)
        gap = abs((row["target_time"] - row["source_time"]).total_seconds())
        say = self._say
        key = f"posts.same.{row['layer']}"
        return CoAction(
            same=say(key) if say.has(key) else say("posts.same.other", layer=row["layer"]),
            object=self._object(row),
            gap=say("posts.gap", delay=self._say.numbers.duration(gap))
            if gap
            else say("posts.gap.none"),
            gap_s=gap,
            earlier=earlier,
            later=later,
            note="" if row["counted"] else say("posts.uncounted"),
        )

    def _object(self, row: Row) -> str:
        shown = self._names.object(row["object"])
        if not self._names.named:
            return shown if is_hidden(shown) else ""
        if row["layer"] == "hashtag":
            return f"#{shown.removeprefix('#')}"
        return shown if row["layer"] == "url" else ""

    def _post(self, row: Row, end: str) -> PostShown:
        named, moment = self._names.known(row[end]), row[f"{end}_time"]
        both = self._names.known(row["source"]) and self._names.known(row["target"])
        who = self._names.account(row[end])
        day, clock = (
            self._say.numbers.day(moment),
            self._say.numbers.clock(moment, seconds=both),
        )
        if not named:
            copied = row["layer"] == "text" and not is_hidden(row["object"])
            said = (
                {"text": row["object"]} if copied else {"withheld": self._say("posts.withheld")}
            )
            return PostShown(who=who, day=day, clock=clock, **said)
        post = self._posts.get(row[f"{end}_post"])
        if post is None:
            return PostShown(who=who, day=day, clock=clock, withheld=self._say("posts.missing"))
        text = self._text(post["text"] or "")
        urls = tuple(url for url in (post["urls"] or [])[:3] if url)
        withheld = "" if text else self._say("posts.empty")
        return PostShown(who=who, day=day, clock=clock, text=text, withheld=withheld, urls=urls)

    def _text(self, text: str) -> str:
        text = text.strip()
        if len(text) > TEXT_SHOWN:
            left = len(text) - TEXT_SHOWN
            text = text[:TEXT_SHOWN] + self._say(
                "posts.cut", count=self._say.numbers.count(left)
            )
        return text
