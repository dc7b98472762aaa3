"""What a file can and cannot answer, and what is in it, as sentences for a page or a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from fanal.reports.answers import Answers, Holdings, InputHeld
from fanal.reports.links import join
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.coordination.answerable import Answerable, LayerPower, Reach

#: Layers of a case, in the order in which they are named.
LAYERS = ("repost", "url", "hashtag", "image", "text", "reply")
#: Kinds of account that are asked about, as `Reach` has them.
KINDS = ("answers.middling", "answers.busy")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the sentences under it."""

    title: str
    lines: tuple[str, ...]


def sections(answers: Answers, say: Words) -> list[Section]:
    """Return what the file holds, what its captures never show, and what could be found."""
    held = answers.holdings
    found = [
        Section(say("answers.held"), tuple(_held(held, say))),
        Section(say("answers.blind"), tuple(_blind(held, say))),
        power_section(answers.power, answers.refusal, say, answers.asked),
    ]
    return [section for section in found if section.lines]


def power_section(
    power: Answerable | None, refusal: str, say: Words, asked: tuple[str, ...] = ()
) -> Section:
    """Return what could be found with the layers asked for, or why nothing can be tested."""
    return Section(say("answers.power"), tuple(_power(power, refusal, say, asked)))


def _held(held: Holdings, say: Words) -> Iterator[str]:
    yield say(
        "answers.posts",
        posts=say.count("post", held.posts),
        accounts=say.count("account", held.accounts),
        period=_period(held, say),
    )
    if not held.posts:
        return
    yield say(
        "answers.once",
        once=say.numbers.count(held.once),
        accounts=say.numbers.count(held.accounts),
        once_share=say.numbers.share(held.once / held.accounts),
        twice=say.numbers.count(held.twice),
        twice_share=say.numbers.share(held.twice / held.accounts),
    )
    kinds = [f"{say.numbers.count(n)} {say(f'kind.{kind}')}" for kind, n in held.kinds.items()]
    yield say("answers.kinds", kinds=join(kinds, say))
    for one in held.inputs:
        yield _reposts(one, say)
    yield say(
        "answers.has",
        texts=say.numbers.count(held.with_text),
        urls=say.numbers.count(held.with_urls),
        hashtags=say.numbers.count(held.with_hashtags),
    )
    yield from _times(held, say)


def _period(held: Holdings, say: Words) -> str:
    if held.first is None or held.last is None:
        return say("period.unknown")
    begin, end = say.numbers.days(moment(held.first), moment(held.last))
    return say("period", first=begin, last=end)


def _reposts(one: InputHeld, say: Words) -> str:
    if not one.posts:
        return say("answers.reposts.again", name=one.name)
    posts = say.numbers.count(one.posts)
    if one.reposts:
        return say(
            "answers.reposts.unnamed" if one.unnamed else "answers.reposts.some",
            name=one.name,
            posts=posts,
            reposts=say.numbers.count(one.reposts),
            unnamed=say.numbers.count(one.unnamed),
        )
    never = "repost" in one.blind_spot.lower()
    key = "answers.reposts.never" if never else "answers.reposts.none"
    return say(key, name=one.name, posts=posts)


def _times(held: Holdings, say: Words) -> Iterator[str]:
    known = [
        say(
            "answers.precision.one",
            precision=say.numbers.length(value),
            posts=say.numbers.count(posts),
        )
        for value, posts in held.precisions[:3]
    ]
    yield (
        say("answers.precision", precisions=join(known, say))
        if known
        else say("answers.precision.unknown")
    )
    if held.without_time or held.implausible:
        yield say(
            "answers.untimed",
            without=say.numbers.count(held.without_time),
            implausible=say.numbers.count(held.implausible),
        )
    if held.silence_from is not None and held.silence_to is not None:
        yield say(
            "answers.silence",
            length=say.numbers.length((held.silence_to - held.silence_from) / 1e6),
            begin=say.numbers.when(moment(held.silence_from)),
            end=say.numbers.when(moment(held.silence_to)),
            median=say.numbers.length(held.silence_median_s),
            expected=say.numbers.expected(held.silences_expected),
        )
        yield say(
            "answers.hours",
            empty=say.numbers.count(held.hours_empty),
            hours=say.numbers.count(held.hours),
        )


def _blind(held: Holdings, say: Words) -> Iterator[str]:
    for blind, inputs in groupby(
        sorted(held.inputs, key=lambda one: one.blind_spot), key=lambda one: one.blind_spot
    ):
        if blind:
            names = [one.name for one in inputs]
            name = names[0] if len(names) == 1 else say.count("file", len(names))
            yield say("answers.blind.line", name=name, blind=say.phrase(blind))


def _power(
    power: Answerable | None, refusal: str, say: Words, asked: tuple[str, ...]
) -> Iterator[str]:
    if power is None:
        yield say("answers.refused", reason=say.phrase(refusal))
        return
    if not power.pairs:
        yield say("answers.alone", accounts=say.count("account", power.accounts))
        return
    yield _level(power, say)
    yield from map(say.phrase, power.notes)
    there = {layer.layer for layer in power.layers}
    absent = [say(f"layer.{name}") for name in asked if name not in there]
    if absent:
        yield say("answers.absent", layers=join(absent, say))
    for layer in power.layers:
        yield from _layer(layer, say)
    reaches = [reach for layer in power.layers for reach in layer.reaches]
    if reaches and not any(_sizes(reach) - {2} for reach in reaches):
        largest = max(reach.largest for reach in reaches)
        yield say("answers.only", largest=say.numbers.count(largest))
    yield say("answers.once.never")
    yield say("answers.how")


def _level(power: Answerable, say: Words) -> str:
    return say(
        "answers.level",
        window=join([say.numbers.duration(window) for window in power.windows_s], say),
        pairs=say.numbers.count(power.pairs),
        accounts=say.numbers.count(power.accounts),
        cutoff=say.numbers.equal("p", power.cutoff_p),
        fdr=say.numbers.percent(power.fdr),
        linkable=say.numbers.count(power.linkable),
        quiet=say.numbers.count(power.accounts - power.linkable),
    )


def _layer(layer: LayerPower, say: Words) -> Iterator[str]:
    key = f"layer.{layer.layer}"
    name = say(key).capitalize() if say.has(key) else layer.layer.capitalize()
    yield say(
        "answers.layer",
        layer=name,
        actions=say.numbers.count(layer.actions),
        accounts=say.numbers.count(layer.accounts),
        objects=say.numbers.count(layer.objects),
        shared=say.numbers.count(layer.shared),
        co_actions=say.numbers.count(layer.co_actions),
        linkable=say.numbers.count(layer.linkable),
    )
    named = [
        (reach, say(which, activity=say.count("object", reach.activity)))
        for which, reach in zip(KINDS, layer.reaches, strict=False)
    ]
    if not named:
        return
    reaches = [_reach(reach, which, say) for reach, which in named]
    yield say("answers.pairs", layer=name, reaches="; ".join(reaches))
    for reach, which in named:
        if _sizes(reach) - {2}:
            yield _groups(name, which, reach, say)


def _sizes(reach: Reach) -> set[int]:
    """Return the sizes of the smallest groups that are found; {2} where larger ones add nothing."""
    return {size for _, size in reach.groups if size is not None}


def _reach(reach: Reach, which: str, say: Words) -> str:
    key = "answers.reach"
    if reach.pair is None:
        key = "answers.reach.never"
    elif reach.surely is None:
        key = "answers.reach.unsure"
    elif reach.surely == reach.pair:
        key = "answers.reach.same"
    return say(
        key,
        which=which,
        pair=reach.pair,
        surely=reach.surely,
        most=say.numbers.count(reach.tried),
    )


def _groups(name: str, which: str, reach: Reach, say: Words) -> str:
    said = []
    for size, rows in groupby(reach.groups, key=lambda row: row[1]):
        times = [row[0] for row in rows]
        often = _often(times[0], times[-1], say)
        said.append(
            say("answers.size.none", times=often, most=say.numbers.count(reach.largest))
            if size is None
            else say("answers.size", times=often, accounts=say.numbers.count(size))
        )
    return say("answers.groups", layer=name, which=which, sizes="; ".join(said))


def _often(first: int, last: int, say: Words) -> str:
    if first == last:
        return say("answers.times.once") if first == 1 else say("answers.times", times=first)
    return say("answers.times.span", first=first, last=last)


def moment(at_us: int) -> datetime:
    """Return microseconds since 1970 as a time."""
    return _EPOCH + timedelta(microseconds=at_us)
