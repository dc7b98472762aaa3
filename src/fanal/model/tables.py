"""The tables of a case: the one list of columns, types, units and meanings.

Readers write these rows, ``store/`` keeps them, analyses read them. Column order here is the
order of the tuples that readers hand over. Every time is microseconds since 1970 in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "int64", "uint64", "float64", "bool", "day", "time", "texts"]

#: Written into each Parquet part; a newer number is refused with the version to install.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type, and what a value (or null) in it means."""

    name: str
    type: ColumnType
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its columns in order, and the columns that order its rows."""

    name: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return tuple(column.name for column in self.columns)


POSTS = Table(
    "posts",
    (
        Column(
            "post",
            "text",
            "key of the post, unique in the world (model/keys.py)",
            required=True,
        ),
        Column("platform", "text", "x, bsky, mastodon, telegram, ... or other", required=True),
        Column("post_id", "text", "the platform's own id; null when the source gives none"),
        Column("account", "text", "key of the account that posted", required=True),
        Column("time", "time", "best known time of the post, UTC; null when unknown"),
        Column("time_claimed", "time", "time as the source says it, UTC; null when not said"),
        Column("time_source", "text", "where `time` comes from: field | id"),
        Column(
            "time_precision_s", "float64", "seconds: 1, 60, 86400 ...; 0.001 for milliseconds"
        ),
        Column(
            "time_plausible",
            "bool",
            "false: kept and counted, left out of windows",
            required=True,
        ),
        Column("kind", "text", "post | repost | reply | quote | forward", required=True),
        Column(
            "text",
            "text",
            "as posted; of a repost: the full text of what is reposted, if known",
        ),
        Column("lang", "text", "BCP 47 tag as the source says it; null when unknown"),
        Column("repost_of", "text", "post key of what is reposted or forwarded"),
        Column("reply_to", "text", "post key of what is answered"),
        Column("quote_of", "text", "post key of what is quoted"),
        Column("urls", "texts", "links as given, expanded where the source has the expansion"),
        Column("url_keys", "texts", "identity of each of `urls` (model/url.py), same order"),
        Column("hashtags", "texts", "without #, case folded"),
        Column("mentions", "texts", "handles or account ids as the source gives them"),
        Column(
            "media_hashes",
            "texts",
            "pictures and films: content hash or the platform's id of an upload, prefixed",
        ),
        Column("client", "text", "the program posted from, as the source says it"),
        Column("source_input", "text", "id of the input the row comes from", required=True),
        Column(
            "source_row", "int64", "line or row number in that input, from 1", required=True
        ),
    ),
    ("source_input", "source_row", "post"),
)

ACCOUNTS = Table(
    "accounts",
    (
        Column("account", "text", "key of the account", required=True),
        Column("platform", "text", "as in posts", required=True),
        Column("account_id", "text", "the platform's own id"),
        Column("handle", "text", "without @"),
        Column("display_name", "text", "as shown"),
        Column("created_at", "time", "when the account was created, UTC"),
        Column("declared_place", "text", "what the profile says, as written"),
        Column("description", "text", "what the profile says, as written"),
        Column("followers", "int64", "count"),
        Column("following", "int64", "count"),
        Column("posts", "int64", "count"),
        Column("observed_at", "time", "when these values were true, UTC; null when unknown"),
        Column("source_input", "text", "id of the input the row comes from", required=True),
        Column(
            "source_row", "int64", "line or row number in that input, from 1", required=True
        ),
    ),
    ("account", "observed_at", "source_input", "source_row"),
)

COUNTS = Table(
    "counts",
    (
        Column("post", "text", "key of the post", required=True),
        Column("at", "time", "when these counts were true, UTC; null when unknown"),
        Column("likes", "int64", "count"),
        Column("reposts", "int64", "count"),
        Column("replies", "int64", "count"),
        Column("quotes", "int64", "count"),
        Column("views", "int64", "count"),
        Column("bookmarks", "int64", "count"),
        Column("source_input", "text", "id of the input the row comes from", required=True),
        Column(
            "source_row", "int64", "line or row number in that input, from 1", required=True
        ),
    ),
    ("post", "at", "source_input", "source_row"),
)

REMOVALS = Table(
    "removals",
    (
        Column("post", "text", "key of the post; null: all posts of the account"),
        Column("account", "text", "key of the account whose post it was", required=True),
        Column("at", "time", "when the post was removed, UTC; null when unknown"),
        Column("source", "text", "what says so: delete event | account deleted", required=True),
        Column("source_input", "text", "id of the input the row comes from", required=True),
        Column(
            "source_row", "int64", "line or row number in that input, from 1", required=True
        ),
    ),
    ("post", "account", "at", "source_input", "source_row"),
)

CARDS = Table(
    "cards",
    (
        Column("account", "text", "key of the account that the card is about", required=True),
        Column("platform", "text", "as in posts", required=True),
        Column("handle", "text", "without @, as the card says it"),
        Column("captured_at", "time", "when the card was seen, UTC; null when not said"),
        Column(
            "capture",
            "text",
            "session JSON | HAR | data export | third party | typed in",
            required=True,
        ),
        Column("captured_by", "text", "who saw it, as the user says it"),
        Column("based_in", "text", "where the platform says the account is based, as given"),
        Column(
            "place_code",
            "text",
            "ISO 3166-1 code of `based_in`; null for regions, cities and ambiguous names",
        ),
        Column(
            "location_accurate", "bool", "as the platform says it; null when it does not say"
        ),
        Column("source_channel", "text", "web, or a country's app store, as given"),
        Column("handle_changes", "int64", "how often the handle was changed"),
        Column("last_handle_change", "time", "when it was last changed, UTC"),
        Column("raw", "text", "the card as it stands in the source; null when forgotten"),
        Column("source_sha256", "text", "hash of the file the card comes from", required=True),
        Column("source_input", "text", "id of the input the row comes from", required=True),
        Column(
            "source_row", "int64", "line or row number in that input, from 1", required=True
        ),
    ),
    ("account", "captured_at", "source_input", "source_row"),
)

REJECTED = Table(
    "rejected",
    (
        Column("input", "text", "id of the input", required=True),
        Column("position", "text", "file:line, file:row or file:item", required=True),
        Column("column", "text", "column or field at fault; null when the whole record is"),
        Column("reason", "text", "what was expected and what was got", required=True),
        Column("raw", "text", "at most 4 KiB of the record as it stands; null when forgotten"),
        Column("raw_sha256", "text", "hash of the whole record", required=True),
    ),
    ("input", "position"),
)

#: Tables that readers fill.
READ_TABLES = (POSTS, ACCOUNTS, COUNTS, REMOVALS, CARDS, REJECTED)
