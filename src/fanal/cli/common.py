"""What all commands share: errors into words and exit codes, progress, output files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from fanal.errors import FanalError

FAILED, USAGE, TOO_MANY_REJECTS, INTERRUPTED = 1, 2, 3, 130

Progress = Callable[[str, float, float], None]


def say(text: str = "") -> None:
    """Print one line for the person, on stderr."""
    print(text, file=sys.stderr, flush=True)


def show(text: str = "") -> None:
    """Print one line of the answer, on stdout."""
    print(text, flush=True)


def show_json(value: Any) -> None:
    """Print one JSON object on stdout, keys in order, nothing lost to ASCII."""
    import msgspec

    encoded = msgspec.json.encode(value, order="deterministic")
    show(msgspec.json.format(encoded, indent=2).decode("utf-8"))


def fail(message: str, hint: str = "", code: int = FAILED) -> NoReturn:
    """Say what went wrong and what to do next, and leave with `code`."""
    say(f"fanal: {message}")
    if hint:
        say(f"       {hint}")
    sys.exit(code)


def now_us() -> int:
    """Return the present time in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def thread_count(asked: int) -> int:
    """Return the number of threads to use: what was asked, else what the machine offers."""
    if asked > 0:
        return asked
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn errors raised on purpose, an interruption or a full disk into words and a code."""
    try:
        yield
    except FanalError as error:
        fail(error.message, error.hint)
    except KeyboardInterrupt:
        fail(
            "interrupted; nothing half-written was kept.",
            "Give the same command again to go on.",
            INTERRUPTED,
        )
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        fail(f"the system refused{place}: {error.strerror or error}.")


@contextmanager
def progress() -> Iterator[Progress]:
    """Give a callback (what, done, total): a bar on a terminal, a plain line otherwise.

    Without a terminal a line is printed at most every five seconds and at the end of a task.
    """
    bar = _bar() if sys.stderr.isatty() else None
    if bar is None:
        yield _PlainProgress()
        return
    with bar:
        yield _BarProgress(bar)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _BarProgress:
    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: float, total: float) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total or 1)
        self._bar.update(self._tasks[what], completed=done, total=total or 1)


class _PlainProgress:
    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, what: str, done: float, total: float) -> None:
        if time.monotonic() - self._last < 5:
            return
        self._last = time.monotonic()
        share = f"{100 * done / total:.0f} %" if total else f"{done:,.0f}"
        say(f"{what}: {share}")
