"""Rows of X posts and accounts.

1. Kind: repost before quote before reply; every key that the post refers to is filled.
2. A repost shows the full text, links and hashtags of what it reposts when the file holds it:
   its own text is cut after 140 characters.
3. Links: where they end, else expanded, else as written; pictures of the post are no links, they
   are known by the ids of their uploads.
4. Time: as written (to the second); when missing, from the id (to the millisecond).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from fanal.model.time import iso_us, plausible, snowflake_us
from fanal.model.url import url_key
from fanal.readers.base import Rows
from fanal.readers.x_shapes import Entities, Tweet, User
from fanal.readers.x_values import media_keys

#: The page that X makes for a picture or film inside a post.
_OWN_MEDIA: Final = re.compile(r"https?://(?:www\.)?(?:twitter|x)\.com/.+/(?:photo|video)/\d+$")
#: Observations of one moment that are remembered, so as not to repeat them.
_REMEMBERED: Final = 100_000
#: X's tag for "language not recognised".
_NO_LANGUAGE: Final = "und"

Known = Mapping[str, Tweet]


class XRows:
    """Turns decoded X objects into rows.

    Parameters
    ----------
    rows
        The sink.
    name
        Name of the file, for positions.
    """

    def __init__(self, rows: Rows, name: str) -> None:
        self._rows = rows
        self._name = name
        self._at_text: str | None = None
        self._at: int | None = None
        self._observed: set[str] = set()

    def observed_at(self, text: str | None) -> int | None:
        """Return when a page was captured; new accounts are observed anew from here."""
        if text != self._at_text or len(self._observed) > _REMEMBERED:
            self._observed.clear()
            self._at_text = text
            self._at = _time(text)
        return self._at

    def account(self, user: User, at: int | None, row: int) -> None:
        """Add an account as seen at one moment, once for each moment."""
        account_id = str(user.id)
        if account_id in self._observed:
            return
        self._observed.add(account_id)
        counts = user.public_metrics
        self._rows.accounts.append(
            (
                f"x:{account_id}", "x", account_id, user.username, user.name,
                _time(user.created_at), user.location, user.description,
                counts.followers_count if counts else None,
                counts.following_count if counts else None,
                counts.tweet_count if counts else None,
                at, self._rows.input_id, row,
            )
        )  # fmt: skip

    def post(self, tweet: Tweet, known: Known, at: int | None, row: int) -> None:
        """Add a post and its counts, or reject it when it has no id or no account."""
        author = tweet.author_id
        if author is None and tweet.author is not None:
            author = tweet.author.id
        if tweet.id is None or author is None:
            self._reject(tweet, row)
            return
        post_id = str(tweet.id)
        key = f"x:{post_id}"
        # 1. kind
        kind, repost_of, reply_to, quote_of, shown = _references(tweet, known)
        # 2. and 3. what it shows
        urls, url_keys, hashtags, mentions = _entities(shown.entities)
        media = media_keys(shown.attachments.media_keys) if shown.attachments else None
        # 4. time
        claimed = _time(tweet.created_at)
        time = claimed if claimed is not None else snowflake_us(post_id)
        fits = time is not None and plausible(time)
        if not fits:
            self._rows.implausible_times += 1
        lang = tweet.lang
        rows = self._rows
        rows.posts.append(
            (
                key, "x", post_id, f"x:{author}", time, claimed,
                None if time is None else "id" if claimed is None else "field",
                None if time is None else 0.001 if claimed is None else 1.0,
                fits, kind, shown.text, None if lang == _NO_LANGUAGE else lang,
                repost_of, reply_to, quote_of, urls, url_keys, hashtags, mentions, media,
                tweet.source, rows.input_id, row,
            )
        )  # fmt: skip
        counts = tweet.public_metrics
        if (
            counts is not None and repost_of is None
        ):  # a repost carries the counts of its source
            rows.counts.append(
                (
                    key, at, counts.like_count, counts.retweet_count, counts.reply_count,
                    counts.quote_count, counts.impression_count, counts.bookmark_count,
                    rows.input_id, row,
                )
            )  # fmt: skip

    def _reject(self, tweet: Tweet, row: int) -> None:
        column = "id" if tweet.id is None else "author_id"
        self._rows.reject(
            f"{self._name}:{row}",
            column,
            f"a post without {column}",
            msgspec.json.encode(tweet),
        )


def _references(
    tweet: Tweet, known: Known
) -> tuple[str, str | None, str | None, str | None, Tweet]:
    if not tweet.referenced_tweets:
        return "post", None, None, None, tweet
    repost_of = reply_to = quote_of = None
    shown = tweet
    for reference in tweet.referenced_tweets:
        key = f"x:{reference.id}"
        if reference.type == "retweeted":
            repost_of = key
            shown = _original(reference, known) or tweet
        elif reference.type == "quoted":
            quote_of = key
        elif reference.type == "replied_to":
            reply_to = key
    kind = "repost" if repost_of else "quote" if quote_of else "reply" if reply_to else "post"
    return kind, repost_of, reply_to, quote_of, shown


def _original(reference: Tweet, known: Known) -> Tweet | None:
    found = known.get(str(reference.id))
    if found is not None and found.text is not None:
        return found
    return reference if reference.text is not None else None


def _entities(
    entities: Entities | None,
) -> tuple[list[str] | None, list[str] | None, list[str] | None, list[str] | None]:
    if entities is None:
        return None, None, None, None
    urls: list[str] | None = None
    if entities.urls:
        urls = []
        for item in entities.urls:
            link = item.unwound_url or item.expanded_url or item.url
            if link and link not in urls and not _is_own_media(link):
                urls.append(link)
    return (
        urls or None,
        [url_key(url) for url in urls] if urls else None,
        [tag.tag.casefold() for tag in entities.hashtags] if entities.hashtags else None,
        [str(item.username or item.id) for item in entities.mentions]
        if entities.mentions
        else None,
    )


def _is_own_media(link: str) -> bool:
    return ("/photo/" in link or "/video/" in link) and _OWN_MEDIA.match(link) is not None


def _time(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return iso_us(text)
    except ValueError:
        return None
