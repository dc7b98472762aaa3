"""Rows of Bluesky's posts, reposts and accounts.

1. Keys are at:// addresses; pictures and films are known by the hash of their content.
2. `time` is the service's word where there is one; what the author's program claims stands beside.
3. Links, hashtags and mentions: those that the author's program marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fanal.model.time import iso_us, plausible
from fanal.model.url import url_key
from fanal.readers.base import Row, Rows
from fanal.readers.bsky_shapes import Embed, Person, Post, Repost

PLATFORM: Final = "bsky"
POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"
#: Times of the service are to the microsecond in a stream, to the millisecond in its answers.
STREAM_PRECISION_S: Final = 0.000_001
ANSWER_PRECISION_S: Final = 0.001


def moment(text: str | None) -> int | None:
    """Return microseconds of a time, None when there is none that can be read."""
    if not text:
        return None
    try:
        return iso_us(text)
    except ValueError:
        return None


def post_row(
    rows: Rows, uri: str, did: str, post: Post, at: int | None, precision_s: float, line: int
) -> Row:
    """Return the row of a post; `at` is when the service saw it, in microseconds."""
    # 3. what it shows
    urls, hashtags, mentions = _marked(post)
    media, quoted = _hanging(post.embed, urls)
    reply_to = post.reply.parent.uri if post.reply and post.reply.parent else None
    kind = "quote" if quoted else "reply" if reply_to else "post"
    return (
        f"{PLATFORM}:{uri}", PLATFORM, uri, f"{PLATFORM}:{did}",
        *_times(rows, at, post.created_at, precision_s),
        kind, post.text, post.langs[0] if post.langs else None,
        None, _key(reply_to), _key(quoted),
        urls or None, [url_key(url) for url in urls] or None, hashtags or None, mentions or None,
        media or None, None, rows.input_id, line,
    )  # fmt: skip


def repost_row(
    rows: Rows,
    uri: str,
    did: str,
    repost: Repost,
    at: int | None,
    line: int,
    *,
    precision_s: float = STREAM_PRECISION_S,
    native: bool = True,
) -> Row:
    """Return the row of a repost; `native` is False where its key is made, not given."""
    return (
        f"{PLATFORM}:{uri}", PLATFORM, uri if native else None, f"{PLATFORM}:{did}",
        *_times(rows, at, repost.created_at, precision_s),
        "repost", None, None, _key(repost.subject.uri), None, None,
        None, None, None, None, None, None, rows.input_id, line,
    )  # fmt: skip


def account_row(rows: Rows, person: Person, at: int | None, line: int) -> Row:
    """Return the row of an account."""
    handle = person.handle if person.handle != "handle.invalid" else None
    return (
        f"{PLATFORM}:{person.did}", PLATFORM, person.did, handle, person.display_name or None,
        moment(person.created_at), None, person.description or None,
        person.followers, person.following, person.posts, at, rows.input_id, line,
    )  # fmt: skip


def _times(rows: Rows, at: int | None, claimed_text: str | None, precision_s: float) -> Row:
    """Return time, claimed time, source, precision, whether it fits."""
    # 2. the service before the author's program
    claimed = moment(claimed_text)
    time = at if at is not None else claimed
    fits = time is not None and plausible(time)
    rows.implausible_times += not fits
    precision = None if time is None else precision_s if at is not None else 0.001
    return time, claimed, None if time is None else "field", precision, fits


def _marked(post: Post) -> tuple[list[str], list[str], list[str]]:
    urls: dict[str, None] = {}
    hashtags = dict.fromkeys(tag.casefold() for tag in post.tags or ())
    mentions: dict[str, None] = {}
    for facet in post.facets or ():
        for feature in facet.features:
            if feature.uri:
                urls[feature.uri] = None
            elif feature.tag:
                hashtags[feature.tag.casefold()] = None
            elif feature.did:
                mentions[feature.did] = None
    return list(urls), list(hashtags), list(mentions)


def _hanging(embed: Embed | None, urls: list[str]) -> tuple[list[str], str | None]:
    """Return hashes of media and the address quoted; add the page shown to `urls`."""
    if embed is None:
        return [], None
    # 1. content hashes
    blobs = [image.image for image in embed.images or ()] + [embed.video]
    media = [
        f"{PLATFORM}:{blob.ref.link}" for blob in blobs if blob and blob.ref and blob.ref.link
    ]
    if embed.external and embed.external.uri and embed.external.uri not in urls:
        urls.append(embed.external.uri)
    more, _ = _hanging(embed.media, urls)
    return media + more, _quoted(embed.record)


def _quoted(record: Any) -> str | None:
    """Return the address of a quoted post; lists, feeds and packs are no posts."""
    while isinstance(record, Mapping):
        uri = record.get("uri")
        if isinstance(uri, str):
            return uri if f"/{POST}/" in uri else None
        record = record.get("record")
    return None


def _key(uri: str | None) -> str | None:
    return f"{PLATFORM}:{uri}" if uri else None
