"""The trace of a claim: who carries it in this file, since when, and who brought it how far.

1. The posts that carry the text (`query`), reposts of them included, each with what it says of it
   (`denials`). Who denies carries it, too, and is left out of what follows.
2. Earliest found, with what the file covers before it (`continuation`).
3. Time line: posts per platform and language in spans of one length, the shortest of `SPANS_S`
   that gives at most `MOST_SPANS`.
4. Relays: each account at its first post, by the reach that it adds. Reach is views of its posts
   where the file has them for half of the posts, else its followers where the file has them for
   half of the accounts, else reposts. Audiences overlap, by how much no file says: an account
   adds at the most its reach, at the least what is over when all reached before had been
   counted off. Reposts and views are counted as they come.
5. Leads: hashtags and links that at least `LEAD_ACCOUNTS` accounts put beside the claim, `LEAD_TIMES`
   times as often as in the whole file. Other posts with them may belong to the same story in
   other words, or not: they are for a person to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.claims.continuation import Coverage
from fanal.claims.denials import CARRIES

#: Lengths of a span of the time line, seconds: a minute to four weeks.
SPANS_S = (60, 600, 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400)
MOST_SPANS = 48
#: Share of posts or accounts of which a measure of reach must be known.
KNOWN = 0.5
#: Accounts that put something beside the claim, and how much oftener than the file does (5).
LEAD_ACCOUNTS, LEAD_TIMES = 3, 10.0

POSTS = pa.schema(
    [
        ("post", pa.string()),
        ("account", pa.string()),
        ("platform", pa.string()),
        ("time", pa.int64()),
        ("kind", pa.string()),
        ("lang", pa.string()),
        ("how", pa.string()),
        ("score", pa.float64()),
        ("of_query", pa.float64()),
        ("says", pa.string()),
        ("cue", pa.string()),
        ("text", pa.large_string()),
        ("repost_of", pa.string()),
        ("views", pa.int64()),
        ("reposts", pa.int64()),
        ("followers", pa.int64()),
    ]
)
TIME_LINE = pa.schema(
    [
        ("begins", pa.int64()),
        ("platform", pa.string()),
        ("lang", pa.string()),
        ("posts", pa.int64()),
        ("accounts", pa.int64()),
    ]
)
RELAYS = pa.schema(
    [
        ("account", pa.string()),
        ("platform", pa.string()),
        ("first_time", pa.int64()),
        ("first_post", pa.string()),
        ("posts", pa.int64()),
        ("adds_least", pa.int64()),
        ("adds_most", pa.int64()),
    ]
)


LEADS = pa.schema(
    [
        ("kind", pa.string()),
        ("what", pa.string()),
        ("posts", pa.int64()),
        ("accounts", pa.int64()),
        ("posts_in_file", pa.int64()),
        ("accounts_in_file", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What the case's latest stored run holds of the posts that carry the claim.

    Parameters
    ----------
    run
        Its id; empty when the case has none.
    stale
        Whether the case has changed since.
    links
        source, target, q, headline (whether it counts), posts: co-acted posts that carry it.
    bursts
        layer, object, accounts, start, q.
    groups
        group, accounts: its members among the carriers; of: members in all.
    """

    run: str = ""
    stale: bool = False
    links: tuple[Mapping[str, object], ...] = ()
    bursts: tuple[Mapping[str, object], ...] = ()
    groups: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a case holds of one claim.

    Parameters
    ----------
    asked, by
        The text or link, and ``text``, ``post`` or ``url``.
    claim
        Id under which marks are kept.
    posts
        `POSTS`: by time, those without a plausible one last; `time` is microseconds since 1970,
        UTC, or null.
    compared
        Different texts looked at.
    answers, denying_answers
        Posts that quote or answer a carrier and do not carry it; those of them that deny.
    coverage
        Earliest found, and what the file covers before it.
    time_line
        `TIME_LINE`, of posts that do not deny.
    span_s
        Length of its spans, seconds.
    relays
        `RELAYS`, by what they add at the most.
    reach
        ``views``, ``followers`` or ``reposts``.
    reach_unknown
        Accounts of which it is not known.
    leads
        `LEADS`: hashtags and links that go with it, those that most carrying posts have first.
    touched
        Links, bursts and groups of the latest stored run.
    marks
        Post -> yes or no, as the user marked it.
    """

    asked: str
    by: str
    claim: str
    posts: pa.Table
    compared: int
    answers: int
    denying_answers: pa.Table
    coverage: Coverage
    time_line: pa.Table
    span_s: int
    relays: pa.Table
    reach: str
    reach_unknown: int
    leads: pa.Table
    touched: Touched
    marks: Mapping[str, bool]

    @property
    def earliest(self) -> pa.Table:
        """The posts at the earliest plausible time: several when they share it."""
        found = passing_on(self.posts)
        return found.filter(pc.equal(found["time"], pc.min(found["time"])))


def passing_on(posts: pa.Table) -> pa.Table:
    """Return the posts that do not deny (1)."""
    return posts.filter(pc.equal(posts["says"], CARRIES))


def span_of(times: NDArray[np.int64]) -> int:
    """Return the length of a span of the time line, seconds (3)."""
    width = int(times.max() - times.min()) / 1e6 if len(times) else 0
    return next((span for span in SPANS_S if width / span < MOST_SPANS), SPANS_S[-1])


def time_line(posts: pa.Table) -> tuple[pa.Table, int]:
    """Return posts and accounts per span, platform and language, and the span in seconds (3)."""
    timed = posts.filter(pc.is_valid(posts["time"]))
    times = timed["time"].to_numpy()
    span = span_of(times)
    begins = times // (span * 1_000_000) * (span * 1_000_000)
    table = pa.table(
        {
            "begins": begins,
            "platform": timed["platform"],
            "lang": timed["lang"],
            "account": timed["account"],
        }
    )
    keys = ["begins", "platform", "lang"]
    counted = table.group_by(keys).aggregate(
        [("account", "count"), ("account", "count_distinct")]
    )
    counted = counted.rename_columns([*keys, "posts", "accounts"]).sort_by(
        [(key, "ascending") for key in keys]
    )
    return counted.select(TIME_LINE.names).cast(TIME_LINE), span


def relays(posts: pa.Table) -> tuple[pa.Table, str, int]:
    """Return the accounts by the reach they add, by what it is measured, of how many unknown (4)."""
    rows = posts.select(
        ["account", "platform", "time", "post", "views", "reposts", "followers"]
    )
    grouped = rows.group_by("account", use_threads=False).aggregate(
        [
            ("platform", "first"),
            ("time", "first"),
            ("post", "first"),
            ("post", "count"),
            ("views", "sum"),
            ("followers", "max"),
            ("reposts", "sum"),
        ]
    )
    reach = _measure(rows, grouped)
    column = grouped[{"followers": "followers_max"}.get(reach, f"{reach}_sum")]
    most = pc.fill_null(column, 0).to_numpy().astype(np.int64)
    # accounts come in the order of their first post
    before = np.concatenate([[0], np.cumsum(most)[:-1]]) if reach == "followers" else 0 * most
    table = pa.table(
        {
            "account": grouped["account"],
            "platform": grouped["platform_first"],
            "first_time": grouped["time_first"],
            "first_post": grouped["post_first"],
            "posts": grouped["post_count"],
            "adds_least": np.maximum(most - before, 0),
            "adds_most": most,
        }
    ).cast(RELAYS)
    posted = grouped["post_count"].to_numpy()
    order = np.lexsort((np.arange(len(most)), -posted, -most))
    return table.take(pa.array(order)), reach, column.null_count


def _measure(posts: pa.Table, accounts: pa.Table) -> str:
    """Return what reach is measured by (4)."""
    if _share_known(posts["views"]) >= KNOWN:
        return "views"
    return "followers" if _share_known(accounts["followers_max"]) >= KNOWN else "reposts"


def _share_known(column: pa.ChunkedArray) -> float:
    return 1 - column.null_count / len(column) if len(column) else 0.0


def precision_of(marks: Mapping[str, bool], posts: Sequence[str]) -> tuple[int, int]:
    """Return how many of the marked posts that were found are marked yes, and how many are marked."""
    found = [marks[post] for post in posts if post in marks]
    return sum(found), len(found)


def leads_of(found: pa.Table, carrying: int, in_file: int) -> pa.Table:
    """Return the leads among hashtags and links of the carrying posts (5).

    Parameters
    ----------
    found
        `LEADS`, of things that enough accounts put beside the claim.
    carrying, in_file
        Posts that carry it; posts of the file.
    """
    beside = found["posts"].to_numpy() / max(carrying, 1)
    anywhere = found["posts_in_file"].to_numpy() / max(in_file, 1)
    kept = found.filter(pa.array(beside >= LEAD_TIMES * anywhere))
    order = [("posts", "descending"), ("kind", "ascending"), ("what", "ascending")]
    return kept.sort_by(order).select(LEADS.names).cast(LEADS)
