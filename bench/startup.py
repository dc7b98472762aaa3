"""How long a person waits for `fanal --help`: the whole process, median of ten."""

from __future__ import annotations

import subprocess
import sys

from measure import Measure, median_s, table

TARGET_MS = 300.0


def process_ms(*words: str) -> float:
    """Return the median time of a Python process in ms, over ten runs after one."""
    command = [sys.executable, *words]
    return 1000 * median_s(
        lambda: subprocess.run(command, check=True, capture_output=True), repeat=10
    )


def main() -> list[Measure]:
    """Measure an empty Python for comparison, `--help`, and the help of a command."""
    empty = process_ms("-c", "")
    note = f"whole process, median of 10; an empty Python takes {empty:.0f} ms"
    return [
        Measure(
            "fanal --help", process_ms("-m", "fanal", "--help"), "ms", TARGET_MS, note=note
        ),
        Measure("fanal add --help", process_ms("-m", "fanal", "add", "--help"), "ms"),
    ]


if __name__ == "__main__":
    print(table(main()))
