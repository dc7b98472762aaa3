"""How fast twarc JSONL becomes rows, and committed parts: one process; memory for 2 GB.

    python bench/pages.py [MEGABYTES of the large file, default 2000]

A page of synthetic posts of real shape (invented names and texts) is multiplied with fresh ids.
The pages of the real sample set are timed too where that is present: their posts have other
sizes and other shares of reposts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from fanal.readers.base import Rows, Settings, Source
from fanal.readers.sources import sources
from fanal.readers.x_twarc import READER
from measure import Measure, median_s, table
from shared_data import shared_folder

SMALL_MB = 160
TARGET_MB_S = 40.0
TARGET_PEAK_MB = 500.0

WORDS: list[str] = [
    "harbour",
    "quay",
    "ferry",
    "notice",
    "town",
    "bridge",
    "morning",
    "card",
    "blue",
    "north",
    "lamp",
    "water",
    "boat",
    "crew",
    "island",
    "market",
    "road",
    "winter",
    "line",
    "school",
    "train",
    "paper",
    "garden",
    "river",
    "window",
    "street",
    "letter",
    "music",
]
CONTEXT = {
    "domain": {
        "id": "65",
        "name": "Interests and Hobbies Vertical",
        "description": "Top level",
    },
    "entity": {"id": "800000000000000001", "name": "Boats", "description": "Boats and ships"},
}
POSTS_A_PAGE = 100
#: Digits that all ids of posts begin with; other digits make fresh ids.
PREFIX = 152_000
#: Different pages; the rest of a file repeats them with fresh ids.
PAGES = 60

#: Adds a file to a new case and prints seconds (of a clock or of all cores together, whichever
#: is more: the target is per core), posts kept and the peak of memory in MB.
ADD = """
import sys, time
sys.path.insert(0, sys.argv[1])
import fanal
from measure import peak_mb
began, worked = time.perf_counter(), time.process_time()
added = fanal.create_case(sys.argv[2]).add([sys.argv[3]], now=0)
print(max(time.perf_counter() - began, time.process_time() - worked), added[0].kept, peak_mb())
"""


def main(megabytes: int = 2000) -> list[Measure]:
    """Measure reading alone, adding to a case, and the peak of memory on a large file."""
    with tempfile.TemporaryDirectory() as folder:
        small = written(Path(folder) / "small.jsonl", SMALL_MB)
        large = Path(folder) / "large.jsonl"
        return [
            reading("synthetic pages", [small], TARGET_MB_S),
            *real_pages(),
            *adding(Path(folder), small, "small"),
            *adding(Path(folder), written(large, megabytes), "large"),
        ]


def real_pages() -> list[Measure]:
    """Measure the real sample set, twenty times over, where it is present."""
    shared = shared_folder()
    if shared is None:
        return [Measure("twarc to rows, real pages", None, "MB/s", note="no real data here")]
    paths = sorted((shared / "data" / "importer_twarc_v2").glob("*.jsonl"))
    return [reading("real pages", paths * 20, None)]


def reading(name: str, paths: list[Path], target: float | None) -> Measure:
    """Measure bytes to rows."""
    found = list(sources(paths))
    size = sum(path.stat().st_size for path in paths) / 1e6
    kept = sum(posts_of(source) for source in found)
    taken = median_s(lambda: [posts_of(source) for source in found], repeat=3, warm=0)
    note = f"{size:.0f} MB, {kept / taken:,.0f} posts/s; in process, one thread, median of 3"
    return Measure(
        f"twarc to rows, {name}", size / taken, "MB/s", target, lower_is_better=False, note=note
    )


def adding(folder: Path, path: Path, name: str) -> list[Measure]:
    """Measure bytes to committed parts in a process of its own, and its peak of memory."""
    size = path.stat().st_size / 1e6
    runs = [
        added(folder / f"{name}{run}.case", path) for run in range(3 if name == "small" else 1)
    ]
    taken = statistics.median(run[0] for run in runs)
    kept, peak = runs[0][1], max(run[2] for run in runs)
    note = f"{size:.0f} MB, {kept:,.0f} posts; hashing, rows, Parquet, commit; per core, median of {len(runs)}"
    return [
        Measure(
            f"twarc to committed parts, {size:.0f} MB", size / taken, "MB/s", TARGET_MB_S,
            lower_is_better=False, note=note,
        ),
        Measure(f"its peak of memory, {size:.0f} MB", peak, "MB", TARGET_PEAK_MB),
    ]  # fmt: skip


def added(case: Path, path: Path) -> tuple[float, float, float]:
    """Add a file to a new case; return seconds, posts and peak memory in MB."""
    command = [sys.executable, "-c", ADD, str(Path(__file__).parent), str(case), str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    seconds, kept, peak = done.stdout.split()
    return float(seconds), float(kept), float(peak)


def posts_of(source: Source) -> int:
    """Read a source, throw its rows away, return the number of posts."""
    rows = Rows("bench", lambda _name, _rows: None)
    READER.read(source, Settings(), rows)
    rows.finish()
    return rows.kept


def written(path: Path, megabytes: int) -> Path:
    """Write pages, again and again with fresh ids, until the file is as large as asked."""
    pages = synthetic_pages(np.random.default_rng(2))
    lines = b"".join(msgspec.json.encode(next(pages)) + b"\n" for _ in range(PAGES))
    with path.open("wb") as file:
        fresh = PREFIX
        while file.tell() < megabytes * 1_000_000:
            file.write(lines.replace(b'"%d' % PREFIX, b'"%d' % fresh))
            fresh += 1
    return path


def synthetic_pages(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield pages: 55 % reposts, 15 % replies, 8 % quotes; originals and authors in includes."""
    number = 0
    while True:
        number += 1
        first = PREFIX * 10**13 + number * 10_000_000
        originals = [post(random, first + n) for n in range(20)]
        data = [post(random, first + 1000 + n) for n in range(POSTS_A_PAGE)]
        for one in data:
            refer(random, one, originals)
        yield {
            "data": data,
            "includes": {
                "users": [user(random, n) for n in random.integers(1, 50_000, 110)],
                "tweets": originals,
            },
            "meta": {
                "result_count": POSTS_A_PAGE,
                "newest_id": str(first),
                "next_token": "b26v8",
            },
            "__twarc": {
                "url": "https://api.twitter.com/2/tweets/search/all?query=harbour",
                "version": "2.14.0",
                "retrieved_at": "2022-05-02T00:00:00+00:00",
            },
        }


def refer(
    random: np.random.Generator, one: dict[str, Any], originals: list[dict[str, Any]]
) -> None:
    """Make a post a repost, a reply or a quote of an original."""
    original = originals[int(random.integers(len(originals)))]
    share = random.random()
    if share < 0.55:
        one["text"] = f"RT @harbour_desk: {original['text'][:120]}…"
        one["referenced_tweets"] = [{"type": "retweeted", "id": original["id"]}]
    elif share < 0.78:
        kind = "replied_to" if share < 0.70 else "quoted"
        one["referenced_tweets"] = [{"type": kind, "id": original["id"]}]


def post(random: np.random.Generator, number: int) -> dict[str, Any]:
    """Return a post with the fields that X API v2 gives when all are asked for."""
    words = random.choice(WORDS, 24).tolist()
    link = (
        f"https://news{random.integers(400)}.example/story/{random.integers(5000)}?utm_source=x"
    )
    return {
        "id": str(number),
        "author_id": str(random.integers(1, 50_000)),
        "text": " ".join(words) + f" #{words[0]} https://t.co/{number % 99999}",
        "created_at": "2022-05-01T08:00:00.000Z",
        "conversation_id": str(number),
        "lang": "en",
        "source": "Twitter for Android",
        "reply_settings": "everyone",
        "possibly_sensitive": False,
        "edit_history_tweet_ids": [str(number)],
        "public_metrics": {
            "retweet_count": 3, "reply_count": 1, "like_count": 9, "quote_count": 0,
            "impression_count": 250,
        },
        "entities": {
            "hashtags": [{"start": 0, "end": 8, "tag": words[0]}],
            "mentions": [{"start": 3, "end": 9, "username": words[1], "id": "4242"}],
            "urls": [
                {
                    "start": 80, "end": 103, "url": "https://t.co/aaaa", "expanded_url": link,
                    "display_url": "news.example/story", "status": 200, "title": " ".join(words[:8]),
                    "description": " ".join(words), "unwound_url": link,
                }
            ],
            "annotations": [{"start": 1, "end": 9, "probability": 0.52, "type": "Place"}],
        },
        "context_annotations": [CONTEXT] * 4,
    }  # fmt: skip


def user(random: np.random.Generator, number: int) -> dict[str, Any]:
    """Return an account with the fields that X API v2 gives."""
    return {
        "id": str(number),
        "username": f"made_up_{number}",
        "name": f"Made Up {number}",
        "created_at": "2019-03-04T10:00:00.000Z",
        "location": "Saint-Exemple",
        "description": " ".join(random.choice(WORDS, 18)),
        "profile_image_url": f"https://pbs.example/profile_images/{number}/normal.jpg",
        "protected": False,
        "verified": False,
        "url": "https://t.co/zzzz",
        "public_metrics": {
            "followers_count": 120, "following_count": 80, "tweet_count": 4000, "listed_count": 2
        },
        "entities": {"url": {"urls": [{"start": 0, "end": 23, "url": "https://t.co/zzzz"}]}},
    }  # fmt: skip


if __name__ == "__main__":
    print(table(main(*map(int, sys.argv[1:]))))
