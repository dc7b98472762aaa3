"""Every real file of posts or accounts is read without a word, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fanal.readers.sources import sources
from reading import Read, read_source
from shared_data import shared_folder

Reading = Callable[..., Read]

FOLDERS = (
    "importer_*", "bluesky_posts", "telegram_*", "pheme_rumours", "reddit_ira_accounts",
)  # fmt: skip
#: What is no data of posts or accounts: words about the files, cassettes of HTTP traffic.
NO_DATA = (".md", ".yaml", "LICENSE", "manifest.json", "_metadata.json")
#: Folder, file -> (reader, posts, accounts, skipped, rejected); as in docs/readers.md.
COUNTS = {
    ("bluesky_posts", "archive.parquet"): ("table", 1_413, 15, 0, 0),
    ("bluesky_posts", "corpus.parquet"): ("table", 498, 0, 0, 0),
    ("bluesky_posts", "feed_posts.parquet"): ("table", 749, 426, 0, 0),
    ("bluesky_posts", "stream_sample.csv"): ("table", 200, 0, 0, 0),
    ("importer_bluesky_jetstream", "expected_v1.jsonl"): ("jetstream", 32, 0, 120, 0),
    ("importer_mastodon", "public_timeline_2020-04-16.json"): ("mastodon", 20, 19, 0, 0),
    ("telegram_forwards", "posts_2022-02_2022-04.parquet"): ("table", 148_202, 203, 0, 0),
    ("telegram_ru_news", "posts.parquet"): ("table", 22_099, 0, 0, 0),
    ("reddit_ira_accounts", "comments.parquet"): ("table", 6_711, 156, 0, 0),
    ("reddit_ira_accounts", "users.parquet"): ("table", 0, 940, 3, 0),
}


def data_files() -> list[Path]:
    """Return the files of posts or accounts; none where the real data is absent."""
    folder = shared_folder()
    if folder is None:
        return []
    found = [path for name in FOLDERS for path in (folder / "data").glob(f"{name}/*")]
    return sorted(path for path in found if not path.name.endswith(NO_DATA))


@pytest.mark.parametrize(
    "path",
    data_files() or [None],
    ids=lambda path: f"{path.parent.name}-{path.name}" if path else "",
)
def test_a_file_is_read_without_options(path: Path | None) -> None:
    if path is None:
        pytest.skip("real data not present (FANAL_DATA names its folder)")
    (source,) = sources([path])
    found = read_source(source)
    rows = found.rows
    assert rows.kept == len(found.posts)
    assert rows.rejected.total() == len(found.rejected)
    assert found.records or rows.kept_accounts
    expected = COUNTS.get((path.parent.name, path.name))
    if expected is not None:
        numbers = (rows.kept, rows.kept_accounts, rows.skipped.total(), rows.rejected.total())
        assert (found.reader.name, *numbers) == expected


def test_a_line_of_a_stream_is_kept_skipped_or_rejected(
    read: Reading, fanal_data: Path
) -> None:
    path = fanal_data / "data" / "importer_bluesky_jetstream" / "expected_v1.jsonl"
    found = read(path)
    assert found.records == len(path.read_bytes().splitlines()) == 152
    (removal,) = found.removals
    assert removal["source"] == "delete event"
    assert {post["kind"] for post in found.posts} == {"post", "reply", "repost"}
    # the service's clock stands beside what the author's program claims
    assert all(post["time"] != post["time_claimed"] for post in found.posts)


def test_messages_of_two_channels_with_one_number_are_two(
    read: Reading, fanal_data: Path
) -> None:
    found = read(fanal_data / "data" / "telegram_ru_news" / "posts.parquet")
    assert len({post["post_id"] for post in found.posts}) == 19_656
    assert len({post["post"] for post in found.posts}) == 22_099
    assert all(post["account"].startswith("telegram:channel") for post in found.posts)


def test_forwards_that_name_their_message_are_reposts_of_it(
    read: Reading, fanal_data: Path
) -> None:
    found = read(fanal_data / "data" / "telegram_forwards" / "posts_2022-02_2022-04.parquet")
    forwards = [post for post in found.posts if post["kind"] == "repost"]
    assert len(forwards) == 31_650
    named = sum(post["repost_of"] is not None for post in forwards)
    assert named > 20_000


def test_a_column_named_utc_is_utc(read: Reading, fanal_data: Path) -> None:
    found = read(fanal_data / "data" / "reddit_ira_accounts" / "comments.parquet")
    assert {post["platform"] for post in found.posts} == {"reddit"}
    assert all(post["time_plausible"] for post in found.posts)
    assert all(post["account"].startswith("reddit:@") for post in found.posts)
    replies = [post["reply_to"] for post in found.posts]
    assert all(reply.startswith(("reddit:t1_", "reddit:t3_")) for reply in replies)


def test_html_leaves_no_tag_in_a_text(read: Reading, fanal_data: Path) -> None:
    path = fanal_data / "data" / "importer_mastodon" / "public_timeline_2020-04-16.json"
    found = read(path)
    assert not any("<" in post["text"] or "&amp;" in post["text"] for post in found.posts)
    assert all(post["post"].startswith("mastodon:https://") for post in found.posts)
