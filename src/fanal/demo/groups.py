"""A group of accounts whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: What can see a hidden group: the test of pairs, of bursts, of groups; or nothing here.
Sight = Literal["pairs", "bursts", "groups", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Accounts with something in common, and whether they act in concert.

    Parameters
    ----------
    key
        Under which `words_groups` has its name and what it does.
    members
        Indexes of its accounts.
    hidden
        True: they act in concert. False: they do not, whatever it looks like.
    seen_by
        Hidden groups: by design, the weakest test that can see it. "" for innocents.
    between_us
        A group that acts once: from its first act to its last, microseconds; else empty.
    """

    key: str
    members: tuple[int, ...]
    hidden: bool
    seen_by: Sight | Literal[""] = ""
    between_us: tuple[int, ...] = ()
