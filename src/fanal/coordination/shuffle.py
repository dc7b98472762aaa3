"""What chance makes: the same posts at the same times, with the accounts exchanged.

1. Sessions: an account's posts less than 30 minutes after one another. Whole sessions are
   exchanged: single posts would hide that who is online together meets on much at once.
2. Strata: sessions that begin in one time bin (6 h) in one language; those with fewer than 50
   accounts are taken together within their bin.
3. Within each stratum the accounts of the sessions are permuted.

This keeps how many sessions an account has by hour and language, what a session holds, and each
object's popularity. It does not keep who follows whom: fans of one star, a newsroom, an agency's
clients are not in it, so the number of links it gives is no false discovery rate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fanal.coordination.ordered import Ordered, with_accounts
from fanal.coordination.settings import EPISODE_US, STRATUM_ACCOUNTS

I64 = NDArray[np.int64]


def shuffled(rows: Ordered, generator: np.random.Generator) -> Ordered:
    """Return `rows` with the accounts exchanged within strata; O(rows log rows)."""
    # 1. sessions
    session, first_row = _sessions(rows)
    account = rows.account[first_row]
    # 2. strata
    stratum = _strata(
        rows.time_bin[first_row].astype(np.int64),
        rows.lang[first_row].astype(np.int64),
        account,
    )
    # 3. permute: sort by (stratum, random), pair with the order by (stratum, position)
    drawn = np.lexsort((generator.random(account.size), stratum))
    inside = np.argsort(stratum, kind="stable")
    given = np.empty_like(account)
    given[inside] = account[drawn]
    return with_accounts(rows, given[session])


def _sessions(rows: Ordered) -> tuple[I64, I64]:
    """Return the session of each row, and the first row of each session."""
    order = np.lexsort((rows.post, rows.time, rows.account))
    account, time = rows.account[order], rows.time[order]
    opens = np.ones(order.size, np.bool_)
    opens[1:] = (account[1:] != account[:-1]) | (np.diff(time) >= EPISODE_US)
    session = np.empty(order.size, np.int64)
    session[order] = np.cumsum(opens) - 1
    return session, order[opens]


def _strata(time_bin: I64, lang: I64, account: NDArray[np.int32]) -> I64:
    langs = int(lang.max()) + 2
    stratum = time_bin * langs + lang + 1
    names, number = np.unique(stratum, return_inverse=True)
    pair = np.unique(number.astype(np.int64) << 32 | account)
    accounts = np.bincount(pair >> 32, minlength=names.size)
    small = accounts[number] < STRATUM_ACCOUNTS
    return np.where(small, time_bin * langs, stratum)
