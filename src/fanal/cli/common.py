"""What all commands share: errors into words and exit codes, progress, output files."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from fanal.errors import FanalError

FAILED, USAGE, TOO_MANY_REJECTS, INTERRUPTED = 1, 2, 3, 130


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
    except KeyboardInterrupt as stopped:
        fail(
            f"interrupted; {str(stopped) or 'nothing half-written was kept.'}",
            "Give the same command again to go on.",
            INTERRUPTED,
        )
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(FAILED)
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        fail(f"the system refused{place}: {error.strerror or error}.")
