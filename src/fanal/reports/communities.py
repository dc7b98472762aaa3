"""Communities as the report tells them: who is in them, what they did together, and when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

import pyarrow as pa

from fanal.reports.evidence import Ends, Row, rows_of

#: Communities told in sentences, members listed by name.
TOLD = 8
MEMBERS_SHOWN = 40
#: Distinct objects that a layer needs to be one of a community's layers.
FEWEST_OBJECTS = 2


@dataclass(frozen=True, slots=True)
class Moment:
    """Accounts of a community that acted on one thing within the window, earliest first."""

    layer: str
    object: str
    acts: tuple[tuple[datetime, str], ...]


@dataclass(slots=True)
class Community:
    """One community: its accounts (keys), its links in the headline (best first), its moments.

    `other` are links among its accounts that are not in the headline.
    """

    number: int
    accounts: list[str]
    kept: float = 1.0
    links: list[Row] = field(default_factory=list)
    other: list[Row] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    delay_s: float = 0.0

    @property
    def possible(self) -> int:
        """Links that its accounts could have."""
        return len(self.accounts) * (len(self.accounts) - 1) // 2

    @property
    def layers(self) -> list[str]:
        """Layers in which what it did together counts, the commonest first; at least one."""
        objects = Counter(moment.layer for moment in self.moments)
        common = [layer for layer, n in objects.most_common() if n >= FEWEST_OBJECTS]
        return common or [layer for layer, _ in objects.most_common(1)]

    def middling(self, *columns: str) -> float:
        """Return the median over the links of the largest of some columns."""
        return float(median(max(row[name] or 0.0 for name in columns) for row in self.links))


def communities_of(
    edges: list[Row], members: pa.Table, kept: tuple[float, ...], checks: Mapping[Ends, Row]
) -> list[Community]:
    """Return the communities with their links, the largest first, numbered from 1.

    Parameters
    ----------
    edges
        All links; `counted` says which are in the headline.
    members, kept
        As `shown.Tables` has them.
    checks
        Ends of a link -> its row of `checks`; its columns are added to the link's.
    """
    number_of: dict[str, int] = {}
    accounts: dict[int, list[str]] = defaultdict(list)
    for row in members.to_pylist():
        number_of[row["account"]] = row["community"]
        accounts[row["community"]].append(row["account"])
    found = {
        n: Community(n + 1, sorted(keys), kept[n] if n < len(kept) else 1.0)
        for n, keys in sorted(accounts.items())
    }
    for edge in edges:
        number = number_of.get(edge["source"], -1)
        if number >= 0 and number == number_of.get(edge["target"], -2):
            whole = edge | checks.get((edge["source"], edge["target"]), {})
            place = found[number].links if edge["counted"] else found[number].other
            place.append(whole)
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
