"""Accounts that post the same words, or nearly.

1. The case makes the table `text_groups` first (post, object): posts whose words are the same or
   nearly have one object, the words of the most copied of them (docs/methods/texts.md). Each post
   of a template (weather, check-ins, "I voted") has one of its own: a form is nobody's campaign.
2. Nor have texts with fewer than 20 letters left: "good morning" is no campaign either.

A text comes from the host of its first link, if it has one: outlets that print one wire copy follow
the same agency. A repost whose original is unknown counts by its words.
"""

from fanal.coordination.layers.base import ACTION, HOST, Layer

#: The table that the case makes first.
TABLE = "text_groups"

LAYER = Layer(
    name="text",
    title="posted the same words, or nearly",
    table=TABLE,
    sql=f"""
SELECT
    object,
    {ACTION},
    {HOST.format(key="url_keys[1]")} AS source
FROM posts
JOIN {TABLE} USING (post)
""",  # noqa: S608 - made of constants
)
