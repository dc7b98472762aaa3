"""When an account's card is looked at again: a clock that knows nothing of the account's days.

1. The gap before a look, and how long before it the evidence ends, are drawn evenly from HMAC-SHA256
   of (account, number of the look) under the server's secret: they are the same each time they are
   asked for, and nobody without the secret can tell them.
2. An account that is new gets its first look as if the clock had always run: a poller who sees an
   account appear learns nothing of when it will be looked at.
"""

from __future__ import annotations

import hmac

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Ends = tuple[int, int]


def gaps_and_lags(
    accounts: list[str], number: NDArray[np.int32], secret: bytes, gap: Ends, lag: Ends
) -> tuple[Numbers, Numbers]:
    """Return the days from each account's look of this number to the next, and its lag (1).

    Parameters
    ----------
    accounts
        Keys.
    number
        int32, shape (accounts,): of the look, from 1.
    secret
        The server's.
    gap, lag
        Shortest and longest, in days.
    """
    drawn = _drawn(accounts, number, secret)
    return _between(gap, drawn[:, 0]), _between(lag, drawn[:, 1])


def first_waits(accounts: list[str], secret: bytes, gap: Ends) -> Numbers:
    """Return the days until each new account's first look (2)."""
    shortest, longest = gap
    wait = np.arange(longest)
    # as many of the possible gaps as are longer than the wait: the residual of a clock long running
    chances = np.cumsum(longest - np.maximum(wait, shortest - 1))
    drawn = _drawn(accounts, np.zeros(len(accounts), np.int32), secret)[:, 0]
    found = np.searchsorted(chances, drawn % np.uint64(chances[-1]), side="right")
    return np.asarray(found, np.int64)


def _drawn(accounts: list[str], number: NDArray[np.int32], secret: bytes) -> NDArray[np.uint64]:
    digests = (
        hmac.digest(secret, f"{one}\0{look}".encode("utf-8", "surrogatepass"), "sha256")[:16]
        for one, look in zip(accounts, number.tolist(), strict=True)
    )
    return np.frombuffer(b"".join(digests), "<u8").reshape(-1, 2)


def _between(ends: Ends, drawn: NDArray[np.uint64]) -> Numbers:
    low, high = ends
    return low + (drawn % np.uint64(high - low + 1)).astype(np.int64)
