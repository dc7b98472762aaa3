"""Accounts that pass on the same post.

The source of a post is its account: as the post in the file says it, else as its key does, else
the account that the words "RT @handle:" name.
"""

from fanal.coordination.layers.base import ACTION, AUTHOR_IN_KEY, Layer, authors

LAYER = Layer(
    name="repost",
    title="reposted the same posts",
    table="posts",
    sql=rf"""
WITH reposts AS (
    SELECT
        repost_of AS object,
        {ACTION},
        lower(nullif(regexp_extract(text, '^RT @(\w{{1,50}}):', 1), '')) AS named
    FROM posts
    WHERE kind IN ('repost', 'forward')
        AND repost_of IS NOT NULL
),
authors AS (
{authors("repost_of")}
),
handles AS (
    SELECT lower(handle) AS named, min(account) AS holder
    FROM accounts
    WHERE platform = 'x' AND handle IS NOT NULL
    GROUP BY lower(handle)
    HAVING count(DISTINCT account) = 1
)
SELECT
    object,
    account,
    time,
    post,
    lang,
    time_precision_s,
    coalesce(author, {AUTHOR_IN_KEY}, holder, 'x:@' || named) AS source
FROM reposts
LEFT JOIN authors USING (object)
LEFT JOIN handles USING (named)
""",  # noqa: S608 - made of constants
)
