"""Posts of a case whose words are the same or nearly: the table that the layer `text` needs.

1. Texts of posts with words of their own are grouped (`claims.groups`).
2. A group's object are the folded words of its most copied text; a post alone has its own. Texts
   with fewer than `SHORTEST_TEXT` letters left have none.
3. Posts of a template share no object: each has its own, its key. So they link nobody, and still
   count as what their accounts did: without them the rest of the layer would look busier than it is,
   and a group that makes much of it would raise its own expectation.
"""
# ruff: noqa: S608 - made of constants

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.claims.groups import TextGroups, group_texts
from fanal.claims.normalise import fold
from fanal.coordination.layers.base import OWN_WORDS
from fanal.coordination.layers.text_exact import SHORTEST_TEXT
from fanal.store.folder import Folder, Snapshot

_TEXTS = f"SELECT post, text FROM posts WHERE {OWN_WORDS} AND text IS NOT NULL ORDER BY post"


def text_groups_in(
    folder: Folder,
    state: Snapshot,
    threads: int,
    told: Callable[[float], None] | None = None,
) -> pa.Table:
    """Return post and object of each post that has one, for one state of a case.

    Parameters
    ----------
    threads
        Threads; the result does not depend on it.
    told
        Called with the share that is done, 0 to 1.
    """

    def texts(connection: Any, _: Snapshot) -> pa.Table:
        return connection.sql(_TEXTS).to_arrow_table()

    rows = folder.ask_of(state, texts, threads=threads)
    many = max(threads, 1)
    # 1.
    groups = group_texts(rows["text"], threads=many, told=told)
    # 2.
    words = _folded(rows["text"], many)
    speaker = np.arange(rows.num_rows)
    inside = groups.group >= 0
    speaker[inside] = groups.speaker[groups.group[inside]]
    objects = words.take(pa.array(speaker))
    letters = pc.utf8_length(pc.replace_substring(objects, " ", ""))
    # 3.
    posts = rows["post"].combine_chunks().cast(pa.string())
    objects = pc.if_else(_in_template(groups), posts, objects)
    kept = pc.greater_equal(letters, SHORTEST_TEXT)
    return pa.table({"post": posts, "object": objects}).filter(kept)


def _in_template(groups: TextGroups) -> pa.Array:
    template = np.append(groups.template, False)  # -1, alone: the last one
    return pa.array(template[groups.group])


def _folded(texts: pa.ChunkedArray, threads: int) -> pa.Array:
    folded = fold(texts, threads=threads)
    buffers = [None, pa.py_buffer(folded.offsets), pa.py_buffer(folded.data)]
    return pa.Array.from_buffers(pa.large_string(), len(texts), buffers).cast(pa.string())
