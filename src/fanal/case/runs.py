"""Analyses of a case: computed once for the same rows and settings, stored, replayed."""

from __future__ import annotations

from fanal.case.results import Run
from fanal.store.runs import Listed


def run_of(listed: Listed) -> Run:
    """Return a run as people see it."""
    row = listed.row
    names = dict.fromkeys(item.input_name for item in listed.read if item.input_name)
    return Run(
        id=row.id,
        command=row.command,
        parameters=row.parameters,
        version=row.version,
        made_at=row.made_at,
        summary=row.summary,
        inputs=tuple(names),
        stale=listed.stale,
        erased=row.erased,
    )
