"""Accounts that answer the same post.

An account acts by answering, whatever it says; its words act in the other layers.
"""

from fanal.coordination.layers.base import ACTION, AUTHOR_IN_KEY, OWN_WORDS, Layer, authors

LAYER = Layer(
    name="reply",
    title="answered the same posts",
    table="posts",
    sql=f"""
WITH replies AS (
    SELECT
        reply_to AS object,
        {ACTION}
    FROM posts
    WHERE {OWN_WORDS}
        AND reply_to IS NOT NULL
),
authors AS (
{authors("reply_to")}
)
SELECT
    object,
    account,
    time,
    post,
    lang,
    time_precision_s,
    coalesce(author, {AUTHOR_IN_KEY}) AS source
FROM replies
LEFT JOIN authors USING (object)
""",  # noqa: S608 - made of constants
)
