"""What all commands share: errors into words and exit codes, progress, output files."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from fanal.errors import FanalError
from fanal.reports.harmless import plain

FAILED, USAGE, TOO_MANY_REJECTS, INTERRUPTED = 1, 2, 3, 130


#: What an escape in JSON or TOML must stand for on a screen: control characters, surrogates,
#: and what turns or hides the text around it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069"
    "\ufeff\ud800-\udfff]"
)
_NOT_ASCII = re.compile("[^\t\n\x20-\x7e]")


def say(text: str = "") -> None:
    """Print one line for the person, on stderr, without anything that steers a terminal."""
    print(plain(text), file=sys.stderr, flush=True)


def show(text: str = "") -> None:
    """Print one line of the answer, on stdout, without anything that steers a terminal."""
    print(plain(text), flush=True)


def show_json(value: Any) -> None:
    """Print one JSON object on stdout, keys in order, nothing lost.

    What steers a terminal is escaped; so is all but ASCII where stdout is not UTF-8.
    """
    import msgspec

    encoded = msgspec.json.encode(_encodable(value), order="deterministic")
    text = msgspec.json.format(encoded, indent=2).decode("utf-8")
    print(_escaped(text, astral=_surrogates), flush=True)


def show_toml(text: str) -> None:
    """Print TOML on stdout, escaped as `show_json` escapes."""
    print(_escaped(text, astral=lambda number: f"\\U{number:08x}"), flush=True)


def one_line(text: str) -> str:
    """Return a text from outside as a part of one line: no line ends, nothing that steers."""
    return " ".join(plain(text).split())


def write_what_can_be_written() -> None:
    """Let stdout and stderr escape what their encoding lacks, instead of breaking off."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _encodable(value: Any) -> Any:
    """Replace halves of characters, such as file names that are not UTF-8 hold."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not _whole(value) else value
    if isinstance(value, Mapping):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(one) for one in value]
    return value


def _whole(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _escaped(text: str, *, astral: Callable[[int], str]) -> str:
    utf8 = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    pattern = _UNSAFE if utf8 else _NOT_ASCII

    def escape(found: re.Match[str]) -> str:
        number = ord(found[0])
        return f"\\u{number:04x}" if number <= 0xFFFF else astral(number)

    return pattern.sub(escape, text)


def _surrogates(number: int) -> str:
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


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
