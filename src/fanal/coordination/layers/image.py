"""Accounts that show the same picture or film in posts of their own.

Known by what the export gives: a hash of the content, or the platform's own id of an upload
(docs/readers.md, "Pictures").
"""

from fanal.coordination.layers.base import ACTION, NO_SOURCE, OWN_WORDS, Layer

LAYER = Layer(
    name="image",
    title="showed the same pictures",
    table="posts",
    sql=f"""
SELECT DISTINCT
    object,
    {ACTION},
    {NO_SOURCE}
FROM (
    SELECT *, unnest(media_hashes) AS object
    FROM posts
    WHERE {OWN_WORDS}
)
WHERE object IS NOT NULL
""",  # noqa: S608 - made of constants
)
