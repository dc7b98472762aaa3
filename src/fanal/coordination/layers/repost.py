"""Accounts that pass on the same post."""

from fanal.coordination.layers.base import ACTION, Layer

LAYER = Layer(
    name="repost",
    title="reposted the same posts",
    table="posts",
    sql=f"""
SELECT
    repost_of AS object,
    {ACTION}
FROM posts
WHERE kind IN ('repost', 'forward')
    AND repost_of IS NOT NULL
""",  # noqa: S608 - made of constants
)
