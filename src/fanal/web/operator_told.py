"""What the operator's page says: counts without a small cell, lists with their age, changes.

1. Accounts by state, by precise reason, by wish; a number below `LEAST_SHOWN` joins "others".
2. The lists in use, with their dates.
3. How many cards a change of lists or method would alter, and which way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fanal.about.cells import LEAST_SHOWN, few, folded
from fanal.about.ip.sources import Source
from fanal.about.memory import IN_PREVIEW, WISH_NOTHING, WISH_REGION
from fanal.web.desk_words import DeskSentences
from fanal.web.holder_told import short

#: Days after which a list is called old.
OLD_DAYS: Final = 180

Row = tuple[str, str, str]
Row4 = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many cards (1).

    Parameters
    ----------
    accounts
        In words.
    states, reasons
        Rows: word, accounts, share of all.
    wishes
        Rows: what, accounts.
    """

    accounts: str
    states: tuple[Row, ...]
    reasons: tuple[Row, ...]
    wishes: tuple[tuple[str, str], ...]


def counted(counts: Mapping[str, Any], say: DeskSentences) -> Counted:
    """Return the counts of the store as rows of tables (1)."""
    of = counts["accounts"]
    waiting = counts["why"].get(IN_PREVIEW, 0)
    wishes = {
        "preview": waiting,
        "asked": counts["asked"],
        "region": counts["wish"].get(WISH_REGION, 0),
        "nothing": counts["wish"].get(WISH_NOTHING, 0),
        "forgotten": counts["forgotten"],
    }
    states = {say(f"operator.state.{name}"): n for name, n in counts["state"].items()}
    reasons = {say.because_short(name): n for name, n in counts["why"].items()}
    return Counted(
        accounts=say.numbers.count(of),
        states=_rows(states, of, say),
        reasons=_rows(reasons, of, say),
        wishes=tuple((say(f"operator.count.{one}"), _few(n, say)) for one, n in wishes.items()),
    )


def _rows(counts: dict[str, int], of: int, say: DeskSentences) -> tuple[Row, ...]:
    """Return counts without a small cell, with their shares."""
    found = folded(counts)
    rows = [(name, say.numbers.count(n), say.numbers.share(n / of)) for name, n in found.cells]
    if found.folded:
        name = say("operator.others", folded=say.numbers.count(found.folded))
        share = "" if found.others is None else say.numbers.share(found.others / of)
        rows.append((name, _few(found.others, say), share))
    return tuple(rows)


def _few(count: int | None, say: DeskSentences) -> str:
    shown = None if count is None else few(count)
    return say("desk.few", k=LEAST_SHOWN) if shown is None else say.numbers.count(shown)


def lists_told(lists: Sequence[Source], on: date, say: DeskSentences) -> tuple[Row4, ...]:
    """Return the lists: name, what they answer for, date, age (2)."""
    return tuple(
        (short(one.name), say(f"operator.list.{one.answers}"), *_age(one.date, on, say))
        for one in lists
    )


def _age(day: str, on: date, say: DeskSentences) -> tuple[str, str]:
    try:
        age = (on - date.fromisoformat(day)).days
    except ValueError:
        return say("operator.list.undated"), ""
    told = say.days(age)
    return say.date(day), f"{told} ({say('operator.list.old')})" if age > OLD_DAYS else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """What a change of lists or method alters by itself (3).

    Parameters
    ----------
    sentences
        When, how many cards, what was changed.
    ways
        Rows: from, to, accounts.
    """

    sentences: tuple[str, ...]
    ways: tuple[Row, ...]


def recomputed(report: str | None, say: DeskSentences) -> Recomputed | None:
    """Return the report of the last recomputation in words, None when none is kept.

    Parameters
    ----------
    report
        JSON of about/recomputing.py, with ``on`` and lists and method before and now.
    """
    if report is None:
        return None
    told = json.loads(report)
    kept = folded(told["ways"])
    ways = [(*_way(name, say), say.numbers.count(n)) for name, n in kept.cells]
    if kept.folded:
        others = say("operator.others", folded=say.numbers.count(kept.folded))
        ways.append((others, "", _few(kept.others, say)))
    counts = {
        "cards": _few(told["cards"], say),
        "accounts": say.numbers.count(told["accounts"]),
    }
    sentences = [say("operator.recomputed.of", date=say.date(told["on"]), **counts)]
    for name in ("lists", "method"):
        before, now = told[f"{name}_before"], told[name]
        if before != now:
            key = f"operator.recomputed.{name}"
            sentences.append(say(key, before=before or say("operator.risk.none"), now=now))
    return Recomputed(sentences=tuple(sentences), ways=tuple(ways))


def _way(name: str, say: DeskSentences) -> tuple[str, str]:
    """Return from and to of ``country -> withheld``, ``country -> another country``."""
    before, _, after = name.partition(" -> ")
    if not after:
        return say("operator.way.beside"), ""
    kind = "another" if after.startswith("another ") else "state"
    return (
        say(f"operator.state.{before}"),
        say(f"operator.{kind}.{after.removeprefix('another ')}"),
    )
