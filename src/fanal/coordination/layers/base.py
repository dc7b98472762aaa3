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
        The table it needs; the case makes that first.
    sql
        Query that gives object, account, time (microseconds), post, lang, time_precision_s;
        one row an action, in any order.
    """

    name: str
    title: str
    table: str
    sql: str


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
