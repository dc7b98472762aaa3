"""What the methods of a case return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of one file.

    Parameters
    ----------
    input_id
        Id of the input; empty when the file was not read.
    name
        The file, with ``!member`` for a member of an archive.
    reader
        Name of the reader.
    status
        ``not read``: a file of a folder or an archive that no reader understands; `notes`
        says why. A file named by the user raises instead.
    kept
        Posts of this file in the case, those in `duplicates` included.
    duplicates
        Rows of posts that were known already; they are kept aside.
    filled
        Known posts of which this file filled gaps.
    skipped
        Well-formed records of a kind that is not analysed, by kind.
    rejected
        Unreadable records, by reason.
    mapping
        What each column was read as; empty for files of a fixed shape.
    notes
        Sentences about this file.
    blind_spot
        What this kind of capture never shows.
    """

    input_id: str
    name: str
    reader: str
    status: Literal["added", "already there", "replaced", "not read"]
    kept: int = 0
    duplicates: int = 0
    filled: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    mapping: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[str] = ()
    blind_spot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One analysis as the case holds it.

    Parameters
    ----------
    id
        16 hex digits over (command, parameters, version, parts read).
    made_at
        Microseconds since 1970, UTC.
    summary
        Counts and sentences of the result.
    inputs
        Names of the files it read.
    stale
        Whether the parts it read are no longer the parts of the case.
    erased
        Whether rows it read have been erased since (`Case.forget`).
    """

    id: str
    command: str
    parameters: Mapping[str, Any]
    version: str
    made_at: int
    summary: Mapping[str, Any]
    inputs: Sequence[str]
    stale: bool
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a run gives now: the same, or what changed, one sentence each."""

    run_id: str
    same: bool
    changes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was erased, in counts only, and what could not be.

    Parameters
    ----------
    counts
        Rows erased by table; ``texts`` of reposts and ``raw`` of rejected records emptied.
    left_behind
        Names of files that the system refused to delete; they are no part of the case and go
        with a later command.
    notes
        What erasing cannot reach, one sentence each.
    """

    counts: Mapping[str, int]
    left_behind: Sequence[str] = ()
    notes: Sequence[str] = ()
