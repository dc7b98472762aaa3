"""What a case could answer, as it leaves it in a pack: no file, no person, no text by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from fanal.case.hidden import MINUTE_US
from fanal.model.names import Level, Names
from fanal.reports.answers import Answers, Carried, Description, FirstPost, Holdings

#: A text that so many accounts posted points to none of them.
CARRIERS = 20


def file_name(number: int) -> str:
    """Return what a file is called whose name is withheld."""
    return f"input {number}"


def hidden_answers(answers: Answers, names: Names, path: str) -> Answers:
    """Return what the case could answer, without names of files, people or texts."""
    held = answers.holdings
    inputs = tuple(replace(one, name=file_name(n)) for n, one in enumerate(held.inputs, 1))
    return replace(
        answers,
        holdings=replace(
            held,
            inputs=inputs,
            first=minute(held.first),
            last=minute(held.last),
            **_silence(held),
        ),
        description=_description(answers.description, names),
        refusal=answers.refusal.replace(f"{path}: ", ""),
    )


def _silence(held: Holdings) -> dict[str, Any]:
    begin, end = held.silence_from, held.silence_to
    if begin is None or end is None:
        return {}
    by = _moved_by(begin, end)
    return {"silence_from": begin - by, "silence_to": end - by}


def _description(told: Description, names: Names) -> Description:
    if names.level is Level.COUNTS:
        return replace(told, copies=None, busiest=(), first_posts=())
    return replace(
        told,
        copies=None if told.copies is None else _carried(told.copies, names),
        busiest=_carried(told.busiest, names),
        first_posts=tuple(
            FirstPost(
                post=names.object(one.post),
                account=names.key(one.account),
                time_us=_floor(one.time_us),
            )
            for one in told.first_posts
        ),
    )


def _carried(rows: Iterable[Carried], names: Names) -> tuple[Carried, ...]:
    def thing(one: Carried) -> str:
        return one.object if many(one) else names.object(one.object)

    def post(key: str | None, shown: Callable[[str], str]) -> str | None:
        return None if key is None else shown(key)

    return tuple(
        replace(
            one,
            object=thing(one),
            first_account=names.key(one.first_account),
            first_post=post(one.first_post, names.object),
            first_us=one.first_us - by,
            last_us=one.last_us - by,
        )
        for one in rows
        for by in (_moved_by(one.first_us, one.last_us),)
    )


def _moved_by(first_us: int, last_us: int) -> int:
    """Return how far back two times can go that keep their minutes and what lies between."""
    return min(first_us % MINUTE_US, last_us % MINUTE_US)


def many(one: Carried) -> bool:
    """Return whether a text is carried by so many accounts that it points to none."""
    return one.layer == "text" and one.accounts >= CARRIERS


def _floor(at_us: int) -> int:
    return at_us - at_us % MINUTE_US


def minute(at_us: int | None) -> int | None:
    """Return a time, microseconds, to the minute."""
    return None if at_us is None else _floor(at_us)
