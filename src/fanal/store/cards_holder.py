"""What a holder may say of the own account, and see of it; each one transaction.

1. Each word takes the next number (`serial`): a publication that was computed meanwhile leaves the
   account as this word made it.
2. A wish towards less is obeyed at once. A country becomes its region where that is open, as the next
   publication would make it, else "withheld" until then. A wish towards more waits for the account's
   next refresh. Of whoever wants nothing told, no candidate is remembered either, from that moment on.
3. Who asks to be forgotten leaves nothing but a keyed mark, so as not to be taken in again. Entries
   of the audit cannot be read any more, and expire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from fanal.store.cards_database import Database
from fanal.store.cards_keys import Keys, new_salt, opened, sealed, subject_of
from fanal.store.cards_publishing import AUDIT_DAYS, entry, erase_rows
from fanal.store.cards_rows import write_rows
from fanal.store.cards_tables import (
    CANDIDATE,
    SHOWN,
    account_key,
    audit,
    cell,
    dispute,
    evidence,
    forgotten,
    held,
    meta,
    wish,
)

#: Why a card is withheld (about/memory.py).
WISHED: Final = "the holder's wish"
_STRICTNESS: Final = {None: 0, "region": 1, "nothing": 2}
_EPOCH: Final = date(1970, 1, 1)
_WITHHELD: Final = {"state": "withheld", "why": WISHED} | dict.fromkeys(SHOWN[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A holder's objection; `at` and `closed_at` are Unix seconds, the latter None while open."""

    id: int
    account: str
    at: int
    text: str
    closed_at: int | None
    answer: str | None


def set_wish(
    database: Database, keys: Keys, account: str, wished: str | None, *,
    asked_on: date | None, on: date, regions: Mapping[str, str],
) -> bool:  # fmt: skip
    """Take a wish (1, 2); return False when the account is not known."""
    with database.writing() as connection:
        row = connection.execute(select(held).where(held.c.account == account)).first()
        if row is None:
            return False
        values: dict[str, Any] = {"spoken": _next_serial(connection)}
        values["asked_on"] = None if asked_on is None else (asked_on - _EPOCH).days
        key = _key(connection, keys, account)
        connection.execute(delete(wish).where(wish.c.account == account))
        less = _STRICTNESS[wished] - _STRICTNESS[row.wish]
        if less >= 0:
            values["wish"] = wished
        else:
            body = sealed(key, "wish", {"wish": wished})
            connection.execute(insert(wish).values(account=account, body=body))
        withdrawn = row.asked_on is not None and asked_on is None
        if row.state != "withheld" and (withdrawn or _is_too_much(row.state, wished, less)):
            region = None
            if wished == "region" and not withdrawn:
                region = _open_region(connection, regions.get(row.label))
            card = _WITHHELD if region is None else _as_region(row, region)
            values |= card
            _write_entry(connection, key, account, on, card)
        if wished == "nothing":
            values |= dict.fromkeys(CANDIDATE)
        connection.execute(update(held).where(held.c.account == account).values(values))
        return True


def _is_too_much(state: str, wished: str | None, less: int) -> bool:
    """Return whether more is shown than a stricter wish allows."""
    return less > 0 and (wished == "nothing" or state == "country")


def _open_region(connection: Connection, region: str | None) -> str | None:
    """Return a region when it is told of others now, else None."""
    mine = (cell.c.level == "region", cell.c.label == region, cell.c.open == 1)
    found: str | None = connection.execute(select(cell.c.label).where(*mine)).scalar()
    return found


def _as_region(row: Row[Any], region: str) -> dict[str, Any]:
    """Return the card that shows a region instead of a country: without a channel."""
    kept = {name: getattr(row, name) for name in ("shown_created", "shown_renamed")}
    return {"state": "region", "label": region, "shown_channel": None, "why": WISHED, **kept}


def add_dispute(database: Database, keys: Keys, account: str, text: str, at: int) -> bool:
    """Keep a holder's objection; return False when the account is not known."""
    with database.writing() as connection:
        serial = _next_serial(connection)
        known = update(held).where(held.c.account == account).values(spoken=serial)
        if not connection.execute(known).rowcount:
            return False
        key = _key(connection, keys, account)
        body = sealed(key, "dispute", {"text": text, "answer": None})
        connection.execute(insert(dispute).values(account=account, at=at, body=body))
        return True


def list_disputes(database: Database, keys: Keys, account: str | None) -> list[Dispute]:
    """Return the objections of one account, or of all: open ones first, then the latest."""
    join = dispute.join(account_key, dispute.c.account == account_key.c.account)
    query = select(dispute, account_key.c.salt).select_from(join)
    if account is not None:
        query = query.where(dispute.c.account == account)
    with database.reading() as connection:
        rows = connection.execute(query).fetchall()
    found = [_dispute(keys, row) for row in rows]
    return sorted(found, key=lambda one: (one.closed_at is not None, -one.at, -one.id))


def close_dispute(database: Database, keys: Keys, number: int, text: str, at: int) -> bool:
    """Answer an objection and close it; return False when there is none of this number."""
    join = dispute.join(account_key, dispute.c.account == account_key.c.account)
    query = select(dispute, account_key.c.salt).select_from(join).where(dispute.c.id == number)
    with database.writing() as connection:
        row = connection.execute(query).first()
        if row is None:
            return False
        told = _dispute(keys, row)
        key = keys.key(bytes(row.salt))
        body = sealed(key, "dispute", {"text": told.text, "answer": text})
        values = {"closed_at": at, "body": body}
        connection.execute(update(dispute).where(dispute.c.id == number).values(values))
        return True


def forget_account(database: Database, keys: Keys, account: str) -> None:
    """Erase an account (3); one that is not known is marked all the same."""
    mark = keys.mark(account)
    with database.writing() as connection:
        serial = _next_serial(connection)
        erase_rows(connection, [account])
        columns = ("mark", "serial")
        write_rows(connection, forgotten, columns, [(mark, serial)], replace=("serial",))


def read_evidence(database: Database, keys: Keys, account: str) -> Any:
    """Return what the card rests on, as of its last refresh; None when there is nothing."""
    join = evidence.join(account_key, evidence.c.account == account_key.c.account)
    query = select(evidence.c.body, account_key.c.salt).select_from(join)
    with database.reading() as connection:
        row = connection.execute(query.where(evidence.c.account == account)).first()
    return None if row is None else opened(keys.key(bytes(row.salt)), "evidence", row.body)


def read_audit(database: Database, keys: Keys, account: str) -> list[dict[str, Any]]:
    """Return what the card of an account showed and since when, of the last `AUDIT_DAYS` days."""
    with database.reading() as connection:
        of_account = account_key.c.account == account
        salt = connection.execute(select(account_key.c.salt).where(of_account)).scalar()
        if salt is None:
            return []
        key = keys.key(bytes(salt))
        query = select(audit.c.body).where(audit.c.subject == subject_of(key))
        bodies = connection.execute(query.order_by(audit.c.number)).fetchall()
    return [opened(key, "audit", row.body) for row in bodies]


def read_pending(database: Database, keys: Keys, account: str) -> tuple[bool, str | None]:
    """Return whether a wish waits for the next refresh, and which."""
    join = wish.join(account_key, wish.c.account == account_key.c.account)
    query = select(wish.c.body, account_key.c.salt).select_from(join)
    with database.reading() as connection:
        row = connection.execute(query.where(wish.c.account == account)).first()
    if row is None:
        return False, None
    return True, opened(keys.key(bytes(row.salt)), "wish", row.body)["wish"]


def _next_serial(connection: Connection) -> int:
    """Return the number of this word (1)."""
    connection.execute(update(meta).values(serial=meta.c.serial + 1))
    return int(connection.execute(select(meta.c.serial)).scalar_one())


def _key(connection: Connection, keys: Keys, account: str) -> bytes:
    """Return the key of an account, made when there is none."""
    query = select(account_key.c.salt).where(account_key.c.account == account)
    salt = connection.execute(query).scalar()
    if salt is None:
        salt = new_salt()
        row = {"account": account, "salt": salt, "entries": 0}
        connection.execute(insert(account_key).values(row))
    return keys.key(bytes(salt))


def _write_entry(
    connection: Connection, key: bytes, account: str, on: date, card: Mapping[str, Any]
) -> None:
    """Write into the audit what a card shows at the holder's wish."""
    of_account = account_key.c.account == account
    more = update(account_key).where(of_account).values(entries=account_key.c.entries + 1)
    connection.execute(more)
    number = connection.execute(select(account_key.c.entries).where(of_account)).scalar_one()
    expires = (on - _EPOCH).days + AUDIT_DAYS
    body = sealed(key, "audit", entry(number, on, "wish", {**card, "evidence_on": None}))
    row = {"subject": subject_of(key), "number": number, "expires_on": expires, "body": body}
    connection.execute(insert(audit).values(row))


def _dispute(keys: Keys, row: Any) -> Dispute:
    told = opened(keys.key(bytes(row.salt)), "dispute", row.body)
    return Dispute(
        id=row.id,
        account=row.account,
        at=row.at,
        text=told["text"],
        closed_at=row.closed_at,
        answer=told["answer"],
    )
