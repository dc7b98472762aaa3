"""The story of the demo in five parts, for a terminal: never a graph first.

1. One sentence and one timeline.   2. One finding: accounts, same things, two posts side by side.
3. The innocents that a plain threshold links, and what is left of them.
4. The truth: found, missed and why, innocents accused.   5. The paragraph to copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal import __version__
from fanal.demo.scene import DAYS, HOUR_MS, START_MS
from fanal.demo.score import GroupScore, Pair, Score, headline, told
from fanal.demo.telling import Telling
from fanal.demo.world import World

#: What the timeline counts in: a quarter of a day.
BIN_HOURS = 6
_BLOCKS = "▁▂▃▄▅▆▇█"
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the story: a title and its lines, ready for a screen."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One group of accounts, as the story tells it.

    Parameters
    ----------
    layer
        What they did most: text, repost, url, hashtag.
    accounts, objects
        How many accounts are linked, and on how many things.
    copies
        Share of what they did together that is copies of texts, 0 to 1.
    link, act
        The strongest link, and its co-action of middling delay, which is shown: rows of `edges`
        and `evidence`.
    """

    layer: str
    accounts: int
    objects: int
    copies: float
    link: Mapping[str, Any]
    act: Mapping[str, Any]


def story(
    *,
    lang: str,
    world: World,
    result: Any,
    held: Score,
    plain: set[Pair],
    names: Mapping[str, str],
    texts: Mapping[str, str],
    found: Finding | None,
) -> tuple[Part, ...]:
    """Return the five parts.

    Parameters
    ----------
    lang
        ``fr`` or ``en``.
    world, result, held
        The world, the run on it, and how that fares against the truth.
    plain
        The pairs that a plain threshold links (`plain_tool`).
    names, texts
        Account -> handle, post -> text; of the two posts shown.
    found
        The finding told (`one_finding`).
    """
    say = Telling(lang)
    truth = world.truth()
    posts, accounts = truth["posts"], truth["accounts"]
    parts = (
        ("capture", _capture(say, world, posts, accounts)),
        ("finding", _finding(say, found, names, texts)),
        ("innocents", _innocents(say, world, held, plain, result)),
        ("truth", told(held, lang)),
        ("copy", _copy(say, found, result, posts, accounts)),
    )
    return tuple(Part(say(f"{name}.title"), lines) for name, lines in parts)


def _capture(say: Telling, world: World, posts: int, accounts: int) -> tuple[str, ...]:
    """1. One sentence, one timeline."""
    width = BIN_HOURS * HOUR_MS
    bins = Counter(int((act.at_ms - START_MS) // width) for act in world.scene.acts)
    most = max(bins.values())
    line = "".join(
        _BLOCKS[(len(_BLOCKS) - 1) * bins[number] // most]
        for number in range(DAYS * 24 // BIN_HOURS)
    )
    busiest = min(number for number, count in bins.items() if count == most)
    days = say.day(START_MS), say.day(START_MS + (DAYS * 24 - 1) * HOUR_MS)
    return (
        say("capture", posts=posts, accounts=accounts),
        say("capture.line", first=days[0], line=line, last=days[1]),
        say("capture.key", most=most, busiest=say.day(START_MS + busiest * width)),
    )


def one_finding(world: World, result: Any, lang: str) -> Finding | None:
    """Return the finding that the story tells; None without any.

    Of the hidden groups that the headline holds, so that nobody innocent is held up: one that
    speaks the reader's language, then the one that copies texts most, then the largest.
    """
    kept = headline(result)
    edges, evidence = result.edges.to_pylist(), result.evidence.to_pylist()
    found: list[tuple[bool, Finding]] = []
    for group in world.groups:
        people = [world.scene.people[member] for member in group.members]
        members = {person.key for person in people}
        pairs = {pair for pair in kept if group.hidden and pair <= members}
        acts = [row for row in evidence if frozenset((row["source"], row["target"])) in pairs]
        if acts:
            found.append((people[0].lang == lang, _told_of(pairs, acts, edges)))
    best = max(found, key=lambda one: (one[0], one[1].copies, one[1].accounts), default=None)
    return None if best is None else best[1]


def _told_of(
    pairs: set[Pair], acts: list[dict[str, Any]], edges: list[dict[str, Any]]
) -> Finding:
    layer = Counter(row["layer"] for row in acts).most_common(1)[0][0]
    link = next(row for row in edges if frozenset((row["source"], row["target"])) in pairs)
    ends = link["source"], link["target"]
    shared = [row for row in acts if (row["source"], row["target"]) == ends]
    own = [row for row in shared if row["layer"] == layer] or shared
    own.sort(key=lambda row: (abs(row["delay_s"]), row["object"]))
    return Finding(
        layer=layer,
        accounts=len({account for pair in pairs for account in pair}),
        objects=len({row["object"] for row in acts if row["layer"] == layer}),
        copies=sum(row["layer"] == "text" for row in acts) / len(acts),
        link=link,
        act=own[len(own) // 2],
    )


def _finding(
    say: Telling, found: Finding | None, names: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[str, ...]:
    """2. Accounts, same things; two posts side by side; what was to be expected."""
    if found is None:
        return (say("finding.none"),)
    act = found.act
    first, then = sorted(("source", "target"), key=lambda end: (act[f"{end}_time"], end))
    seconds = round(abs(float(act["delay_s"])))
    return (
        say(f"finding.{found.layer}", accounts=found.accounts, objects=found.objects),
        *_post(say, act, first, names, texts),
        f"  {say('finding.seconds', seconds=seconds)}",
        *_post(say, act, then, names, texts),
        _pair(say, found),
    )


def _post(
    say: Telling,
    act: Mapping[str, Any],
    end: str,
    names: Mapping[str, str],
    texts: Mapping[str, str],
) -> tuple[str, str]:
    text = " ".join(texts.get(act[f"{end}_post"], "").split())
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    at = act[f"{end}_time"]
    day = say.day(at.timestamp() * 1000)
    name = names.get(act[end], act[end])
    return f"  @{name}  {day}, {at:%H:%M:%S} UTC", f"  {say('quote', text=shown)}"


def _pair(say: Telling, found: Finding) -> str:
    link = found.link
    return say(
        "finding.pair",
        n=link["objects"],
        window=f"{link['window_s']:g}",
        expected=say.expected(link["expected"]),
        q=say.q(link["q"]),
    )


def _innocents(
    say: Telling, world: World, held: Score, plain: set[Pair], result: Any
) -> tuple[str, ...]:
    """3. What a threshold links, the test of pairs, and the headline, group by group."""
    keys = [person.key for person in world.scene.people]
    members = {group.key: {keys[one] for one in group.members} for group in world.groups}
    linked = {
        group.key: sum(pair <= members[group.key] for pair in plain)
        for group in held.lookalikes
    }
    kept = sum(group.headline for group in held.lookalikes)
    window = f"{result.summary['windows_s'][0]:g}"
    tested = "affinity" in held.tests
    return (
        say("innocents.plain", pairs=sum(linked.values()), window=window),
        *_table(say, held.lookalikes, linked),
        say("innocents.kept", kept=kept),
        say("innocents.fans" if tested else "innocents.untested"),
        *_left(say, held, tested=tested),
    )


def _left(say: Telling, held: Score, *, tested: bool) -> tuple[str, ...]:
    """3. Who is left of them although shared interest was expected."""
    names = [say.group(group.key) for group in held.lookalikes if group.headline]
    return (say("innocents.left", names=", ".join(names)),) if names and tested else ()


def _table(
    say: Telling, groups: tuple[GroupScore, ...], linked: Mapping[str, int]
) -> tuple[str, ...]:
    head = ("", *say("innocents.head").split("|"))
    rows = [
        (say.group(group.key), *(say.number(count) for count in (
            group.accounts, group.pairs, linked[group.key], group.linked, group.headline)))
        for group in groups
    ]  # fmt: skip
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return tuple(
        "  " + row[0].ljust(widths[0])
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in (head, *rows)
    )  # fmt: skip


def _copy(
    say: Telling, found: Finding | None, result: Any, posts: int, accounts: int
) -> tuple[str, ...]:
    """5. Sentence and method in one paragraph."""
    if found is None:
        return ()
    summary = result.summary
    paragraph = say(
        "copy",
        posts=posts,
        accounts=accounts,
        first=say.day(START_MS),
        last=say.day(START_MS + (DAYS * 24 - 1) * HOUR_MS, year=True),
        n=found.accounts,
        did=say(f"did.{found.layer}", objects=found.objects),
        pair=_pair(say, found),
        tested=summary["pairs_tested"],
        window=f"{summary['windows_s'][0]:g}",
        fdr=say.number(float(result.settings["fdr"])),
        version=__version__,
    )
    return (paragraph,)
