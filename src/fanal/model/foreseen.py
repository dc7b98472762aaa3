"""What a long step will take, told before it begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What one step is expected to take.

    Parameters
    ----------
    what
        The step: "reading 3 files".
    seconds, memory_bytes, disk_bytes
        Expected; half or double of it is no surprise.
    basis
        How it was made: "from 2,000,000 actions ..., at 0.2 microseconds each".
    """

    what: str
    seconds: float
    memory_bytes: int
    disk_bytes: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """Who wants to know beforehand.

    Parameters
    ----------
    tell
        Called with what is foreseen, before each step that may take long.
    clock
        Seconds that only grow; a step is tried out on a sample by it.
    """

    tell: Callable[[Foreseen], None]
    clock: Callable[[], float]
