"""Run every bench of this folder in turn, each in a process of its own; print one table.

    python bench/run.py [NAME ...]

Ends with 1 when a bench fails, never because a number falls short: the table says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from measure import Measure, table  # noqa: E402

#: Runs one bench and writes down what it measured; what it prints goes through.
ONE = """
import dataclasses, importlib, json, sys
folder, name, out = sys.argv[1:]
sys.path.insert(0, folder)
sys.argv = [name]
measures = importlib.import_module(name).main() or []
with open(out, "w", encoding="utf-8") as file:
    json.dump([dataclasses.asdict(measure) for measure in measures], file)
"""


#: Benches that take many minutes: only when named (`make bench-large`).
ASKED_FOR = frozenset(
    {
        "about_attack",
        "about_cards",
        "about_ingest_large",
        "about_update_large",
        "large",
        "reader_memory_large",
    }
)


def benches(wanted: list[str]) -> list[str]:
    """Return the names of the files that have a `main`, in order; only those wanted, if any."""
    names = [
        path.stem
        for path in sorted(HERE.glob("*.py"))
        if path.stem not in {"run", "measure"}
        and "\ndef main(" in path.read_text(encoding="utf-8")
    ]
    missing = set(wanted) - set(names)
    if missing:
        sys.exit(f"bench: no such bench: {', '.join(sorted(missing))}; there are {names}")
    return wanted or [name for name in names if name not in ASKED_FOR]


def measured(name: str) -> list[Measure] | None:
    """Run one bench in a process of its own; None when it failed."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measures.json"
        command = [sys.executable, "-c", ONE, str(HERE), name, str(out)]
        if subprocess.run(command, check=False).returncode:
            return None
        return [Measure(**row) for row in json.loads(out.read_text(encoding="utf-8"))]


def main() -> int:
    """Run what was asked for and print the table."""
    found: list[Measure] = []
    failed: list[str] = []
    for name in benches(sys.argv[1:]):
        began = time.perf_counter()
        print(f"bench {name} ...", file=sys.stderr, flush=True)
        measures = measured(name)
        print(f"bench {name}: {time.perf_counter() - began:.1f} s", file=sys.stderr, flush=True)
        found += measures or []
        if measures is None:
            failed.append(name)
    print(table(found))
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    keep(found)
    return 1 if failed else 0


def keep(found: list[Measure]) -> None:
    """Write the measures to `bench/out/`, which is not part of the repository."""
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    rows = [asdict(measure) | {"reached": measure.reached} for measure in found]
    text = json.dumps(rows, indent=2, ensure_ascii=False)
    (out / "measures.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
