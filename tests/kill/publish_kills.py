"""Kill a publisher at random moments: no card twice, none lost, for SQLite and PostgreSQL.

``python tests/kill/publish_kills.py --kills 100`` kills 100 times on a file; with ``--postgres`` on
a server. Half of the kills fall anywhere in the work, half within the writing of one publication.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

import postgres_server
import publishing_world as world
from fanal.store.cards_database import Database
from fanal.store.cards_tables import METADATA

HERE = Path(__file__).parent
PUBLISHER = HERE / "publisher.py"
#: Kills within a write fall in so many seconds after it begins: about what it takes.
WRITING_S = 0.06


class Kills:
    """Kills of a publisher on one database."""

    def __init__(self, where: str, seed: int) -> None:
        self.where, self.random = where, np.random.default_rng(seed)
        sys.path.insert(0, str(HERE))
        self.seconds = 0.0
        self.whole = self.undisturbed()
        self.met: Counter[str] = Counter()

    def afresh(self) -> None:
        """Empty the database."""
        if "://" not in self.where:
            for path in Path(self.where).parent.glob(f"{Path(self.where).name}*"):
                path.unlink()
            return
        database = Database(self.where)
        METADATA.drop_all(database.engine)
        database.close()

    def undisturbed(self) -> dict[str, Any]:
        """Return all that one worker leaves whom nobody disturbs, in this process."""
        import publisher

        self.afresh()
        cards = world.opened(self.where)
        begun = time.perf_counter()
        publisher.publish_left(cards)
        self.seconds = time.perf_counter() - begun
        found = world.told(cards)
        cards.close()
        self.afresh()
        return found

    def run(self, moment: tuple[int, float] | None) -> None:
        """Run a publisher, killed so many seconds after a line of it.

        Parameters
        ----------
        moment
            Line of its output (0: "ready"; n: the n-th "writing") and seconds after it.
        """
        paths = os.pathsep.join([str(HERE.parent), *sys.path])
        with subprocess.Popen(
            [sys.executable, str(PUBLISHER), self.where], stdout=subprocess.PIPE, text=True,
            encoding="utf-8", env=os.environ | {"PYTHONPATH": paths},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line.strip())
                if moment is not None and len(lines) == moment[0] + 1:
                    time.sleep(moment[1])
                    process.kill()
                    break
            process.wait()
        assert lines[0] == "ready"
        assert moment is not None or lines[-1] == "done"
        assert process.returncode in {0, -signal.SIGKILL}, "the publisher failed"

    def kill(self, number: int) -> None:
        """Kill once, look at what is left, publish what is missing, compare with the whole."""
        days = world.publications()
        if number % 2:
            write = 1 + int(self.random.integers(len(days)))
            self.run((write, float(self.random.uniform(0, WRITING_S))))
        else:
            self.run((0, float(self.random.uniform(0, self.seconds))))
        cards = world.opened(self.where)
        last = cards.meta().last_on
        self.met["nothing" if last is None else f"{days.index(last) + 1} of {len(days)}"] += 1
        contiguous(world.told(cards))
        import publisher

        publisher.publish_left(cards)
        found = world.told(cards)
        contiguous(found)
        assert found == self.whole, "a card was lost, doubled or changed"
        cards.close()
        self.afresh()


def contiguous(told: dict[str, Any]) -> None:
    """Assert that no entry of the audit is there twice, and none is missing."""
    for account, entries in told["audit"].items():
        numbers = [one["number"] for one in entries]
        assert numbers == list(range(1, len(numbers) + 1)), account


def kill_often(where: str, kills: int, seed: int) -> Counter[str]:
    """Kill as often as asked; return how many publications were found, how often."""
    killing = Kills(where, seed)
    for number in range(kills):
        killing.kill(number)
        print(f"\r{number + 1} of {kills}", end="", file=sys.stderr, flush=True)
    return killing.met


def main() -> None:
    """Kill as often as asked and say what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    if asked.postgres:
        with postgres_server.running() as url:
            print(kill_often(url, asked.kills, asked.seed), "none went wrong")
        return
    with tempfile.TemporaryDirectory() as name:
        where = str(Path(name) / "cards.sqlite")
        print(kill_often(where, asked.kills, asked.seed), "none went wrong")


if __name__ == "__main__":
    main()
