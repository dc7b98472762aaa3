"""What a reader is, and the sink it fills.

A reader is one module with one ``READER``. It knows one shape of export and turns it into the
rows of ``model/tables.py``; it knows no case, no store and no screen. Every record it meets is
kept, skipped (well-formed, of a kind not analysed) or rejected (unreadable), never dropped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

#: Rows handed over at once: large enough to be fast, small enough to keep memory flat.
ROWS_PER_BATCH = 20_000
#: What is kept of a rejected record, in bytes.
RAW_KEPT = 4096
#: Bytes a reader may look at to recognise its own shape.
HEAD_BYTES = 256 * 1024

Row = tuple[Any, ...]
Flush = Callable[[str, list[Row]], None]


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read: plain, or a member of an archive, decompressed while it is read.

    Parameters
    ----------
    name
        What messages call it: the file's name, with ``!member`` for a member of an archive.
    path
        The file on disk.
    sha256
        Hash of the file on disk, or of the member's content.
    size
        Bytes on disk (or of the member), for progress.
    open
        Gives a fresh binary stream of the decompressed content; raises ReaderError when the
        file cannot be opened as what it is (a zip inside a zip, an archive that explodes).
    found
        True when the file was met in a folder or an archive, not named by the user: that it
        cannot be read is then said, and is no reason to stop.
    """

    name: str
    path: Path
    sha256: str
    size: int
    open: Callable[[], BinaryIO]
    found: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a source, for recognition: its name and its first bytes, decompressed.

    `source` is there for shapes that describe themselves at their end (Parquet).
    """

    name: str
    data: bytes
    complete: bool
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user says about a file.

    Parameters
    ----------
    mapping
        Content of a ``mapping.toml`` (or the guess of the reader): ``platform``, ``time_zone``,
        ``time_unit``, ``day_first``, ``columns`` = field of `posts`/`accounts`/`counts` -> column of the file.
        Empty for readers of a fixed shape.
    time_unit
        ``s``, ``ms`` or ``us`` for integer times; empty: s below 1e11, ms below 1e14, else us.
    captured_by
        Who captured what the file holds, in the user's words; kept with platform cards.
    """

    mapping: Mapping[str, Any] = field(default_factory=dict)
    time_unit: str = ""
    captured_by: str = ""


class Rows:
    """The sink of a reader: rows of each table, handed on in batches, and the three counts.

    kept + skipped + rejected = records met, where a record is a post, or a line that holds
    none; `kept_accounts`, `kept_cards` and `implausible_times` are counted beside them.

    Parameters
    ----------
    input_id
        Id of the input, for ``source_input`` and keys of posts without an id.
    flush
        Called with a table's name and its rows (tuples in the order of `model.tables`).
    """

    def __init__(self, input_id: str, flush: Flush) -> None:
        self.input_id = input_id
        self.posts: list[Row] = []
        self.accounts: list[Row] = []
        self.counts: list[Row] = []
        self.removals: list[Row] = []
        self.cards: list[Row] = []
        self.rejects: list[Row] = []
        self.kept = 0
        self.kept_accounts = 0
        self.kept_cards = 0
        self.implausible_times = 0
        self.skipped: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.notes: list[str] = []
        self._noted: set[str] = set()
        self._flush = flush

    def skip(self, kind: str) -> None:
        """Count one well-formed record of a kind that is not analysed."""
        self.skipped[kind] += 1

    def reject(
        self, position: str, column: str | None, reason: str, raw: bytes, sha256: str = ""
    ) -> None:
        """Set one unreadable record aside, with its position, its reason and how it begins.

        Parameters
        ----------
        position
            ``file:line``, ``file:row`` or ``file:item``.
        column
            Column or field at fault; None when the whole record is.
        reason
            One of few sentences (they are counted), without values.
        raw
            The record, or how it begins.
        sha256
            Hash of the whole record, when `raw` is only its beginning.
        """
        self.rejected[reason] += 1
        shown = raw[:RAW_KEPT].decode("utf-8", "replace").replace("\x00", "\ufffd")
        digest = sha256 or hashlib.sha256(raw).hexdigest()
        self.rejects.append((self.input_id, position, column, reason, shown, digest))
        self.flush_if_full()

    def note(self, sentence: str, *, once: str = "") -> None:
        """Say something about the whole file; one sentence only for each topic `once`."""
        topic = once or sentence
        if topic not in self._noted:
            self._noted.add(topic)
            self.notes.append(sentence)

    def flush_if_full(self) -> None:
        """Hand over the tables that hold a full batch; call it once a record or a page."""
        if len(self.posts) >= ROWS_PER_BATCH:
            self._hand_over("posts")
        if len(self.accounts) >= ROWS_PER_BATCH:
            self._hand_over("accounts")
        if len(self.counts) >= ROWS_PER_BATCH:
            self._hand_over("counts")
        if len(self.removals) >= ROWS_PER_BATCH:
            self._hand_over("removals")
        if len(self.cards) >= ROWS_PER_BATCH:
            self._hand_over("cards")
        if len(self.rejects) >= ROWS_PER_BATCH:
            self._hand_over("rejects")

    def finish(self) -> None:
        """Hand over what is left, and say how many times cannot be used."""
        if self.implausible_times:
            self.note(
                f"{self.implausible_times:,} posts have no time between 1995 and 2100: they are "
                "kept, and left out of windows."
            )
        for name in ("posts", "accounts", "counts", "removals", "cards", "rejects"):
            if getattr(self, name):
                self._hand_over(name)
        if self.kept_cards:
            noun = "card" if self.kept_cards == 1 else "cards"
            self.note(f"{self.kept_cards:,} {noun} about accounts.")
        elif self.kept_accounts and not self.kept:
            self.note(f"{self.kept_accounts:,} accounts, and no posts.")

    def _hand_over(self, name: str) -> None:
        rows = getattr(self, name)
        if name == "posts":
            self.kept += len(rows)
        elif name == "accounts":
            self.kept_accounts += len(rows)
        elif name == "cards":
            self.kept_cards += len(rows)
        self._flush("rejected" if name == "rejects" else name, rows)
        setattr(self, name, [])


@dataclass(frozen=True, slots=True)
class Reader:
    """One shape of export.

    Parameters
    ----------
    name
        Short name for ``--format``; also part of an input's identity.
    version
        Raised whenever the same file would give other rows.
    title
        What the shape is, for people.
    blind_spot
        What this kind of capture never shows, one sentence; printed with each result.
    sniff
        Head -> 0 (not mine) to 1 (certainly mine); never raises.
    read
        (source, settings, rows) -> None. Fills `rows`; raises ReaderError only when nothing of
        the file can be read.
    guess
        For readers that need a mapping: head -> the mapping it would use. None otherwise.
    """

    name: str
    version: int
    title: str
    blind_spot: str
    sniff: Callable[[Head], float]
    read: Callable[[Source, Settings, Rows], None]
    guess: Callable[[Head], Mapping[str, Any]] | None = None


def input_id(sha256: str, reader: Reader, mapping_text: str) -> str:
    """Identity of an input: 16 hex digits over (content, reader, its version, mapping)."""
    parts: Iterable[str] = (sha256, reader.name, str(reader.version), mapping_text)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
