"""Shapes of X API v2 objects, as far as rows need them; what is not named is not decoded."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Raw, Struct, field

#: Ids are text; some programs write them as numbers, which survive here at any size.
Id = str | int
#: A count that fits the tables of a case; a larger one is no count.
Whole = Annotated[int, Meta(ge=-(2**62), le=2**62)]


class Url(Struct, gc=False):
    """A link: shortened, expanded, and where it ends after all redirects."""

    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None


class Tag(Struct, gc=False):
    """A hashtag."""

    tag: str


class Mention(Struct, gc=False):
    """A mention."""

    username: str | None = None
    id: Id | None = None


class Entities(Struct):
    """What X found in a text."""

    urls: list[Url] | None = None
    hashtags: list[Tag] | None = None
    mentions: list[Mention] | None = None


class Attachments(Struct, gc=False):
    """What hangs on a post: pictures and films by the ids of their uploads."""

    media_keys: list[str] | None = None


class PostCounts(Struct, gc=False):
    """Public counts of a post."""

    retweet_count: Whole | None = None
    reply_count: Whole | None = None
    like_count: Whole | None = None
    quote_count: Whole | None = None
    bookmark_count: Whole | None = None
    impression_count: Whole | None = None


class UserCounts(Struct, gc=False):
    """Public counts of an account."""

    followers_count: Whole | None = None
    following_count: Whole | None = None
    tweet_count: Whole | None = None


class User(Struct):
    """An account."""

    id: Id
    username: str
    name: str | None = None
    created_at: str | None = None
    location: str | None = None
    description: str | None = None
    public_metrics: UserCounts | None = None


class Tweet(Struct):
    """A post; in flattened files with its author and the posts it refers to inside.

    Fields from `type` on belong to one of its roles: reference, list, count, compliance.
    """

    id: Id | None = None
    text: str | None = None
    author_id: Id | None = None
    created_at: str | None = None
    lang: str | None = None
    source: str | None = None
    entities: Entities | None = None
    referenced_tweets: list[Tweet] | None = None
    public_metrics: PostCounts | None = None
    attachments: Attachments | None = None
    author: User | None = None
    type: str | None = None
    username: str | None = None
    tweet_count: Whole | None = None
    member_count: Whole | None = None
    action: str | None = None


class Includes(Struct):
    """Objects that the posts of a page refer to."""

    users: list[User] | None = None
    tweets: list[Tweet] | None = None


class Capture(Struct):
    """What twarc wrote about the request."""

    retrieved_at: str | None = None


class Line(Tweet):
    """A line of a file: a page, one post of a stream, or a flattened post."""

    data: list[Tweet] | Tweet | None = None
    includes: Includes | None = None
    errors: Any = None
    meta: Any = None
    capture: Capture | None = field(name="__twarc", default=None)


class RawIncludes(Struct):
    """As `Includes`, each object still to be decoded."""

    users: list[Raw] = field(default_factory=list)
    tweets: list[Raw] = field(default_factory=list)


class RawLine(Struct):
    """As `Line`, each object still to be decoded: one bad post must not lose its page."""

    data: Raw = field(default_factory=Raw)
    includes: RawIncludes | None = None
    capture: Capture | None = field(name="__twarc", default=None)
