"""Work on parts in threads that end soon after nobody waits for them any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")


class Stopped(Exception):  # noqa: N818 - no error: somebody stopped the run
    """Raised in a thread whose work nobody waits for any more."""


def in_threads(
    work: Callable[[Part], Result],
    parts: list[Part],
    threads: int,
    *,
    done: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> list[Result]:
    """Return ``work(part)`` for each part, in order, on up to `threads` threads.

    Parameters
    ----------
    done
        Called with the share of the parts that is done, after each.
    stop
        Set when the work is broken off (Ctrl-C), so that threads can look and leave.
    """
    found: list[Result] = []
    if threads <= 1 or len(parts) <= 1:
        results = map(work, parts)
        _collect(results, found, len(parts), done)
        return found
    with ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            _collect(pool.map(work, parts), found, len(parts), done)
        except BaseException:
            if stop is not None:
                stop.set()
            raise
    return found


def _collect(
    results: Iterator[Result],
    found: list[Result],
    parts: int,
    done: Callable[[float], None] | None,
) -> None:
    for result in results:
        found.append(result)
        if done is not None:
            done(len(found) / parts)
