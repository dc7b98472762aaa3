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
    """Return each act with the next one of another account on its object, within the window.

    All co-actions of an object lie along such chains: drawn, they show each once. O(n log n).
    """
    found: list[tuple[Act, Act]] = []
    by_object = sorted(acts, key=lambda act: (act[2], act[1], act[0]))
    for n, one in enumerate(by_object):
        for m in range(n + 1, len(by_object)):
            other = by_object[m]
            if other[2] != one[2] or other[1] - one[1] > window_us:
                break
            if other[0] != one[0]:
                found.append((one, other))
                break
    return tuple(sorted(found, key=lambda pair: (pair[0][1], pair[1][1], pair[0][2])))


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
