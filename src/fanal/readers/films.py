"""Posts of TikTok and Instagram as their websites receive them.

1. Fields are looked for in a list of places each, as for X (`readers/x_places.py`).
2. TikTok's ids hold their second, Instagram's their millisecond: used when no time is written.
3. Hashtags: those that the platform marked; links and mentions: from the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fanal.model.keys import account_key, file_post_key, handle_key, post_key
from fanal.model.time import plausible
from fanal.model.url import url_key
from fanal.readers.base import Rows
from fanal.readers.seen import LastSeen
from fanal.readers.values import hashtags_in, mentions_in, urls_in
from fanal.readers.x_places import Lookup
from fanal.readers.x_values import Items, count, moment

_REMEMBERED: Final = 100_000
#: Instagram counts milliseconds from here, above 23 bits ("Sharding & IDs at Instagram", 2012).
INSTAGRAM_EPOCH_MS: Final = 1_314_220_021_721

TIKTOK: Final = {
    "id": ("id", "aweme_id", "video.id"),
    "text": ("desc", "title", "contents.0.desc"),
    "time": ("createTime", "create_time"),
    "lang": ("textLanguage", "desc_language"),
    "author": ("author",),
    "author_id": ("authorId", "author.id", "author.uid", "authorSecId"),
    "handle": ("author.uniqueId", "author.unique_id", "uniqueId", "author"),
    "name": ("author.nickname", "nickname"),
    "description": ("author.signature", "signature"),
    "created_at": ("author.createTime",),
    "followers": ("authorStats.followerCount", "authorStatsV2.followerCount"),
    "following": ("authorStats.followingCount", "authorStatsV2.followingCount"),
    "posts": ("authorStats.videoCount", "authorStatsV2.videoCount"),
    "hashtags": ("textExtra", "text_extra"),
    "challenges": ("challenges", "cha_list"),
    "quote_of": ("duetInfo.duetFromId", "stitchInfo.stitchFromId"),
    "likes": ("stats.diggCount", "statsV2.diggCount", "statistics.digg_count"),
    "reposts": ("stats.shareCount", "statsV2.shareCount", "statistics.share_count"),
    "replies": ("stats.commentCount", "statsV2.commentCount", "statistics.comment_count"),
    "views": ("stats.playCount", "statsV2.playCount", "statistics.play_count"),
    "bookmarks": ("stats.collectCount", "statsV2.collectCount"),
}  # fmt: skip
INSTAGRAM: Final = {
    "id": ("pk", "id"),
    "text": (
        "caption.text", "caption", "edge_media_to_caption.edges.0.node.text", "title",
    ),
    "time": ("taken_at", "taken_at_timestamp", "device_timestamp"),
    "lang": ("caption.lang",),
    "author": ("user", "owner"),
    "author_id": ("user.pk", "user.id", "owner.pk", "owner.id", "user_id"),
    "handle": ("user.username", "owner.username"),
    "name": ("user.full_name", "owner.full_name"),
    "description": ("user.biography",),
    "created_at": (),
    "followers": ("user.follower_count", "owner.edge_followed_by.count"),
    "following": ("user.following_count",),
    "posts": ("user.media_count",),
    "hashtags": (),
    "challenges": (),
    "quote_of": ("reshared_media.pk", "quoted_media.pk"),
    "likes": ("like_count", "edge_media_preview_like.count", "edge_liked_by.count"),
    "reposts": ("media_repost_count", "reshare_count"),
    "replies": ("comment_count", "edge_media_to_comment.count"),
    "views": ("play_count", "view_count", "ig_play_count", "video_view_count"),
    "bookmarks": ("save_count",),
}  # fmt: skip
_TAG: Final = Items(("hashtagName", "hashtag_name", "title", "cha_name"))
_USER: Final = Items(("userUniqueId", "user_unique_id"))


class FilmPosts:
    """Turns decoded objects of one of the two platforms into rows.

    Parameters
    ----------
    rows
        The sink.
    name, sha256
        Of the file, for positions and for keys of posts without an id.
    platform
        ``tiktok`` or ``instagram``.
    """

    def __init__(self, rows: Rows, name: str, sha256: str, platform: str) -> None:
        self._rows, self._name, self._sha256 = rows, name, sha256
        self._platform = platform
        self._lookup = Lookup(TIKTOK if platform == "tiktok" else INSTAGRAM)
        self._profiles = LastSeen(_REMEMBERED)

    def post(
        self, one: dict[str, Any], at: int | None, row: int, *, known_id: str | None = None
    ) -> None:
        """Add a post and its account as seen at `at`; reject it when nothing says whose it is."""
        values = dict(zip(self._lookup.fields, self._lookup.find(one), strict=True))
        post_id = _digits(values["id"]) or _digits(known_id)
        account = self._account(values, at, row)
        if account is None:
            self._rows.reject(
                f"{self._name}:{row}",
                "account",
                "a post without its account",
                msgspec.json.encode(one),
            )
            return
        self._add(values, post_id, account, at, row)

    def _account(self, values: Mapping[str, Any], at: int | None, row: int) -> str | None:
        handle = values["handle"]
        account_id = values["author_id"]
        if account_id is not None:
            key = account_key(self._platform, str(account_id))
        elif handle is not None:
            key = handle_key(self._platform, handle)
        else:
            return None
        created = moment(values["created_at"])
        profile = (
            handle, values["name"], created[0] if created else None, None,
            values["description"], count(values["followers"]), count(values["following"]),
            count(values["posts"]),
        )  # fmt: skip
        if not self._profiles.again(key, profile):
            own_id = None if account_id is None else str(account_id)
            self._rows.accounts.append(
                (key, self._platform, own_id, *profile, at, self._rows.input_id, row)
            )
        return key

    def _add(
        self, values: Mapping[str, Any], post_id: str | None, account: str,
        at: int | None, row: int,
    ) -> None:  # fmt: skip
        rows = self._rows
        key = (
            file_post_key(self._sha256, row)
            if post_id is None
            else post_key(self._platform, post_id)
        )
        # 2. time
        said = moment(values["time"])
        time, precision = said or (self._id_us(post_id), 1.0)
        fits = time is not None and plausible(time)
        if not fits:
            rows.implausible_times += 1
        quote_of = _digits(values["quote_of"])
        quoted = post_key(self._platform, quote_of) if quote_of else None
        # 3. what it shows
        text = values["text"] or ""
        urls = urls_in(text)
        rows.posts.append(
            (
                key, self._platform, post_id, account, time, said[0] if said else None,
                None if time is None else "field" if said else "id",
                None if time is None else precision, fits, "quote" if quoted else "post",
                text.replace("\x00", "\ufffd") or None, _language(values["lang"]), None, None,
                quoted, urls or None, [url_key(url) for url in urls] or None,
                self._hashtags(values, text), self._mentions(values, text), None, None,
                rows.input_id, row,
            )
        )  # fmt: skip
        counts = (
            count(values["likes"]), count(values["reposts"]), count(values["replies"]), None,
            count(values["views"]), count(values["bookmarks"]),
        )  # fmt: skip
        if any(number is not None for number in counts):
            rows.counts.append((key, at, *counts, rows.input_id, row))

    def _hashtags(self, values: Mapping[str, Any], text: str) -> list[str] | None:
        tags = [*(_TAG.of(values["hashtags"]) or ()), *(_TAG.of(values["challenges"]) or ())]
        found = [tag.casefold() for tag in tags] or hashtags_in(text)
        return list(dict.fromkeys(found)) or None

    def _mentions(self, values: Mapping[str, Any], text: str) -> list[str] | None:
        return _USER.of(values["hashtags"]) or mentions_in(text) or None

    def _id_us(self, post_id: str | None) -> int | None:
        if post_id is None or not post_id.isdecimal() or len(post_id) > 19:
            return None
        number = int(post_id)
        if self._platform == "tiktok":
            found = (number >> 32) * 1_000_000
        else:
            found = ((number >> 23) + INSTAGRAM_EPOCH_MS) * 1000
        return found if number > 10**15 else None


def _digits(value: Any) -> str | None:
    """Return an id as text; ``123_45`` (Instagram's post and account) is the post's alone."""
    if value is None:
        return None
    text = str(value).partition("_")[0]
    return text if text and text != "0" else None


def _language(tag: str | None) -> str | None:
    return None if tag in {None, "un", "und"} else tag
