"""What a report says about itself: its case, the files read, who made it and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRead:
    """One file that was read.

    Parameters
    ----------
    name, sha256
        The file, and the hash of its content.
    reader
        What kind of file it was read as, for people.
    kept, met_before
        Posts in the case; of these, met before in this or another file.
    skipped, rejected
        Kind or reason -> records.
    blind_spot
        What this kind of file never shows.
    """

    name: str
    sha256: str
    reader: str = ""
    kept: int = 0
    met_before: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    blind_spot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A section of its own at the end, such as the truth of the demo's world."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An account that stands in the report by name: its key, why, when it was asked, its answer.

    `rests_on` are the layers that its findings rest on.
    """

    key: str
    reason: str
    asked: date
    answer: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What surrounds a result.

    Parameters
    ----------
    case
        Name of the case.
    inputs
        The files read.
    posts, accounts
        How many are in the case.
    first, last
        Times of the first and the last post; None when unknown.
    made_at
        Time of the report.
    made_by
        Who made it; empty when not said.
    version
        Of Fanal.
    run, stale
        Id of the run, empty when there is none; whether the case has changed since.
    versions
        Program -> version, as used in the run.
    notice
        Sentences shown above everything.
    additions
        Sections at the end.
    people
        Accounts that stand in it by name.
    """

    case: str
    made_at: datetime
    version: str
    inputs: tuple[InputRead, ...] = ()
    posts: int = 0
    accounts: int = 0
    first: datetime | None = None
    last: datetime | None = None
    made_by: str = ""
    run: str = ""
    stale: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)
    notice: tuple[str, ...] = ()
    additions: tuple[Addition, ...] = ()
    people: tuple[Named, ...] = ()
