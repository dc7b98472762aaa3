"""A stretch of work during which Python does not look for cyclic garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
