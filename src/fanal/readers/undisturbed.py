"""Work during which Python looks for cyclic garbage more rarely: rows make many tuples, no cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

T = TypeVar("T")
#: Records between two looks for cyclic garbage.
_EVERY: Final = 5_000


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold the search for cyclic garbage off while one batch is made into rows.

    A batch makes ten thousands of tuples and lists and no cycle; the search, set off by every
    700 of them, took a quarter of the time. It goes on between batches.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def calmly(found: Iterable[T]) -> Iterator[T]:
    """Yield records; cyclic garbage is looked for once in `_EVERY` of them, not every 700 objects."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        for count, one in enumerate(found, 1):
            yield one
            if not count % _EVERY:
                gc.collect(1)
    finally:
        if was_on:
            gc.enable()
