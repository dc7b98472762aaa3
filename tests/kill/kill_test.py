"""Kill at random moments: the case opens, verifies, and the repeated command completes.

``python tests/kill/kill_test.py --kills 100`` does 100 kills, half of `add`, half of
`coordinate`; the suite does a few. Each kill falls at a moment drawn evenly over the time that
the work takes when nobody disturbs it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.case import Case, create_case, open_case

WORKER = Path(__file__).with_name("worker.py")
FILES, POSTS_PER_FILE, ACCOUNTS, LINKS = 3, 1500, 60, 40
#: 2024-01-01, seconds since 1970.
START_S = 1_704_067_200


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What the kills met."""

    kills: int = 0
    before: int = 0
    between: int = 0
    after: int = 0
    orphans: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        names = self.__dataclass_fields__
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})


def make_files(folder: Path, rng: np.random.Generator) -> list[Path]:
    """Write CSV files of posts; a fifth of each file's posts stands in the one before too."""
    files = []
    for number in range(FILES):
        file = folder / f"posts-{number}.csv"
        start = number * POSTS_PER_FILE * 4 // 5
        lines = ["id,user_id,created_at,text,lang"]
        for row in range(start, start + POSTS_PER_FILE):
            account, link = 10**8 + int(rng.integers(ACCOUNTS)), int(rng.integers(LINKS))
            at = START_S + int(rng.integers(86_400))
            lang = "fr" if number else ""
            lines.append(f"{10**17 + row},{account},{at},see https://a.example/{link},{lang}")
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        files.append(file)
    return files


def run(what: str, case: Path, files: list[Path], after_s: float | None) -> tuple[bool, float]:
    """Run the worker, kill it after some seconds of work; return (it was done, seconds)."""
    words = [sys.executable, str(WORKER), what, str(case), *map(str, files)]
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        begun = time.perf_counter()
        if after_s is not None:
            time.sleep(after_s)
            process.kill()
        done = process.stdout.readline() == "done\n"
        seconds = time.perf_counter() - begun
        process.wait()
        if os.name == "posix":  # a worker that failed by itself was not killed
            assert process.returncode in {0, -signal.SIGKILL}, "the worker failed"
        return done, seconds


class Adding:
    """Kills of `add`."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        self._case, self._files = folder / "add.case", files
        reference = create_case(folder / "reference.case")
        self._counts = {item.name: item.kept for item in reference.add(files, now=1)}
        self._posts = reference.table("posts")
        _, self.seconds = run("add", folder / "timed.case", files, None)

    def kill(self, after_s: float) -> Tally:
        """Kill once, check what is left, complete it, check that; start afresh."""
        run("add", self._case, self._files, after_s)
        made = (self._case / "case.sqlite").exists()
        case = open_case(self._case) if made else create_case(self._case)
        found = {item.name: item.kept for item in case.inputs()}
        assert found == {name: self._counts[name] for name in list(self._counts)[: len(found)]}
        assert case.verify() == []
        assert case.table("posts").num_rows == len(set(_keys(case)))
        orphans = len(case._folder.unlisted())
        done = case.add(self._files, now=1)
        expected = ["already there"] * len(found) + ["added"] * (len(self._files) - len(found))
        assert [item.status for item in done] == expected
        assert case.verify() == []
        assert case.table("posts").equals(self._posts), "a row was lost, doubled or changed"
        shutil.rmtree(self._case)
        return _tally(len(found), len(self._files), orphans)


class Coordinating:
    """Kills of `coordinate`."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        self._whole = folder / "whole.case"
        create_case(self._whole).add(files, now=1)
        self._case = folder / "coordinate.case"
        shutil.copytree(self._whole, self._case)
        run("coordinate", self._case, [], None)  # compiles what is compiled once
        self._tables = _tables(open_case(self._case))
        self._afresh()
        _, self.seconds = run("coordinate", self._case, [], None)
        self._afresh()

    def _afresh(self) -> None:
        shutil.rmtree(self._case)
        shutil.copytree(self._whole, self._case)

    def kill(self, after_s: float) -> Tally:
        """Kill once, check what is left, complete it, check that; start afresh."""
        run("coordinate", self._case, [], after_s)
        case = open_case(self._case)
        assert case.verify() == []
        found, orphans = len(case.runs()), len(case._folder.unlisted())
        if found:
            assert _tables(case) == self._tables
        case.coordinate(now=1, shuffles=0)
        assert len(case.runs()) == 1
        assert case.verify() == []
        assert _tables(case) == self._tables
        self._afresh()
        return _tally(found, 1, orphans)


def _keys(case: Case) -> list[str]:
    keys: list[str] = case.table("posts").column("post").to_pylist()
    return keys


def _tables(case: Case) -> dict[str, pa.Table]:
    result: Any = case.run(case.runs()[0].id)
    return {name: getattr(result, name) for name in ("edges", "evidence", "communities")}


def _tally(found: int, whole: int, orphans: int) -> Tally:
    return Tally(
        kills=1,
        before=int(found == 0),
        between=int(0 < found < whole),
        after=int(found == whole),
        orphans=int(orphans > 0),
    )


def kill_often(folder: Path, kills: int, seed: int) -> Tally:
    """Kill `add` and `coordinate` in turn; raise AssertionError at the first that goes wrong."""
    rng = np.random.default_rng(seed)
    files = make_files(folder, rng)
    works: list[Adding | Coordinating] = [Adding(folder, files), Coordinating(folder, files)]
    tally = Tally()
    for number in range(kills):
        work = works[number % 2]
        tally += work.kill(float(rng.uniform(0, work.seconds)))
    return tally


def main() -> None:
    """Kill as often as asked and say what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(kill_often(Path(name), asked.kills, asked.seed), "none went wrong")


if __name__ == "__main__":
    main()
