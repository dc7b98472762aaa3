"""Accounts that post the same words, word for word.

1. Leave out links, mentions and the # of hashtags; fold case and accents; keep letters and
   digits only, one blank between words.
2. Texts with fewer than 20 letters left are no object: "good morning" is nobody's campaign.

A text comes from the host of its first link, if it has one: outlets that print one wire copy follow
the same agency. Copies with a changed word are not found here. A repost whose original is unknown counts by its
words.
"""

from fanal.coordination.layers.base import ACTION, HOST, OWN_WORDS, Layer

#: Letters and digits that a text needs after folding.
SHORTEST_TEXT = 20

LAYER = Layer(
    name="text-exact",
    title="posted the same words, word for word",
    table="posts",
    by_name=True,
    sql=rf"""
WITH folded AS MATERIALIZED (
    SELECT
        * EXCLUDE (text),
        trim(regexp_replace(
            strip_accents(lower(nfc_normalize(
                regexp_replace(text, 'https?://\S+|@[\w.@-]+|^RT ', ' ', 'g')
            ))),
            '[^\pL\pN]+', ' ', 'g'
        )) AS object
    FROM posts
    WHERE {OWN_WORDS}
        AND text IS NOT NULL
)
SELECT
    object,
    {ACTION},
    {HOST.format(key="url_keys[1]")} AS source
FROM folded
WHERE length(replace(object, ' ', '')) >= {SHORTEST_TEXT}
""",  # noqa: S608 - made of constants
)
