"""What a layer is: one kind of object that accounts act upon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Actions of one kind, as a query over the table `posts` of a case.

    Parameters
    ----------
    name
        Short name for ``--layers``.
    title
        What acting together means here, for people: "reposted the same posts".
    table
        The table it needs: ``posts``, or one that the case makes first.
    sql
        Query that gives object, account, time (microseconds), post, lang, time_precision_s, and
        source: the account or the domain that the object comes from, null when it comes from
        nobody or is not known. One row an action, in any order.
    by_name
        Whether it is left out unless it is asked for.
    """

    name: str
    title: str
    table: str
    sql: str
    by_name: bool = False


#: Columns that every layer hands on; time is null where it is implausible, so that it is counted.
ACTION = """\
account,
    CASE WHEN time_plausible THEN epoch_us(time) END AS time,
    post,
    lang,
    time_precision_s"""

#: Posts with words of their own: a repost acts in the layer `repost` alone, so that one click
#: is not counted again for each link and hashtag of what it passes on.
OWN_WORDS = "NOT (kind IN ('repost', 'forward') AND repost_of IS NOT NULL)"

#: SQL for the host of a key that `model/url.py` made; text that is no link has none.
HOST = r"nullif(regexp_extract({key}, '^([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:[/?]|$)', 1), '')"

#: Objects that come from nobody in particular.
NO_SOURCE = "NULL::VARCHAR AS source"


def authors(reference: str) -> str:
    """Return SQL for who wrote the posts that a column of `posts` refers to: object, author."""
    return f"""\
    SELECT post AS object, min(account) AS author
    FROM posts
    WHERE post IN (SELECT {reference} FROM posts WHERE {reference} IS NOT NULL)
    GROUP BY post"""  # noqa: S608 - made of names of columns


#: Bluesky's post keys say whose post it is, also when the post is not in the file.
AUTHOR_IN_KEY = (
    "nullif('bsky:' || regexp_extract(object, '^bsky:at://(did:[^/]+)/', 1), 'bsky:')"
)
