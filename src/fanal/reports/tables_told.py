"""Bursts, groups and what became of communities, as tables in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any

from fanal.model.names import Level
from fanal.reports.evidence import Row
from fanal.reports.shown import Tables
from fanal.reports.wording import Words

#: Key of an account as shown -> when it was created, where that is known.
Created = Callable[[list[str]], Mapping[str, datetime]]
BURSTS_SHOWN, ACCOUNTS_SHOWN, SETS_SHOWN = 20, 40, 12
#: Created this short a time before a burst is recent; silent so long before is silent.
RECENT = timedelta(days=90)
SILENT_S = 86_400.0
VERDICTS = {
    "synchronised": "joint.synchronised",
    "timing not testable": "joint.untimed",
    "same audience": "joint.audience",
}


def bursts(tables: Tables, created: Mapping[str, datetime], say: Words) -> list[dict[str, Any]]:
    """Return the bursts with their accounts; `created` by account as shown."""
    inside: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in tables.burst_accounts.to_pylist():
        inside[row["layer"], row["object"]].append(row)
    return [
        _burst(number, row, inside[row["layer"], row["object"]], tables, created, say)
        for number, row in enumerate(tables.bursts.slice(0, BURSTS_SHOWN).to_pylist(), 1)
    ]


def _burst(
    number: int,
    row: Row,
    accounts: list[Row],
    tables: Tables,
    created: Mapping[str, datetime],
    say: Words,
) -> dict[str, Any]:
    counts = tables.names.level is Level.COUNTS
    first = sum(one["silent_s"] is None for one in accounts)
    silent = sum((one["silent_s"] or 0.0) > SILENT_S for one in accounts)
    known = [created[one["account"]] for one in accounts if one["account"] in created]
    recent = sum(row["start"] - RECENT <= one <= row["start"] for one in known)
    return {
        "number": number,
        "layer": say.layer(row["layer"]),
        "object": "" if counts else tables.names.object(row["object"]),
        "when": say.numbers.when(row["start"]),
        "accounts": say.numbers.count(row["accounts"]),
        "expected": say.numbers.expected(row["expected"]),
        "q": say.numbers.probability(row["q"]),
        "title": say("bursts.of", number=number, accounts=say.numbers.count(row["accounts"])),
        "silence": say(
            "bursts.silence", first=say.numbers.count(first), day=say.numbers.count(silent)
        ),
        "created": say(
            "bursts.created",
            known=say.numbers.count(len(known)),
            recent=say.numbers.count(recent),
        )
        if known
        else say("bursts.created.unknown"),
        "born": bool(known),
        "members": []
        if counts
        else [_member(one, tables, created, say) for one in accounts[:ACCOUNTS_SHOWN]],
    }


def _member(
    one: Row, tables: Tables, created: Mapping[str, datetime], say: Words
) -> dict[str, str]:
    silent, born = one["silent_s"], created.get(one["account"])
    known = tables.names.known(one["account"])
    return {
        "account": tables.names.account(one["account"]),
        "time": say.numbers.clock(one["time"], seconds=known),
        "silent": say("bursts.silent.first") if silent is None else say.numbers.length(silent),
        "born": say("bursts.born.unknown") if born is None else _born(born, known, say),
    }


def _born(born: datetime, known: bool, say: Words) -> str:  # noqa: FBT001
    """Return the day, or of who has a pseudonym the month: a day can be searched for."""
    return say.numbers.day(born) if known else f"{say.numbers.month(born)} {born.year}"


def groups(tables: Tables, say: Words) -> list[dict[str, Any]]:
    """Return the groups with their members."""
    members: dict[int, list[str]] = defaultdict(list)
    if tables.names.level is not Level.COUNTS:
        for row in tables.group_members.to_pylist():
            members[row["group"]].append(tables.names.account(row["account"]))
    return [
        {
            "number": number,
            "accounts": say.numbers.count(row["k"]),
            "observed": say.numbers.count(round(row["x"])),
            "expected": say.numbers.expected(row["expected"]),
            "p": say.numbers.probability(row["p"]),
            "verdict": say(VERDICTS[row["verdict"]])
            if row["verdict"] in VERDICTS
            else row["verdict"],
            "title": say("joint.members", number=number, accounts=say.numbers.count(row["k"])),
            "members": sorted(members[row["group"]]),
        }
        for number, row in enumerate(tables.groups.to_pylist(), 1)
    ]


def evolution(tables: Tables, say: Words) -> dict[str, Any] | None:
    """Return how the sets of accounts went through the periods; None without two periods.

    ``rows`` have a ``course``: for each period the share, 0 to 1, of the largest number of
    accounts, and the number.
    """
    rows = tables.evolution.to_pylist()
    days = sorted({row["day"] for row in rows})
    if len(days) < 2:
        return None
    step = min(later - earlier for earlier, later in pairwise(days)).days
    step = 7 if step % 7 == 0 else 1
    first, last = days[0], days[-1]
    periods = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
    rows.sort(key=lambda row: (row["matched"], row["day"]))
    sets = [
        _set(number, [row for row in mine if row["accounts"]], periods, say)
        for number, mine in groupby(rows, key=lambda row: row["matched"])
    ]
    sets.sort(key=lambda one: (-one["total"], one["number"]))
    for number, one in enumerate(sets, 1):
        one["number"] = number
    most = max(one["peak"] for one in sets)
    shown = sets[:SETS_SHOWN]
    for one in shown:
        one["cells"] = [(n, round(n / most, 3)) for n in one["course"]]
    return {
        "rows": shown,
        "more": len(sets) - len(shown),
        "weekly": step == 7,
        "ticks": [_short(day, say) for day in (periods[0], periods[-1])],
    }


def _set(number: int, rows: list[Row], periods: list[Any], say: Words) -> dict[str, Any]:
    accounts = {row["day"]: row["accounts"] for row in rows}
    return {
        "number": number,
        "total": sum(accounts.values()),
        "peak": max(accounts.values(), default=0),
        "most": say.numbers.count(max(accounts.values(), default=0)),
        "first": _short(min(accounts), say) if accounts else "",
        "last": _short(max(accounts), say) if accounts else "",
        "days": say.numbers.count(len(accounts)),
        "course": [accounts.get(day, 0) for day in periods],
    }


def _short(day: Any, say: Words) -> str:
    at = datetime(day.year, day.month, day.day)
    return f"{day.day} {say.numbers.month(at)}"
