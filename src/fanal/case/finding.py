"""A search over the words of a case: which texts hold them, and the posts that have these texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from fanal.store.folder import Folder
from fanal.store.search import text_index

_POSTS = """
SELECT post, account, platform, CASE WHEN time_plausible THEN time END AS time, kind, text
FROM posts SEMI JOIN asked USING (text) ORDER BY time NULLS LAST, post
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found.

    Parameters
    ----------
    texts
        Different texts that hold the words, all of them.
    posts
        Posts of the best of these texts, by time: post, account, platform, time (null where it is
        not plausible), kind, text.
    """

    texts: int
    posts: pa.Table


def found_in(folder: Folder, words: str, limit: int) -> Found:
    """Return the posts whose text holds all of some words; see `Case.find`."""
    index = text_index(folder)
    texts, numbers = index.find(words, limit=limit)
    asked = pa.table({"text": index.texts.take(pa.array(numbers, pa.int64()))})

    def question(connection: Any, _: Any) -> pa.Table:
        connection.register("asked", asked)
        return connection.sql(_POSTS).to_arrow_table()

    return Found(texts=texts, posts=folder.ask(question))
