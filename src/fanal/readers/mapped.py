"""Rows from records whose fields a mapping names, a batch of records at a time.

1. Account: by its id, else by its handle. Without either the record is rejected.
2. Time: parsed, else taken from an id that holds it; when the first times of a file cannot be read
   for want of a zone or of the order of day and month, the file is refused; a single unreadable one
   is rejected.
3. Kind: what a column says, else what the references say; repost before quote before reply.
4. Links, hashtags and mentions: from their columns; where a file has none, from the text.
5. A post without an id is keyed by file and row, and never merged with another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

from fanal.model.keys import (
    TELEGRAM,
    UNKNOWN_PLATFORM,
    account_key,
    file_post_key,
    handle_key,
    post_key,
    telegram_id,
)
from fanal.model.url import url_key
from fanal.readers import cells
from fanal.readers.base import Rows, Settings, Source
from fanal.readers.cells import Column, Remembered
from fanal.readers.columns import CONTENT
from fanal.readers.profiles import Profiles
from fanal.readers.times import Times
from fanal.readers.undisturbed import undisturbed
from fanal.readers.values import (
    RoundedIdError,
    hashtags_in,
    hashtags_value,
    mentions_in,
    names_value,
    text_value,
    urls_in,
    urls_value,
)

#: Field -> cells of many records; a reader may put its own in before rows are made.
Table = dict[str, Column]
COUNTS: Final = ("likes", "reposts", "replies", "quotes", "views", "bookmarks")
_REFERENCES: Final = ("repost_of", "reply_to", "quote_of")
_NO_COUNTS: Final = (None,) * len(COUNTS)


class _Columns(dict[str, Column]):
    """Columns by field; one that the file lacks reads as empty cells, and stays absent."""

    def __init__(self, columns: Iterable[tuple[str, Column]], count: int) -> None:
        super().__init__(columns)
        self._count = count

    def __missing__(self, field: str) -> Column:
        return [None] * self._count


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
    prepare
        Changes cells before rows are made of them: what a format means and does not say.
    """

    def __init__(
        self,
        source: Source,
        mapping: Mapping[str, Any],
        settings: Settings,
        rows: Rows,
        prepare: Callable[[Table], None] | None = None,
    ) -> None:
        self.fields: tuple[str, ...] = tuple(mapping["columns"])
        self.columns: tuple[str, ...] = tuple(mapping["columns"].values())
        self._name_of: Mapping[str, str] = mapping["columns"]
        self._source = source
        self._rows = rows
        self._prepare = prepare
        self._platform: str = mapping.get("platform") or UNKNOWN_PLATFORM
        self._times = Times(mapping, settings, source.name)
        self._short = Remembered(text_value)
        self._profiles = Profiles(self.fields, self._platform, self._times.optional, rows)
        self._of_accounts = mapping.get("holds") == "accounts"
        if not self._of_accounts:
            self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        inside = [field for field in ("urls", "hashtags") if field not in self.fields]
        if inside and "text" in self.fields:
            sentence = f"No column holds {' and '.join(inside)}: they were taken from the text."
            self._rows.note(sentence)
        if not CONTENT & set(self.fields):
            self._rows.note(
                "No column holds text, links, hashtags or references: these posts can be counted "
                "and timed, no more."
            )

    def learn(self, times: Sequence[Any]) -> None:
        """Learn from the first times of a file how fine they are."""
        self._times.learn(times)

    def add_all(
        self,
        columns: Sequence[Column],
        lines: Sequence[int],
        raw: Callable[[int], bytes] | None = None,
    ) -> None:
        """Add records, and reject those that cannot be posts.

        Parameters
        ----------
        columns
            Cells of each of `fields`, in that order, all of one length.
        lines
            Line or row number of each record, from 1.
        raw
            Place in this batch -> the record as it stands in the file; None where a file has no
            text: its cells.
        """
        with undisturbed():
            self._add_all(
                _Columns(zip(self.fields, columns, strict=True), len(lines)), lines, raw
            )
        self._rows.flush_if_full()

    def _add_all(
        self, table: Table, lines: Sequence[int], raw: Callable[[int], bytes] | None
    ) -> None:
        count = len(lines)
        if self._prepare is not None:
            self._prepare(table)
        bad: dict[int, tuple[str, str]] = {}
        # 1. accounts
        accounts, account_ids = self._accounts(table, count, bad)
        if self._of_accounts:
            self._reject_all(bad, table, accounts, lines, raw)
            added = self._profiles.add(table, accounts, account_ids, lines)
            if again := count - len(bad) - added:
                self._rows.skipped["the same account again"] += again
            return
        # 5. keys of posts
        post_ids = self._post_ids(table, count)
        posts = self._post_keys(accounts, post_ids, lines)
        # 2. times
        times = self._times.read(table.get("time"), post_ids, bad)
        # 3. kinds and references
        references: dict[str, Column] = {
            field: self._references(table[field]) for field in _REFERENCES if field in table
        }
        kinds = cells.kinds_of(table, references, count)
        # 4. what they show
        found = zip(
            posts, repeat(self._platform), post_ids, accounts, *times, kinds,
            *self._shown(table, references, count), repeat(self._rows.input_id), lines,
        )  # fmt: skip
        kept = [row for place, row in enumerate(found) if place not in bad] if bad else [*found]
        self._reject_all(bad, table, accounts, lines, raw)
        self._rows.posts.extend(kept)
        self._rows.implausible_times += sum(not row[8] for row in kept)
        self._count(table, posts, lines, bad)
        self._profiles.add(table, accounts, account_ids, lines)

    def _accounts(
        self, table: Table, count: int, bad: dict[int, tuple[str, str]]
    ) -> tuple[list[str], list[str | None]]:
        found: list[Any] = cells.ids(table["account"]) if "account" in table else [None] * count
        if self._platform == TELEGRAM:
            of_channel = "channel" in self._name_of.get("account", "").lower()
            found = [
                telegram_id(one, of_channel=of_channel) if type(one) is str else one
                for one in found
            ]
        prefix = account_key(self._platform, "")
        if set(map(type, found)) <= {str}:
            return [f"{prefix}{one}" for one in found], found
        keys = []
        handles = table.get("handle")
        for place, account in enumerate(found):
            if type(account) is str:
                keys.append(f"{prefix}{account}")
                continue
            handle = text_value(handles[place]) if handles is not None else None
            if isinstance(account, RoundedIdError):
                bad[place] = "account", str(account)
            elif handle is None:
                bad[place] = "account" if "account" in table else "handle", "no account"
            keys.append(handle_key(self._platform, handle.strip()) if handle else "")
        return keys, [one if type(one) is str else None for one in found]

    def _post_ids(self, table: Table, count: int) -> list[str | None]:
        if "post_id" not in table:
            return [None] * count
        found: list[Any] = cells.ids(table["post_id"])
        if any(isinstance(one, RoundedIdError) for one in found):
            column = self._name_of.get("post_id", "post_id")
            self._rows.note(
                f"Ids in column {column} were rounded by a spreadsheet: such posts count as posts "
                "without an id."
            )
            return [None if isinstance(one, RoundedIdError) else one for one in found]
        return found

    def _post_keys(
        self, accounts: list[str], post_ids: list[str | None], lines: Sequence[int]
    ) -> list[str]:
        if None in post_ids:
            self._rows.note("Posts without an id are never taken for one another.")
        prefix = post_key(self._platform, "")
        if self._platform == TELEGRAM:  # counts messages for each channel
            return [
                file_post_key(self._source.sha256, line)
                if post_id is None
                else f"{prefix}{post_id}"
                if "/" in post_id
                else f"{account}/{post_id}"
                for account, post_id, line in zip(accounts, post_ids, lines, strict=True)
            ]
        return [
            f"{prefix}{post_id}"
            if post_id is not None
            else file_post_key(self._source.sha256, line)
            for post_id, line in zip(post_ids, lines, strict=True)
        ]

    def _references(self, column: Column) -> list[str | None]:
        prefix = post_key(self._platform, "")
        return [f"{prefix}{one}" if type(one) is str else None for one in cells.ids(column)]

    def _shown(
        self, table: Table, references: Mapping[str, Column], count: int
    ) -> list[Iterable[Any]]:
        """Return the columns of `posts` from text to client."""
        nothing = [None] * count
        texts = cells.texts(table["text"]) if "text" in table else nothing
        urls = _lists(table.get("urls"), urls_value, texts, urls_in, "://")
        return [
            texts,
            self._short.of(table["lang"]) if "lang" in table else nothing,
            *(references.get(field, nothing) for field in _REFERENCES),
            urls,
            [[url_key(url) for url in some] if some else None for some in urls],
            _lists(table.get("hashtags"), hashtags_value, texts, hashtags_in),
            _lists(table.get("mentions"), names_value, texts, mentions_in, "@"),
            _lists(table.get("media_hashes"), names_value, nothing, mentions_in, "@"),
            self._short.of(table["client"]) if "client" in table else nothing,
        ]

    def _count(
        self,
        table: Table,
        posts: list[str],
        lines: Sequence[int],
        bad: Mapping[int, tuple[str, str]],
    ) -> None:
        if not any(field in table for field in COUNTS):
            return
        counts = [
            cells.counts(table[field]) if field in table else repeat(None) for field in COUNTS
        ]
        observed = table.get("observed_at")
        at = map(self._times.optional, observed) if observed is not None else repeat(None)
        # what is repeated has no end
        found = zip(posts, at, *counts, repeat(self._rows.input_id), lines, strict=False)
        self._rows.counts.extend(
            row
            for place, row in enumerate(found)
            if place not in bad and row[2:8] != _NO_COUNTS
        )

    def _reject_all(
        self,
        bad: Mapping[int, tuple[str, str]],
        table: Table,
        accounts: list[str],
        lines: Sequence[int],
        raw: Callable[[int], bytes] | None,
    ) -> None:
        """Reject the records at fault; they have no account from here on."""
        for place, (field, reason) in sorted(bad.items()):
            accounts[place] = ""
            position = f"{self._source.name}:{lines[place]}"
            column = self._name_of.get(field)
            self._rows.reject(position, column, reason, _record(table, place, raw))


def _lists(
    column: Column | None,
    read: Callable[[Any], list[str]],
    texts: Iterable[str | None],
    inside: Callable[[str], list[str]],
    sign: str = "",
) -> list[list[str] | None]:
    """Return lists from their own column; without one, from the texts that hold their sign."""
    if column is not None:
        return [(read(cell) or None) if cell else None for cell in column]
    return [(inside(text) or None) if text and sign in text else None for text in texts]


def _record(table: Table, place: int, raw: Callable[[int], bytes] | None) -> bytes:
    """Return a record as it stands in the file, or its cells where a file has no text."""
    if raw is not None:
        return raw(place)
    record = {field: column[place] for field, column in table.items()}
    return json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "replace")
