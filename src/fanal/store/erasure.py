"""What is to be erased: the posts, accounts, names and addresses that must not stay.

1. Accounts asked for; with a time limit also accounts of which only older posts were there.
2. Posts asked for, posts of these accounts, posts before the limit. Each gets a token that stands
   for it where others repost, answer or quote it: same post, same token, no way back, for the key
   of the hash is thrown away.
3. Names: handles and native ids. Addresses: those in which such a name stands as a piece.
"""
# ruff: noqa: S608 - names come from model/tables.py, paths are quoted

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from fanal.store.query import PartsByTable, scan_sql

#: A native id shorter than this is no reason to erase an address in which it stands.
SHORTEST_NAME_IN_URL = 5
ERASED = "erased"

#: Pieces of an address that could be a name.
_PIECES = "regexp_extract_all(lower(url), '[^/?&=#]+')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person asked to erase.

    Parameters
    ----------
    accounts
        Account keys, or ``@handle``.
    posts
        Post keys.
    before
        Microseconds since 1970, UTC: posts and observations before it; None: no such limit.
    """

    accounts: Sequence[str] = ()
    posts: Sequence[str] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What must not stay.

    Parameters
    ----------
    accounts
        Account keys.
    posts
        Post key -> the token that stands for it.
    handles
        Handles and native ids of accounts, lower case, without ``@``.
    names
        `handles`, and native ids of posts.
    urls
        Addresses in which one of `names` stands.
    """

    accounts: frozenset[str]
    posts: Mapping[str, str]
    handles: frozenset[str]
    names: frozenset[str]
    urls: frozenset[str]


def what_goes(
    connection: duckdb.DuckDBPyConnection, folder: Path, parts: PartsByTable, wanted: Wanted
) -> Gone:
    """Return what must not stay, for what a person asked."""
    stated = [*parts.get("posts", []), *parts.get("posts_duplicate", [])]
    connection.execute(
        "CREATE TEMP VIEW rows_of_posts AS "
        + (scan_sql(folder, stated) if stated else "SELECT * FROM posts LIMIT 0")
    )
    _make_accounts(connection, wanted)
    _make_posts(connection, wanted)
    _make_names(connection)
    _make_urls(connection)
    return Gone(
        accounts=_texts(connection, "SELECT account FROM gone_account"),
        posts=dict(connection.sql("SELECT post, token FROM gone_post").fetchall()),
        handles=_texts(connection, "SELECT name FROM gone_handle"),
        names=_texts(connection, "SELECT name FROM gone_name"),
        urls=_texts(connection, "SELECT url FROM gone_url"),
    )


def _texts(connection: duckdb.DuckDBPyConnection, sql: str) -> frozenset[str]:
    return frozenset(row[0] for row in connection.sql(sql).fetchall())


def _make_accounts(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    # 1. asked for, or emptied by the limit
    keys = [key for key in wanted.accounts if not key.startswith("@")]
    handles = [key[1:].lower() for key in wanted.accounts if key.startswith("@")]
    connection.execute(
        "CREATE TEMP TABLE gone_account AS SELECT DISTINCT account FROM ("
        " SELECT unnest($keys::VARCHAR[]) AS account UNION ALL"
        " SELECT account FROM accounts WHERE list_contains($handles::VARCHAR[], lower(handle))"
        " UNION ALL"
        " SELECT account FROM cards WHERE list_contains($handles::VARCHAR[], lower(handle)))",
        {"keys": keys, "handles": handles},
    ).fetchall()
    connection.execute(
        "CREATE TEMP TABLE old AS SELECT DISTINCT r.post, r.account FROM rows_of_posts AS r"
        " SEMI JOIN (SELECT post FROM posts WHERE time < make_timestamptz($before::BIGINT)"
        "  UNION ALL SELECT post FROM rows_of_posts WHERE time < make_timestamptz($before::BIGINT))"
        " AS p ON p.post = r.post",
        {"before": wanted.before},
    ).fetchall()
    connection.execute(  # accounts of which nothing but old posts is left
        "INSERT INTO gone_account SELECT DISTINCT account FROM old"
        " ANTI JOIN (SELECT account FROM rows_of_posts ANTI JOIN old USING (post)) AS r"
        " USING (account) ANTI JOIN gone_account AS g USING (account)"
    ).fetchall()


def _make_posts(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    # 2. each with its token
    connection.execute(
        "CREATE TEMP TABLE gone_post AS SELECT DISTINCT post,"
        f" '{ERASED}:' || substr(sha256($key || post), 1, 16) AS token FROM ("
        " SELECT unnest($posts::VARCHAR[]) AS post UNION ALL SELECT post FROM old UNION ALL"
        " SELECT post FROM rows_of_posts SEMI JOIN gone_account USING (account))",
        {"key": secrets.token_hex(32), "posts": list(wanted.posts)},
    ).fetchall()


def _make_names(connection: duckdb.DuckDBPyConnection) -> None:
    # 3. names
    native = "ltrim(substr({0}, instr({0}, ':') + 1), '@')"
    connection.execute(
        "CREATE TEMP TABLE gone_handle AS SELECT DISTINCT lower(name) AS name FROM ("
        f" SELECT {native.format('account')} AS name FROM gone_account UNION ALL"
        " SELECT handle FROM accounts SEMI JOIN gone_account USING (account) UNION ALL"
        " SELECT handle FROM cards SEMI JOIN gone_account USING (account) UNION ALL"
        " SELECT account_id FROM accounts SEMI JOIN gone_account USING (account))"
        " WHERE name <> ''"
    ).fetchall()
    connection.execute(
        "CREATE TEMP TABLE gone_name AS SELECT DISTINCT lower(name) AS name FROM ("
        " SELECT name FROM gone_handle UNION ALL"
        f" SELECT {native.format('post')} FROM gone_post WHERE NOT starts_with(post, 'file:')"
        " UNION ALL SELECT post_id FROM rows_of_posts SEMI JOIN gone_post USING (post))"
        " WHERE name <> ''"
    ).fetchall()


def _make_urls(connection: duckdb.DuckDBPyConnection) -> None:
    # 3. addresses
    connection.execute(
        "CREATE TEMP TABLE gone_url AS WITH address AS ("
        " SELECT DISTINCT unnest(urls) AS url FROM rows_of_posts UNION"
        " SELECT DISTINCT unnest(url_keys) FROM rows_of_posts),"
        f" piece AS (SELECT url, unnest({_PIECES}) AS name FROM address)"
        " SELECT DISTINCT url FROM piece JOIN gone_name ON trim(piece.name, '@:.') = gone_name.name"
        f" WHERE length(gone_name.name) >= {SHORTEST_NAME_IN_URL}"
    ).fetchall()
