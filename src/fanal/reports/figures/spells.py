"""The busiest spells of a long period: what to look at closely, minute by minute.

1. Acts further apart than `QUIET` windows belong to different spells.
2. Of each spell, count the joint acts: those with another account's act on the same object
   within the window.
3. Keep the spells with most joint acts, then most acts, then the earliest; in order of time.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Account's row, time in microseconds, object's number.
Act = tuple[int, int, int]
#: Windows, and seconds, without an act that end a spell.
QUIET = 5
QUIET_S = 120.0
MOST = 4


@dataclass(frozen=True, slots=True)
class Spell:
    """Acts in order of time, the pairs of them that are co-actions (neighbours in time)."""

    acts: tuple[Act, ...]
    joined: tuple[tuple[Act, Act], ...]

    @property
    def joint(self) -> set[Act]:
        """Acts that have a co-action."""
        return {act for pair in self.joined for act in pair}


def joined(acts: list[Act], window_us: int) -> tuple[tuple[Act, Act], ...]:
    """Return pairs of acts that show every joint act, once or more, not every co-action.

    Each act with the next one of another account on its object, within the window; an act that
    only follows others, with the last of those. O(n log n), more where one account repeats itself.
    """
    by_object = sorted(acts, key=lambda act: (act[2], act[1], act[0]))
    found = {
        (one, other)
        for n, one in enumerate(by_object)
        if (other := _partner(one, by_object, n, 1, window_us))
    }
    told = {act for pair in found for act in pair}
    found |= {
        (other, one)
        for n, one in enumerate(by_object)
        if one not in told and (other := _partner(one, by_object, n, -1, window_us))
    }
    return tuple(sorted(found, key=lambda pair: (pair[0][1], pair[1][1], pair)))


def _partner(one: Act, acts: list[Act], n: int, way: int, window_us: int) -> Act | None:
    """Return the nearest act of another account on the object, after (1) or before (-1)."""
    n += way
    while 0 <= n < len(acts):
        other = acts[n]
        if other[2] != one[2] or abs(other[1] - one[1]) > window_us:
            return None
        if other[0] != one[0]:
            return other
        n += way
    return None


def spells(acts: list[Act], window_us: int) -> list[Spell]:
    """Return all spells, in order of time (1, 2)."""
    quiet = max(QUIET * window_us, int(QUIET_S * 1e6))
    ordered = sorted(acts, key=lambda act: (act[1], act[0], act[2]))
    groups: list[list[Act]] = []
    for act in ordered:
        if not groups or act[1] - groups[-1][-1][1] > quiet:
            groups.append([])
        groups[-1].append(act)
    return [Spell(tuple(group), joined(group, window_us)) for group in groups]


def busiest(acts: list[Act], window_us: int, most: int = MOST) -> list[Spell]:
    """Return the spells with most joint acts, in order of time (3)."""
    ranked = sorted(
        spells(acts, window_us), key=lambda s: (-len(s.joint), -len(s.acts), s.acts[0][1])
    )
    worth = [spell for spell in ranked if spell.joined] or ranked[:1]
    return sorted(worth[:most], key=lambda spell: spell.acts[0][1])
