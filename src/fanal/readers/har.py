"""Saved traffic of a browser (HAR): posts and cards of X in the answers that it received.

1. The file is cut entry by entry: one entry is in memory, whatever the size of the file.
2. Of an entry its time, its address and its answer are decoded; cookies, headers and addresses of
   connections are not looked at, and never kept: rejected entries are withheld.
3. Answers of X and FxEmbed are walked for posts, accounts and cards; all else is skipped.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import msgspec

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.cards import Cards
from fanal.readers.documents import each_record, json_records
from fanal.readers.x_meaning import XPosts
from fanal.readers.x_objects import object_of
from fanal.readers.x_values import moment
from fanal.readers.x_walk import things
from fanal.readers.x_web import guess

#: ``{"log": {"entries": [ ENTRY``
DEPTH: Final = 3
_LOG: Final = re.compile(rb'\{\s*"log"\s*:\s*\{')
_X: Final = re.compile(r"(?:^|\.)(?:x|twitter)\.com$")
_THIRD: Final = re.compile(r"(?:^|\.)(?:fxtwitter|vxtwitter|fixupx|fixvx)\.com$")
_WITHHELD: Final = b"(withheld: traffic holds cookies and addresses of connections)"


class Content(msgspec.Struct, rename={"mime_type": "mimeType"}):
    """The body of an answer."""

    mime_type: str | None = None
    text: str | None = None
    encoding: str | None = None


class Response(msgspec.Struct):
    """An answer."""

    status: int | float | None = None
    content: Content | None = None


class Request(msgspec.Struct):
    """What was asked for."""

    url: str = ""


class Entry(msgspec.Struct, rename={"started": "startedDateTime"}):
    """One exchange, or a mark of a page."""

    started: str | None = None
    request: Request | None = None
    response: Response | None = None


_ENTRY: Final = msgspec.json.Decoder(Entry)


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if not _LOG.match(start):
        return 0.0
    return 1.0 if b'"entries"' in start or b'"creator"' in start else 0.5


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    traffic = _Traffic(source, settings, rows)
    # 1. entries
    entries = json_records(source, None, rows, depth=DEPTH, shown=_withheld)
    each_record(entries, rows, traffic.entry)
    traffic.posts.tell()


def _withheld(raw: bytes) -> bytes:
    del raw
    return _WITHHELD


class _Traffic:
    """One file being read."""

    def __init__(self, source: Source, settings: Settings, rows: Rows) -> None:
        self._name, self._rows = source.name, rows
        self.posts = XPosts(rows, source.name, source.sha256, settings.mapping.get("x_fields"))
        self._cards = Cards(rows, source, settings, "HAR")

    def entry(self, number: int, raw: bytes) -> None:
        """Turn one entry into rows, a skip or a reject."""
        # 2. what is looked at
        try:
            entry = _ENTRY.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._reject(raw, number, "not an entry of browser traffic")
            return
        if entry.request is None:
            self._rows.skip("a mark of a page")
            return
        why = _not_of_interest(entry)
        if why:
            self._rows.skip(why)
            return
        self._answer(entry, raw, number)

    def _answer(self, entry: Entry, raw: bytes, number: int) -> None:
        body = _body(entry)
        if body is None:
            self._reject(raw, number, "an answer whose base 64 is broken")
            return
        # 3. whatever is in it
        quiet = Rows("", lambda _name, _rows: None)
        tree = object_of(body, number, self._name, quiet)
        if tree is None:
            self._rows.skip("an answer of X that is no JSON")
            return
        said = moment(entry.started)
        at = said[0] if said else None
        asked_for = _asked_for(entry.request.url if entry.request else "")
        found = False
        for kind, thing in things(tree):
            found = True
            if kind == "post":
                self.posts.post(thing, at, number)
            elif kind == "card":
                self._cards.of_x(thing, at, number, asked_for=asked_for)
            else:
                self.posts.account(thing, at, number)
        if not found:
            self._rows.skip("an answer of X without posts")

    def _reject(self, raw: bytes, number: int, reason: str) -> None:
        digest = hashlib.sha256(raw).hexdigest()
        self._rows.reject(f"{self._name}:{number}", None, reason, _WITHHELD, digest)


def _not_of_interest(entry: Entry) -> str:
    host = _host(entry.request.url if entry.request else "")
    if not _X.search(host) and not _THIRD.search(host):
        return "traffic of other sites"
    content = entry.response.content if entry.response else None
    if content is None or content.mime_type is None or "json" not in content.mime_type:
        return "pages, pictures and scripts"
    if not content.text:
        return "an answer that the browser did not keep"
    return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _body(entry: Entry) -> bytes | str | None:
    content = entry.response.content if entry.response else None
    if content is None or content.text is None:
        return None
    if content.encoding != "base64":
        return content.text
    try:
        return base64.b64decode(content.text)
    except (binascii.Error, ValueError):
        return None


def _asked_for(url: str) -> str | None:
    """Return the handle that a request for a card names."""
    try:
        variables: Any = parse_qs(urlsplit(url).query).get("variables", ["{}"])[0]
        name = msgspec.json.decode(variables).get("screenName")
    except (ValueError, AttributeError, msgspec.DecodeError):
        return None
    return name if isinstance(name, str) and name else None


READER = Reader(
    name="har",
    version=1,
    title="Saved traffic of a browser (HAR): posts and cards of X that it received",
    blind_spot=(
        "Traffic holds what one browser was sent while it was recorded: what was not scrolled to, "
        "what X chose not to show, and bodies that the browser did not keep are missing."
    ),
    sniff=_sniff,
    read=_read,
    guess=guess,
)
