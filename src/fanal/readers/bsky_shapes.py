"""Shapes of Bluesky's records, events and answers, as far as rows need them."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Raw, Struct, field

#: A count or a time that fits the tables of a case; a larger one is no such thing.
Whole = Annotated[int, Meta(ge=-(2**62), le=2**62)]


class Subject(Struct, gc=False):
    """A reference to a record."""

    uri: str | None = None


class Reply(Struct):
    """What a post answers."""

    parent: Subject | None = None


class Feature(Struct, gc=False):
    """A link, hashtag or mention in a text."""

    uri: str | None = None
    tag: str | None = None
    did: str | None = None


class Facet(Struct):
    """A stretch of text with what it is."""

    features: list[Feature] = []


class Link(Struct, gc=False):
    """Where a blob lies: its content hash."""

    link: str | None = field(name="$link", default=None)


class Blob(Struct):
    """A picture or a film."""

    ref: Link | None = None


class Image(Struct):
    """One picture of a post."""

    image: Blob | None = None


class External(Struct, gc=False):
    """A page shown under a post."""

    uri: str | None = None


class Embed(Struct):
    """What hangs on a post: pictures, a page, a quoted post, or a quoted post with media.

    `record` is a reference, or an object with one inside.
    """

    external: External | None = None
    images: list[Image] | None = None
    video: Blob | None = None
    record: Any = None
    media: Embed | None = None


class Post(Struct):
    """A post as its author's program wrote it."""

    text: str | None = None
    created_at: str | None = field(name="createdAt", default=None)
    langs: list[str] | None = None
    reply: Reply | None = None
    embed: Embed | None = None
    facets: list[Facet] | None = None
    tags: list[str] | None = None


class Repost(Struct):
    """A repost as its author's program wrote it."""

    subject: Subject
    created_at: str | None = field(name="createdAt", default=None)


class Profile(Struct):
    """A profile as its owner's program wrote it."""

    display_name: str | None = field(name="displayName", default=None)
    description: str | None = None
    created_at: str | None = field(name="createdAt", default=None)


class Identity(Struct, gc=False):
    """A change of handle or key."""

    handle: str | None = None


class Account(Struct, gc=False):
    """A change of an account's state."""

    active: bool | None = None
    status: str | None = None


class Commit(Struct):
    """A change of one record."""

    operation: str | None = None
    collection: str | None = None
    rkey: str | None = None
    record: Raw = field(default_factory=Raw)


class Event(Struct):
    """An event of Jetstream: version 1 with its commit inside, version 2 flat.

    Version 2 comes as it is, or inside the frame that the service sends (`payload`).
    """

    did: str | None = None
    time_us: Whole | None = None
    kind: str | None = None
    commit: Commit | None = None
    type: str | None = field(name="$type", default=None)
    time: str | None = None
    operation: str | None = None
    collection: str | None = None
    rkey: str | None = None
    record: Raw = field(default_factory=Raw)
    identity: Identity | None = None
    account: Account | None = None
    payload: Event | None = None


class Person(Struct):
    """An account as an answer of the service shows it."""

    did: str
    handle: str | None = None
    display_name: str | None = field(name="displayName", default=None)
    description: str | None = None
    created_at: str | None = field(name="createdAt", default=None)
    followers: Whole | None = field(name="followersCount", default=None)
    following: Whole | None = field(name="followsCount", default=None)
    posts: Whole | None = field(name="postsCount", default=None)


class PostView(Struct):
    """A post as an answer of the service shows it."""

    uri: str
    author: Person
    record: Raw
    indexed_at: str | None = field(name="indexedAt", default=None)
    likes: Whole | None = field(name="likeCount", default=None)
    reposts: Whole | None = field(name="repostCount", default=None)
    replies: Whole | None = field(name="replyCount", default=None)
    quotes: Whole | None = field(name="quoteCount", default=None)
    bookmarks: Whole | None = field(name="bookmarkCount", default=None)


class Reason(Struct):
    """Why a post stands in a feed: somebody reposted it, or pinned it."""

    type: str | None = field(name="$type", default=None)
    by: Person | None = None
    uri: str | None = None
    indexed_at: str | None = field(name="indexedAt", default=None)


class FeedItem(Struct):
    """One entry of a feed."""

    post: Raw
    reason: Reason | None = None


class Thread(Struct):
    """A post of a thread, with what it answers and what answers it."""

    post: Raw = field(default_factory=Raw)
    parent: Thread | None = None
    replies: list[Thread] | None = None


class Posts(Struct):
    """A page of posts."""

    posts: list[Raw] = []


class Answer(Struct):
    """An answer of the service, or one of the objects that it is made of.

    `posts` is a list in a page, and nothing of ours elsewhere.
    """

    feed: list[FeedItem] | None = None
    posts: Any = None
    profiles: list[Raw] | None = None
    thread: Thread | None = None
    post: Raw = field(default_factory=Raw)
    reason: Reason | None = None
    uri: str | None = None
    did: str | None = None
    record: Raw = field(default_factory=Raw)
