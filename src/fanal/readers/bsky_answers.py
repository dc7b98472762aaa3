"""Answers of Bluesky's service as JSON: feeds, posts, searches, threads, profiles.

1. A line or a file is one answer, a list of answers, or a list of the objects that they hold.
2. An entry of a feed that somebody reposted is two posts: the repost (once) and what it repeats.
3. `time` is when the service saw a post; what the author's program claims stands beside.
4. A post that was not found or whose author blocks the reader is skipped.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Raw
from msgspec.structs import astuple

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.bsky_rows import (
    ANSWER_PRECISION_S,
    REPOST,
    account_row,
    moment,
    post_row,
    repost_row,
)
from fanal.readers.bsky_shapes import (
    Answer,
    FeedItem,
    Person,
    Post,
    Posts,
    PostView,
    Reason,
    Repost,
    Subject,
    Thread,
)
from fanal.readers.documents import json_records
from fanal.readers.seen import LastSeen
from fanal.readers.sources import head as head_of
from fanal.readers.typed import Typed
from fanal.readers.undisturbed import calmly

_ANSWER: Final = Typed(Answer)
_VIEW: Final = Typed(PostView)
_POST: Final = Typed(Post)
_PERSON: Final = Typed(Person)
_POSTS: Final = Typed(Posts)
_LISTS: Final = ("feed", "posts", "profiles")
_TYPED: Final = re.compile(rb'"\$type"\s*:\s*"app\.bsky\.')
#: A post that is not shown: not found, or its author and the reader block one another.
_HIDDEN: Final = (b'"notFound"', b'"blocked"')
#: Accounts and posts remembered, so as not to repeat them.
_REMEMBERED: Final = 200_000


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["} or b"network.bsky.jetstream" in start[:2000]:
        return 0.0
    if b'"time_us"' in start[:2000]:
        return 0.0
    if _TYPED.search(start) and b'"indexedAt"' in start and b'"author"' in start:
        return 0.9
    profile = (b'"did"', b'"handle"', b'"followersCount"', b'"followsCount"')
    return 0.9 if all(key in start for key in profile) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    del settings  # a fixed shape: nothing to be told
    file = _Answers(source.name, rows)
    # 1. answers or what they hold
    for number, raw in calmly(json_records(source, head_of(source), rows, _LISTS)):
        file.line(raw, number)
        rows.flush_if_full()


class _Answers:
    """One file being read."""

    def __init__(self, name: str, rows: Rows) -> None:
        self._name = name
        self._rows = rows
        self._people = LastSeen(_REMEMBERED)
        self._reposts: set[str] = set()

    def line(self, raw: bytes, number: int) -> None:
        """Turn one record into rows, skips or rejects."""
        answer = _ANSWER.of(raw, f"{self._name}:{number}", self._rows)
        if answer is None:
            return
        posts = answer.posts if isinstance(answer.posts, list) else None
        if answer.uri is not None and bytes(answer.record):
            self._post(raw, number)
        elif bytes(answer.post):
            self._entry(FeedItem(answer.post, answer.reason), number)
        elif answer.feed is not None or posts is not None or answer.thread is not None:
            self._page(answer, raw, number)
        elif answer.profiles is not None or answer.did is not None:
            for person in answer.profiles or [Raw(raw)]:
                self._person(
                    _PERSON.of(bytes(person), f"{self._name}:{number}", self._rows), number
                )
        elif any(key in raw for key in _HIDDEN):
            self._rows.skip("a post that is not shown")
        else:
            reason = "no answer of Bluesky's service"
            self._rows.reject(f"{self._name}:{number}", None, reason, raw)

    def _page(self, answer: Answer, raw: bytes, number: int) -> None:
        for entry in answer.feed or ():
            self._entry(entry, number)
        if isinstance(answer.posts, list):
            page = _POSTS.of(raw, f"{self._name}:{number}", self._rows)
            for post in page.posts if page is not None else ():
                self._post(bytes(post), number)
        waiting = [answer.thread] if answer.thread else []
        while waiting:
            one: Thread = waiting.pop()
            if bytes(one.post):
                self._post(bytes(one.post), number)
            else:
                self._rows.skip("a post that is not shown")
            waiting += [one.parent] if one.parent else []
            waiting += one.replies or []
        if not (answer.feed or answer.posts or answer.thread):
            self._rows.skip("empty page")

    def _entry(self, entry: FeedItem, number: int) -> None:
        view = self._post(bytes(entry.post), number)
        reason = entry.reason
        # 2. who put it there
        if view is None or reason is None or reason.by is None:
            return
        self._person(reason.by, number)
        self._repost(reason, reason.by, view, number)

    def _repost(self, reason: Reason, by: Person, view: PostView, number: int) -> None:
        uri = reason.uri or f"at://{by.did}/{REPOST}/of/{view.uri}"
        if uri in self._reposts:
            self._rows.skip("the same repost again")
            return
        if len(self._reposts) < _REMEMBERED:
            self._reposts.add(uri)
        repost = Repost(Subject(view.uri))
        row = repost_row(
            self._rows, uri, by.did, repost, moment(reason.indexed_at), number,
            precision_s=ANSWER_PRECISION_S, native=reason.uri is not None,
        )  # fmt: skip
        self._rows.posts.append(row)

    def _post(self, raw: bytes, number: int) -> PostView | None:
        where = f"{self._name}:{number}"
        # 4. what is not shown
        if b'"record"' not in raw and any(key in raw for key in _HIDDEN):
            self._rows.skip("a post that is not shown")
            return None
        view = _VIEW.of(raw, where, self._rows)
        post = _POST.of(bytes(view.record), where, self._rows) if view is not None else None
        if view is None or post is None:
            return None
        rows = self._rows
        at = moment(view.indexed_at)
        row = post_row(rows, view.uri, view.author.did, post, at, ANSWER_PRECISION_S, number)
        rows.posts.append(row)
        counts = (view.likes, view.reposts, view.replies, view.quotes, None, view.bookmarks)
        if any(count is not None for count in counts):
            rows.counts.append((row[0], None, *counts, rows.input_id, number))
        self._person(view.author, number)
        return view

    def _person(self, person: Person | None, number: int) -> None:
        if person is None or self._people.again(person.did, astuple(person)):
            return
        self._rows.accounts.append(account_row(self._rows, person, None, number))


READER = Reader(
    name="bluesky",
    version=1,
    title="Answers of Bluesky's service as JSON (feeds, posts, searches, threads, profiles)",
    blind_spot=(
        "An answer shows what one request returned on one day: deleted posts, posts of accounts that "
        "block the reader, and most of those who reposted are not in it."
    ),
    sniff=_sniff,
    read=_read,
)
