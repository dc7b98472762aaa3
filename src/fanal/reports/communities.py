"""Communities as the report tells them: who is in them, what they did together, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

import pyarrow as pa

from fanal.reports.evidence import Ends, Row, rows_of
from fanal.reports.links import Links
from fanal.reports.wording import Words

#: Communities told in sentences, members listed by name.
TOLD = 8
MEMBERS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """Accounts of a community that acted on one thing within the window, earliest first."""

    layer: str
    object: str
    acts: tuple[tuple[datetime, str], ...]


@dataclass(slots=True)
class Community:
    """One community: its accounts (keys), its links (best first), its moments."""

    number: int
    accounts: list[str]
    links: list[Row] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    delay_s: float = 0.0

    @property
    def possible(self) -> int:
        """Links that its accounts could have."""
        return len(self.accounts) * (len(self.accounts) - 1) // 2


def communities_of(edges: list[Row], members: pa.Table) -> list[Community]:
    """Return the communities with their links, the largest first, numbered from 1."""
    number_of: dict[str, int] = {}
    accounts: dict[int, list[str]] = defaultdict(list)
    for row in members.to_pylist():
        number_of[row["account"]] = row["community"]
        accounts[row["community"]].append(row["account"])
    found = {n: Community(n + 1, sorted(keys)) for n, keys in sorted(accounts.items())}
    for edge in edges:
        number = number_of.get(edge["source"], -1)
        if number >= 0 and number == number_of.get(edge["target"], -2):
            found[number].links.append(edge)
    return [community for community in found.values() if community.links]


def add_moments(community: Community, evidence: pa.Table) -> None:
    """Fill in what the accounts of a community did together, in order of time."""
    acts: dict[tuple[str, str], dict[str, datetime]] = defaultdict(dict)
    delays = []
    for rows in rows_of(evidence, community.links).values():
        for row in (row for row in rows if row["counted"]):
            known = acts[row["layer"], row["object"]]
            for end in ("source", "target"):
                moment = row[f"{end}_time"]
                known[row[end]] = min(known.get(row[end], moment), moment)
            delays.append(abs(row["delay_s"]))
    community.delay_s = median(delays) if delays else 0.0
    community.moments = sorted(
        (
            Moment(layer, thing, tuple(sorted((at, who) for who, at in known.items())))
            for (layer, thing), known in acts.items()
        ),
        key=lambda moment: (moment.acts[0], moment.layer, moment.object),
    )


def told(
    community: Community, links: Links, say: Words, window_s: float, ranks: Mapping[Ends, int]
) -> dict[str, Any]:
    """Return the finding of a community: its title, its sentences, the rank of its best link.

    Parameters
    ----------
    ranks
        Ends of each link that is shown with its posts -> its number.
    """
    best = community.links[0]
    layers = Counter(layer for row in community.links for layer in row["layers"].split("+"))
    names = "+".join(layer for layer, _ in layers.most_common())
    size = len(community.accounts)
    title = "find.pair" if size == 2 else "find.community"
    finding: dict[str, Any] = {
        "title": say(title, number=community.number, accounts=say.numbers.count(size)),
        "strongest": links.sentence(best),
        "rank": ranks.get((best["source"], best["target"]), 0),
        "size": "",
    }
    if size > 2 and community.moments:
        begin = min(row["first_time"] for row in community.links)
        end = max(row["last_time"] for row in community.links)
        first, last = say.numbers.days(begin, end)
        finding["size"] = say(
            "find.size",
            links=say.numbers.count(len(community.links)),
            possible=say.numbers.count(community.possible),
            accounts=say.numbers.count(size),
            first=first,
            last=last,
            window=say.numbers.duration(window_s),
            objects=say.count("object", len(community.moments)),
            layers=links.layers(names),
            delay=say.numbers.duration(community.delay_s),
        )
    return finding
