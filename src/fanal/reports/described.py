"""A plain description of what is in a file, as sentences: no finding, and said to be none."""

from __future__ import annotations

from collections.abc import Iterator

from fanal.model.names import Names
from fanal.reports.answerable import Section, moment
from fanal.reports.answers import Carried, Description, Holdings
from fanal.reports.evidence import is_hidden
from fanal.reports.wording import Words

#: Letters of a text that are shown.
_LETTERS = 100
#: Days of creation that are shown.
_DAYS = 10


def description(
    told: Description, names: Names, say: Words, held: Holdings | None = None
) -> Section:
    """Return the description of a file; texts, addresses and names only where asked for."""
    lines = (
        say("describe.intro"),
        *_copies(told, names, say),
        *_busiest(told, names, say),
        *_created(told, say),
        *_first(told, names, say, held),
    )
    return Section(say("describe.title"), lines)


def accounts_named(told: Description) -> list[str]:
    """Return the keys of the accounts that a description names."""
    carried = [one.first_account for one in (*(told.copies or ()), *told.busiest)]
    return carried + [one.account for one in told.first_posts]


def _copies(told: Description, names: Names, say: Words) -> Iterator[str]:
    if told.copies is None:
        return
    if not told.copies:
        yield say("describe.copies.none")
        return
    yield say("describe.copies", objects=say.count("text", told.copies[0].objects))
    for one in told.copies:
        shown = names.object(one.object)
        cut = shown if len(shown) <= _LETTERS else f"{shown[:_LETTERS]}…"
        what = shown if is_hidden(shown) else say("quote", text=cut)
        yield say(
            "describe.copy",
            posts=say.numbers.count(one.actions),
            **_fields(one, what, names, say),
        )


def _busiest(told: Description, names: Names, say: Words) -> Iterator[str]:
    if not told.busiest:
        yield say("describe.busiest.none")
        return
    yield say("describe.busiest.title")
    for one in told.busiest:
        key = f"layer.{one.layer}"
        yield say(
            "describe.busiest",
            layer=(say(key) if say.has(key) else one.layer).capitalize(),
            actions=say.numbers.count(one.actions),
            **_fields(one, names.object(one.object), names, say),
        )


def _fields(one: Carried, what: str, names: Names, say: Words) -> dict[str, str]:
    return {
        "accounts": say.numbers.count(one.accounts),
        "length": say.numbers.length((one.last_us - one.first_us) / 1e6),
        "first": say.numbers.when(moment(one.first_us)),
        "last": say.numbers.when(moment(one.last_us)),
        "who": names.account(one.first_account),
        "what": what,
    }


def _created(told: Description, say: Words) -> Iterator[str]:
    if told.created_known is None:
        return
    if not told.created_known:
        yield say("describe.created.unknown")
        return
    fields = {
        "known": say.numbers.count(told.created_known),
        "first": _day(told.created_first, say),
        "last": _day(told.created_last, say),
        "days": say.numbers.count(told.created_last - told.created_first + 1),
    }
    if not told.created:
        alone = told.created_first == told.created_last
        yield say("describe.created.same" if alone else "describe.created.none", **fields)
        return
    yield say("describe.created", **fields)
    for one in told.created[:_DAYS]:
        yield say(
            "describe.created.one",
            day=_day(one.day, say),
            accounts=say.numbers.count(one.accounts),
            expected=say.numbers.expected(one.expected),
            p=say.numbers.equal("p", one.p),
        )
    if len(told.created) > _DAYS:
        yield say("describe.created.more", count=say.numbers.count(len(told.created) - _DAYS))


def _first(told: Description, names: Names, say: Words, held: Holdings | None) -> Iterator[str]:
    if told.first_posts:
        posts = [
            say(
                "describe.first.one",
                when=say.numbers.when(moment(one.time_us)),
                who=names.account(one.account),
            )
            for one in told.first_posts
        ]
        yield say("describe.first", posts="; ".join(posts))
    if held is not None and held.busiest_hour is not None:
        yield say(
            "describe.hour",
            hour=say.numbers.when(moment(held.busiest_hour)),
            posts=say.numbers.count(held.busiest_posts),
        )


def _day(number: int, say: Words) -> str:
    return say.numbers.day(moment(number * 86_400_000_000))
