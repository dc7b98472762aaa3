"""What a bench reports, and how it measures: medians, the peak of memory, a table.

A bench is a file of this folder with ``main() -> list[Measure]``. Each runs alone, too:
``python bench/startup.py``. What it needs and does not find (real data, a peer), it reports as
a measure without a value, with the reason.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: Tests and benches resolve the real data by the same code.
sys.path.insert(0, str(HERE.parent / "tests"))


@dataclass(frozen=True, slots=True)
class Measure:
    """One number, what it is measured against, and whether it reaches that.

    Parameters
    ----------
    name
        What was measured, in words.
    value
        In `unit`; None when it could not be measured, then `note` says why.
    target
        The bar in `unit`; None when the number is only reported.
    lower_is_better
        False for a rate, a recall or a precision.
    note
        Process or whole command, outputs, threads, what a peer took in the same run.
    """

    name: str
    value: float | None
    unit: str = "s"
    target: float | None = None
    lower_is_better: bool = True
    note: str = ""

    @property
    def reached(self) -> bool | None:
        """True, False, or None when there is no bar or no value."""
        if self.value is None or self.target is None:
            return None
        if self.lower_is_better:
            return self.value <= self.target
        return self.value >= self.target

    @property
    def verdict(self) -> str:
        """``met``, ``short by`` how much of the bar, or nothing."""
        if self.reached is None or self.value is None or self.target is None:
            return ""
        missing = abs(self.value - self.target)
        return "met" if self.reached else f"short by {missing:.3g} {self.unit}".rstrip()

    def cells(self) -> tuple[str, str, str, str, str]:
        """Return the row of the table: name, value, bar, verdict, note."""
        value = "-" if self.value is None else f"{self.value:.4g} {self.unit}".rstrip()
        sign = "<=" if self.lower_is_better else ">="
        bar = "" if self.target is None else f"{sign} {self.target:.4g}"
        return self.name, value, bar, self.verdict, self.note


def median_s(action: Callable[[], object], repeat: int = 5, warm: int = 1) -> float:
    """Return the median of `repeat` runs in seconds, after `warm` runs that do not count."""
    for _ in range(warm):
        action()
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def peak_mb() -> float:
    """Return the peak of this process's memory in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


def table(measures: list[Measure]) -> str:
    """Return the measures as a text table."""
    head = ("measure", "value", "target", "", "note")
    rows = [head, *(measure.cells() for measure in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
