"""What is left of posts of X when a key moves, is renamed or goes: every key, one at a time.

    python bench/x_mutations.py

Over our own samples and, where they are present, real captures: the share of posts kept, the
share kept under the same key and account, and the keys whose loss costs a field most.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from measure import HERE, Measure, table
from shared_data import shared_folder
from x_mutations_of import Outcome, names_of, outcome, outcomes

SAMPLES = HERE.parent / "tests" / "contract" / "samples"
TARGET = 0.99
#: A loss of a field below this share of the posts is not told.
LOSS = 0.5
DEPTH = 8


def main() -> list[Measure]:
    """Mutate each sample and measure what is kept."""
    return [measure for name, items in samples() for measure in mutating(name, items)]


def samples() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (name, objects of X) of our samples and of real files."""
    yield "our capture", _captured(SAMPLES / "zeeschuimer" / "x.ndjson")
    yield "our v1.1 stream", _lines(SAMPLES / "x-v11" / "stream.jsonl", "user")
    shared = shared_folder()
    if shared is None:
        return
    data = shared / "data"
    yield (
        "real capture",
        _captured(data / "importer_zeeschuimer" / "test-files__twitter-test.ndjson"),
    )
    for name in ("get_timeline2.body1", "search_tweets4.body0"):
        text = (data / "importer_twitter_v11" / f"rtweet__{name}.json").read_text("utf-8")
        found = json.loads(text)
        yield f"real v1.1 {name}", found if isinstance(found, list) else found["statuses"]


def _captured(path: Path) -> list[dict[str, Any]]:
    return [one["data"] for one in _lines(path, "data") if one["data"].get("core")]


def _lines(path: Path, key: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [one for one in found if key in one]


def mutating(name: str, items: list[dict[str, Any]]) -> list[Measure]:
    """Measure all mutations of one sample."""
    found = list(outcomes(items, DEPTH))
    posts, kept = sum(one.posts for one in found), sum(one.kept for one in found)
    alike = sum(one.alike for one in found)
    worst = min(found, key=lambda one: one.share)
    note = (
        f"{len(found):,} mutations of {len(items)} posts; fewest kept: {worst.share:.1%} with "
        f"{'.'.join(worst.path)} {worst.how}; fields: {_losses(found, items)}"
    )
    return [
        Measure(f"posts kept, {name}", kept / posts, "share", TARGET, lower_is_better=False, note=note),
        Measure(f"kept under the same key and account, {name}", alike / posts, "share"),
    ]  # fmt: skip


def _losses(found: Iterable[Outcome], items: list[dict[str, Any]]) -> str:
    whole = outcome(items, "deleted", ("no such key",), names_of(items)).fill
    lost = {
        f"{field} by {'.'.join(one.path)} {one.how}": None
        for one in found
        for field, share in whole.items()
        if share > 0.9 and one.fill[field] < LOSS * share
    }
    shown = list(lost)[:8]
    return ", ".join(shown) + (f" and {len(lost) - 8} more" if len(lost) > 8 else "")


if __name__ == "__main__":
    print(table(main()))
