"""Zeeschuimer's captures (NDJSON): posts of X, TikTok and Instagram that a browser received.

1. Each record is an envelope around the platform's own object; 4CAT turns the envelope inside out
   (``__import_meta``), which is read too.
2. Posts of X are read by meaning (`readers/x_meaning.py`), the others by lists of places too.
3. Items of other platforms are skipped, counted by platform.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.documents import each_record, json_records
from fanal.readers.films import FilmPosts
from fanal.readers.sources import head as head_of
from fanal.readers.x_meaning import XPosts
from fanal.readers.x_places import is_count, user_places
from fanal.readers.x_twarc import mend

#: What the envelope calls a platform -> what Fanal calls it.
PLATFORMS: Final = {
    "twitter.com": "x", "x.com": "x", "tiktok.com": "tiktok", "instagram.com": "instagram",
}  # fmt: skip
_META: Final = "__import_meta"


class Envelope(msgspec.Struct):
    """One line: where an item was seen, when, and the platform's own object."""

    source_platform: Any = None
    item_id: Any = None
    timestamp_collected: Any = None
    data: Any = None


_ENVELOPE: Final = msgspec.json.Decoder(Envelope)
_OBJECT: Final = msgspec.json.Decoder(dict[str, Any])


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["} or re.match(rb'\{\s*"log"\s*:', start):
        return 0.0
    here = b'"source_platform"' in start and (b'"item_id"' in start or _META.encode() in start)
    return 1.0 if here else 0.0


def _guess(head: Head) -> Mapping[str, Any]:
    """Return the user's own places of X's fields, so that they are part of the input."""
    del head
    places = user_places()
    return {"x_fields": places} if places else {}


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    capture = _Capture(source, settings, rows)
    each_record(json_records(source, head_of(source), rows), rows, capture.line)
    capture.x.tell()


class _Capture:
    """One file being read."""

    def __init__(self, source: Source, settings: Settings, rows: Rows) -> None:
        self._name, self._rows = source.name, rows
        self.x = XPosts(rows, source.name, source.sha256, settings.mapping.get("x_fields"))
        self._posts: dict[str, Any] = {
            "x": self.x.post,
            "tiktok": FilmPosts(rows, source.name, source.sha256, "tiktok").post,
            "instagram": FilmPosts(rows, source.name, source.sha256, "instagram").post,
        }

    def line(self, number: int, raw: bytes) -> None:
        """Turn one line into rows, a skip or a reject."""
        try:
            envelope = self._envelope(raw, number)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._rows.reject(f"{self._name}:{number}", None, "not a JSON object", raw)
            return
        # 3. platforms
        platform = str(envelope.source_platform)
        post = self._posts.get(PLATFORMS.get(platform, ""))
        if post is None:
            self._rows.skip(f"an item of {platform[:40]}")
            return
        if envelope.data.__class__ is not dict:
            self._rows.reject(f"{self._name}:{number}", "data", "an item without data", raw)
            return
        at = envelope.timestamp_collected
        at = at * 1000 if at.__class__ is int and 0 < at < 10**14 else None
        known = envelope.item_id
        known_id = str(known).partition("_")[0] if is_count(known) or _is_pair(known) else None
        post(envelope.data, at, number, known_id=known_id)

    def _envelope(self, raw: bytes, number: int) -> Envelope:
        # 1. the envelope, or what 4CAT made of it
        if b"\\u0000" in raw:
            raw = raw.replace(b"\\u0000", b"\\ufffd")
        try:
            envelope = _ENVELOPE.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            mended = mend(raw)
            envelope = _ENVELOPE.decode(mended)
            if mended != raw:
                sentence = f"Line {number} holds broken characters: such text was mended."
                self._rows.note(sentence, once="mended")
            raw = mended
        if envelope.data is None and _META.encode() in raw:
            item = _OBJECT.decode(raw)
            meta = item.get(_META)
            if meta.__class__ is dict:
                return Envelope(
                    meta.get("source_platform"), meta.get("item_id"),
                    meta.get("timestamp_collected"), item,
                )  # fmt: skip
        return envelope


def _is_pair(value: Any) -> bool:
    return value.__class__ is str and value.replace("_", "", 1).isdecimal()


READER = Reader(
    name="zeeschuimer",
    version=1,
    title="Zeeschuimer's captures of X, TikTok and Instagram (NDJSON)",
    blind_spot=(
        "A capture holds what one browser was shown, chosen for its user by the platform: who "
        "reposted, complete searches and the cards about accounts are not in it."
    ),
    sniff=_sniff,
    read=_read,
    guess=_guess,
)
