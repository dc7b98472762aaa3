"""What the terminal says while a command works: what is to come, how far it is, how fast."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanal.cli.common import one_line, say

if TYPE_CHECKING:
    from fanal.model.foreseen import Foreseen, Foresight

Progress = Callable[[str, float, float], None]

#: Steps that take less are not announced, seconds.
SHORT_S = 10.0
#: Seconds between two lines where there is no terminal.
LINE_S = 5.0


def foresight(place: Path | None = None) -> Foresight:
    """Return who announces steps that take more than ten seconds, and reads the clock.

    Parameters
    ----------
    place
        Where the step writes: too little room there is said.
    """
    from fanal.model.foreseen import Foresight

    def tell(step: Foreseen) -> None:
        if step.seconds >= SHORT_S:
            say(announced(step))
            _room(step, place)

    return Foresight(tell=tell, clock=time.monotonic)


def announced(step: Foreseen) -> str:
    """Return what a step will take, in one sentence."""
    disk = f", {_bytes(step.disk_bytes)} of disk" if step.disk_bytes else ""
    return (
        f"{step.what}: about {_time(step.seconds)}, up to {_bytes(step.memory_bytes)} of memory"
        f"{disk} ({step.basis}). Ctrl-C stops it."
    )


def _room(step: Foreseen, place: Path | None) -> None:
    try:
        free = shutil.disk_usage(place or Path()).free
    except OSError:
        return
    if step.disk_bytes > free:
        say(f"only {_bytes(free)} are free there: it may not fit.")


def _bytes(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def say_if_compiling() -> None:
    """Announce that kernels will be compiled, if no compiled form of them is found."""
    if not is_compiled():
        say("compiling first, some 20 seconds; kept for later where a folder can be written.")


def is_compiled() -> bool:
    """Return whether the kernels left a compiled form from an earlier run."""
    import fanal

    named = os.environ.get("NUMBA_CACHE_DIR")
    package = Path(fanal.__file__).parent / "kernels" / "__pycache__"
    places = [Path(named)] if named else [package, _users_cache()]
    return any(any(place.rglob("*.nbi")) for place in places if place.is_dir())


def _users_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "numba"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "numba"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"


@contextmanager
def progress(*, of_bytes: bool = False) -> Iterator[Progress]:
    """Give a callback (what, done, total): a bar on a terminal, plain lines otherwise.

    Without a terminal a line is printed at most every five seconds.

    Parameters
    ----------
    of_bytes
        What is done are bytes, where the total is known, and posts where it is not.
    """
    pace = _Pace(of_bytes=of_bytes)
    bar = _bar() if sys.stderr.isatty() else None
    if bar is None:
        yield _PlainProgress(pace)
        return
    with bar:
        yield _BarProgress(bar, pace)


class _Pace:
    """How fast each task goes, from its first report on."""

    def __init__(self, *, of_bytes: bool) -> None:
        self._of_bytes = of_bytes
        self._began: dict[str, tuple[float, float]] = {}

    def rate(self, what: str, done: float) -> float:
        """Return what is done a second; 0 while nobody can know."""
        now = time.monotonic()
        began, first = self._began.setdefault(what, (now, done))
        if done < first:  # another file of the same name
            self._began[what] = (now, done)
            return 0.0
        return (done - first) / (now - began) if now > began else 0.0

    def words(self, rate: float, total: float) -> str:
        """Return a rate in words; empty where a number says nothing."""
        if self._of_bytes and total:
            return f"{rate / 1e6:.1f} MB/s" if rate else ""
        if rate < 10:
            return ""
        return f"{rate:,.0f} {'posts' if self._of_bytes else 'pairs of actions'}/s"


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


class _BarProgress:
    def __init__(self, bar: Any, pace: _Pace) -> None:
        self._bar, self._pace = bar, pace
        self._tasks: dict[str, Any] = {}

    def __call__(self, what: str, done: float, total: float) -> None:
        rate = self._pace.words(self._pace.rate(what, done), total)
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(
                one_line(what), total=total or None, rate=rate
            )
        self._bar.update(self._tasks[what], completed=done, total=total or None, rate=rate)


class _PlainProgress:
    def __init__(self, pace: _Pace) -> None:
        self._pace = pace
        self._last = time.monotonic()

    def __call__(self, what: str, done: float, total: float) -> None:
        rate = self._pace.rate(what, done)
        if time.monotonic() - self._last < LINE_S:
            return
        self._last = time.monotonic()
        said = [f"{100 * done / total:.0f} %" if total else f"{done:,.0f} posts"]
        said += [words] if (words := self._pace.words(rate, total)) else []
        if rate and total:
            said.append(f"about {_time((total - done) / rate)} left")
        say(f"{what}: {', '.join(said)}")
