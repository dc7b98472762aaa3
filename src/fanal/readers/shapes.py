"""JSON exports that other programs make, known by keys of their first record."""

from __future__ import annotations

from typing import Final

_JSON: Final = (
    ((b'"did"', b'"commit"'), "Bluesky Jetstream events"),
    ((b'"did"', b'"time_us"'), "Bluesky Jetstream events"),
    ((b'"reblogs_count"', b'"account"'), "Mastodon statuses"),
    ((b'"messages"', b'"personal_information"'), "a Telegram export"),
    ((b'"from_id"', b'"date_unixtime"'), "a Telegram export"),
)


def known_json(start: bytes) -> str:
    """Return what a JSON file is, in words; empty when it is none that is known."""
    for keys, words in _JSON:
        if all(key in start for key in keys):
            return words
    return ""
