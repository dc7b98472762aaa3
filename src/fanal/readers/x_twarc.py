"""X API v2 as twarc2 writes it: pages, streams, flattened posts, pages of accounts.

1. Each line is decoded once, into typed shapes: a page, one post of a stream, a flattened post.
2. A line that does not fit is taken apart; the objects that do not fit are rejected, each with
   its place, and the rest is kept.
3. Posts that others refer to (``includes``) are posts too; the same post twice in one page
   counts once.
4. Lines without posts (errors, counts, compliance, lists) are skipped, counted by kind.
"""

from __future__ import annotations

import re
from typing import Final, TypeVar

import msgspec

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.lines import in_either, records
from fanal.readers.x_rows import XRows
from fanal.readers.x_shapes import Includes, Line, RawLine, Tweet, User

T = TypeVar("T")

#: Keys that X API v2 alone uses; two of them make a line of ours.
_KEYS: Final = (
    b'"public_metrics"', b'"edit_history_tweet_ids"', b'"context_annotations"',
    b'"reply_settings"', b'"referenced_tweets"', b'"conversation_id"',
)  # fmt: skip
_LONE_SURROGATE: Final = re.compile(
    rb"\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}",
    re.IGNORECASE,
)
_LINE: Final = msgspec.json.Decoder(Line)
_RAW_LINE: Final = msgspec.json.Decoder(RawLine)
_RAW_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_TWEET: Final = msgspec.json.Decoder(Tweet)
_USER: Final = msgspec.json.Decoder(User)


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if not start.startswith(b"{"):
        return 0.0
    first = start.split(b"\n", 1)[0]
    if b'"__twarc"' in first:
        return 1.0
    if sum(key in first for key in _KEYS) >= 2 and b'"source_platform"' not in first:
        return 0.9
    if re.match(rb'\{\s*"data"\s*:\s*\[?\s*\{[^{}]*"(?:tweet_count|author_id)"', first):
        return 0.9
    compliance = (b'"id"', b'"action"', b'"created_at"', b'"reason"')
    return 0.8 if len(first) < 400 and all(key in first for key in compliance) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    del settings  # a fixed shape: nothing to be told
    file = _File(source.name, rows)
    with source.open() as stream:
        for number, raw in records(stream, source.name, rows):
            if raw and not raw.isspace():
                file.line(raw, number)
                rows.flush_if_full()


class _File:
    """One file being read."""

    def __init__(self, name: str, rows: Rows) -> None:
        self._name = name
        self._rows = rows
        self._x = XRows(rows, name)

    def line(self, raw: bytes, number: int) -> None:
        """Turn one line into rows, skips or rejects."""
        try:
            self._line(raw, number)
        except RecursionError:
            self._rows.reject(f"{self._name}:{number}", None, "nested too deep", raw)

    def _line(self, raw: bytes, number: int) -> None:
        if b"\\u0000" in raw:
            raw = raw.replace(b"\\u0000", b"\\ufffd")
        # 1. the quick way
        try:
            line = _LINE.decode(raw)
        except msgspec.ValidationError:
            self._apart(raw, number)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._mended(raw, number, error)
        else:
            self._decoded(line, raw, number)

    def _decoded(self, line: Line, raw: bytes, number: int) -> None:
        at = self._x.observed_at(line.capture.retrieved_at if line.capture else None)
        data = [line.data] if isinstance(line.data, Tweet) else line.data
        if data is None and (line.text is not None or line.author_id is not None):
            self._flattened(line, at, number)
        elif data and data[0].username is not None and data[0].text is None:
            self._apart(raw, number)
        elif data is not None or line.includes is not None:
            self._page(data or [], line.includes or Includes(), at, number)
        else:
            self._without_post(line, raw, number)

    def _page(self, data: list[Tweet], includes: Includes, at: int | None, number: int) -> None:
        known = {str(tweet.id): tweet for tweet in includes.tweets or ()}
        again = set()
        for tweet in data:
            post_id = str(tweet.id)
            if post_id in known:
                again.add(post_id)
            else:
                known[post_id] = tweet
        for tweet in data:
            kind = _other_kind(tweet)
            if kind is None:
                self._x.post(tweet, known, at, number)
            else:
                self._rows.skip(kind)
        # 3. what they refer to
        for tweet in includes.tweets or ():
            if str(tweet.id) in again:
                self._rows.skip("the same post again in its page")
            else:
                self._x.post(tweet, known, at, number)
        for user in includes.users or ():
            self._x.account(user, at, number)

    def _flattened(self, line: Line, at: int | None, number: int) -> None:
        inside = [one for one in line.referenced_tweets or () if one.text is not None]
        self._x.post(line, {}, at, number)
        for tweet in inside:
            self._x.post(tweet, {}, at, number)
        for tweet in (line, *inside):
            if tweet.author is not None:
                self._x.account(tweet.author, at, number)

    def _without_post(self, line: Line, raw: bytes, number: int) -> None:
        # 4. lines of other kinds
        kind = _other_kind(line)
        if kind is None and line.errors is not None:
            kind = "error message of the API"
        elif kind is None and (line.meta is not None or line.capture is not None):
            kind = "empty page"
        if kind is None:
            reason = "neither a page nor a post of X API v2"
            self._rows.reject(f"{self._name}:{number}", None, reason, raw)
        else:
            self._rows.skip(kind)

    def _apart(self, raw: bytes, number: int) -> None:
        # 2. object by object; bytes that nobody looked at so far may be broken too
        raw = mend(raw)
        try:
            line = _RAW_LINE.decode(raw)
            data = _raw_items(line.data)
        except msgspec.DecodeError as error:
            self._reject(raw, number, "", error)
            return
        if not data and line.includes is None:
            self._one_by_one([msgspec.Raw(raw)], _TWEET, number, "")
            return
        at = self._x.observed_at(line.capture.retrieved_at if line.capture else None)
        includes = Includes(users=[], tweets=[])
        if line.includes:
            includes.users = self._one_by_one(line.includes.users, _USER, number, "users")
            includes.tweets = self._one_by_one(line.includes.tweets, _TWEET, number, "tweets")
        if data and b'"username"' in bytes(data[0]) and b'"author_id"' not in bytes(data[0]):
            for user in self._one_by_one(data, _USER, number, "data"):
                self._x.account(user, at, number)
            data = []
        self._page(self._one_by_one(data, _TWEET, number, "data"), includes, at, number)

    def _one_by_one(
        self,
        items: list[msgspec.Raw],
        decoder: msgspec.json.Decoder[T],
        number: int,
        where: str,
    ) -> list[T]:
        found = []
        for place, item in enumerate(items):
            try:
                found.append(decoder.decode(item))
            except msgspec.DecodeError as error:
                self._reject(bytes(item), number, f" {where}[{place}]" if where else "", error)
        return found

    def _reject(self, raw: bytes, number: int, where: str, error: Exception) -> None:
        reason, _, path = str(error).partition(" - at ")
        column = path.strip("`").removeprefix("$").lstrip(".") or None
        self._rows.reject(f"{self._name}:{number}{where}", column, reason[:120], raw)

    def _mended(self, raw: bytes, number: int, error: Exception) -> None:
        mended = mend(raw)
        try:
            line = _LINE.decode(mended)
        except msgspec.ValidationError:
            self._apart(mended, number)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._reject(raw, number, "", _plain(error))
        else:
            if mended is not raw:
                sentence = f"Line {number} holds broken characters: such text was mended."
                self._rows.note(sentence, once="mended")
            self._decoded(line, mended, number)


def _raw_items(data: msgspec.Raw) -> list[msgspec.Raw]:
    start = bytes(data)[:64].lstrip()
    if start in {b"", b"null"}:
        return []
    return _RAW_LIST.decode(data) if start.startswith(b"[") else [data]


def mend(raw: bytes) -> bytes:
    """Return the line in UTF-8 and without halves of surrogate pairs."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw = in_either(raw).encode("utf-8")
    return _LONE_SURROGATE.sub(rb"\\ufffd", raw)


def _plain(error: Exception) -> Exception:
    """Return the error without positions, so that like ones are counted together."""
    reason = re.sub(r"\(byte \d+\)|byte 0x\w+ in position \d+", "", str(error))
    return ValueError(f"not JSON: {reason.strip()}")


def _other_kind(tweet: Tweet) -> str | None:
    """Return what a record without a post is, or None for a post."""
    if tweet.text is not None or tweet.author_id is not None:
        return None
    if tweet.tweet_count is not None:
        return "count of posts"
    if tweet.action is not None:
        return "compliance event"
    return "list" if tweet.member_count is not None else None


READER = Reader(
    name="twarc",
    version=1,
    title="X API v2 as twarc2 writes it (JSON lines: pages, streams or flattened)",
    blind_spot=(
        "A capture of X holds what matched the query and still stood when it was made: deleted, "
        "private and suspended accounts' posts are missing, and who saw a post is never known."
    ),
    sniff=_sniff,
    read=_read,
)
