"""A publication into the cards' database: read at one version, computed apart, written at once.

1. All is read in one snapshot, with its version. Wishes that waited for an account's turn are
   taken in where it has come.
2. Whoever computes holds no lock: holders may speak meanwhile.
3. What changed is prepared: rows, entries of the audit, evidence, each under its account's key.
4. One transaction: if the version is not the one read, nothing is written, for another worker has
   published. Else all is, but for accounts whose holder spoke or was forgotten meanwhile: their
   word stands, and the next publication looks at them.
5. With it goes what is out of date: entries of the audit after `AUDIT_DAYS`, spent links.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, delete, select, update

from fanal.store.cards_database import Database
from fanal.store.cards_keys import Keys, new_salt, opened, sealed, subject_of
from fanal.store.cards_rows import (
    MOST_ROWS,
    batches,
    changed_rows,
    column_values,
    read_table,
    rows_of,
    update_rows,
    write_rows,
)
from fanal.store.cards_tables import (
    CELLS,
    HELD,
    OF_ACCOUNT,
    SHOWN,
    account_key,
    audit,
    cell,
    evidence,
    forgotten,
    held,
    link,
    meta,
    wish,
)

#: Entries of the audit expire with the day rows.
AUDIT_DAYS: Final = 365
_EPOCH: Final = date(1970, 1, 1)
_HANDLE: Final = ("handle", "handle_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The database as one publication finds it.

    Parameters
    ----------
    version, serial
        Publications, and words of holders, until then.
    last_on
        Day of the last publication, None before the first.
    method, lists, policy
        What it was made with.
    held, cells
        Tables `HELD` and `CELLS`, wishes taken in.
    handles
        Table of account and handle.
    stored, taken_in
        `held` as it is stored; accounts whose wish was taken in.
    """

    version: int
    serial: int
    last_on: date | None
    method: str
    lists: str
    policy: str
    held: pa.Table
    cells: pa.Table
    handles: pa.Table
    stored: pa.Table
    taken_in: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What a publication leaves.

    Parameters
    ----------
    on
        Its day.
    held, cells
        As of about/publish.py; an account that `held` lacks is erased.
    evidence
        Of the accounts that were looked at: what JSON holds.
    handles
        Table of account and handle, null to leave none; None: handles stay.
    method, lists, policy
        What it was made with.
    report
        What changed with lists or method, None to keep the one before.
    """

    on: date
    held: pa.Table
    cells: pa.Table
    evidence: Mapping[str, Any] = field(default_factory=dict)
    handles: pa.Table | None = None
    method: str = ""
    lists: str = ""
    policy: str = ""
    report: str | None = None


def read(database: Database, keys: Keys, on: date) -> Before:
    """Return the database as a publication on a day finds it (1)."""
    handle = pa.schema([("account", pa.string()), ("handle", pa.string())])
    with database.reading() as connection:
        row = connection.execute(select(meta)).one()
        stored = read_table(connection, held, HELD)
        cells = read_table(connection, cell, CELLS)
        handles = read_table(connection, held, handle)
        waiting = _waiting(connection, keys)
    due = set(_due(stored, on)) & set(waiting)
    return Before(
        version=row.version,
        serial=row.serial,
        last_on=None if row.last_on is None else _EPOCH + timedelta(row.last_on),
        method=row.method,
        lists=row.lists,
        policy=row.policy,
        held=_with_wishes(stored, {one: waiting[one] for one in due}),
        cells=cells,
        handles=handles,
        stored=stored,
        taken_in=frozenset(due),
    )


def commit(database: Database, keys: Keys, before: Before, after: After) -> bool:
    """Write a publication (3, 4, 5); return False when another one came before it."""
    writing = _Writing(database, keys, before, after)
    with database.writing() as connection:
        return writing.written(connection)


class _Writing:
    """One publication on its way into the database: prepared without a lock, written with one."""

    def __init__(self, database: Database, keys: Keys, before: Before, after: After) -> None:
        self.keys, self.before, self.after = keys, before, after
        stored, told = before.stored, after.held
        self.rows = told.filter(pa.array(changed_rows(stored, told, HELD.names)))
        # of an account that nobody heard of, "withheld" is what everybody was shown before
        shown = changed_rows(_as_shown(stored, told), told, SHOWN)
        self.cards = told.filter(pa.array(shown))
        gone = pc.is_in(stored["account"], told["account"].combine_chunks())
        self.gone: list[str] = stored["account"].filter(pc.invert(gone)).to_pylist()
        self.bodies = dict(after.evidence)
        names = {*self.cards["account"].to_pylist(), *self.bodies}
        with database.reading() as connection:
            columns = (account_key.c.account, account_key.c.salt, account_key.c.entries)
            found = rows_of(connection, columns, account_key.c.account, sorted(names))
            known = {row.account: (bytes(row.salt), row.entries) for row in found}
        self.salts = {one: known[one] if one in known else (new_salt(), 0) for one in names}
        self.key = {one: keys.key(salt) for one, (salt, _) in self.salts.items()}
        self.evidence = [
            (one, sealed(self.key[one], "evidence", value))
            for one, value in self.bodies.items()
        ]
        self.audit = list(self._entries())

    def _entries(self) -> Iterable[tuple[str, bytes, int, int, bytes]]:
        """Yield account, pseudonym, number, expiry and body of each card that changed."""
        expires = (self.after.on - _EPOCH).days + AUDIT_DAYS
        for card in self.cards.select(["account", *SHOWN, "why", "evidence_on"]).to_pylist():
            account = card.pop("account")
            number, key = self.salts[account][1] + 1, self.key[account]
            body = entry(number, self.after.on, "publication", card)
            yield account, subject_of(key), number, expires, sealed(key, "audit", body)

    def written(self, connection: Connection) -> bool:
        """Write all in the transaction of a connection (4, 5)."""
        before, after = self.before, self.after
        now = connection.execute(select(meta.c.version)).scalar_one()
        if now != before.version:
            return False
        skip = self._skipped(connection)
        names, columns = HELD.names, column_values(self.rows)
        rows = [row for row in zip(*columns, strict=True) if row[0] not in skip]
        write_rows(connection, held, names, rows, replace=names[1:])
        self._write_of_accounts(connection, skip)
        erase_rows(connection, [one for one in self.gone if one not in skip])
        update_rows(connection, held, "account", _HANDLE, _changed_handles(before, after))
        connection.execute(delete(cell))
        write_rows(connection, cell, CELLS.names, zip(*column_values(after.cells), strict=True))
        taken_in = [one for one in before.taken_in if one not in skip]
        delete_of(connection, wish.c.account, taken_in)
        self._out_of_date(connection)
        values = {"version": now + 1, "last_on": (after.on - _EPOCH).days, "method": after.method,
                  "lists": after.lists, "policy": after.policy}  # fmt: skip
        if after.report is not None:
            values["report"] = after.report
        connection.execute(update(meta).values(values))
        return True

    def _skipped(self, connection: Connection) -> set[str]:
        """Return accounts whose holder spoke since all was read, and those that were forgotten."""
        since = held.c.spoken > self.before.serial
        skip = {row.account for row in connection.execute(select(held.c.account).where(since))}
        marks = {bytes(row.mark) for row in connection.execute(select(forgotten.c.mark))}
        if marks:
            names = {*self.rows["account"].to_pylist(), *self.bodies}
            skip |= {one for one in names if self.keys.mark(one) in marks}
        return skip

    def _write_of_accounts(self, connection: Connection, skip: set[str]) -> None:
        """Write keys, evidence and audit."""
        entries = {one[0]: one[2] for one in self.audit}
        keys = (
            (one, salt, entries.get(one, number))
            for one, (salt, number) in self.salts.items()
            if one not in skip
        )
        names = ("account", "salt", "entries")
        write_rows(connection, account_key, names, keys, replace=("entries",))
        bodies = (row for row in self.evidence if row[0] not in skip)
        write_rows(connection, evidence, ("account", "body"), bodies, replace=("body",))
        told = (row[1:] for row in self.audit if row[0] not in skip)
        write_rows(connection, audit, ("subject", "number", "expires_on", "body"), told)

    def _out_of_date(self, connection: Connection) -> None:
        day = (self.after.on - _EPOCH).days
        connection.execute(delete(audit).where(audit.c.expires_on <= day))
        connection.execute(delete(link).where(link.c.expires < day * 86_400))


def entry(number: int, on: date, cause: str, card: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry of the audit: what a card showed from a day on, and why."""
    plain = {
        name: one.isoformat() if isinstance(one, date) else one for name, one in card.items()
    }
    return {"number": number, "on": on.isoformat(), "cause": cause, **plain}


def erase_rows(connection: Connection, accounts: Iterable[str]) -> None:
    """Delete all rows of accounts but those of the audit, which die with the key."""
    names = list(accounts)
    for table in OF_ACCOUNT:
        delete_of(connection, table.c.account, names)


def delete_of(connection: Connection, column: Any, values: Iterable[Any]) -> None:
    """Delete the rows with one of some values."""
    for some in batches(values, MOST_ROWS):
        connection.execute(delete(column.table).where(column.in_(some)))


def _changed_handles(before: Before, after: After) -> list[tuple[str, str | None, str | None]]:
    """Return account, handle and key of those whose handle is another; of none, no handle.

    Who had a handle that is another account's now has it no more.
    """
    if after.handles is None:
        return []
    known: dict[str, str | None] = dict.fromkeys(after.held["account"].to_pylist())
    known |= dict(zip(*(column.to_pylist() for column in before.handles.columns), strict=True))
    pairs = zip(
        *(after.handles[name].to_pylist() for name in ("account", "handle")), strict=True
    )
    new = {one: name for one, name in pairs if one in known and known[one] != name}
    taken = {name.lower() for name in new.values() if name}
    gone = {one: None for one, name in known.items() if name and name.lower() in taken}
    return [(one, name, name and name.lower()) for one, name in (gone | new).items()]


def _waiting(connection: Connection, keys: Keys) -> dict[str, str | None]:
    """Return the wishes that wait for their account's turn."""
    join = wish.join(account_key, wish.c.account == account_key.c.account)
    rows = connection.execute(select(wish, account_key.c.salt).select_from(join))
    return {
        row.account: opened(keys.key(bytes(row.salt)), "wish", bytes(row.body))["wish"]
        for row in rows
    }


def _due(stored: pa.Table, on: date) -> list[str]:
    names: list[str] = stored.filter(pc.less_equal(stored["next_on"], on))[
        "account"
    ].to_pylist()
    return names


def _with_wishes(stored: pa.Table, wishes: Mapping[str, str | None]) -> pa.Table:
    """Return the accounts with the wishes that were taken in."""
    if not wishes:
        return stored
    pairs = zip(stored["account"].to_pylist(), stored["wish"].to_pylist(), strict=True)
    column = pa.array([wishes.get(one, old) for one, old in pairs], pa.string())
    return stored.set_column(HELD.names.index("wish"), "wish", column)


def _as_shown(stored: pa.Table, told: pa.Table) -> pa.Table:
    """Return what is stored, and the withheld card of accounts that are new."""
    names = told["account"].combine_chunks()
    new = names.filter(pc.invert(pc.is_in(names, stored["account"].combine_chunks())))
    shape = stored.schema
    blank = [pa.nulls(len(new), one.type) for one in shape]
    blank[0] = new
    blank[shape.names.index("state")] = pa.array(np.full(len(new), "withheld"), pa.string())
    return pa.concat_tables([stored, pa.Table.from_arrays(blank, schema=shape)])
