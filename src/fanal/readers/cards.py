"""Rows of platform cards: what a platform says about an account, as it says it.

1. X's `about_profile` in every shape seen (counts are texts, fields are missing, a region stands
   for a country); FxEmbed's and plain forms say the same under other names.
2. A value that is missing is null: it is never taken for "accurate".
3. A place has a code only when its whole name is one country's (`model/places.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import msgspec

from fanal.model.keys import account_key, handle_key
from fanal.model.places import place_code as code_of
from fanal.readers.base import Rows, Settings, Source
from fanal.readers.x_accounts import XAccounts
from fanal.readers.x_places import Lookup, is_count, merged
from fanal.readers.x_values import count, moment, native_id

#: Cards name few places, again and again.
place_code: Final = lru_cache(maxsize=4096)(code_of)
#: How a card may have been captured; only the first two are seen by whoever holds the file.
CAPTURES: Final = ("session JSON", "HAR", "data export", "third party", "typed in")
_ABOUT: Final = ("about_profile", "aboutProfile")
_THIRD: Final = ("about_account", "aboutAccount")
_PLACE: Final = ("account_based_in", "accountBasedIn", "based_in", "basedIn", "location")
_ACCURATE: Final = ("location_accurate", "locationAccurate")
_CHANNEL: Final = ("source", "connected_via", "connectedVia")
_CHANGES: Final = ("username_changes", "usernameChanges")
_LAST: Final = ("last_changed_at_msec", "last_changed_at", "lastChangedAt")
#: What is kept of X's answer beside the card itself.
_KEPT: Final = (
    "rest_id", "id", "screen_name", "handle", "core", "verification", "verification_info",
    "identity_profile_labels_highlighted_label", "affiliates_highlighted_label", "captured_at",
)  # fmt: skip


class Cards:
    """Turns decoded cards into rows.

    Parameters
    ----------
    rows
        The sink.
    source, settings
        The file, and who captured it.
    capture
        One of `CAPTURES`: how cards in this file were captured, unless they say otherwise.
    """

    def __init__(self, rows: Rows, source: Source, settings: Settings, capture: str) -> None:
        self._rows, self._source, self._capture = rows, source, capture
        self._by = settings.captured_by or None
        places = merged(settings.mapping.get("x_fields", {}))
        self._lookup = Lookup(places["account"])
        self._accounts = XAccounts(rows, self._lookup)

    def of_x(
        self, one: dict[str, Any], at: int | None, row: int, *, asked_for: str | None = None
    ) -> None:
        """Add the card in an account's object as X or FxEmbed gives it.

        Parameters
        ----------
        one
            The object that holds `about_profile` (or `about_account`).
        at
            When it was captured, microseconds since 1970; None: unknown.
        row
            Line of the file.
        asked_for
            Handle that the request named, for answers that do not repeat it.
        """
        about, capture = self._about(one)
        if about is None:
            self._rows.skip("an answer without a card")
            return
        account = dict(zip(self._lookup.fields, self._lookup.find(one), strict=True))
        handle = account["handle"] or asked_for
        own_id = native_id(account["id"])
        if handle is None and own_id is None:
            self._reject(one, row)
            return
        key = self._accounts.add(one, own_id, handle, at, row)
        self._add(key or "", handle, about, one, at, capture, row)

    def plain(self, one: dict[str, Any], at: int | None, row: int) -> None:
        """Add a card written plainly: handle, based_in, source, location_accurate ..."""
        handle, own_id = one.get("handle") or one.get("screen_name"), one.get("account_id")
        if not isinstance(handle, str) and not isinstance(own_id, str):
            self._reject(one, row)
            return
        platform = one.get("platform")
        platform = platform if isinstance(platform, str) and platform.isalnum() else "x"
        capture = one.get("capture")
        capture = capture if capture in CAPTURES else "third party"
        name = handle.removeprefix("@") if isinstance(handle, str) else None
        key = (
            account_key(platform, own_id)
            if isinstance(own_id, str)
            else handle_key(platform, name or "")
        )
        self._add(key, name, one, one, at, capture, row, platform=platform)

    def _about(self, one: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        for names, capture in ((_ABOUT, self._capture), (_THIRD, "third party")):
            for name in names:
                if isinstance(one.get(name), dict):
                    return one[name], capture
        return None, self._capture

    def _reject(self, one: dict[str, Any], row: int) -> None:
        self._rows.reject(
            f"{self._source.name}:{row}",
            "account",
            "a card that does not say whose it is",
            msgspec.json.encode(one),
        )

    def _add(
        self, key: str, handle: str | None, about: dict[str, Any], whole: dict[str, Any],
        at: int | None, capture: str, row: int, *, platform: str = "x",
    ) -> None:  # fmt: skip
        # 1. as it says it
        based_in = _text(about, _PLACE)
        changes = next((about[name] for name in _CHANGES if name in about), None)
        changes = changes if isinstance(changes, dict) else {"count": changes}
        often = changes.get("count")
        last = moment(next((changes[name] for name in _LAST if name in changes), None))
        # 2. missing is null
        accurate = next((about[name] for name in _ACCURATE if name in about), None)
        kept = {name: whole[name] for name in _KEPT if name in whole} | {"about": about}
        self._rows.cards.append(
            (
                key, platform, handle.removeprefix("@") if handle else None, at, capture,
                self._by, based_in, self._code(based_in),
                accurate if isinstance(accurate, bool) else None, _text(about, _CHANNEL),
                count(often) if is_count(often) else None, last[0] if last else None,
                msgspec.json.encode(kept).decode("utf-8", "replace"), self._source.sha256,
                self._rows.input_id, row,
            )
        )  # fmt: skip

    def _code(self, based_in: str | None) -> str | None:
        # 3. a whole name or none
        code, kind = place_code(based_in)
        if kind == "ambiguous":
            self._rows.note(
                f'"{based_in}" can be two countries: such cards have no code of a place.',
                once=f"ambiguous {based_in}",
            )
        elif kind == "unknown" and based_in is not None:
            self._rows.note(
                "Some places on cards are no country by its whole name: they are kept as given, "
                "without a code.",
                once="unknown place",
            )
        return code

    def of_instagram(self, one: dict[str, Any], handle: str | None, row: int) -> None:
        """Add the place of `account_based_in.json` of an Instagram data export."""
        place = _exported_place(one)
        if place is None:
            self._rows.skip("an export without a place")
            return
        key = (
            handle_key("instagram", handle)
            if handle
            else account_key("instagram", f"export-{self._source.sha256[:8]}")
        )
        if handle is None:
            self._rows.note(
                "The export's folder does not say whose it is: its account is named by the file."
            )
        self._add(
            key, handle, {"account_based_in": place}, one, None, "data export", row,
            platform="instagram",
        )  # fmt: skip


def _text(one: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = one.get(name)
        if isinstance(value, str) and value.strip():
            return value.replace("\x00", "\ufffd")
    return None


def _exported_place(one: dict[str, Any]) -> str | None:
    """Return the first value of an export, its label being in the language of the account."""
    items = one.get("inferred_data_primary_location")
    for item in items if isinstance(items, list) else [one]:
        if not isinstance(item, dict):
            continue
        data = item.get("string_map_data")
        labels = item.get("label_values")
        values = [*(data.values() if isinstance(data, dict) else ()),
                  *(labels if isinstance(labels, list) else ())]  # fmt: skip
        for value in values:
            found = _text(value, ("value",)) if isinstance(value, dict) else None
            if found:
                return _unbroken(found)
    return None


def _unbroken(text: str) -> str:
    """Return text that Meta wrote as bytes of UTF-8, one character each, as it was."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
