"""Statuses of Mastodon as its API gives them: a list, lines, a search, a thread.

1. Keys are uris, never the id that one server gave; a reply names its parent by such an id, which
   becomes a key only when the parent came before in the file.
2. Content is HTML: its text is kept, its links beside, without those to hashtags and people.
3. A boost is a repost; the status boosted is a post too, once in a file.
4. What was not written for everybody (followers only, direct) is skipped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final

from msgspec import Meta, Raw, Struct
from msgspec.structs import astuple

from fanal.model.time import iso_us, plausible
from fanal.model.url import url_host, url_key
from fanal.readers.base import Head, Reader, Row, Rows, Settings, Source
from fanal.readers.documents import json_records
from fanal.readers.seen import LastSeen
from fanal.readers.sources import head as head_of
from fanal.readers.typed import Typed
from fanal.readers.undisturbed import calmly

PLATFORM: Final = "mastodon"
_LISTS: Final = ("statuses", "ancestors", "descendants", "accounts")
_KEYS: Final = (b'"reblogs_count"', b'"favourites_count"', b'"in_reply_to_account_id"')
_PUBLIC: Final = frozenset({None, "public", "unlisted"})
_REMEMBERED: Final = 200_000
_BREAK: Final = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
_LINK: Final = re.compile(r"<a\s([^>]*)>", re.IGNORECASE)
_HREF: Final = re.compile(r'href="([^"]*)"', re.IGNORECASE)
#: Links that Mastodon makes of hashtags and people.
_MADE: Final = re.compile(r'class="[^"]*\b(?:hashtag|mention)\b')

Whole = Annotated[int, Meta(ge=-(2**62), le=2**62)]
Id = str | int


class Tag(Struct, gc=False):
    """A hashtag."""

    name: str


class Person(Struct, gc=False):
    """Somebody mentioned."""

    acct: str | None = None


class Card(Struct, gc=False):
    """The page shown under a status."""

    url: str | None = None


class Program(Struct, gc=False):
    """The program posted from."""

    name: str | None = None


class Account(Struct):
    """An account."""

    acct: str
    username: str | None = None
    url: str | None = None
    uri: str | None = None
    display_name: str | None = None
    note: str | None = None
    created_at: str | None = None
    followers_count: Whole | None = None
    following_count: Whole | None = None
    statuses_count: Whole | None = None


class Status(Struct):
    """A status; with `acct` an account; with one of the lists an answer that holds them."""

    id: Id | None = None
    uri: str | None = None
    created_at: str | None = None
    account: Account | None = None
    content: str | None = None
    language: str | None = None
    visibility: str | None = None
    in_reply_to_id: Id | None = None
    reblog: Status | None = None
    quote: Any = None
    tags: list[Tag] | None = None
    mentions: list[Person] | None = None
    card: Card | None = None
    application: Program | None = None
    replies_count: Whole | None = None
    reblogs_count: Whole | None = None
    favourites_count: Whole | None = None
    quotes_count: Whole | None = None
    acct: str | None = None
    statuses: list[Raw] | None = None
    accounts: list[Raw] | None = None
    ancestors: list[Raw] | None = None
    descendants: list[Raw] | None = None


_STATUS: Final = Typed(Status)
_ACCOUNT: Final = Typed(Account)
_NO_COUNTS: Final = (None,) * 6


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["}:
        return 0.0
    return 1.0 if all(key in start for key in _KEYS) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    del settings  # a fixed shape: nothing to be told
    file = _Statuses(source.name, rows)
    for number, raw in calmly(json_records(source, head_of(source), rows, _LISTS)):
        file.record(raw, number)
        rows.flush_if_full()


class _Statuses:
    """One file being read."""

    def __init__(self, name: str, rows: Rows) -> None:
        self._name = name
        self._rows = rows
        self._uris: dict[str, str] = {}
        self._boosted: set[str] = set()
        self._accounts = LastSeen(_REMEMBERED)

    def record(self, raw: bytes, number: int) -> None:
        """Turn one record into rows, a skip or a reject."""
        where = f"{self._name}:{number}"
        status = _STATUS.of(raw, where, self._rows)
        if status is None:
            return
        lists = (status.accounts, status.ancestors, status.statuses, status.descendants)
        if any(some is not None for some in lists) and status.account is None:
            self._answer(lists, number)
        elif status.acct is not None:
            account = _ACCOUNT.of(raw, where, self._rows)
            if account is not None:
                self._account(account, account.uri or account.url or "", number)
                self._rows.skip("account")
        elif status.uri is None or status.account is None:
            column = "uri" if status.uri is None else "account"
            self._rows.reject(where, column, f"a status without {column}", raw)
        elif status.visibility not in _PUBLIC:
            # 4. not for everybody
            self._rows.skip("a status that is not public")
        else:
            self._status(status, status.uri, status.account, number)

    def _answer(self, lists: Iterable[list[Raw] | None], number: int) -> None:
        found = [bytes(raw) for some in lists for raw in some or ()]
        for raw in found:
            self.record(raw, number)
        if not found:
            self._rows.skip("empty page")

    def _status(self, status: Status, uri: str, account: Account, number: int) -> None:
        boost = status.reblog
        if boost is not None and boost.uri and boost.account is not None:
            # 3. the status boosted, once
            if boost.uri not in self._boosted and boost.visibility in _PUBLIC:
                if len(self._boosted) < _REMEMBERED:
                    self._boosted.add(boost.uri)
                self._status(boost, boost.uri, boost.account, number)
            self._post(status, uri, account, boost, number)
            return
        self._post(status, uri, account, None, number)
        self._remember(status.id, uri)
        counts = (
            status.favourites_count, status.reblogs_count, status.replies_count,
            status.quotes_count, None, None,
        )  # fmt: skip
        if counts != _NO_COUNTS:
            row = (f"{PLATFORM}:{uri}", None, *counts, self._rows.input_id, number)
            self._rows.counts.append(row)

    def _post(
        self, status: Status, uri: str, account: Account, boost: Status | None, number: int
    ) -> None:
        shown = boost or status
        text, urls = _read_html(shown.content or "")
        if shown.card and shown.card.url and shown.card.url not in urls:
            urls.append(shown.card.url)
        actor = _actor(account, uri)
        kind, repost_of, reply_to, quote_of = self._references(status, boost)
        rows = self._rows
        rows.posts.append(
            (
                f"{PLATFORM}:{uri}", PLATFORM, uri, f"{PLATFORM}:{actor}",
                *_times(status.created_at, rows), kind, text or None, shown.language,
                repost_of, reply_to, quote_of,
                urls or None, [url_key(url) for url in urls] or None,
                [tag.name.casefold() for tag in shown.tags or ()] or None,
                [one.acct for one in shown.mentions or () if one.acct] or None,
                None, status.application.name if status.application else None,
                rows.input_id, number,
            )
        )  # fmt: skip
        self._account(account, actor, number)

    def _references(
        self, status: Status, boost: Status | None
    ) -> tuple[str, str | None, str | None, str | None]:
        quoted = status.quote.get("quoted_status") if isinstance(status.quote, dict) else None
        uri = quoted.get("uri") if isinstance(quoted, dict) else None
        quote_of = f"{PLATFORM}:{uri}" if isinstance(uri, str) else None
        if boost is not None:
            return "repost", f"{PLATFORM}:{boost.uri}", None, None
        if status.in_reply_to_id is None:
            return "quote" if quote_of else "post", None, None, quote_of
        # 1. the parent, when it came before
        parent = self._uris.get(str(status.in_reply_to_id))
        kind = "quote" if quote_of else "reply"
        return kind, None, f"{PLATFORM}:{parent}" if parent else None, quote_of

    def _remember(self, local: Id | None, uri: str) -> None:
        if local is not None and len(self._uris) < _REMEMBERED:
            self._uris[str(local)] = uri

    def _account(self, account: Account, actor: str, number: int) -> None:
        if not actor or self._accounts.again(actor, astuple(account)):
            return
        self._rows.accounts.append(_account_row(account, actor, self._rows.input_id, number))


def _moment(text: str | None) -> int | None:
    try:
        return iso_us(text) if text else None
    except ValueError:
        return None


def _times(text: str | None, rows: Rows) -> Row:
    us = _moment(text)
    fits = us is not None and plausible(us)
    rows.implausible_times += not fits
    if us is None:
        return None, None, None, None, fits
    return us, us, "field", 0.001 if us % 1_000_000 else 1.0, fits


def _actor(account: Account, uri: str) -> str:
    """Return the uri of an account: said, or what stands before its statuses, or its page."""
    if account.uri:
        return account.uri
    before, statuses, _ = uri.partition("/statuses/")
    return before if statuses and "/users/" in before else account.url or f"@{account.acct}"


def _account_row(account: Account, actor: str, input_id: str, number: int) -> Row:
    handle = account.acct
    if "@" not in handle:  # of the server that answered
        host = url_host(url_key(account.url or actor))
        handle = f"{handle}@{host}" if "." in host else handle
    note, _ = _read_html(account.note or "")
    created = _moment(account.created_at)
    return (
        f"{PLATFORM}:{actor}", PLATFORM, actor, handle, account.display_name or None, created,
        None, note or None, account.followers_count, account.following_count,
        account.statuses_count, None, input_id, number,
    )  # fmt: skip


def _read_html(content: str) -> tuple[str, list[str]]:
    """Return the text of a status, and its links."""
    # 2. text, and links that a person wrote
    if "<" not in content:
        return html.unescape(content).strip(), []
    urls: dict[str, None] = {}
    for attributes in _LINK.findall(content):
        href = _HREF.search(attributes)
        if href and href[1] and not _MADE.search(attributes):
            urls[html.unescape(href[1])] = None
    text = _TAG.sub("", _BREAK.sub("\n", content))
    return html.unescape(text).strip(), list(urls)


READER = Reader(
    name="mastodon",
    version=1,
    title="Statuses of Mastodon (JSON: a list, lines, a search, a thread)",
    blind_spot=(
        "One server shows what reached it: statuses and boosts of servers it does not follow, and what "
        "was written for few, are not in it."
    ),
    sniff=_sniff,
    read=_read,
)
