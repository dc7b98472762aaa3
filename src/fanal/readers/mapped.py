"""Rows from records whose fields a mapping names.

1. Account: by its id, else by its handle. Without either the record is rejected.
2. Time: parsed; when the first times of a file cannot be read for want of a zone or of the order
   of day and month, the file is refused; a single unreadable one is rejected.
3. Kind: what a column says, else what the references say; repost before quote before reply.
4. Links, hashtags and mentions: from their columns; where a file has none, from the text.
5. A post without an id is keyed by file and row, and never merged with another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fanal.errors import ReaderError
from fanal.model.keys import UNKNOWN_PLATFORM, account_key, file_post_key, handle_key, post_key
from fanal.model.time import (
    SECOND_US,
    DayOrMonthError,
    NoZoneError,
    coarseness_s,
    parse_time,
    plausible,
    snowflake_us,
    time_zone,
)
from fanal.model.url import url_key
from fanal.readers.base import Rows, Settings, Source
from fanal.readers.columns import KINDS
from fanal.readers.values import (
    RoundedIdError,
    count_value,
    flag_value,
    hashtags_in,
    hashtags_value,
    id_value,
    mentions_in,
    names_value,
    text_value,
    urls_in,
    urls_value,
)

_COUNTS: Final = ("likes", "reposts", "replies", "quotes", "views", "bookmarks")
_PROFILE: Final = (
    "handle", "display_name", "created_at", "declared_place", "description", "followers",
    "following", "posts",
)  # fmt: skip
#: Accounts whose last profile is remembered, so as not to repeat it with each post.
_REMEMBERED: Final = 200_000


class Mapped:
    """Turns records into rows.

    Parameters
    ----------
    source
        The file, for keys and positions.
    mapping
        Complete: `columns` are there.
    settings
        For ``time_unit``, which goes before the mapping's.
    rows
        The sink.
    """

    def __init__(
        self, source: Source, mapping: Mapping[str, Any], settings: Settings, rows: Rows
    ) -> None:
        self.fields: tuple[str, ...] = tuple(mapping["columns"])
        self.columns: tuple[str, ...] = tuple(mapping["columns"].values())
        self._name_of: Mapping[str, str] = mapping["columns"]
        self._source = source
        self._rows = rows
        self._platform: str = mapping.get("platform") or UNKNOWN_PLATFORM
        zone = mapping.get("time_zone")
        self._zone = time_zone(zone) if zone else None
        self._unit = settings.time_unit or mapping.get("time_unit", "")
        self._day_first: bool | None = mapping.get("day_first")
        self._coarse_s = 0.0
        self._times_read = 0
        self._profiles: dict[str, tuple[Any, ...]] = {}
        self._counted = not set(_COUNTS).isdisjoint(self.fields)
        self._profiled = tuple(field for field in _PROFILE if field in self.fields)
        inside = [field for field in ("urls", "hashtags") if field not in self.fields]
        if inside and "text" in self.fields:
            rows.note(f"No column holds {' and '.join(inside)}: they were taken from the text.")

    def learn(self, times: Sequence[Any]) -> None:
        """Learn from the first times of a file whether all lie on full minutes, hours or days."""
        read = []
        for value in times:
            try:
                read.append(self._parse(value)[0])
            except ValueError:
                continue
        self._coarse_s = coarseness_s(read)

    def add(self, values: Sequence[Any], row: int, raw: bytes | None = None) -> None:
        """Add one record, or reject it when it cannot be a post.

        Parameters
        ----------
        values
            In the order of `fields`.
        row
            Line or row number, from 1.
        raw
            The record as it stands in the file; None where a file has no text: the values.
        """
        record = dict(zip(self.fields, values, strict=True))
        try:
            self._add(record, row)
        except _BadFieldError as bad:
            position = f"{self._source.name}:{row}"
            shown = raw if raw is not None else _shown(record)
            self._rows.reject(position, self._name_of.get(bad.field), bad.reason, shown)
        self._rows.flush_if_full()

    def _add(self, record: dict[str, Any], row: int) -> None:
        rows = self._rows
        # 1. account
        account, account_id = self._account(record)
        # 5. key of the post
        post_id = self._post_id(record)
        post = self._post_key(account, post_id, row)
        # 2. time
        time, precision = self._time(record.get("time"))
        claimed, from_where = time, "field" if time is not None else None
        if time is None and self._platform == "x" and post_id is not None:
            time = snowflake_us(post_id)
            precision, from_where = (0.001, "id") if time is not None else (None, None)
        fits = time is not None and plausible(time)
        rows.implausible_times += not fits
        # 3. kind and references
        kind, references = self._kind(record)
        # 4. what it shows
        text = text_value(record.get("text"))
        urls, hashtags, mentions, media = self._objects(record, text)
        rows.posts.append(
            (
                post, self._platform, post_id, account, time, claimed, from_where, precision, fits,
                kind, text, text_value(record.get("lang")), *references,
                urls or None, [url_key(url) for url in urls] or None, hashtags or None,
                mentions or None, media or None, text_value(record.get("client")),
                rows.input_id, row,
            )
        )  # fmt: skip
        self._count(record, post, row)
        self._profile(record, account, account_id, row)

    def _account(self, record: dict[str, Any]) -> tuple[str, str | None]:
        account_id = self._id(record, "account")
        if account_id is not None:
            return account_key(self._platform, account_id), account_id
        handle = text_value(record.get("handle"))
        if handle is None:
            raise _BadFieldError("account" if "account" in record else "handle", "no account")
        return handle_key(self._platform, handle.strip()), None

    def _post_id(self, record: dict[str, Any]) -> str | None:
        try:
            return id_value(record.get("post_id"))
        except RoundedIdError:
            column = self._name_of["post_id"]
            self._rows.note(
                f"Ids in column {column} were rounded by a spreadsheet: such posts count as posts "
                "without an id."
            )
            return None

    def _post_key(self, account: str, post_id: str | None, row: int) -> str:
        if post_id is None:
            self._rows.note("Posts without an id are never taken for one another.")
            return file_post_key(self._source.sha256, row)
        if self._platform == "telegram" and "/" not in post_id:
            return f"{account}/{post_id}"  # Telegram counts messages for each channel
        return post_key(self._platform, post_id)

    def _id(self, record: dict[str, Any], field: str) -> str | None:
        try:
            return id_value(record.get(field))
        except RoundedIdError as error:
            raise _BadFieldError(field, str(error)) from error

    def _time(self, value: Any) -> tuple[int | None, float | None]:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None, None
        try:
            us, precision = self._parse(value)
        except (NoZoneError, DayOrMonthError) as error:
            if not self._times_read:
                raise self._refusal(error) from error
            raise _BadFieldError("time", "a time that cannot be told without more") from error
        except (ValueError, OverflowError) as error:
            raise _BadFieldError("time", "not a time") from error
        self._times_read += 1
        if precision < self._coarse_s and us % int(self._coarse_s * SECOND_US) == 0:
            precision = self._coarse_s
        return us, precision

    def _parse(self, value: Any) -> tuple[int, float]:
        return parse_time(value, zone=self._zone, unit=self._unit, day_first=self._day_first)

    def _refusal(self, error: ValueError) -> ReaderError:
        where = f"{self._source.name}, column {self._name_of['time']}"
        if isinstance(error, DayOrMonthError):
            return ReaderError(
                f"{where}: {error}",
                hint="Say which: day_first = true (or false) in the mapping.",
            )
        return ReaderError(
            f"{where}: {error}; a wrong zone would shift every co-action",
            hint='Say where its clock stood: time_zone = "UTC" (or "Europe/Paris") in the mapping.',
        )

    def _kind(self, record: dict[str, Any]) -> tuple[str, tuple[str | None, ...]]:
        references = tuple(
            self._reference(record, field) for field in ("repost_of", "reply_to", "quote_of")
        )
        said = KINDS.get(str(record.get("kind") or "").strip().casefold())
        if said in {"repost", "forward"}:
            return said, references
        if references[0] or flag_value(record.get("is_repost")):
            return "repost", references
        if references[2] or flag_value(record.get("is_quote")) or said == "quote":
            return "quote", references
        if references[1] or flag_value(record.get("is_reply")) or said == "reply":
            return "reply", references
        return "post", references

    def _reference(self, record: dict[str, Any], field: str) -> str | None:
        if field not in record:
            return None
        try:
            found = id_value(record[field])
        except RoundedIdError:
            return None
        return None if found is None else post_key(self._platform, found)

    def _objects(
        self, record: dict[str, Any], text: str | None
    ) -> tuple[list[str], list[str], list[str], list[str]]:
        inside = text or ""
        urls = urls_value(record["urls"]) if "urls" in record else urls_in(inside)
        tags = (
            hashtags_value(record["hashtags"]) if "hashtags" in record else hashtags_in(inside)
        )
        names = names_value(record["mentions"]) if "mentions" in record else mentions_in(inside)
        return urls, tags, names, names_value(record.get("media_hashes"))

    def _count(self, record: dict[str, Any], post: str, row: int) -> None:
        if not self._counted:
            return
        counts = [count_value(record.get(field)) for field in _COUNTS]
        if any(count is not None for count in counts):
            at = self._optional_time(record.get("observed_at"))
            self._rows.counts.append((post, at, *counts, self._rows.input_id, row))

    def _profile(
        self, record: dict[str, Any], account: str, account_id: str | None, row: int
    ) -> None:
        if not self._profiled:
            return
        given = tuple(record.get(field) for field in self._profiled)
        if self._profiles.get(account) == given:
            return
        if len(self._profiles) >= _REMEMBERED:
            self._profiles.clear()
        self._profiles[account] = given
        profile = (
            (text_value(record.get("handle")) or "").strip().removeprefix("@") or None,
            text_value(record.get("display_name")),
            self._optional_time(record.get("created_at")),
            text_value(record.get("declared_place")),
            text_value(record.get("description")),
            *(count_value(record.get(field)) for field in _PROFILE[5:]),
        )
        if any(value is not None for value in profile):
            at = self._optional_time(record.get("observed_at"))
            self._rows.accounts.append(
                (account, self._platform, account_id, *profile, at, self._rows.input_id, row)
            )

    def _optional_time(self, value: Any) -> int | None:
        if value is None or value == "":
            return None
        try:
            return self._parse(value)[0]
        except (ValueError, OverflowError):
            return None


def _shown(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "replace")


class _BadFieldError(Exception):
    """One field of one record cannot be what it should be."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
