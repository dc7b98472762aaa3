"""Accounts that use the same hashtag in words of their own."""

from fanal.coordination.layers.base import ACTION, NO_SOURCE, OWN_WORDS, Layer

LAYER = Layer(
    name="hashtag",
    title="used the same hashtags",
    table="posts",
    sql=f"""
SELECT DISTINCT
    object,
    {ACTION},
    {NO_SOURCE}
FROM (
    SELECT *, unnest(hashtags) AS object
    FROM posts
    WHERE {OWN_WORDS}
)
WHERE object IS NOT NULL
""",  # noqa: S608 - made of constants
)
