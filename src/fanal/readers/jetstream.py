"""Bluesky's Jetstream, versions 1 and 2: one event a line.

1. Posts and reposts are kept; likes, follows, blocks and the rest are skipped, by kind.
2. Deletes are honoured: a removal names the post, or the account whose posts all go.
3. An edit of a post (rare) takes the place of the first text: edits are collected before the file is
   read, as far as a bounded memory reaches. Edits in another file than the post are not seen.
4. Profiles and changes of handle are kept as observations of accounts.
"""

from __future__ import annotations

from typing import Final

from fanal.readers.base import Head, Reader, Row, Rows, Settings, Source
from fanal.readers.bsky_rows import (
    PLATFORM,
    POST,
    REPOST,
    STREAM_PRECISION_S,
    account_row,
    moment,
    post_row,
    repost_row,
)
from fanal.readers.bsky_shapes import Commit, Event, Person, Post, Profile, Repost
from fanal.readers.lines import records
from fanal.readers.typed import Typed
from fanal.readers.undisturbed import calmly

_EVENT: Final = Typed(Event)
_POST: Final = Typed(Post)
_REPOST: Final = Typed(Repost)
_PROFILE: Final = Typed(Profile)
#: Edits remembered; a day of the whole network has fewer.
_EDITS: Final = 100_000
_V2: Final = b"network.bsky.jetstream."
#: Collections whose records are counted by their own name.
_OURS: Final = ("app.bsky.", "chat.bsky.")


def _sniff(head: Head) -> float:
    first = head.data.lstrip().split(b"\n", 1)[0]
    if not first.startswith(b"{") or b'"did"' not in first:
        return 0.0
    if _V2 in first or (b'"time_us"' in first and b'"kind"' in first):
        return 1.0
    flat = (b'"collection"', b'"operation"', b'"rkey"')
    return 1.0 if all(key in first for key in flat) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    del settings  # a fixed shape: nothing to be told
    stream_of = _Stream(source.name, rows)
    # 3. edits
    with source.open() as stream:
        quiet = _quiet()
        for _, raw in records(stream, source.name, quiet):
            if b'"update"' in raw and POST.encode() in raw:
                stream_of.edit(raw, quiet)
    with source.open() as stream:
        for number, raw in calmly(records(stream, source.name, rows)):
            if raw and not raw.isspace():
                stream_of.line(raw, number)
                rows.flush_if_full()
    stream_of.tell()


class _Stream:
    """One file being read."""

    def __init__(self, name: str, rows: Rows) -> None:
        self._name = name
        self._rows = rows
        self._edits: dict[str, bytes] = {}
        self._written: set[str] = set()
        self._edited = 0

    def edit(self, raw: bytes, quiet: Rows) -> None:
        """Remember the latest text of a post that is edited in this file."""
        event = _EVENT.of(raw, "", quiet)
        commit = _commit(event) if event else None
        if commit and commit.collection == POST and commit.operation == "update":
            uri = _uri(event, commit)
            if uri and (uri in self._edits or len(self._edits) < _EDITS):
                self._edits[uri] = bytes(commit.record)

    def tell(self) -> None:
        """Say how many edits there were."""
        if self._edited:
            self._rows.note(f"Edits: {self._edited:,}. The last text of a post is kept.")

    def line(self, raw: bytes, number: int) -> None:
        """Turn one event into rows, a skip or a reject."""
        where = f"{self._name}:{number}"
        event = _EVENT.of(raw, where, self._rows)
        if event is None:
            return
        event = event.payload or event
        commit = _commit(event)
        if event.did is None:
            self._other(event, where, raw)
        elif commit is not None:
            self._commit(event, commit, number, raw)
        elif event.identity is not None or event.account is not None:
            self._account(event, number)
        else:
            self._other(event, where, raw)

    def _commit(self, event: Event, commit: Commit, number: int, raw: bytes) -> None:
        where = f"{self._name}:{number}"
        uri = _uri(event, commit)
        if uri is None:
            self._rows.reject(where, None, "a change without collection or key", raw)
        elif commit.operation == "delete":
            self._delete(event, commit, uri, number)
        elif commit.collection in {POST, REPOST} and not bytes(commit.record):
            self._rows.reject(where, "record", "a change without its record", raw)
        elif commit.collection == POST:
            self._post(event, commit, uri, number)
        elif commit.collection == REPOST:
            self._repost(event, commit, uri, number)
        else:
            if commit.collection == "app.bsky.actor.profile":
                self._profile(event, commit, number)
            self._rows.skip(_kind(commit))

    def _post(self, event: Event, commit: Commit, uri: str, number: int) -> None:
        if uri in self._edits and uri in self._written:
            self._edited += 1
            self._rows.skip("edit of a post")
            return
        record = self._edits.get(uri) or bytes(commit.record)
        where = f"{self._name}:{number}"
        post = _POST.of(record, where, self._rows)
        if post is not None:
            if uri in self._edits:
                self._written.add(uri)
            at = _at(event)
            row = post_row(
                self._rows, uri, event.did or "", post, at, STREAM_PRECISION_S, number
            )
            self._rows.posts.append(row)

    def _repost(self, event: Event, commit: Commit, uri: str, number: int) -> None:
        where = f"{self._name}:{number}"
        repost = _REPOST.of(bytes(commit.record), where, self._rows)
        if repost is not None:
            row = repost_row(self._rows, uri, event.did or "", repost, _at(event), number)
            self._rows.posts.append(row)

    def _delete(self, event: Event, commit: Commit, uri: str, number: int) -> None:
        # 2. one post
        if commit.collection in {POST, REPOST}:
            self._remove(f"{PLATFORM}:{uri}", event, "delete event", number)
        self._rows.skip(_kind(commit))

    def _remove(self, post: str | None, event: Event, source: str, number: int) -> None:
        account = f"{PLATFORM}:{event.did}"
        self._rows.removals.append(
            (post, account, _at(event), source, self._rows.input_id, number)
        )

    def _profile(self, event: Event, commit: Commit, number: int) -> None:
        # 4. observations
        quiet = _quiet()
        profile = _PROFILE.of(bytes(commit.record), "", quiet)
        if profile is not None:
            person = Person(
                did=event.did or "",
                display_name=profile.display_name,
                description=profile.description,
                created_at=profile.created_at,
            )
            self._rows.accounts.append(account_row(self._rows, person, _at(event), number))

    def _account(self, event: Event, number: int) -> None:
        if event.identity is not None and event.identity.handle:
            person = Person(did=event.did or "", handle=event.identity.handle)
            self._rows.accounts.append(account_row(self._rows, person, _at(event), number))
        # 2. all posts of an account
        if event.account is not None and event.account.status == "deleted":
            self._remove(None, event, "account deleted", number)
        self._rows.skip("identity event" if event.identity is not None else "account event")

    def _other(self, event: Event, where: str, raw: bytes) -> None:
        if event.type is not None or event.kind is not None:
            self._rows.skip("message of the service")
        else:
            self._rows.reject(where, None, "not an event of Jetstream", raw)


def _quiet() -> Rows:
    """Return a sink for what is looked at and told elsewhere."""

    def nowhere(name: str, some: list[Row]) -> None:
        del name, some

    return Rows("", nowhere)


def _commit(event: Event) -> Commit | None:
    event = event.payload or event
    if event.commit is not None:
        return event.commit
    if event.collection is None:
        return None
    return Commit(event.operation, event.collection, event.rkey, event.record)


def _uri(event: Event | None, commit: Commit) -> str | None:
    did = (event.payload or event).did if event else None
    if not did or not commit.collection or not commit.rkey:
        return None
    return f"at://{did}/{commit.collection}/{commit.rkey}"


def _kind(commit: Commit) -> str:
    """Return what a change is, in few kinds: anyone can make up collections."""
    collection = commit.collection or ""
    name = collection if collection.startswith(_OURS) and len(collection) < 60 else ""
    what = "removal" if commit.operation == "delete" else "record"
    return f"{what} of {name or 'another program'}"


def _at(event: Event) -> int | None:
    return event.time_us if event.time_us is not None else moment(event.time)


READER = Reader(
    name="jetstream",
    version=1,
    title="Events of Bluesky's Jetstream, versions 1 and 2 (JSON lines)",
    blind_spot=(
        "A stream shows what happened while it was recorded: posts from before, and the texts that "
        "reposts and replies refer to, are not in it."
    ),
    sniff=_sniff,
    read=_read,
)
