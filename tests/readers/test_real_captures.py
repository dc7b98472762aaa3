"""Real captures of X, TikTok and Instagram, where they are present: nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanal.model.time import snowflake_us
from reading import Read

Reading = Callable[..., Read]
#: File -> (reader, posts, accounts, skipped, rejected): counted by hand with jq and python.
FILES = {
    "importer_zeeschuimer/test-files__twitter-test.ndjson": ("zeeschuimer", 127, 111, 0, 0),
    "importer_zeeschuimer/test-files__tiktok-test.ndjson": ("zeeschuimer", 96, 88, 0, 0),
    "importer_zeeschuimer/instagram_posts.ndjson": ("zeeschuimer", 23, 20, 0, 0),
    "importer_zeeschuimer/example-items__twitter.json": ("zeeschuimer", 1, 1, 0, 0),
    "importer_zeeschuimer/example-items__tiktok.json": ("zeeschuimer", 1, 1, 0, 0),
    "importer_zeeschuimer/test-files__twitter-test.csv": ("zeeschuimer-csv", 104, 90, 0, 0),
    "importer_zeeschuimer/test-files__tiktok-test.csv": ("zeeschuimer-csv", 96, 88, 0, 0),
    "importer_twitter_v11/osome_cs1_tweets.json": ("x-v11", 11, 11, 0, 0),
    "importer_twitter_v11/osome_cs4_streaming_v11_hashed.json": ("x-v11", 26, 26, 0, 0),
    "importer_twitter_v11/rtweet__get_retweets1.body0.json": ("x-v11", 4, 3, 0, 0),
    "importer_twitter_v11/rtweet__get_timeline2.body0.json": ("x-v11", 0, 1, 0, 0),
    "importer_twitter_v11/rtweet__get_timeline2.body1.json": ("x-v11", 154, 104, 0, 0),
    "importer_twitter_v11/rtweet__graph-network5.body0.json": ("x-v11", 7, 2, 0, 0),
    "importer_twitter_v11/rtweet__lookup_users2.body0.json": ("x-v11", 6, 6, 1, 0),
    "importer_twitter_v11/rtweet__search_tweets4.body0.json": ("x-v11", 89, 58, 0, 0),
    "importer_twitter_v11/rtweet__users.body0.json": ("x-v11", 19, 20, 5, 0),
    "importer_twitter_v11/rtweet__users.body1.json": ("x-v11", 19, 20, 4, 0),
}  # fmt: skip
CAPTURE = "importer_zeeschuimer/test-files__twitter-test.ndjson"


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_read_whole_without_options(
    read: Reading, fanal_data: Path, name: str
) -> None:
    found = read(fanal_data / "data" / name)
    rows = found.rows
    numbers = (rows.kept, rows.kept_accounts, rows.skipped.total(), rows.rejected.total())
    assert (found.reader.name, *numbers) == FILES[name]


def objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a tree."""
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from objects(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from objects(value)


def test_every_post_of_a_capture_of_x_is_there_with_its_text(
    read: Reading, fanal_data: Path
) -> None:
    path = fanal_data / "data" / CAPTURE
    texts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        for one in objects(json.loads(line)["data"]):
            if "full_text" in one.get("legacy", {}):
                note = one.get("note_tweet", {}).get("note_tweet_results", {}).get("result", {})
                texts[one["rest_id"]] = note.get("text") or one["legacy"]["full_text"]
    posts = {post["post_id"]: post for post in read(path).posts}
    assert {key: post["text"] for key, post in posts.items()} == texts
    for key, post in posts.items():
        in_id = snowflake_us(key)
        assert in_id is not None
        assert 0 <= in_id - post["time"] < 2_000_000  # the field is cut to seconds


def test_what_x_calls_accounts_and_counts_is_kept(read: Reading, fanal_data: Path) -> None:
    path = fanal_data / "data" / CAPTURE
    found = read(path)
    accounts = {row["account_id"]: row for row in found.accounts}
    counts = {row["post"]: row for row in found.counts}
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)["data"]
        user = item["core"]["user_results"]["result"]
        assert accounts[user["rest_id"]]["handle"] == user["legacy"]["screen_name"]
        row = counts["x:" + item["rest_id"]]
        assert row["likes"] == item["legacy"]["favorite_count"]
        views = item["views"].get("count")
        assert row["views"] == (None if views is None else int(views))


def test_films_and_pictures_have_their_time_and_their_tags(
    read: Reading, fanal_data: Path
) -> None:
    folder = fanal_data / "data" / "importer_zeeschuimer"
    for name in ("test-files__tiktok-test.ndjson", "instagram_posts.ndjson"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        posts = read(folder / name).posts
        for post, line in zip(posts, lines, strict=True):
            item = json.loads(line)["data"]
            assert post["time"] == 1_000_000 * (item.get("createTime") or item["taken_at"])
            assert post["time_source"] == "field"
            marked = {
                tag["hashtagName"] for tag in item.get("textExtra", ()) if tag["hashtagName"]
            }
            assert {tag.casefold() for tag in marked} <= set(post["hashtags"] or ())


def test_ids_of_films_and_pictures_hold_their_time(read: Reading, fanal_data: Path) -> None:
    folder = fanal_data / "data" / "importer_zeeschuimer"
    for name, key in (("tiktok-test", b'"createTime"'), ("posts", b'"taken_at"')):
        (path,) = folder.glob(f"*{name}.ndjson")
        with_times = read(path).posts
        without = read(path.read_bytes().replace(key, b'"no_time"'), "a.ndjson").posts
        apart = [abs(a["time"] - b["time"]) for a, b in zip(with_times, without, strict=True)]
        assert (
            sorted(apart)[len(apart) // 2] < 120_000_000
        )  # ids are made when uploading begins
        assert {post["time_source"] for post in without} == {"id"}
