"""Records that could not be read: how many for each reason, then one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanal.cli.common import show, show_json

if TYPE_CHECKING:
    from fanal.case import Case

#: Letters shown of a record.
_LETTERS = 200


def show_rejected(case: Case, reason: str, *, limit: int, offset: int, as_json: bool) -> None:
    """Show the reasons with their counts, then records in the order of their files.

    Parameters
    ----------
    reason
        Only reasons that hold these words, in any case; empty: all.
    limit, offset
        How many records are shown (0: all), and how many are left out first.
    """
    from fanal.case.rejects import rejected_reasons, rejected_rows
    from fanal.errors import CaseError

    if case.level is not None:
        raise CaseError(
            f"{case.path}: a pack holds how many records could not be read, not the records.",
            hint=f"`fanal show {case.path}` says how many.",
        )
    groups = rejected_reasons(case.path, reason)
    rows = rejected_rows(case.path, reason, limit=limit, offset=offset).to_pylist()
    total = sum(group["records"] for group in groups)
    if as_json:
        show_json({"records": total, "reasons": groups, "offset": offset, "rejected": rows})
        return
    show(f"{total:,} records could not be read")
    for group in groups:
        column = f", {group['column']}" if group["column"] else ""
        show(f"  {group['records']:,}  {group['reason']}{column}  ({group['name']})")
    for row in rows:
        _record(row)
    _onwards(case, total, len(rows), offset)


def _record(row: dict[str, Any]) -> None:
    from fanal.reports.harmless import plain

    column = f", {row['column']}" if row["column"] else ""
    show(f"{row['position']}{column}: {row['reason']}  ({row['name']})")
    if row["raw"] is not None:
        show(f"    {plain(' '.join(row['raw'].split()))[:_LETTERS]}")


def _onwards(case: Case, total: int, shown: int, offset: int) -> None:
    if not shown and offset:
        show(f"none after the first {min(offset, total):,}")
    elif shown < total:
        show(f"{offset + 1:,} to {offset + shown:,} of {total:,}")
    if offset + shown < total and shown:
        show(f"more: fanal show {case.path} --rejected --offset {offset + shown}")
