"""A trace on a case: the texts, the posts that have them, and what is known of those.

1. The claim: a text as given, that of a post, or a link.
2. The different texts of the case, folded, from the cache (`store/search`); those that carry it.
3. Their posts and the reposts of these, with counts and followers, in one question; then what
   the file covers before the earliest, and the posts that quote or answer them.
4. What the latest stored run of `coordinate` holds of these posts; nothing is computed anew.
"""
# ruff: noqa: S608 - names are constants

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal import __version__
from fanal.case.marking import mark_posts, post_keys
from fanal.case.touching import touched_by
from fanal.claims.continuation import HOUR_US, Coverage, coverage
from fanal.claims.denials import CARRIES, Said, said
from fanal.claims.query import Carriers, Words, carriers, with_tags
from fanal.claims.trace import (
    LEAD_ACCOUNTS,
    LEADS,
    POSTS,
    Trace,
    leads_of,
    passing_on,
    relays,
    time_line,
)
from fanal.errors import CaseError
from fanal.model.url import url_key
from fanal.store.folder import Folder, Snapshot
from fanal.store.marks import marks_of
from fanal.store.search import TextIndex, text_index

_COLUMNS = """post, account, platform, CASE WHEN time_plausible THEN epoch_us(time) END AS time,
  kind, lang, text, repost_of, quote_of, reply_to, urls, hashtags, url_keys"""
_BY_TEXT = f"SELECT {_COLUMNS} FROM posts SEMI JOIN asked USING (text)"
_BY_LINK = f"SELECT {_COLUMNS} FROM posts WHERE list_contains(url_keys, $link)"
#: Found by columns that are cheap to read, before anything else is read of them.
_REPOSTS = """SELECT post FROM posts WHERE repost_of IN (SELECT post FROM carrying)
  AND post NOT IN (SELECT post FROM carrying)"""
_ANSWERS = """SELECT post FROM posts
WHERE (quote_of IN (SELECT post FROM carrying) OR reply_to IN (SELECT post FROM carrying))
  AND post NOT IN (SELECT post FROM carrying)"""
_BY_POST = f"SELECT {_COLUMNS} FROM posts SEMI JOIN asked USING (post)"
_KNOWN = """
WITH seen AS (
  SELECT post, max(views) AS views, max(reposts) AS reposts
  FROM counts SEMI JOIN carrying USING (post) GROUP BY post
),
known AS (
  SELECT account, arg_max(followers, (coalesce(observed_at, TIMESTAMPTZ '-infinity'), source_row))
    AS followers
  FROM accounts SEMI JOIN carrying USING (account) WHERE followers IS NOT NULL GROUP BY account
),
passed AS (
  SELECT repost_of AS post, count(*) AS times FROM carrying WHERE repost_of IS NOT NULL GROUP BY 1
)
SELECT carrying.*, seen.views, coalesce(seen.reposts, passed.times) AS reposts, known.followers
FROM carrying LEFT JOIN seen USING (post) LEFT JOIN known USING (account)
LEFT JOIN passed USING (post)
ORDER BY time NULLS LAST, post
"""
_FIRST = """
SELECT epoch_us(min(time)), count(*) FILTER (WHERE epoch_us(time) < $earliest)
FROM posts WHERE time_plausible AND platform IN (SELECT unnest($platforms))
"""
_HOURS = f"""
SELECT DISTINCT epoch_us(time) // {HOUR_US} AS hour FROM posts
WHERE time_plausible AND platform IN (SELECT unnest($platforms))
  AND epoch_us(time) < $earliest ORDER BY hour
"""
_TEXT = "SELECT text FROM posts WHERE post = $post"
_LEADS = """
WITH things AS (
  SELECT 'hashtag' AS kind, unnest(hashtags) AS what, post, account FROM {posts}
  UNION ALL SELECT 'link', unnest(url_keys), post, account FROM {posts}
)
SELECT kind, what, count(DISTINCT post) AS posts, count(DISTINCT account) AS accounts
FROM things {asked} WHERE what <> '' GROUP BY kind, what
"""
_THERE = "SELECT count(*) FROM posts WHERE post IN (SELECT unnest($posts))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is traced: the text or link, by ``text``, ``post`` or ``url``."""

    what: str
    by: str

    @property
    def claim(self) -> str:
        """Id under which marks are kept: the same for one text however it was asked for."""
        kind = "url" if self.by == "url" else "text"
        what = url_key(self.what) if kind == "url" else " ".join(self.what.split())
        return hashlib.sha256(f"{kind} {what}".encode()).hexdigest()[:16]

    @property
    def marked_as(self) -> str:
        """Kind of its marks in the catalogue."""
        return f"carries {self.claim}"

    def mark(self, folder: Folder, case: Any, values: Mapping[str, str], now: int) -> None:
        """Keep post -> ``yes`` or ``no``; see `marking.mark_posts`."""
        mark_posts(folder, case, self.marked_as, values, now)


def asked_of(
    folder: Folder, case: Any, *, text: str = "", post: str = "", url: str = ""
) -> Asked:
    """Return what is to be traced (1).

    Raises
    ------
    CaseError
        Not one of the three was given, or there is no such post, or it has no text.
    """
    given = [(by, one) for by, one in (("text", text), ("post", post), ("url", url)) if one]
    if len(given) != 1 or not given[0][1].strip():
        raise CaseError("say what to trace: a text, a post or a link, one of them.")
    by, what = given[0]
    return Asked(what=_text_of(folder, case, what) if by == "post" else what, by=by)


def _text_of(folder: Folder, case: Any, name: str) -> str:
    key = post_keys(folder, case, [name])[name]
    ((text,),) = folder.ask(
        lambda connection, _: connection.sql(_TEXT, params={"post": key}).fetchall()
    )
    if not text:
        raise CaseError(f"{folder.path}: post {name!r} has no text.", hint="Give --text.")
    return str(text)


def words_of(index: TextIndex, threads: int) -> Words:
    """Return the texts of a case, folded, their hashtags as words; kept in its cache (2)."""

    def make() -> dict[str, Any]:
        made = with_tags(index.texts, threads)
        return {"data": made.data, "offsets": made.offsets}

    return Words(**index.kept(f"words-{__version__}", make))


def trace_case(
    folder: Folder,
    case: Any,
    asked: Asked,
    *,
    checkers: Collection[str] = (),
    threads: int = 1,
) -> Trace:
    """Return the trace of a claim.

    Parameters
    ----------
    folder, case
        The case, twice: its store, and its runs.
    checkers
        Domains of checkers: a post that links to one denies.
    """
    # 2., 3.
    if asked.by == "url":
        found, texts = None, None
        query, values = _BY_LINK, {"link": url_key(asked.what)}
        compared = 0
    else:
        _check_words(folder, asked.what)
        index = text_index(folder)
        found = carriers(asked.what, index.texts, words_of(index, threads), threads=threads)
        texts = index.texts.take(pa.array(found.numbers)).combine_chunks()
        query, values, compared = _BY_TEXT, {}, found.compared
    rows, answers = folder.ask(
        lambda connection, _: _rows(connection, query, values, texts), threads=threads
    )
    leads, held = folder.ask(lambda connection, _: _leads(connection, rows), threads=threads)
    posts = _told(rows, asked, found, texts, checkers)
    denying = _denying(answers, asked, checkers)
    saying = passing_on(posts)
    line, span = time_line(saying)
    carrying, reach, unknown = relays(saying)
    return Trace(
        asked=asked.what,
        by=asked.by,
        claim=asked.claim,
        posts=posts,
        compared=compared,
        answers=answers.num_rows,
        denying_answers=denying,
        coverage=_coverage(folder, saying, rows),
        time_line=line,
        span_s=span,
        relays=carrying,
        reach=reach,
        reach_unknown=unknown,
        leads=leads_of(leads, rows.num_rows, held),
        touched=touched_by(case, posts),
        marks={
            post: value == "yes" for post, value in marks_of(folder, asked.marked_as).items()
        },
    )


def _check_words(folder: Folder, text: str) -> None:
    if not with_tags(pa.array([text]), 1).text(0):
        raise CaseError(
            f"{folder.path}: nothing of this text is left to compare: links, mentions and emoji are"
            " left out.",
            hint="A link is traced with --url.",
        )


def _rows(
    connection: Any, query: str, values: Mapping[str, str], texts: pa.Array | None
) -> tuple[pa.Table, pa.Table]:
    """Return the posts that carry the claim, with what is known of them, and the answers (3)."""
    connection.register("asked", pa.table({"text": [] if texts is None else texts}))
    carrying = connection.sql(query, params=dict(values) or None).to_arrow_table()
    connection.register("carrying", carrying)
    carrying = pa.concat_tables([carrying, _posts(connection, _REPOSTS, carrying.schema)])
    connection.register("carrying", carrying)
    return connection.sql(_KNOWN).to_arrow_table(), _posts(
        connection, _ANSWERS, carrying.schema
    ).sort_by([("time", "ascending"), ("post", "ascending")])


def _posts(connection: Any, keys: str, schema: pa.Schema) -> pa.Table:
    found = connection.sql(keys).to_arrow_table()
    if not found.num_rows:
        return schema.empty_table()
    connection.register("asked", found)
    return connection.sql(_BY_POST).to_arrow_table().cast(schema)


def _leads(connection: Any, rows: pa.Table) -> tuple[pa.Table, int]:
    """Return hashtags and links of the carrying posts, with how often the file has them.

    And how many posts the file has.
    """
    connection.register("carrying", rows)
    here = connection.sql(_LEADS.format(posts="carrying", asked="")).to_arrow_table()
    here = here.filter(pc.greater_equal(here["accounts"], LEAD_ACCOUNTS))
    connection.register("here", here)
    if not here.num_rows:
        return LEADS.empty_table(), 0
    asked = "SEMI JOIN here USING (kind, what)"
    everywhere = connection.sql(_LEADS.format(posts="posts", asked=asked))
    connection.register("everywhere", everywhere.to_arrow_table())
    ((held,),) = connection.sql("SELECT count(*) FROM posts").fetchall()
    found = connection.sql(
        "SELECT h.kind, h.what, h.posts, h.accounts, e.posts AS posts_in_file,"
        " e.accounts AS accounts_in_file FROM here AS h JOIN everywhere AS e USING (kind, what)"
    ).to_arrow_table()
    return found, int(held)


def _told(
    rows: pa.Table,
    asked: Asked,
    found: Carriers | None,
    texts: pa.Array | None,
    checkers: Collection[str],
) -> pa.Table:
    """Return the posts with how they carry the claim and what they say of it."""
    how: dict[str, tuple[str, float, float]] = {}
    if found is not None and texts is not None:
        scores = zip(found.kinds, found.score.tolist(), found.of_query.tolist(), strict=True)
        how = dict(zip(texts.to_pylist(), scores, strict=True))
    labels: dict[tuple[str, str], Said] = {}
    by_post: dict[str, tuple[tuple[str, float, float], Said]] = {}
    told = []
    for row in rows.to_pylist():
        own = how.get(row["text"] or "", ("link", 1.0, 1.0))
        hosts = _hosts(row["urls"]) if checkers else []
        key = row["text"] or "", " ".join(hosts)
        if key not in labels:
            labels[key] = (
                said(asked.what, key[0], of_claim=own[2], hosts=hosts, checkers=checkers)
                if asked.by != "url" or checkers
                else Said(CARRIES)
            )
        stands, label = by_post.get(row["repost_of"] or "", (own, labels[key]))
        by_post[row["post"]] = stands, label
        told.append(
            {name: row.get(name) for name in POSTS.names}
            | {"how": stands[0], "score": stands[1], "of_query": stands[2]}
            | {"says": label.label, "cue": label.cue}
        )
    return pa.Table.from_pylist(told, POSTS)


def _hosts(urls: list[str] | None) -> list[str]:
    return [url_key(url).split("/")[0].split("?")[0] for url in urls or ()]


def _denying(answers: pa.Table, asked: Asked, checkers: Collection[str]) -> pa.Table:
    """Return the posts that quote or answer a carrier to deny it."""
    kept = []
    claim = "" if asked.by == "url" else asked.what
    for row in answers.to_pylist():
        hosts = _hosts(row["urls"]) if checkers else []
        label = said(claim, row["text"] or "", answers=True, hosts=hosts, checkers=checkers)
        if label.label != CARRIES:
            own = {"how": "answer", "score": 0.0, "of_query": 0.0}
            kept.append(
                {name: row.get(name) for name in POSTS.names}
                | own
                | {"says": label.label, "cue": label.cue}
            )
    return pa.Table.from_pylist(kept, POSTS)


def _coverage(folder: Folder, posts: pa.Table, rows: pa.Table) -> Coverage:
    """Return what the file covers before the earliest found (3)."""
    times = pc.drop_null(posts["time"]).to_numpy()
    platforms = sorted(set(posts["platform"].to_pylist()))
    earliest = int(times[0]) if len(times) else 0

    def question(connection: Any, _: Snapshot) -> tuple[int | None, int, Any, bool]:
        asked = {"earliest": earliest, "platforms": platforms}
        (row,) = connection.sql(_FIRST, params=asked).fetchall()
        hours = connection.sql(_HOURS, params=asked).to_arrow_table()["hour"].to_numpy()
        outside = _refers_outside(connection, posts, rows, earliest)
        return row[0], int(row[1]), hours.astype(np.int64), outside

    first, before, hours, outside = folder.ask(question)
    return coverage(times, hours, file_first=first, posts_before=before, refers_outside=outside)


def _refers_outside(connection: Any, posts: pa.Table, rows: pa.Table, earliest: int) -> bool:
    """Return whether all that carry it first pass on or quote a post that is not in the file."""
    at_first = set(posts.filter(pc.equal(posts["time"], earliest))["post"].to_pylist())
    first = [row for row in rows.select(_REFERRING).to_pylist() if row["post"] in at_first]
    named = [row["repost_of"] or row["quote_of"] for row in first]
    said_in_text = [(row["text"] or "").startswith("RT @") for row in first]
    if not first or not all(map(any, zip(named, said_in_text, strict=True))):
        return False
    ((there,),) = connection.sql(
        _THERE, params={"posts": [one for one in named if one]}
    ).fetchall()
    return int(there) == 0


_REFERRING = ["post", "repost_of", "quote_of", "text"]
