"""Posts of X by meaning: whatever shape an object has, its fields are looked for where X keeps them.

1. What a post is wrapped in is taken off; its fields are found by ``x_fields.toml``.
2. The account: its object, else the id beside the post, else the address of the post.
3. Kind: repost before quote before reply. A post inside another is a post of its own; a repost
   shows the full text, links and tags of what it reposts.
4. Time: as written; when missing, from the id (to the millisecond).
5. A post is kept with whatever is left of it, as long as it has an account. How often each field
   was found is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from fanal.model.keys import file_post_key, post_key
from fanal.model.time import plausible, snowflake_us
from fanal.model.url import url_key
from fanal.readers.base import Rows
from fanal.readers.values import hashtags_in, mentions_in, urls_in
from fanal.readers.x_accounts import XAccounts
from fanal.readers.x_places import Lookup, merged
from fanal.readers.x_values import (
    NO_LANGUAGE,
    Items,
    client,
    count,
    links,
    media_keys,
    moment,
    native_id,
    status_address,
)

#: Posts inside posts inside posts ...: X nests two or three.
_DEPTH: Final = 8
#: Fields whose share is told, in this order.
TOLD: Final = (
    "id", "time", "text", "handle", "lang", "client", "urls", "hashtags", "mentions", "likes",
    "views", "reply_to", "repost_of", "quote_of",
)  # fmt: skip
_MEDIA: Final = Items(("id_str", "media_key", "id"))
_NOT_SHOWN: Final = frozenset({"TweetTombstone", "TweetUnavailable", "TweetPreviewDisplay"})


@dataclass(frozen=True, slots=True)
class Shown:
    """What one post shows: its key, and what a repost of it shows too."""

    key: str
    text: str | None
    urls: list[str] | None
    url_keys: list[str] | None
    hashtags: list[str] | None
    mentions: list[str] | None
    media: list[str] | None


class XPosts:
    """Turns decoded objects of X into rows.

    Parameters
    ----------
    rows
        The sink.
    name, sha256
        Of the file, for positions and for keys of posts without an id.
    user_places
        Places of the user's own (`readers.x_places.user_places`).
    """

    def __init__(
        self, rows: Rows, name: str, sha256: str, user_places: Mapping[str, Any] | None = None
    ) -> None:
        places = merged(user_places or {})
        self._rows, self._name, self._sha256 = rows, name, sha256
        self._post = Lookup(places["post"])
        self._place = {field: n for n, field in enumerate(self._post.fields)}
        self._wrappers = [path.split(".") for path in places["wrappers"]]
        self._others = _others(places["post"])
        self._urls = Items(places["url"]["value"])
        self._hashtags = Items(places["hashtag"]["value"])
        self._mentions = Items(places["mention"]["value"])
        self._accounts = XAccounts(rows, Lookup(places["account"]))
        self.posts = 0
        self._found = dict.fromkeys(TOLD, 0)

    @property
    def fill(self) -> dict[str, float]:
        """Share of the posts so far in which each field was found."""
        return {field: count / max(self.posts, 1) for field, count in self._found.items()}

    def tell(self) -> None:
        """Note how often each field was found."""
        if self.posts:
            told = ", ".join(f"{field} {share:.0%}" for field, share in self.fill.items())
            self._rows.note(f"Found in {self.posts:,} posts: {told}.")

    def account(self, one: dict[str, Any], at: int | None, row: int) -> bool:
        """Add an account that stands by itself; tell whether it is one."""
        return self._accounts.add(one, None, None, at, row) is not None

    def post(
        self,
        one: dict[str, Any],
        at: int | None,
        row: int,
        *,
        known_id: str | None = None,
        depth: int = 0,
    ) -> Shown | None:
        """Add a post and the posts inside it; reject it when nothing says whose it is.

        Return what it shows, also when it is only referred to; None without an id.

        Parameters
        ----------
        one
            The object.
        at, row
            When it was captured (microseconds since 1970, or None), and in which line it stands.
        known_id
            Id that the capture gives beside the object.
        depth
            How many posts it lies in.
        """
        # 1. fields
        one = self._unwrapped(one)
        found, get = self._post.find(one), self._place
        if None in (found[get["id"]], found[get["text"]], found[get["author"]]):
            found = self._looked_further(one, found)
        values = dict(zip(self._post.fields, found, strict=True))
        # 3. posts inside
        reposted = self._inside(values["reposted"], at, row, depth)
        quoted = self._inside(values["quoted"], at, row, depth)
        address = status_address(values["address"])
        post_id = native_id(values["id"]) or known_id
        if post_id is None and address is not None and reposted is None:
            post_id = address[1]
        # 2. whose
        author = self._author(values, address if address and address[1] == post_id else None)
        account = self._accounts.add(values["author"] or {}, *author, at, row)
        if account is None or (post_id is None and depth):
            self._without(one, post_id, row, depth)
            return None if post_id is None else self._shown(post_key("x", post_id), values)
        return self._add(values, post_id, account, reposted, quoted, at, row)

    def _unwrapped(self, one: dict[str, Any]) -> dict[str, Any]:
        for _ in range(_DEPTH):
            if "legacy" in one or "core" in one or "id_str" in one:
                return one
            for path in self._wrappers:
                inner: Any = one
                for key in path:
                    inner = inner.get(key) if inner.__class__ is dict else None
                if inner.__class__ is dict:
                    one = inner
                    break
            else:
                return one
        return one

    def _looked_further(self, one: dict[str, Any], found: list[Any]) -> list[Any]:
        own = {key: value for key, value in one.items() if key not in self._others}
        return self._post.find_anywhere(own, found)

    def _author(
        self, values: dict[str, Any], address: tuple[str, str] | None
    ) -> tuple[str | None, str | None]:
        handle = values["handle"]
        if handle is None and address is not None and address[0] != "i":
            handle = address[0]
        return native_id(values["author_id"]), handle

    def _inside(
        self, one: dict[str, Any] | None, at: int | None, row: int, depth: int
    ) -> Shown | None:
        if one is None or depth >= _DEPTH:
            return None
        return self.post(one, at, row, depth=depth + 1)

    def _without(self, one: dict[str, Any], post_id: str | None, row: int, depth: int) -> None:
        if str(one.get("__typename")) in _NOT_SHOWN or "tombstone" in one:
            self._rows.skip("a post that X does not show")
        elif depth:
            self._rows.skip("a post inside another of which nothing but a reference is there")
        else:
            column = "account" if post_id is not None else "id"
            self._rows.reject(
                f"{self._name}:{row}",
                column,
                f"a post without {'its account' if post_id is not None else 'id and account'}",
                msgspec.json.encode(one),
            )

    def _add(
        self,
        values: dict[str, Any],
        post_id: str | None,
        account: str,
        reposted: Shown | None,
        quoted: Shown | None,
        at: int | None,
        row: int,
    ) -> Shown:
        rows = self._rows
        key = (
            post_key("x", post_id) if post_id is not None else file_post_key(self._sha256, row)
        )
        # 3. what it refers to, and shows
        repost_of = _key(reposted, values["repost_of"])
        quote_of = _key(quoted, values["quote_of"])
        reply_to = _key(None, values["reply_to"])
        kind = (
            "repost" if repost_of else "quote" if quote_of else "reply" if reply_to else "post"
        )
        shown = self._shown(key, values)
        showing = reposted if reposted is not None and reposted.text is not None else shown
        # 4. time
        said = moment(values["time"])
        claimed, precision = said if said is not None else (None, None)
        time = claimed
        if time is None and post_id is not None:
            time, precision = snowflake_us(post_id), 0.001
        fits = time is not None and plausible(time)
        if not fits:
            rows.implausible_times += 1
        lang = values["lang"]
        name = client(values["client"])
        rows.posts.append(
            (
                key, "x", post_id, account, time, claimed,
                None if time is None else "id" if claimed is None else "field",
                None if time is None else precision,
                fits, kind, showing.text, None if lang in NO_LANGUAGE else lang,
                repost_of, reply_to, quote_of, showing.urls, showing.url_keys,
                showing.hashtags, showing.mentions, showing.media, name, rows.input_id, row,
            )
        )  # fmt: skip
        if repost_of is None:  # a repost carries the counts of its source
            self._count(key, values, at, row)
        # 5. what was found
        self._tally(
            post_id, said, showing.text, self._accounts.last_handle, lang, name, showing.urls,
            showing.hashtags, showing.mentions, values["likes"], values["views"], reply_to,
            repost_of, quote_of,
        )  # fmt: skip
        return shown

    def _shown(self, key: str, values: dict[str, Any]) -> Shown:
        text = values["text"]
        urls = links(self._urls.of(values["urls"]))
        hashtags = self._hashtags.of(values["hashtags"])
        mentions = self._mentions.of(values["mentions"])
        if text and values["entities"] is None and not (urls or hashtags or mentions):
            # shortened links lead nowhere that text could tell
            urls = [link for link in urls_in(text) if "//t.co/" not in link] or None
            hashtags, mentions = hashtags_in(text) or None, mentions_in(text) or None
        return Shown(
            key,
            text.replace("\x00", "\ufffd") if text and "\x00" in text else text,
            urls,
            [url_key(url) for url in urls] if urls else None,
            [tag.lstrip("#").casefold() for tag in hashtags] if hashtags else None,
            mentions,
            media_keys(_MEDIA.of(values["media"])),
        )

    def _count(self, key: str, values: dict[str, Any], at: int | None, row: int) -> None:
        counts = (
            count(values["likes"]), count(values["reposts"]), count(values["replies"]),
            count(values["quotes"]), count(values["views"]), count(values["bookmarks"]),
        )  # fmt: skip
        if counts != (None, None, None, None, None, None):
            self._rows.counts.append((key, at, *counts, self._rows.input_id, row))

    def _tally(self, *told: Any) -> None:
        self.posts += 1
        found = self._found
        for field, value in zip(TOLD, told, strict=True):
            if value is not None:
                found[field] += 1


def _key(inside: Shown | None, said: Any) -> str | None:
    if inside is not None:
        return inside.key
    return None if said is None else post_key("x", native_id(said) or str(said))


def _others(places: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys below which other posts, or the account, stand."""
    nested = (path.split(".")[0] for field in ("reposted", "quoted") for path in places[field])
    alone = (path for path in places["author"] if "." not in path)
    return frozenset({*nested, *alone}) - {"legacy"}
