"""What accounts and objects are called in whatever leaves a case: pseudonyms, or names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Text of an account's or object's key -> what is shown.
Shown = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Names:
    """How one output names what it shows.

    Parameters
    ----------
    named
        True: real names, verbatim text, times to the second. False: pseudonyms, texts and
        links withheld, times to the minute.
    account
        Key of an account -> what is shown for it in running text.
    key
        Key of an account -> its identity in tables: the key itself, or the pseudonym.
    object
        An object (link, tag, text, post key) -> itself, or its pseudonym ``O-xxxxxxxx``.
    """

    named: bool
    account: Shown
    key: Shown
    object: Shown


def pseudonymous(pseudonym: Shown) -> Names:
    """Return names that hide accounts and objects behind a case's own pseudonyms.

    Parameters
    ----------
    pseudonym
        Any text -> ``A-xxxxxxxx``, under a key that stays in the case.
    """

    def thing(text: str) -> str:
        return "O" + pseudonym("object " + text)[1:]

    return Names(named=False, account=pseudonym, key=pseudonym, object=thing)


def named(handles: dict[str, str]) -> Names:
    """Return names that show accounts by handle where one is known, by key elsewhere."""

    def account(key: str) -> str:
        handle = handles.get(key)
        return f"@{handle}" if handle else key

    return Names(named=True, account=account, key=lambda key: key, object=lambda text: text)
