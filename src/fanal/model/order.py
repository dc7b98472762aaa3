"""Orders that say nothing of the names behind pseudonyms.

A result is ordered by the keys of accounts: which of two is the source, which of two equal
communities comes first. Under pseudonyms that order would tell how the real keys sort, so each
is made anew from what is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fanal.model.names import Shown


def shown_ends(
    sources: Sequence[str], targets: Sequence[str], shown: Shown
) -> tuple[list[str], list[str], list[bool]]:
    """Return both ends as shown, the smaller one first, and whether they changed places.

    Parameters
    ----------
    sources, targets
        Keys of the accounts of links.
    shown
        Key -> what is shown.
    """
    names = {key: shown(key) for key in {*sources, *targets}}
    first: list[str] = []
    second: list[str] = []
    swapped: list[bool] = []
    for a, b in zip(sources, targets, strict=True):
        one, other = names[a], names[b]
        swapped.append(other < one)
        first.append(min(one, other))
        second.append(max(one, other))
    return first, second, swapped


def renumbered(accounts: Sequence[str], numbers: Sequence[int]) -> list[int]:
    """Return the communities numbered anew: by size, then by the first name shown.

    Parameters
    ----------
    accounts
        Accounts as shown.
    numbers
        Community of each.

    Examples
    --------
    >>> renumbered(["d", "c", "b", "a"], [0, 0, 1, 1])
    [1, 1, 0, 0]
    """
    size = Counter(numbers)
    least: dict[int, str] = {}
    for account, number in zip(accounts, numbers, strict=True):
        least[number] = min(least.get(number, account), account)
    order = sorted(size, key=lambda number: (-size[number], least[number]))
    place = {number: rank for rank, number in enumerate(order)}
    return [place[number] for number in numbers]
