"""What accounts and objects are called in whatever leaves a case: counts, pseudonyms, or names.

Levels, each showing less than the next:

- ``counts``: no account, object, text, and no row of one account.
- ``protected``: pseudonyms; no text but copies that many accounts carry; times to the minute.
- ``named``: as protected, but for the accounts that may be named and were asked
  (`case.naming` has the rule).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

#: Text of an account's or object's key -> what is shown.
Shown = Callable[[str], str]


class Level(StrEnum):
    """How much of people an output shows."""

    COUNTS = "counts"
    PROTECTED = "protected"
    NAMED = "named"


def nobody(key: str) -> bool:
    """Return that no account stands by its name."""
    del key
    return False


def everybody(key: str) -> bool:
    """Return that every account stands by its name."""
    del key
    return True


@dataclass(frozen=True, slots=True)
class Names:
    """How one output names what it shows.

    Parameters
    ----------
    named
        True: everybody and everything by name, verbatim, to the second; for invented worlds and
        for the screen of who works on the case. False: as `level` says.
    account
        Key of an account -> what is shown for it in running text.
    key
        Key of an account -> its identity in tables: the key itself, or the pseudonym.
    object
        An object (link, tag, text, post key) -> itself, or its pseudonym ``O-xxxxxxxx``.
    level
        What may be shown at all. At ``counts`` the three above serve to order, never to show.
    known
        Key of an account, or what `key` gives for it -> whether it stands by its name: only of
        these may a text or a time to the second be shown.
    """

    named: bool
    account: Shown
    key: Shown
    object: Shown
    level: Level = Level.PROTECTED
    known: Callable[[str], bool] = nobody


def pseudonymous(pseudonym: Shown, level: Level = Level.PROTECTED) -> Names:
    """Return names that hide accounts and objects behind a case's own pseudonyms.

    Parameters
    ----------
    pseudonym
        Any text -> ``A-xxxxxxxx``, under a key that stays in the case.
    level
        ``protected`` or ``counts``.
    """

    def thing(text: str) -> str:
        return "O" + pseudonym("object " + text)[1:]

    return Names(named=False, account=pseudonym, key=pseudonym, object=thing, level=level)


def named(handles: Mapping[str, str]) -> Names:
    """Return names that show accounts by handle where one is known, by key elsewhere."""

    def account(key: str) -> str:
        handle = handles.get(key)
        return f"@{handle}" if handle else key

    return Names(
        named=True,
        account=account,
        key=lambda key: key,
        object=lambda text: text,
        level=Level.NAMED,
        known=everybody,
    )


def some_named(pseudonym: Shown, handles: Mapping[str, str], known: Collection[str]) -> Names:
    """Return names that show the accounts `known` by name, and hide all else.

    Parameters
    ----------
    pseudonym
        As for `pseudonymous`.
    handles
        Key of an account -> its handle, where there is one.
    known
        Keys of the accounts that may be named, as `case.naming` finds them.
    """
    hidden, shown, those = pseudonymous(pseudonym), named(handles), frozenset(known)

    def account(key: str) -> str:
        return shown.account(key) if key in those else hidden.account(key)

    def identity(key: str) -> str:
        return key if key in those else hidden.key(key)

    return replace(
        hidden, account=account, key=identity, level=Level.NAMED, known=those.__contains__
    )
