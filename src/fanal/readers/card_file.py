"""Files of platform cards: X's AboutAccountQuery, FxEmbed's form, Instagram's data export.

1. One answer, a list of them, or JSON lines; `captured_at` beside an answer is when it was seen.
2. Cards are found wherever they stand in an answer; plain ones hold `handle` and `based_in`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from fanal.readers.base import Head, Reader, Rows, Settings, Source
from fanal.readers.cards import Cards
from fanal.readers.documents import each_record, json_records
from fanal.readers.sources import head as head_of
from fanal.readers.x_objects import object_of
from fanal.readers.x_values import moment
from fanal.readers.x_walk import things

_X: Final = re.compile(rb'"about_?(?:profile|account)"\s*:', re.IGNORECASE)
_EXPORT: Final = b'"inferred_data_primary_location"'
_PLAIN: Final = re.compile(rb'"(?:handle|screen_name|account_id)"\s*:')
#: Instagram names the folder of an export after the account and the day.
_OWNER: Final = re.compile(r"instagram-([\w.]{1,30}?)-\d{4}-\d{2}-\d{2}")


def _sniff(head: Head) -> float:
    start = head.data.lstrip()
    if start[:1] not in {b"{", b"["} or re.match(rb'\{\s*"log"\s*:', start):
        return 0.0
    if _EXPORT in start:
        return 1.0
    if b'"full_text"' in start or b'"source_platform"' in start:
        return 0.0
    if _X.search(start):
        return 0.95
    return 0.9 if b'"based_in"' in start and _PLAIN.search(start) else 0.0


def _read(source: Source, settings: Settings, rows: Rows) -> None:
    cards = Cards(rows, source, settings, "session JSON")

    # 1. records
    def take(number: int, raw: bytes) -> None:
        one = object_of(raw, number, source.name, rows)
        if one is not None:
            _record(one, number, raw, source, rows, cards)

    each_record(json_records(source, head_of(source), rows), rows, take)


def _record(
    one: Any, number: int, raw: bytes, source: Source, rows: Rows, cards: Cards
) -> None:
    # 2. whatever is in it
    if one.__class__ is dict and "inferred_data_primary_location" in one:
        owner = _OWNER.search(source.path.as_posix() + "/" + source.name)
        cards.of_instagram(one, owner[1] if owner else None, number)
        return
    at = _captured_at(one)
    if one.__class__ is dict and ("based_in" in one or "account_based_in" in one):
        cards.plain(one, at, number)
        return
    found = [thing for kind, thing in things(one) if kind == "card"]
    for thing in found:
        cards.of_x(thing, at, number)
    if not found and one.__class__ is dict and ("data" in one or "errors" in one):
        rows.skip("an answer without a card")
    elif not found:
        rows.reject(f"{source.name}:{number}", None, "no card in this object", raw)


def _captured_at(one: Any) -> int | None:
    if one.__class__ is not dict:
        return None
    said = moment(one.get("captured_at") or one.get("fetched_at"))
    return said[0] if said else None


READER = Reader(
    name="card",
    version=1,
    title='Platform cards ("About this account"): X, FxEmbed, Instagram\'s data export (JSON)',
    blind_spot=(
        "A card is what a platform said about an account at one moment, by rules it does not "
        "publish: a VPN, a journey or an old database makes it wrong, and it is no proof."
    ),
    sniff=_sniff,
    read=_read,
)
