"""How each account was last seen, in little memory: a number for each, not its profile."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class LastSeen:
    """Tells whether an account looks as it did when it was last met.

    Of an account and its profile only hashes of 64 bits are kept, about 100 bytes for both,
    however long its description. That two profiles of one account have the same hash, and the
    second is not kept, happens once in 10^19.

    Parameters
    ----------
    limit
        Accounts remembered; then all are forgotten, and profiles repeat.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._last: dict[int, int] = {}

    def again(self, key: str, profile: Hashable) -> bool:
        """Tell whether `key` was last seen with this very profile, and remember it."""
        account, now = hash(key), _number(profile)
        if self._last.get(account) == now:
            return True
        if len(self._last) >= self._limit:
            self._last.clear()
        self._last[account] = now
        return False


def _number(profile: Any) -> int:
    try:
        return hash(profile)
    except TypeError:  # a list or an object inside a cell
        return hash(repr(profile))
