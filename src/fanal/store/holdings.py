"""What a case holds, in counts: posts, accounts, texts, times, silences; and what is alike in it.

Each question is one statement over the parts; no table is loaded.
"""
# ruff: noqa: S608 - the queries of layers are constants of `coordination/layers`

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from fanal.store.folder import Folder, Snapshot

_HOUR_US = 3600 * 1_000_000
_DAY_US = 24 * _HOUR_US

#: One row: what posts have.
_CONTENT = """
SELECT
    count(*) AS posts,
    count(DISTINCT account) AS accounts,
    count(*) FILTER (WHERE time IS NULL) AS without_time,
    count(*) FILTER (WHERE time IS NOT NULL AND NOT time_plausible) AS implausible,
    count(*) FILTER (WHERE coalesce(text, '') <> '') AS with_text,
    count(*) FILTER (WHERE len(urls) > 0) AS with_urls,
    count(*) FILTER (WHERE len(hashtags) > 0) AS with_hashtags,
    min(epoch_us(time)) FILTER (WHERE time_plausible) AS first_us,
    max(epoch_us(time)) FILTER (WHERE time_plausible) AS last_us
FROM posts
"""
_KINDS = "SELECT kind, count(*) AS posts FROM posts GROUP BY kind ORDER BY posts DESC, kind"
_PRECISIONS = """
SELECT time_precision_s AS precision_s, count(*) AS posts
FROM posts
WHERE time_plausible
    AND time IS NOT NULL
    AND time_precision_s IS NOT NULL
GROUP BY precision_s
ORDER BY posts DESC, precision_s
"""
#: One row: how many accounts were seen once, and twice.
_SEEN = """
SELECT
    count(*) FILTER (WHERE posts = 1) AS once,
    count(*) FILTER (WHERE posts = 2) AS twice
FROM (SELECT account, count(*) AS posts FROM posts GROUP BY account)
"""
#: One row: the longest silence, the middling one, and the hours in which something was posted.
_SILENCES = f"""
WITH times AS (
    SELECT epoch_us(time) AS moment
    FROM posts
    WHERE time_plausible
        AND time IS NOT NULL
),
gaps AS (
    SELECT moment, moment - lag(moment) OVER (ORDER BY moment) AS gap
    FROM times
)
SELECT
    max(gap) AS longest_us,
    arg_max(moment, (gap, -moment)) FILTER (WHERE gap IS NOT NULL) AS ended_us,
    median(gap) AS median_us,
    count(DISTINCT moment // {_HOUR_US}) AS hours,
    count(*) AS timed
FROM gaps
"""
_BUSIEST_HOUR = f"""
SELECT epoch_us(time) // {_HOUR_US} * {_HOUR_US} AS hour_us, count(*) AS posts
FROM posts
WHERE time_plausible
    AND time IS NOT NULL
GROUP BY hour_us
ORDER BY posts DESC, hour_us
LIMIT 1
"""
_BY_INPUT = """
SELECT
    source_input AS input,
    count(*) AS posts,
    count(DISTINCT account) AS accounts,
    count(*) FILTER (WHERE kind IN ('repost', 'forward')) AS reposts,
    count(*) FILTER (WHERE kind IN ('repost', 'forward') AND repost_of IS NULL) AS unnamed
FROM posts
GROUP BY input
ORDER BY input
"""
_FIRST_POSTS = """
SELECT post, account, epoch_us(time) AS time_us
FROM posts
WHERE time_plausible
    AND time IS NOT NULL
ORDER BY time, post
LIMIT 3
"""
#: How many accounts that posted were created on each day.
_CREATED = f"""
SELECT created // {_DAY_US} AS day, count(*) AS accounts
FROM (
    SELECT account, min(epoch_us(created_at)) AS created
    FROM accounts SEMI JOIN posts USING (account)
    WHERE created_at IS NOT NULL
    GROUP BY account
)
GROUP BY day
ORDER BY day
"""


#: What several accounts acted on; `objects` counts all such objects.
_CARRIED = """
SELECT
    object,
    count(DISTINCT account) AS accounts,
    count(*) AS actions,
    min(time) AS first_us,
    max(time) AS last_us,
    arg_min(account, (time, post)) AS first_account,
    arg_min(post, (time, post)) AS first_post,
    count(*) OVER () AS objects
FROM ({query})
WHERE time IS NOT NULL
GROUP BY object
HAVING count(DISTINCT account) >= 2
ORDER BY accounts DESC, last_us - first_us, object
LIMIT {most}
"""


Rows = list[dict[str, Any]]


def holdings(
    folder: Folder, state: Snapshot, layers: Mapping[str, tuple[str, int]], threads: int = 0
) -> dict[str, Rows]:
    """Return what a state of a case holds: name of a question -> its rows.

    Parameters
    ----------
    folder, state
        The case, and which state of it is asked.
    layers
        Layer -> (query over `posts` that gives object, account, time, post; how many of its
        objects are wanted). Only objects of two accounts or more are given, in ``carried``.
    threads
        Threads; 0: all.
    """

    def question(connection: duckdb.DuckDBPyConnection, _: Snapshot) -> dict[str, Rows]:
        found = {name: _rows(connection, sql) for name, sql in _QUESTIONS.items()}
        found["carried"] = [
            {"layer": layer} | row
            for layer, (query, most) in layers.items()
            for row in _rows(connection, _CARRIED.format(query=query, most=int(most)))
        ]
        return found

    return folder.ask_of(state, question, threads=threads)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    rows: Rows = connection.sql(sql).to_arrow_table().to_pylist()
    return rows


_QUESTIONS = {
    "content": _CONTENT,
    "kinds": _KINDS,
    "precisions": _PRECISIONS,
    "seen": _SEEN,
    "silences": _SILENCES,
    "busiest_hour": _BUSIEST_HOUR,
    "inputs": _BY_INPUT,
    "first_posts": _FIRST_POSTS,
    "created": _CREATED,
}
