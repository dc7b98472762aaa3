"""Batches without what must not stay: rows left out, references and addresses blanked.

Rows keep their order. A batch that holds nothing of it comes back equal, so that its part can stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from fanal.store.erasure import ERASED, Gone

Rewrite = Callable[[pa.RecordBatch], pa.RecordBatch]
#: What can separate names in a raw record; `WORDS` finds those that dots or colons enclose.
_PIECES = re.compile(r"""[^\s"'/,;()<>?&=#{}\[\]|\\]+""")
_WORDS = re.compile(r"[0-9a-z_]+")
#: How old posts of X begin their reposts.
_RT = r"^RT @(?P<handle>[^:\s]+)"
#: Whose post a key names: Bluesky's and Telegram's keys, Mastodon's, and 4CAT's reposts.
_OWNER = (
    r"^[a-z0-9_-]+:(?:at://|@)?(?P<owner>[^/@]+)/",
    r"^mastodon:(?P<owner>.+)/statuses/",
)
_ACCOUNTS = ("account", "source", "target")
_POSTS = ("post", "source_post", "target_post")


class Rewriter:
    """Takes what must not stay out of batches, and counts.

    Parameters
    ----------
    gone
        What must not stay.
    before
        Observations of accounts before this (microseconds, UTC) go too; None: no limit.
    """

    def __init__(self, gone: Gone, before: int | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._gone, self._before = gone, before
        self._posts = pa.array(list(gone.posts), pa.string())
        self._tokens = pa.array(list(gone.posts.values()), pa.string())
        self._accounts = pa.array(sorted(gone.accounts), pa.string())
        self._handles = pa.array(sorted(gone.handles), pa.string())

    def of(self, table: str) -> Rewrite:
        """Return what rewrites batches of a table, an output of a run included."""
        known: dict[str, Rewrite] = {
            "posts": self._posts_batch,
            "posts_duplicate": self._posts_batch,
            "accounts": self._accounts_batch,
            "cards": self._cards_batch,
            "rejected": self._rejected_batch,
        }
        return known.get(table, self._output_batch)

    def _posts_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        batch = self._without_rows(batch)
        columns = {name: batch.column(name) for name in batch.schema.names}
        about_gone = self._reposts_of_gone(batch)
        self.counts["texts"] += (
            pc.sum(pc.and_(about_gone, pc.is_valid(columns["text"]))).as_py() or 0
        )
        columns["text"] = _blanked(columns["text"], about_gone)
        for name in ("repost_of", "reply_to", "quote_of"):
            # the post itself may not be in the case
            unknown = pc.is_null(self._token_of(columns[name]))
            replaced = _where(unknown, self._owned_by_gone(columns[name]), columns[name])
            if name == "repost_of":
                replaced = _where(unknown, about_gone, replaced)
            columns[name] = self._tokens_for(replaced)
        columns["urls"], columns["url_keys"] = self._addresses(
            columns["urls"], columns["url_keys"]
        )
        columns["mentions"] = _filtered(columns["mentions"], self._is_handle)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)

    def _reposts_of_gone(self, batch: pa.RecordBatch) -> pa.Array:
        repost = pc.is_in(batch.column("kind"), pa.array(["repost", "forward"]))
        of_post = pc.is_in(batch.column("repost_of"), self._posts)
        handle = pc.struct_field(pc.extract_regex(batch.column("text"), _RT), "handle")
        by_handle = pc.fill_null(
            pc.is_in(pc.utf8_lower(handle), self._handles), fill_value=False
        )
        by_handle = pc.and_(by_handle, pc.is_valid(handle))
        by_key = self._owned_by_gone(batch.column("repost_of"))
        return pc.and_(repost, pc.or_(of_post, pc.or_(by_handle, by_key)))

    def _owned_by_gone(self, keys: pa.Array) -> pa.Array:
        """Tell of each key whether it names a post of a gone account."""
        found = pa.array([False] * len(keys), pa.bool_())
        for pattern in _OWNER:
            owner = pc.utf8_lower(pc.struct_field(pc.extract_regex(keys, pattern), "owner"))
            found = pc.or_(found, pc.and_(pc.is_in(owner, self._handles), pc.is_valid(owner)))
        return found

    def _accounts_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return self._without_old(self._without_rows(batch), "observed_at")

    def _cards_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Cards know some accounts by handle only, whatever key the posts give them."""
        batch = self._without_old(self._without_rows(batch), "captured_at")
        handles = pc.utf8_lower(batch.column("handle"))
        return batch.filter(pc.invert(pc.is_in(handles, self._handles, skip_nulls=True)))

    def _without_old(self, batch: pa.RecordBatch, column: str) -> pa.RecordBatch:
        if self._before is None:
            return batch
        limit = pa.scalar(self._before, pa.timestamp("us", tz="UTC"))
        old = pc.fill_null(pc.less(batch.column(column), limit), fill_value=False)
        return batch.filter(pc.invert(old))

    def _rejected_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        raw, reason = batch.column("raw").to_pylist(), batch.column("reason").to_pylist()
        named = pa.array(
            [self.names_one(f"{a or ''} {b}") for a, b in zip(raw, reason, strict=True)],
            pa.bool_(),
        )
        self.counts["raw"] += pc.sum(named).as_py() or 0
        columns = {name: batch.column(name) for name in batch.schema.names}
        columns["raw"] = _blanked(columns["raw"], named)
        for name in ("reason", "raw_sha256"):
            columns[name] = pc.if_else(named, pa.scalar(ERASED), columns[name])
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)

    def _output_batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        batch = self._without_rows(batch)
        columns = {name: batch.column(name) for name in batch.schema.names}
        if "object" in columns and pa.types.is_string(columns["object"].type):
            values = [self._object(value) for value in columns["object"].to_pylist()]
            columns["object"] = pa.array(values, pa.string())
        if "top_objects" in columns:
            lists = columns["top_objects"].to_pylist()
            kept = [None if v is None else [self._object(item) for item in v] for v in lists]
            columns["top_objects"] = pa.array(kept, columns["top_objects"].type)
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=batch.schema)

    def _object(self, value: str | None) -> str | None:
        if value is None or value in self._gone.posts:
            return None if value is None else self._gone.posts[value]
        return ERASED if value in self._gone.urls or self.names_one(value) else value

    def _without_rows(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Leave out rows of gone accounts and posts, whatever the table calls them."""
        for names, values in ((_ACCOUNTS, self._accounts), (_POSTS, self._posts)):
            for name in names:
                if name in batch.schema.names and pa.types.is_string(
                    batch.schema.field(name).type
                ):
                    batch = batch.filter(pc.invert(pc.is_in(batch.column(name), values)))
        return batch

    def _token_of(self, column: pa.Array) -> pa.Array:
        return pc.take(self._tokens, pc.index_in(column, self._posts, skip_nulls=True))

    def _tokens_for(self, column: pa.Array) -> pa.Array:
        return pc.coalesce(self._token_of(column), column)

    def _addresses(self, urls: pa.Array, keys: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Leave gone addresses out of both lists, place by place."""
        if not self._gone.urls:
            return urls, keys
        gone, left, right = self._gone.urls, list[object](), list[object]()
        for a, b in zip(urls.to_pylist(), keys.to_pylist(), strict=True):
            bad = {n for items in (a, b) for n, item in enumerate(items or ()) if item in gone}
            left.append(_without(a, bad))
            right.append(_without(b, bad))
        return pa.array(left, urls.type), pa.array(right, keys.type)

    def _is_handle(self, text: str) -> bool:
        return text.lstrip("@").lower() in self._gone.handles

    def names_one(self, text: str) -> bool:
        """Return whether a raw text contains a name that must not stay."""
        lowered, names = text.lower(), self._gone.names
        return any(
            piece.strip("@:.") in names
            for pattern in (_PIECES, _WORDS)
            for piece in pattern.findall(lowered)
        )


def _without(items: list[str] | None, places: set[int]) -> list[str] | None:
    if items is None or not places:
        return items
    return [item for n, item in enumerate(items) if n not in places]


def _filtered(column: pa.Array, is_gone: Callable[[str], bool]) -> pa.Array:
    lists = column.to_pylist()
    kept = [None if v is None else [item for item in v if not is_gone(item)] for v in lists]
    return pa.array(kept, column.type)


def _blanked(column: pa.Array, where: pa.Array) -> pa.Array:
    return pc.if_else(where, pa.scalar(None, column.type), column)


def _where(unknown: pa.Array, about_gone: pa.Array, column: pa.Array) -> pa.Array:
    """Blank a reference to a post that is about something gone but has no token."""
    return _blanked(column, pc.and_(unknown, about_gone))
