"""Real files, where they are present: nothing is lost, and the numbers are those of the files."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reading import Read

Reading = Callable[..., Read]

#: Name -> (posts, accounts, skipped, rejected): counted by hand with jq and python.
TWARC = {
    "brexit.jsonl": (155, 177, 4, 0),
    "counts.jsonl": (0, 0, 169, 0),
    "edited_after.jsonl": (2, 1, 1, 0),
    "geo_tweets.jsonl": (3, 4, 0, 0),
    "kpop.jsonl": (123, 112, 0, 0),
    "lists.jsonl": (0, 0, 6, 0),
    "noflat.jsonl": (164, 178, 2, 0),
    "streaming_output_with_error.jsonl": (11, 11, 0, 1),
    "tweets_compliance.jsonl": (0, 0, 2, 0),
    "users.jsonl": (52, 91, 0, 0),
    "withheld.jsonl": (284, 591, 1, 0),
}


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file that are JSON, by the standard library."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def listed(data: Any) -> list[dict[str, Any]]:
    """Return `data` of a page as a list."""
    return data if isinstance(data, list) else [data]


@pytest.mark.parametrize("name", sorted(TWARC))
def test_twarc_files_are_read_whole(read: Reading, fanal_data: Path, name: str) -> None:
    path = fanal_data / "data" / "importer_twarc_v2" / name
    found = read(path)
    assert found.reader.name == "twarc"
    rows = found.rows
    numbers = (rows.kept, rows.kept_accounts, rows.skipped.total(), rows.rejected.total())
    assert numbers == TWARC[name]


def test_every_post_of_twarc_files_is_there_with_its_text(
    read: Reading, fanal_data: Path
) -> None:
    for path in sorted((fanal_data / "data" / "importer_twarc_v2").glob("*.jsonl")):
        texts: dict[str, str] = {}
        reposts: dict[str, str] = {}
        for line in lines_of(path):
            some = listed(line.get("data", [])) + line.get("includes", {}).get("tweets", [])
            for tweet in some:
                if "text" in tweet:
                    texts[tweet["id"]] = tweet["text"]
                for reference in tweet.get("referenced_tweets", []):
                    if reference["type"] == "retweeted":
                        reposts[tweet["id"]] = reference["id"]
        posts = {post["post_id"]: post for post in read(path).posts}
        assert set(posts) == set(texts), path.name
        for post_id, post in posts.items():
            shown = texts.get(reposts.get(post_id, post_id), texts[post_id])
            assert post["text"] == shown
            assert (post["kind"] == "repost") == (post_id in reposts)
            assert post["time_plausible"]


def test_reposts_of_real_pages_show_more_than_140_characters(
    read: Reading, fanal_data: Path
) -> None:
    found = read(fanal_data / "data" / "importer_twarc_v2" / "brexit.jsonl")
    reposts = [post for post in found.posts if post["kind"] == "repost"]
    assert sum(post["text"].startswith("RT @") for post in reposts) == 0
    assert max(len(post["text"]) for post in reposts) > 250


def test_coortweet_reposts_are_read_with_a_mapping(read: Reading, fanal_data: Path) -> None:
    columns = {
        "post_id": "content_id",
        "account": "account_id",
        "time": "timestamp_share",
        "repost_of": "object_id",
    }
    path = fanal_data / "data" / "coortweet" / "russian_coord_tweets.parquet"
    found = read(path, mapping={"columns": columns})
    table = pq.read_table(path)
    assert len(found.posts) == table.num_rows == 35_125
    assert {post["kind"] for post in found.posts} == {"repost"}
    seconds = table["timestamp_share"].to_pylist()
    assert [post["time"] for post in found.posts] == [second * 1_000_000 for second in seconds]
    assert {post["time_precision_s"] for post in found.posts} == {1.0}


def test_minutes_of_the_ira_set_are_found_out(read: Reading, fanal_data: Path) -> None:
    path = fanal_data / "data" / "ira_troll_tweets" / "tweets_2015-02-16_2015-02-24.parquet"
    found = read(path, mapping={"time_zone": "UTC"})
    assert len(found.posts) == 3_072
    assert {post["time_precision_s"] for post in found.posts} == {60.0}
    kinds = Counter(post["kind"] for post in found.posts)
    flagged = sum(pq.read_table(path)["retweet"].to_pylist())
    assert kinds["repost"] == flagged
    assert all(post["post"].startswith("file:") for post in found.posts)
    tagged = sum("#" in (post["text"] or "") for post in found.posts)
    assert 0.9 * tagged < sum(bool(post["hashtags"]) for post in found.posts) <= tagged


def test_ordinary_accounts_of_2015_are_read_without_a_word(
    read: Reading, fanal_data: Path
) -> None:
    found = read(fanal_data / "data" / "airline_2015_normal_accounts" / "tweets.parquet")
    assert len(found.posts) == 14_640
    assert {post["platform"] for post in found.posts} == {"x"}
    assert found.rows.implausible_times == 0
    assert {post["time_precision_s"] for post in found.posts} <= {0.001, 1.0}


def test_accounts_of_the_twitter_archive_are_read(
    read: Reading, fanal_data: Path, tmp_path: Path
) -> None:
    table = pq.read_table(fanal_data / "data" / "twitter_io_users_2021" / "users.parquet")
    path = tmp_path / "users.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        writer.writerows(row.values() for row in table.to_pylist())
    found = read(path)
    assert found.reader.name == "twitter-io"
    assert (len(found.accounts), len(found.posts)) == (3_532, 0)
    # three ids of the published file went through a spreadsheet: 1.14E+18
    assert found.rows.rejected == {"an id rounded by a spreadsheet or a float": 3}
    dated = sum(account["created_at"] is not None for account in found.accounts)
    assert dated > 3_000
