"""Rows of accounts out of what a table says beside each post, once until it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from fanal.readers.base import Row, Rows
from fanal.readers.cells import Column
from fanal.readers.seen import LastSeen
from fanal.readers.values import count_value, text_value

#: Fields of a table that describe an account, in the order of a row of `accounts`.
PROFILE: Final = (
    "handle", "display_name", "created_at", "declared_place", "description", "followers",
    "following", "posts",
)  # fmt: skip
#: Accounts whose last profile is remembered, so as not to repeat it with each post.
_REMEMBERED: Final = 200_000
_NOTHING: Final = (None,) * len(PROFILE)


class Profiles:
    """Adds rows of accounts.

    Parameters
    ----------
    fields
        Fields that the file has.
    platform
        Prefix of the keys.
    time_of
        Cell -> microseconds, or None.
    rows
        The sink.
    """

    def __init__(
        self,
        fields: Iterable[str],
        platform: str,
        time_of: Callable[[Any], int | None],
        rows: Rows,
    ) -> None:
        fields = set(fields)
        self._given = tuple(field for field in PROFILE if field in fields)
        self._platform = platform
        self._time_of = time_of
        self._rows = rows
        self._last = LastSeen(_REMEMBERED)

    def add(
        self,
        table: Mapping[str, Column],
        accounts: list[str],
        account_ids: list[str | None],
        lines: Iterable[int],
    ) -> int:
        """Add the accounts whose profile is not the one last met, and return their number.

        Parameters
        ----------
        table
            Field -> cells.
        accounts, account_ids
            Keys and native ids; an account without a key is none.
        lines
            Where each record begins.
        """
        if not self._given:
            return 0
        before = len(self._rows.accounts)
        again, observed = self._last.again, table.get("observed_at")
        profiles = zip(*(table[field] for field in self._given), strict=True)
        for place, (profile, line) in enumerate(zip(profiles, lines, strict=True)):
            account = accounts[place]
            if not account or again(account, profile):
                continue
            values = self._values(dict(zip(self._given, profile, strict=True)))
            if values != _NOTHING:
                at = self._time_of(observed[place]) if observed is not None else None
                self._rows.accounts.append(
                    (
                        account, self._platform, account_ids[place], *values, at,
                        self._rows.input_id, line,
                    )
                )  # fmt: skip
        return len(self._rows.accounts) - before

    def _values(self, profile: Mapping[str, Any]) -> Row:
        said = profile.get
        return (
            (text_value(said("handle")) or "").strip().removeprefix("@") or None,
            text_value(said("display_name")),
            self._time_of(said("created_at")),
            text_value(said("declared_place")),
            text_value(said("description")),
            count_value(said("followers")), count_value(said("following")),
            count_value(said("posts")),
        )  # fmt: skip
