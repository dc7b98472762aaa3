"""What a plain threshold tool links in the same case: CooRTweet's rule, layer by layer.

1. For each layer: the peer's pairs and edges, accounts with at least two rows, as by default.
2. Keep the edges of weight two and more: the same thing within the window, twice. (Its other
   rule, more than the median weight, keeps what is heaviest in the file, whatever that is.)
3. Unite the layers.
"""

from __future__ import annotations

import pyarrow.compute as pc

from fanal.case.case import Case
from fanal.case.coordinating import actions_in
from fanal.coordination.coortweet import like_coortweet
from fanal.coordination.layers import layers_named
from fanal.store.folder import Folder

LAYERS = ("repost", "url", "text")
TWICE = 2


def plain_pairs(case: Case, window_s: float = 60.0) -> set[frozenset[str]]:
    """Return the pairs of accounts that a threshold on the same case links.

    Parameters
    ----------
    case
        Any case with posts.
    window_s
        Seconds, inclusive.
    """
    folder, wanted = Folder(case.path), layers_named(LAYERS)
    tables = folder.of_present(lambda state: actions_in(folder, state, wanted, 1))
    found: set[frozenset[str]] = set()
    for table in tables.values():
        # 1. and 2.
        posts = table.append_column("content", table["post"])
        _, edges = like_coortweet(posts.drop_columns(["post"]), window_s)
        edges = edges.filter(pc.greater_equal(edges["weight"], TWICE))
        ends = zip(edges["from"].to_pylist(), edges["to"].to_pylist(), strict=True)
        # 3.
        found |= {frozenset(pair) for pair in ends}
    return found
