"""What chance makes: the same posts at the same times, with the accounts exchanged.

1. Strata: posts of one time bin (6 h) and one language; those with fewer than 50 accounts are
   taken together within their bin.
2. Within each stratum the accounts of the posts are permuted; all actions of one post move
   together.

This keeps each account's activity by hour and language, and each object's popularity. It does
not keep who follows whom: fans of one star, a newsroom, an agency's clients are not in it, so
the number of links it gives is no false discovery rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered, with_accounts
from fanal.coordination.settings import STRATUM_ACCOUNTS

I64 = NDArray[np.int64]


def shuffled(rows: Ordered, generator: np.random.Generator) -> Ordered:
    """Return `rows` with the accounts exchanged within strata; O(rows log rows)."""
    posts = int(rows.post.max()) + 1
    first = np.full(posts, -1, np.int64)
    first[rows.post[::-1]] = np.arange(rows.post.shape[0])[::-1]
    present = np.flatnonzero(first >= 0)
    row = first[present]
    account = rows.account[row]
    # 1. strata
    stratum = _strata(
        rows.time_bin[row].astype(np.int64), rows.lang[row].astype(np.int64), account
    )
    # 2. permute: sort by (stratum, random), pair with the order by (stratum, position)
    drawn = np.lexsort((generator.random(present.size), stratum))
    inside = np.argsort(stratum, kind="stable")
    given = np.empty_like(account)
    given[inside] = account[drawn]
    of_post = np.empty(posts, np.int32)
    of_post[present] = given
    return with_accounts(rows, of_post[rows.post])


def _strata(time_bin: I64, lang: I64, account: NDArray[np.int32]) -> I64:
    langs = int(lang.max()) + 2
    stratum = time_bin * langs + lang + 1
    names, number = np.unique(stratum, return_inverse=True)
    pair = np.unique(number.astype(np.int64) << 32 | account)
    accounts = np.bincount(pair >> 32, minlength=names.size)
    small = accounts[number] < STRATUM_ACCOUNTS
    return np.where(small, time_bin * langs, stratum)
