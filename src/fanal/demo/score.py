"""Holds a result against the truth of the world: found, missed, and the innocents accused.

1. A hidden group is found when links join at least half of its pairs (`links`), when one burst
   within its time holds at least half as many accounts (`bursts`), or when a group that acts in
   step has at least half of the accounts of either in common (`groups`).
2. The headline: links whose `q_affinity` reaches the level as well and that are not `fragile`;
   all links where the result has neither column.
3. An innocent account is one in no hidden group; it is accused when a link of the headline or a
   group that acts in step holds it.
4. The viral post links two accounts alone when a link rests on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fanal.demo.telling import Telling
from fanal.demo.words_groups import GROUPS

IN_STEP = "synchronised"

Pair = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScore:
    """One group of known truth against the result.

    Parameters
    ----------
    key, hidden, accounts, pairs
        See `fanal.demo.groups.Group`; counts.
    linked
        Pairs of it that the test of pairs links.
    headline
        Pairs of it in the headline; equal to `linked` where there is no second test.
    named
        Accounts of it in the headline, or in a group that acts in step.
    found_by
        Which of links, bursts, groups found it; empty: missed, or innocent.
    """

    key: str
    hidden: bool
    accounts: int
    pairs: int
    linked: int
    headline: int
    named: int
    found_by: tuple[str, ...]

    @property
    def found(self) -> bool:
        """Whether anything found it."""
        return bool(self.found_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was found, what was missed, who was accused though innocent.

    Parameters
    ----------
    groups
        Each group of known truth.
    tests
        Which of affinity, fragile, bursts, groups the result has.
    others, others_named
        Accounts of no group, and how many of them are named.
    links, headline
        Links in all, and of the headline.
    viral_reposts, viral_links
        Reposts of the viral post, and links that rest on it alone.
    """

    groups: tuple[GroupScore, ...]
    tests: tuple[str, ...]
    others: int
    others_named: int
    links: int
    headline: int
    viral_reposts: int
    viral_links: int

    @property
    def planted(self) -> tuple[GroupScore, ...]:
        """The hidden groups."""
        return tuple(group for group in self.groups if group.hidden)

    @property
    def lookalikes(self) -> tuple[GroupScore, ...]:
        """The groups of innocents."""
        return tuple(group for group in self.groups if not group.hidden)

    @property
    def found(self) -> tuple[int, int]:
        """Hidden groups: found, and all."""
        return sum(group.found for group in self.planted), len(self.planted)

    @property
    def hidden(self) -> tuple[int, int]:
        """Pairs of hidden groups: in the headline, and all."""
        return (
            sum(group.headline for group in self.planted),
            sum(group.pairs for group in self.planted),
        )

    @property
    def innocent(self) -> tuple[int, int]:
        """Innocent accounts: how many are accused, of how many."""
        named = sum(group.named for group in self.lookalikes) + self.others_named
        return named, sum(group.accounts for group in self.lookalikes) + self.others


def score(truth: Mapping[str, Any], result: Any) -> Score:
    """Return a result against the truth.

    Parameters
    ----------
    truth
        As `World.truth` gives it.
    result
        A `fanal.coordination.Result`, with or without the columns `q_affinity` and `fragile`
        and the tables `bursts` and `groups`.
    """
    # 2.
    links, kept = _pairs(result.edges), headline(result)
    in_step = _in_step(getattr(result, "groups", None))
    named = {account for pair in kept for account in pair}.union(*in_step)
    bursts = _bursts(getattr(result, "bursts", None))
    groups = tuple(
        _group(group, links, kept, named, bursts, in_step) for group in truth["groups"]
    )
    members = {account for group in truth["groups"] for account in group["accounts"]}
    return Score(
        groups=groups,
        tests=_tests(result),
        others=truth["accounts"] - len(members),
        others_named=len(named - members),
        links=len(links),
        headline=len(kept),
        viral_reposts=len(truth["viral"]["reposted_by"]),
        viral_links=_alone(truth["viral"]["post"], result.evidence),
    )


def headline(result: Any) -> set[Pair]:
    """Return the pairs of the headline (2)."""
    level = float(result.settings.get("fdr", 0.05))
    names = result.edges.column_names
    return {
        frozenset((row["source"], row["target"]))
        for row in result.edges.to_pylist()
        if not ("q_affinity" in names and not _reaches(row["q_affinity"], level))
        and not ("fragile" in names and row["fragile"])
    }


def _reaches(q: float | None, level: float) -> bool:
    return q is not None and q <= level


def _tests(result: Any) -> tuple[str, ...]:
    columns = {"affinity": "q_affinity", "fragile": "fragile"}
    found = [name for name, column in columns.items() if column in result.edges.column_names]
    found += [name for name in ("bursts", "groups") if getattr(result, name, None) is not None]
    return tuple(found)


def _pairs(edges: pa.Table) -> set[Pair]:
    ends = zip(edges["source"].to_pylist(), edges["target"].to_pylist(), strict=True)
    return {frozenset(pair) for pair in ends}


def _in_step(groups: pa.Table | None) -> list[set[str]]:
    members: dict[Any, set[str]] = {}
    for row in [] if groups is None else groups.to_pylist():
        if row["verdict"] == IN_STEP:
            members.setdefault(row["group"], set()).add(row["account"])
    return list(members.values())


def _bursts(bursts: pa.Table | None) -> list[tuple[int, int]]:
    """Return when each burst began, microseconds, and how many accounts it held."""
    if bursts is None:
        return []
    start = bursts["start"]
    if pa.types.is_timestamp(start.type):
        start = start.cast(pa.timestamp("us", tz=start.type.tz)).cast(pa.int64())
    return list(zip(start.to_pylist(), bursts["accounts"].to_pylist(), strict=True))


def _group(
    group: Mapping[str, Any],
    links: set[Pair],
    kept: set[Pair],
    named: set[str],
    bursts: list[tuple[int, int]],
    in_step: list[set[str]],
) -> GroupScore:
    members = set(group["accounts"])
    pairs = len(members) * (len(members) - 1) // 2
    inside = sum(pair <= members for pair in kept)
    # 1.
    ways = {
        "links": 2 * inside >= pairs,
        "bursts": any(_is_its(burst, group) for burst in bursts),
        "groups": any(2 * len(one & members) >= max(len(one), len(members)) for one in in_step),
    }
    return GroupScore(
        key=group["key"],
        hidden=group["hidden"],
        accounts=len(members),
        pairs=pairs,
        linked=sum(pair <= members for pair in links),
        headline=inside,
        named=len(members & named),
        found_by=tuple(way for way, so in ways.items() if so) if group["hidden"] else (),
    )


def _is_its(burst: tuple[int, int], group: Mapping[str, Any]) -> bool:
    between = group["between"]
    if not between:
        return False
    start, accounts = burst
    second = 1_000_000
    return bool(
        between[0] - 60 * second <= start <= between[1]
        and 2 * accounts >= len(group["accounts"])
    )


def _alone(viral: str, evidence: pa.Table) -> int:
    """4. Links that rest on the viral post and nothing else."""
    objects: dict[tuple[str, str], set[str]] = {}
    columns: Iterable[list[str]] = (
        evidence[name].to_pylist() for name in ("source", "target", "object")
    )
    for source, target, thing in zip(*columns, strict=True):
        objects.setdefault((source, target), set()).add(thing)
    return sum(things == {viral} for things in objects.values())


def told(held: Score, lang: str = "en") -> tuple[str, ...]:
    """Return the truth as sentences, each count with its n."""
    say = Telling(lang)
    found, planted = held.found
    named, innocent = held.innocent
    parts = [
        say("truth.part", name=say.group(group.key), named=group.named, all=group.accounts)
        for group in held.lookalikes
    ]
    parts.append(say("truth.others", named=held.others_named, all=held.others))
    return (
        say("truth.found", found=found, all=planted),
        *(_group_told(say, group) for group in held.planted),
        say("truth.accused", named=named, all=innocent, parts=say("and").join(parts)),
        say("truth.viral", reposts=held.viral_reposts, links=held.viral_links, all=held.links),
    )


def _group_told(say: Telling, group: GroupScore) -> str:
    words = GROUPS[say.lang][group.key]
    way = f"truth.by.{group.found_by[0]}" if group.found else "truth.missed"
    what = say(way, why=words.missed, linked=group.linked, pairs=group.pairs)
    name = words.name[:1].upper() + words.name[1:]
    return say("truth.group", name=name, accounts=group.accounts, about=words.about, what=what)
