"""Cards: what is shown of each account, and what the publisher remembers; SQLite or PostgreSQL.

What is written about one account beside its card (evidence, wishes, disputes, the audit) is encrypted
under that account's key, and dies with it. Columns of the publisher's memory are plain: whoever runs
the service decides by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.sql.elements import ColumnElement

from fanal.errors import StoreError
from fanal.store.cards_database import Database
from fanal.store.cards_holder import (
    Dispute,
    add_dispute,
    close_dispute,
    forget_account,
    list_disputes,
    read_audit,
    read_evidence,
    read_pending,
    set_wish,
)
from fanal.store.cards_keys import Keys
from fanal.store.cards_publishing import After, Before, commit, erase_rows, read
from fanal.store.cards_rows import read_table, write_rows
from fanal.store.cards_tables import (
    CELLS,
    HELD,
    SHOWN,
    cell,
    dispute,
    forgotten,
    held,
    link,
    meta,
)

_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as others may see it.

    Parameters
    ----------
    account, handle
        Key; name on the platform, None when none was given.
    state
        "country" or "region".
    label, channel, created, renamed
        Place, channel, year of creation, month of the last change of handle; None where not told.
    """

    account: str
    handle: str | None
    state: str
    label: str | None
    channel: str | None
    created: int | None
    renamed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the last publication was made with; `version` counts publications."""

    version: int
    last_on: date | None
    method: str
    lists: str
    policy: str


class Cards:
    """The cards of one server; safe to use from several threads and processes.

    Parameters
    ----------
    database
        Where they are.
    keys
        Keys under the server's secret.

    Notes
    -----
    Every method may raise a `StoreError`: the database refuses, or holds what was not written here.
    """

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys
        self._queries = [
            str(_CARD.where(column == bindparam("asked")).compile(database.engine))
            for column in (held.c.open_account, held.c.open_handle)
        ]

    @property
    def place(self) -> str:
        """Where the cards are: a path, or a URL without a name or a password."""
        return self._database.place

    def card(self, *, account: str | None = None, handle: str | None = None) -> Shown | None:
        """Return the card of an account, by its key or its handle (in any case of letters).

        Returns
        -------
        Shown or None
            None when the card is withheld, or nobody is known by it: the database does the same work.

        Notes
        -----
        SQLite: 20 microseconds.
        """
        by_handle = account is None
        asked = (handle or "").lower() if account is None else account
        row = self._database.first(self._queries[by_handle], _askable(asked))
        return None if row is None else Shown(*row)

    def held(self, account: str) -> dict[str, Any] | None:
        """Return all that is remembered of an account: `HELD`, handle, and the wish that waits.

        Returns
        -------
        dict or None
            Columns of `HELD` by name, ``handle``, ``pending`` (whether a wish waits for the next
            refresh) and ``pending_wish``.
        """
        with self._database.reading() as connection:
            mine = select(held.c.handle).where(held.c.account == _askable(account))
            row = connection.execute(mine).first()
            if row is None:
                return None
            among = held.c.account == account
            found: dict[str, Any] = read_table(connection, held, HELD, among).to_pylist()[0]
        waits, wished = read_pending(self._database, self._keys, account)
        return {**found, "handle": row.handle, "pending": waits, "pending_wish": wished}

    def cells(self) -> pa.Table:
        """Return the cells that are open since the last publication: `CELLS`."""
        with self._database.reading() as connection:
            return read_table(connection, cell, CELLS)

    def evidence(self, account: str) -> Any:
        """Return what the card rests on, as of its last refresh, or None."""
        return read_evidence(self._database, self._keys, _askable(account))

    def audit(self, account: str) -> list[dict[str, Any]]:
        """Return what the card showed and since when: number, on, cause and what is shown."""
        return read_audit(self._database, self._keys, _askable(account))

    def wish(
        self, account: str, wish: str | None, *, asked_on: date | None, on: date,
        regions: Mapping[str, str] | None = None,
    ) -> bool:  # fmt: skip
        """Take a holder's wish, and when the holder asked for a card (opt-in).

        Parameters
        ----------
        account
            Its key.
        wish
            None, "region" or "nothing". Towards less at once: a country becomes its region where
            that is open, else it is withheld until the next publication; with "nothing" what is
            remembered of it goes, too. Towards more at the next refresh.
        asked_on
            As held, or the day of asking, or None: not asked, or no more; then nothing is shown.
        on
            Today.
        regions
            Region by country; without it no region is told before the next publication.

        Returns
        -------
        bool
            False when the account is not known.

        Raises
        ------
        ValueError
            Another wish.
        """
        if wish not in {None, "region", "nothing"}:
            raise ValueError("a wish is None, region or nothing")
        asked = _askable(account)
        return set_wish(
            self._database, self._keys, asked, wish, asked_on=asked_on, on=on,
            regions=regions or {},
        )  # fmt: skip

    def dispute(self, account: str, text: str, at: int) -> bool:
        """Keep a holder's objection of a moment (Unix seconds); False: account not known."""
        return add_dispute(self._database, self._keys, _askable(account), text, at)

    def disputes(self, account: str | None = None) -> list[Dispute]:
        """Return objections, of one account or of all: open ones first, then the latest."""
        return list_disputes(self._database, self._keys, account)

    def answer(self, number: int, text: str, at: int) -> bool:
        """Answer an objection and close it; False when there is none of this number."""
        return close_dispute(self._database, self._keys, number, text, at)

    def forget(self, account: str) -> None:
        """Erase an account in one transaction, and keep it from being taken in again.

        Its rows and its key go; its entries of the audit cannot be read any more, and expire.
        What stays is a keyed hash of its key's name. An unknown account is marked all the same.
        """
        forget_account(self._database, self._keys, account)

    def take_back(self, account: str) -> bool:
        """Let an account that was forgotten be taken in again; False when it was not."""
        with self._database.writing() as connection:
            mine = delete(forgotten).where(forgotten.c.mark == self._keys.mark(account))
            return bool(connection.execute(mine).rowcount)

    def forgotten(self, accounts: Iterable[str]) -> list[str]:
        """Return those of some accounts that asked to be forgotten."""
        with self._database.reading() as connection:
            marks = {bytes(row.mark) for row in connection.execute(select(forgotten.c.mark))}
        return [one for one in accounts if self._keys.mark(one) in marks] if marks else []

    def erase(self, accounts: Sequence[str]) -> None:
        """Erase accounts that are no more; they may come again."""
        with self._database.writing() as connection:
            erase_rows(connection, accounts)

    def spend(self, number: str, expires: int) -> bool:
        """Return whether a link is used for the first time, and remember it until it expires."""
        with self._database.writing() as connection:
            known = select(link.c.number).where(link.c.number == number)
            if connection.execute(known).first() is not None:
                return False
            write_rows(connection, link, ("number", "expires"), [(number, expires)])
            return True

    def read(self, on: date) -> Before:
        """Return all that a publication on a day begins with."""
        return read(self._database, self._keys, on)

    def commit(self, before: Before, after: After) -> bool:
        """Write a publication; False when another worker published since `before` was read."""
        return commit(self._database, self._keys, before, after)

    def meta(self) -> Meta:
        """Return what the last publication was made with."""
        with self._database.reading() as connection:
            row = connection.execute(select(meta)).one()
        last_on = (
            None if row.last_on is None else date.fromordinal(_EPOCH.toordinal() + row.last_on)
        )
        return Meta(version=row.version, last_on=last_on, method=row.method, lists=row.lists,
                    policy=row.policy)  # fmt: skip

    def report(self) -> str | None:
        """Return the report of what changed with lists or method last (JSON), None without one."""
        with self._database.reading() as connection:
            found: str | None = connection.execute(select(meta.c.report)).scalar()
        return found

    def counts(self) -> dict[str, Any]:
        """Return how many accounts there are, by what is shown, why, and wish.

        Returns
        -------
        dict
            ``accounts``, ``open_disputes``, ``asked`` (opt-in), ``forgotten``: numbers; ``state``,
            ``why`` and ``wish``: numbers by word, without those of no word.
        """
        with self._database.reading() as connection:

            def number(count: ColumnElement[Any], *where: ColumnElement[bool]) -> int:
                query = select(func.count(count)).where(*where)
                return int(connection.execute(query).scalar_one())

            def by(column: ColumnElement[Any]) -> dict[str, int]:
                some = select(column, func.count()).where(column.is_not(None))
                rows = connection.execute(some.group_by(column).order_by(column))
                return {row[0]: row[1] for row in rows}

            return {
                "accounts": number(held.c.account),
                "asked": number(held.c.asked_on),
                "open_disputes": number(dispute.c.id, dispute.c.closed_at.is_(None)),
                "forgotten": number(forgotten.c.mark),
                "state": by(held.c.state),
                "why": by(held.c.why),
                "wish": by(held.c.wish),
            }

    def close(self) -> None:
        """Let go of all connections."""
        self._database.close()


def open_cards(where: str, secret: bytes) -> Cards:
    """Return the cards of a server; made when there are none.

    Parameters
    ----------
    where
        A path, ``sqlite:///path``, or ``postgresql://user@host:port/name``.
    secret
        The server's: what was encrypted under another opens no more.

    Raises
    ------
    StoreError
        The database cannot be opened, is of a newer Fanal, or was made under another secret.
    """
    database, keys = Database(where), Keys(secret)
    try:
        _check(database, keys)
    except BaseException:
        database.close()
        raise
    return Cards(database, keys)


def _check(database: Database, keys: Keys) -> None:
    """Make the tables where there are none; refuse those made under another secret."""
    if not database.check_format():
        values = dict.fromkeys(("method", "lists", "policy"), "")
        database.make({"secret_is": keys.secret_is(), "version": 0, "serial": 0, **values})
    with database.reading() as connection:
        made_under = bytes(connection.execute(select(meta.c.secret_is)).scalar_one())
    if made_under != keys.secret_is():
        raise StoreError(
            f"{database.place}: these cards were made under another secret.",
            hint="Name their secret in the configuration; without it nothing in them opens.",
        )


def _askable(text: str) -> str:
    """Return a text as both databases take it: what they refuse is nobody's name."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return plain.replace("\0", "\ufffd")


_CARD: Final = select(*(held.c[name] for name in ("account", "handle", *SHOWN)))
