"""Accounts that share the same link in words of their own.

A link to a picture or video of the post itself is no shared link: the platform adds it. A link
comes from its host.
"""

from fanal.coordination.layers.base import ACTION, HOST, OWN_WORDS, Layer

_ATTACHED = r"^(x|twitter)\.com/[^/]+/status/[0-9]+/(photo|video)"
LAYER = Layer(
    name="url",
    title="shared the same links",
    table="posts",
    sql=f"""
SELECT DISTINCT
    object,
    {ACTION},
    {HOST.format(key="object")} AS source
FROM (
    SELECT *, unnest(url_keys) AS object
    FROM posts
    WHERE {OWN_WORDS}
)
WHERE object IS NOT NULL
    AND NOT regexp_matches(object, '{_ATTACHED}')
""",  # noqa: S608 - made of constants
)
