"""Who may be named in what leaves a case. The one place where this is decided.

An account is named when all of this holds; every other account stays a pseudonym:

1. It has a link in the headline: both null models passed, not fragile.
2. What the link rests on lies in two layers: the layers in which its co-actions count, and those
   of the bursts that the account is in. Never one layer alone: twelve people at one event share
   one object, and so do fans.
3. A people file (`people_in`) says why it is named, when it was asked, and what it answered. All
   three are printed.

A quoted text is a name: put into a search box it brings up the account. Hence a text is shown
only of accounts that are named.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanal.case.telling import handles_of
from fanal.errors import PolicyError
from fanal.model.names import Level, Names, pseudonymous, some_named
from fanal.reports.about import Named

if TYPE_CHECKING:
    from fanal.coordination.result import Result

#: Columns that a people file must have.
COLUMNS = ("account", "reason", "asked", "answer")
#: Layers that a named account's findings rest on.
FEWEST_LAYERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account as a people file has it; `account` is a key or a handle, as written there."""

    account: str
    reason: str
    asked: date
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Names for an output, and who stands in it by name.

    Parameters
    ----------
    names
        How everything is shown.
    people
        Key -> what the people file says; only accounts that are named.
    rests_on
        Key -> the layers that its findings rest on; the same accounts.
    refused
        Accounts of the people file that stay pseudonyms, as written there, and why.
    """

    names: Names
    people: Mapping[str, Person]
    rests_on: Mapping[str, tuple[str, ...]]
    refused: tuple[tuple[str, str], ...] = ()

    def printed(self) -> tuple[Named, ...]:
        """Return what an output prints of the people in it."""
        return tuple(
            Named(
                key=key,
                reason=one.reason,
                asked=one.asked,
                answer=one.answer,
                rests_on=self.rests_on[key],
            )
            for key, one in self.people.items()
        )


def nameable(result: Result) -> dict[str, tuple[str, ...]]:
    """Return the accounts that may be named (1, 2): key -> layers its findings rest on."""
    bursts: dict[str, set[str]] = defaultdict(set)
    for row in result.burst_accounts.select(["account", "layer"]).to_pylist():
        bursts[row["account"]].add(row["layer"])
    found: dict[str, set[str]] = defaultdict(set)
    for ends, layers in _headline_layers(result).items():
        for account in ends:
            resting = layers | bursts[account]
            if len(resting) >= FEWEST_LAYERS:
                found[account] |= resting
    return {account: tuple(sorted(found[account])) for account in sorted(found)}


def _headline_layers(result: Result) -> dict[tuple[str, str], set[str]]:
    """Return each link of the headline with the layers in which its co-actions count."""
    headline = result.headline.select(["source", "target"]).to_pylist()
    layers: dict[tuple[str, str], set[str]] = {
        (e["source"], e["target"]): set() for e in headline
    }
    columns = ["source", "target", "layer", "counted"]
    for row in result.evidence.select(columns).to_pylist():
        ends = row["source"], row["target"]
        if row["counted"] and ends in layers:
            layers[ends].add(row["layer"])
    return layers


def naming(
    case: Any,
    result: Result,
    accounts: Iterable[str],
    *,
    level: Level = Level.PROTECTED,
    people: Path | None = None,
) -> Naming:
    """Return how an output of this level names things.

    Parameters
    ----------
    case
        A `Case`.
    result
        What is reported or exported.
    accounts
        Keys of all accounts that the output may show.
    level
        What may be shown.
    people
        The people file; only with ``named``.

    Raises
    ------
    PolicyError
        ``named`` without a people file; the file cannot be read, or lacks something; a pack
        that holds less than the level shows.
    """
    if case.level is not None:  # a pack: what was decided when it was made
        return case.naming(level)  # type: ignore[no-any-return]
    if level is not Level.NAMED:
        return Naming(names=pseudonymous(case.pseudonyms(), level), people={}, rests_on={})
    if people is None:
        raise PolicyError(
            "to name accounts, say with --people FILE who is named, why, when they were asked "
            f"and what they answered: a CSV file with the columns {', '.join(COLUMNS)}.",
            hint=f"An empty form with the accounts that may be named: "
            f"fanal report {case.path} --people-form people.csv",
        )
    handles = handles_of(case.path, accounts)
    may = nameable(result)
    known, refused = _matched(people_in(people), may, handles, set(accounts))
    names = some_named(case.pseudonyms(), handles, known)
    rests_on = {key: may[key] for key in known}
    return Naming(names=names, people=known, rests_on=rests_on, refused=tuple(refused))


def _matched(
    people: Iterable[Person],
    may: Mapping[str, tuple[str, ...]],
    handles: Mapping[str, str],
    accounts: set[str],
) -> tuple[dict[str, Person], list[tuple[str, str]]]:
    """Return the people that are named, by key, and those that are not, with the reason."""
    by_handle: dict[str, list[str]] = defaultdict(list)
    for key, handle in handles.items():
        by_handle[handle.lower()].append(key)
    known: dict[str, Person] = {}
    refused = []
    for one in people:
        written = one.account.removeprefix("@").lower()
        keys = [one.account] if one.account in accounts else by_handle.get(written, [])
        if len(keys) > 1:
            refused.append((one.account, "several accounts have this handle: give the key"))
        elif not keys or keys[0] not in may:
            refused.append((one.account, "no stable link that rests on two layers"))
        else:
            known[keys[0]] = one
    return known, refused


def people_in(path: Path) -> list[Person]:
    """Return the people of a people file.

    A CSV file, UTF-8, comma or semicolon, with the columns `COLUMNS`; others are passed over, and
    so are rows in which reason, asked and answer are all empty. ``asked`` is written
    2025-03-04. Where nobody answered, that is the answer.

    Raises
    ------
    PolicyError
        It cannot be read, a column is missing, or a row lacks one of the three.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: cannot be read as UTF-8 text.") from error
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(
        text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    heads = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if missing := [name for name in COLUMNS if name not in heads]:
        raise PolicyError(
            f"{path}: no column {', '.join(missing)}.",
            hint=f"The first line names the columns: {','.join(COLUMNS)}",
        )
    told = [
        (line, {name: (row[heads[name]] or "").strip() for name in COLUMNS})
        for line, row in enumerate(rows, 2)
    ]
    return [_person(path, n, row) for n, row in told if any(row[name] for name in COLUMNS[1:])]


def _person(path: Path, line: int, row: Mapping[str, str]) -> Person:
    if missing := [name for name in COLUMNS if not row[name]]:
        raise PolicyError(
            f"{path}:{line}: nothing under {', '.join(missing)}.",
            hint="Each account that is named needs a reason, the day it was asked, its answer.",
        )
    try:
        asked = date.fromisoformat(row["asked"])
    except ValueError:
        raise PolicyError(
            f"{path}:{line}: asked is {row['asked']!r}; a day is written 2025-03-04."
        ) from None
    return Person(
        account=row["account"], reason=row["reason"], asked=asked, answer=row["answer"]
    )


def write_people_form(path: Path, case: Any, result: Result) -> int:
    """Write an empty people file with the accounts that may be named; return how many.

    It holds their keys, their handles and what their findings rest on.

    Raises
    ------
    PolicyError
        A file of that name is there: it may have been filled in.
    """
    may = nameable(result)
    handles = handles_of(case.path, may)
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["account", "handle", "rests_on", *COLUMNS[1:]])
            for key, layers in may.items():
                row = [key, handles.get(key, ""), " + ".join(layers)]
                writer.writerow([*map(_cell, row), "", "", ""])
    except FileExistsError:
        raise PolicyError(f"{path}: is there already, and is not written over.") from None
    except OSError as error:
        raise PolicyError(f"{path}: cannot be written.") from error
    return len(may)


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
