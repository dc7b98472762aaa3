"""The process that gets killed: says it is ready, then adds files or looks for links."""

from __future__ import annotations

import sys
from pathlib import Path


def work(what: str, case: str, files: list[str]) -> None:
    """Add `files` to a case, which is made when missing; or run `coordinate` on it."""
    from fanal.case import create_case, open_case

    if what == "coordinate":  # loaded now, so that the kill meets the work and not the imports
        import fanal.case.coordinating  # noqa: F401
    print("ready", flush=True)
    made = (Path(case) / "case.sqlite").exists()
    opened = open_case(case) if made else create_case(case)
    if what == "add":
        opened.add(files, now=1)
    else:
        opened.coordinate(now=1, shuffles=0)
    print("done", flush=True)


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], sys.argv[3:])
