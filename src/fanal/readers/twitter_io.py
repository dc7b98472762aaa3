"""The information-operations archive of Twitter: CSV of posts, CSV of accounts.

1. Header variants of 2018 to 2022 differ in a few names; the columns decide, not their order.
2. Times are UTC to the minute; ids of small accounts are hashed by Twitter, and stay as given.
3. A file of accounts (``*_users_csv_*``) has no posts: it fills `accounts` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fanal.model.time import parse_time, time_zone
from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.delimited import delimited_sample, delimited_table, separator_in
from fanal.readers.mapped import Mapped, Table
from fanal.readers.mapping import require
from fanal.readers.quoted import Batch
from fanal.readers.sources import head as head_of
from fanal.readers.values import RoundedIdError, count_value, id_value, text_value

#: Columns that together are found nowhere else.
_POSTS: Final = frozenset({"tweetid", "userid", "tweet_text", "tweet_time"})
_ACCOUNTS: Final = frozenset({"userid", "user_screen_name", "account_creation_date"})
#: Field -> names in the variants of the archive.
_COLUMNS: Final = {
    "post_id": ("tweetid",),
    "account": ("userid",),
    "handle": ("user_screen_name",),
    "time": ("tweet_time",),
    "text": ("tweet_text",),
    "lang": ("tweet_language",),
    "is_repost": ("is_retweet",),
    "repost_of": ("retweet_tweetid",),
    "reply_to": ("in_reply_to_tweetid",),
    "quote_of": ("quoted_tweet_tweetid",),
    "urls": ("urls",),
    "hashtags": ("hashtags",),
    "mentions": ("user_mentions",),
    "client": ("tweet_client_name",),
    "display_name": ("user_display_name",),
    "created_at": ("account_creation_date",),
    "declared_place": ("user_reported_location",),
    "description": ("user_profile_description",),
    "followers": ("follower_count",),
    "following": ("following_count",),
    "likes": ("like_count",),
    "reposts": ("retweet_count",),
    "replies": ("reply_count",),
    "quotes": ("quote_count",),
}  # fmt: skip


def is_ours(names: Sequence[str]) -> bool:
    """Tell whether the columns are those of the archive."""
    found = {name.strip().lower() for name in names}
    return found >= _POSTS or found >= _ACCOUNTS


def _sniff(head: Head) -> float:
    sample = delimited_sample(head)
    return 1.0 if sample is not None and is_ours(sample.names) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    head = head_of(source)
    names, found = delimited_table(source, separator_in(head), rows)
    names = [name.lower() for name in names]
    # 1. which columns are there
    columns = {
        field: name
        for field, variants in _COLUMNS.items()
        for name in variants
        if name in names
    }
    if "account" not in columns:
        require(columns, names, source.name)
    if "post_id" not in columns or "time" not in columns:
        _read_accounts(found, names, rows, source)
        return
    # 2. UTC, to the minute
    mapping: dict[str, Any] = {"platform": "x", "time_zone": "UTC", "columns": columns}
    mapped = Mapped(source, mapping, settings, rows, _without_hashes)
    places = [names.index(column) for column in mapped.columns]
    for batch in found:
        mapped.add_all(batch.columns(places), batch.lines, batch.raws.__getitem__)


def _without_hashes(table: Table) -> None:
    """Leave a hashed account without a handle: its hash stands there."""
    for field in ("handle", "display_name"):
        if field in table and "account" in table:
            pairs = zip(table[field], table["account"], strict=True)
            table[field] = ["" if shown == account else shown for shown, account in pairs]


def _read_accounts(
    found: Iterator[Batch], names: list[str], rows: Rows, source: Source
) -> None:
    # 3. accounts only
    for batch in found:
        for line, fields, raw in zip(batch.lines, batch.fields, batch.raws, strict=True):
            _account(dict(zip(names, fields, strict=True)), line, raw, rows, source)
        rows.flush_if_full()


def _account(cells: dict[str, str], line: int, raw: bytes, rows: Rows, source: Source) -> None:
    try:
        account_id = id_value(cells.get("userid"))
        reason = "no account"
    except RoundedIdError as error:
        account_id, reason = None, str(error)
    if account_id is None:
        rows.reject(f"{source.name}:{line}", "userid", reason, raw)
        return
    shown = {name: "" if cell == cells["userid"] else cell for name, cell in cells.items()}
    rows.accounts.append(
        (
            f"x:{account_id}", "x", account_id, text_value(shown.get("user_screen_name")),
            text_value(shown.get("user_display_name")),
            _day(cells.get("account_creation_date")),
            text_value(cells.get("user_reported_location")),
            text_value(cells.get("user_profile_description")),
            count_value(cells.get("follower_count")), count_value(cells.get("following_count")),
            None, None, rows.input_id, line,
        )
    )  # fmt: skip


def _day(value: Any) -> int | None:
    try:
        return parse_time(value, zone=time_zone("UTC"), day_first=False)[0] if value else None
    except ValueError:
        return None


READER = Reader(
    name="twitter-io",
    version=1,
    title="Twitter's information-operations archive (CSV of posts or of accounts)",
    blind_spot=(
        "The archive holds accounts that Twitter itself tied to an operation and removed: without "
        "ordinary accounts beside them, what is usual on the platform cannot be seen in it."
    ),
    sniff=_sniff,
    read=_read,
)
