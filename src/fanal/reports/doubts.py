"""Why a finding may be wrong: computed from what is known of it, never a formula of politeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fanal.reports.evidence import Row
from fanal.reports.wording import Words

if TYPE_CHECKING:
    from fanal.reports.communities import Community

#: From here on they are said: share of the meetings on one day; share of links of one source;
#: objects of a link, median; share of links that stay together; share of a group in a community.
ONE_DAY, ONE_SOURCE, FEW, STEADY, OVERLAP = 0.5, 0.5, 3, 0.95, 0.8


def of_community(
    one: Community, fdr: float, say: Words, sources: dict[str, str]
) -> Iterator[str]:
    """Yield what speaks against a community.

    Parameters
    ----------
    fdr
        Level of the run.
    sources
        Source of shared interest, as in `checks` -> what it is called; none is named else.
    """
    if len(one.accounts) == 2:
        yield say("doubt.two")
    if one.layers == ["text"]:
        yield say("doubt.text")
    elif len(one.layers) == 1:
        yield say("doubt.layer", layer=say.layer(one.layers[0]))
    if (objects := one.middling("objects")) <= FEW:
        yield say("doubt.few", objects=say.numbers.expected(objects))
    explained = sum(row["q_affinity"] > fdr for row in one.other)
    if explained:
        yield say("doubt.explained", count=say.count("link", explained))
    if fragile := sum(row["fragile"] for row in one.other):
        yield say("doubt.fragile", count=say.count("link", fragile))
    source, share = _commonest(row.get("explained_by") for row in one.links)
    if source in sources and share >= ONE_SOURCE:
        yield say("doubt.source", source=sources[str(source)])
    if one.kept < STEADY:
        yield say("doubt.kept", share=say.numbers.share(one.kept))
    day, share = _commonest(moment.acts[0][0].date() for moment in one.moments)
    if day and share >= ONE_DAY:
        first = next(m.acts[0][0] for m in one.moments if m.acts[0][0].date() == day)
        yield say("doubt.day", share=say.numbers.share(share), day=say.numbers.day(first))


def of_burst(say: Words) -> Iterator[str]:
    """Yield what speaks against any burst."""
    yield say("doubt.event")
    yield say("doubt.once")


def of_group(group: Row, overlap: tuple[int, float], say: Words) -> Iterator[str]:
    """Yield what speaks against a group; `overlap` is the community it shares most with."""
    yield say("doubt.experimental")
    verdicts = {"timing not testable": "doubt.untimed", "same audience": "doubt.audience"}
    if group["verdict"] in verdicts:
        yield say(verdicts[group["verdict"]])
    number, share = overlap
    if share >= OVERLAP:
        yield say("doubt.overlap", share=say.numbers.share(share), number=number)


def _commonest(values: Iterator[object] | map[object]) -> tuple[object, float]:
    """Return the commonest value and its share; (None, 0) without any."""
    counts = Counter(values)
    if not counts:
        return None, 0.0
    value, n = counts.most_common(1)[0]
    return value, n / counts.total()
