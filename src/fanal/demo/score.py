"""Holds links against the truth of the world: found, missed, and the innocents linked.

1. A hidden pair is two accounts of one hidden group; it is found when a link joins them.
2. An innocent account is one that is in no hidden group; it is linked when any link holds it.
3. The viral post links two accounts alone when a link rests on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Ends = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScore:
    """One group of known truth against the links."""

    name: str
    about: str
    hidden: bool
    findable: bool
    accounts: int
    linked: int
    pairs: int
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was found, what was missed, who was linked though innocent.

    Parameters
    ----------
    groups
        Each group; `found` counts its pairs that are links.
    others, others_linked
        Accounts of no group, and how many of them are in a link.
    links
        Links in all.
    viral_reposts, viral_links
        Reposts of the viral post, and links that rest on it alone.
    """

    groups: tuple[GroupScore, ...]
    others: int
    others_linked: int
    links: int
    viral_reposts: int
    viral_links: int

    @property
    def innocent(self) -> tuple[int, int]:
        """Innocent accounts: how many are linked, of how many."""
        groups = [group for group in self.groups if not group.hidden]
        linked = sum(group.linked for group in groups) + self.others_linked
        return linked, sum(group.accounts for group in groups) + self.others

    @property
    def hidden(self) -> tuple[int, int]:
        """Pairs of the hidden groups that a test of pairs can find: found, and all."""
        groups = [group for group in self.groups if group.hidden and group.findable]
        return sum(group.found for group in groups), sum(group.pairs for group in groups)


def score(truth: Mapping[str, Any], edges: Iterable[Ends], evidence: Iterable[Any]) -> Score:
    """Return links against the truth.

    Parameters
    ----------
    truth
        As `World.truth` gives it.
    edges
        The two accounts of each link.
    evidence
        (source, target, object) of each co-action of a link.
    """
    links = {frozenset(pair) for pair in edges}
    linked = {account for pair in links for account in pair}
    groups = tuple(_group(group, links, linked) for group in truth["groups"])
    members = {account for group in truth["groups"] for account in group["accounts"]}
    return Score(
        groups=groups,
        others=truth["accounts"] - len(members),
        others_linked=len(linked - members),
        links=len(links),
        viral_reposts=len(truth["viral"]["reposted_by"]),
        viral_links=_alone(truth["viral"]["post"], evidence),
    )


def _group(
    group: Mapping[str, Any], links: set[frozenset[str]], linked: set[str]
) -> GroupScore:
    members = set(group["accounts"])
    return GroupScore(
        name=group["name"],
        about=group["about"],
        hidden=group["hidden"],
        findable=group["findable"],
        accounts=len(members),
        linked=len(members & linked),
        pairs=len(members) * (len(members) - 1) // 2,
        found=sum(pair <= members for pair in links),
    )


def _alone(viral: str, evidence: Iterable[Any]) -> int:
    """3. Links that rest on the viral post and nothing else."""
    objects: dict[Ends, set[str]] = {}
    for source, target, thing in evidence:
        objects.setdefault((source, target), set()).add(thing)
    return sum(things == {viral} for things in objects.values())


def told(score: Score) -> tuple[str, ...]:
    """Return the score as sentences, each count with its n."""
    found, pairs = score.hidden
    inside = sum(group.found for group in score.groups if group.hidden)
    outside = score.links - inside
    lines = [
        f"Links found: {score.links}, of them {inside} inside hidden groups, {outside} not.",
        f"Hidden pairs found: {found} of {pairs}.",
    ]
    lines += [_hidden(group) for group in score.groups if group.hidden and group.findable]
    if found < pairs:
        lines.append(
            f"Missed {pairs - found}: pairs that acted together too few times for what their own "
            "activity would give."
        )
    lines += [_once(group) for group in score.groups if group.hidden and not group.findable]
    lines.append(_innocents(score))
    lines += [_fans(group) for group in score.groups if not group.hidden and group.linked]
    lines.append(
        f"One post went viral, reposted {score.viral_reposts} times: "
        f"it alone links {score.viral_links} of {score.links} pairs."
    )
    return tuple(lines)


def _hidden(group: GroupScore) -> str:
    return (
        f"{_first(group)}, {group.accounts} accounts that {group.about}: {group.found} of "
        f"{group.pairs} pairs found."
    )


def _once(group: GroupScore) -> str:
    return (
        f"{_first(group)}, {group.accounts} accounts that {group.about}: {group.found} of "
        f"{group.pairs} pairs found. One thing done together once is too little for any pair; "
        "this is beyond what the test can see."
    )


def _innocents(score: Score) -> str:
    linked, innocent = score.innocent
    parts = [
        f"{group.name} {group.linked} of {group.accounts}"
        for group in score.groups
        if not group.hidden
    ]
    parts.append(f"all others {score.others_linked} of {score.others:,}")
    return f"Innocent accounts linked: {linked} of {innocent:,} ({'; '.join(parts)})."


def _fans(group: GroupScore) -> str:
    return (
        f"{_first(group)}: {group.about}. They act close together without having agreed on "
        "anything; the expectation knows activity and popularity, not whom an account follows."
    )


def _first(group: GroupScore) -> str:
    return group.name[:1].upper() + group.name[1:]
