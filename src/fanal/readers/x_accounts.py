"""Accounts of X by meaning, each profile once for as long as it stays the same."""

from __future__ import annotations

from typing import Any, Final

from fanal.model.keys import account_key, handle_key
from fanal.readers.base import Rows
from fanal.readers.seen import LastSeen
from fanal.readers.x_places import Lookup
from fanal.readers.x_values import count, moment, native_id

#: Accounts whose last profile is remembered, so as not to repeat it with each post.
_REMEMBERED: Final = 100_000


class XAccounts:
    """Turns account objects into rows.

    Parameters
    ----------
    rows
        The sink.
    lookup
        Finds the fields of an account.
    """

    def __init__(self, rows: Rows, lookup: Lookup) -> None:
        self._rows, self._lookup = rows, lookup
        self._profiles = LastSeen(_REMEMBERED)
        self.last_handle: str | None = None

    def add(
        self,
        one: dict[str, Any],
        account_id: str | None,
        handle: str | None,
        at: int | None,
        row: int,
    ) -> str | None:
        """Add an account as seen, and return its key; None when nothing tells which it is.

        Parameters
        ----------
        one
            The account's object; may be empty.
        account_id, handle
            What is known of it from elsewhere.
        at, row
            When and where it was seen.
        """
        found = dict(zip(self._lookup.fields, self._lookup.find(one), strict=True))
        if one and (found["handle"] is None or found["name"] is None):
            more = self._lookup.find_anywhere(one, list(found.values()))
            found = dict(zip(self._lookup.fields, more, strict=True))
        own_id = native_id(found["id"]) or account_id
        handle = found["handle"] or handle
        self.last_handle = handle
        if own_id is not None:
            key = account_key("x", own_id)
        elif handle is not None:
            key = handle_key("x", handle)
        else:
            return None
        self._observe(key, own_id, handle, found, at, row)
        return key

    def _observe(
        self,
        key: str,
        own_id: str | None,
        handle: str | None,
        found: dict[str, Any],
        at: int | None,
        row: int,
    ) -> None:
        created = moment(found["created_at"])
        profile = (
            handle.lstrip("@") if handle else None, found["name"],
            None if created is None else created[0], found["place"], found["description"],
            count(found["followers"]), count(found["following"]), count(found["posts"]),
        )  # fmt: skip
        if profile == (None,) * 8 or self._profiles.again(key, profile):
            return
        self._rows.accounts.append((key, "x", own_id, *profile, at, self._rows.input_id, row))
