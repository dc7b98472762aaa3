"""What a pack holds beside the tables of its run: read once, asked by all that tells of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from fanal.case.pack_facts import (
    FACTS,
    HOURS,
    HOURS_SCHEMA,
    TEXTS,
    TEXTS_SCHEMA,
    Facts,
)
from fanal.case.pack_file import PackFile
from fanal.model.names import Level
from fanal.reports.facts import Facts as Looks
from fanal.reports.facts import Times


class Pack:
    """A pack on disk, found to be what its manifest says, and what it knows of its case.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self.file = PackFile(path)
        self.level = Level(self.file.manifest.level)
        self.facts = self.file.record(FACTS, Facts)

    def handles(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the handles of those among some accounts that stand by name."""
        wanted = set(keys)
        return {key: one for key, one in self.facts.handles.items() if key in wanted}

    def posts(self, keys: Iterable[str]) -> Mapping[str, dict[str, Any]]:
        """Return those of some posts whose words are in the pack."""
        wanted = set(keys)
        return {key: row for key, row in self._texts.items() if key in wanted}

    @cached_property
    def _texts(self) -> dict[str, dict[str, Any]]:
        if self.level is Level.COUNTS:
            return {}
        rows = self.file.table(TEXTS).select(TEXTS_SCHEMA.names).cast(TEXTS_SCHEMA)
        return {row["post"]: row for row in rows.to_pylist()}

    def look_ups(self) -> Looks:
        """Return the look-ups of a report; times to the hour, days of creation."""
        return Looks(times=self._times, created=self._created)

    def _times(self, accounts: list[str]) -> Times:
        """Return each hour as often as it has posts, and which were of accounts with a link."""
        del accounts  # those with a link that stands: the pack knows no others
        if self.level is Level.COUNTS:
            return np.zeros(0, np.int64), np.zeros(0, np.bool_)
        hours = self.file.table(HOURS).select(HOURS_SCHEMA.names).cast(HOURS_SCHEMA)
        at, posts, mine = (column.to_numpy() for column in hours.columns)
        others = np.clip(posts - mine, 0, None)
        times = np.concatenate([np.repeat(at, mine), np.repeat(at, others)])
        return times, np.arange(times.size) < mine.sum()

    def _created(self, accounts: list[str]) -> dict[str, datetime]:
        days = self.facts.created
        return {one: _moment(days[one]) for one in accounts if one in days}

    def content(self) -> tuple[int, int, datetime | None, datetime | None]:
        """Return posts, accounts, and the times of the first and the last post."""
        facts = self.facts
        return facts.posts, facts.accounts, _maybe(facts.first_us), _maybe(facts.last_us)

    def removed(self) -> int:
        """Return how many posts were removed where they stood."""
        return self.facts.removed

    def cards(self) -> tuple[int, int]:
        """Return how many platform cards there were, and about how many accounts."""
        return self.facts.cards, self.facts.described


@lru_cache(maxsize=4)
def _opened(path: Path, _changed_ns: int, _size: int) -> Pack:
    return Pack(path)


def pack_at(path: Path) -> Pack:
    """Return the pack in a file, read once as long as the file stays the same."""
    found = path.stat()
    return _opened(path, found.st_mtime_ns, found.st_size)


def _moment(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC)


def _maybe(at_us: int | None) -> datetime | None:
    return None if at_us is None else _moment(at_us)
