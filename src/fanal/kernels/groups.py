"""Events, and the pairs and triples of accounts that share more of them than chance explains.

1. Event: the first action on an object opens it, all actions on the object within the window
   belong to it, the next action opens the next one. An account counts once in an event.
2. Pairs: events that two accounts share; events less than an episode after one another are one
   coincidence. Evidence LLR(N, lambda) = N log(N / lambda) - (N - lambda), 0 where N <= lambda.
3. Triples of such pairs, counted in the same way.
4. Poisson tails, in logs.
"""

from __future__ import annotations

import math

import numpy as np
from numba import boolean, float64, int32, int64, types
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_I32 = int32[::1]
_I64 = int64[::1]
_F64 = float64[::1]
_F64_2 = float64[:, ::1]


@njit(types.Tuple((_I32, _I64, _I32))(_I64, _I64, _I32, int64), cache=True, nogil=True)
def events(starts: I64, time: I64, before: I32, window: int) -> tuple[I32, I64, I32]:
    """Return the event of each row, and of each event its first row and its accounts (1).

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where the rows of each object start.
    time
        int64, shape (rows,): microseconds, ascending within an object.
    before
        int32, shape (rows,): the account's row on the object before this one, -1 for none.
    window
        Microseconds, inclusive.

    Returns
    -------
    tuple
        int32 (rows,): event, -1 where the account is in it already; int64 (events,): first row;
        int32 (events,): how many accounts.
    """
    rows = time.shape[0]
    event = np.empty(rows, np.int32)
    first = np.empty(rows, np.int64)
    size = np.zeros(rows, np.int32)
    n = -1
    for o in range(starts.shape[0] - 1):
        for i in range(starts[o], starts[o + 1]):
            if i == starts[o] or time[i] - time[first[n]] > window:
                n += 1
                first[n] = i
            if before[i] >= first[n]:
                event[i] = -1
            else:
                event[i] = n
                size[n] += 1
    return event, first[: n + 1].copy(), size[: n + 1].copy()


@njit(float64(float64, float64), cache=True, nogil=True)
def evidence(n: float, expected: float) -> float:
    """Return LLR(n, expected), nats: 0 where n is not above what is expected (2)."""
    if n <= expected:
        return 0.0
    return n * math.log(n / expected) - (n - expected)


@njit(float64(int64, float64), cache=True, nogil=True)
def log_poisson_tail(n: int, expected: float) -> float:
    """Return log P(N >= n), N Poisson with mean `expected`; 0 where n <= expected (4)."""
    if n <= expected:
        return 0.0
    total, term, k = 1.0, 1.0, n + 1
    while term > 1e-17 * total:
        term *= expected / k
        total += term
        k += 1
    return n * math.log(expected) - expected - math.lgamma(n + 1.0) + math.log(total)


@njit(
    types.Tuple((int64, int64))(
        int64,
        _I64,
        _I32,
        _I64,
        _I32,
        _I64,
        int64,
        _F64_2,
        _F64,
        float64,
        _I32,
        _I32,
        _I32,
        _F64,
    ),
    cache=True,
    nogil=True,
)
def pairs(
    account: int,
    of_account: I64,
    their_events: I32,
    of_event: I64,
    their_accounts: I32,
    time: I64,
    episode: int,
    share: F64,
    meetings: F64,
    least: float,
    pair: I32,
    other: I32,
    met: I32,
    weight: F64,
) -> tuple[int, int]:
    """Fill in the pairs that share two events or more, with evidence of at least `least` (2).

    Parameters
    ----------
    account
        The first account to look at.
    of_account, their_events
        int64 (accounts + 1,), int32: the events of each account, ascending.
    of_event, their_accounts
        int64 (events + 1,), int32: the accounts of each event, ascending.
    time
        int64, shape (events,): ascending.
    episode
        Microseconds: events of a pair closer than this are one.
    share
        float64, shape (accounts, layers): the account's part of the layer's actions.
    meetings
        float64, shape (layers,): sum of n (n - 1) over the events of the layer.
    least
        Nats.
    pair, other, met, weight
        Filled in: the two accounts (the smaller first), their common events, the evidence.

    Returns
    -------
    tuple
        How many are filled in; the account to go on with when there was no more room (an
        account is looked at whole or not at all), else the number of accounts. O(sum of n^2).
    """
    accounts = of_account.shape[0] - 1
    count = np.zeros(accounts, np.int32)
    last = np.empty(accounts, np.int64)
    touched = np.empty(accounts, np.int32)
    filled = 0
    for a in range(account, accounts):
        seen = 0
        for i in range(of_account[a], of_account[a + 1]):
            e = their_events[i]
            for j in range(of_event[e + 1] - 1, of_event[e] - 1, -1):
                b = their_accounts[j]
                if b <= a:
                    break
                if count[b] == 0:
                    touched[seen] = b
                    seen += 1
                    count[b] = 1
                elif time[e] - last[b] >= episode:
                    count[b] += 1
                last[b] = time[e]
        if filled + seen > pair.shape[0]:
            return filled, a
        for i in range(seen):
            b = touched[i]
            if count[b] >= 2:
                expected = 0.0
                for layer in range(meetings.shape[0]):
                    expected += share[a, layer] * share[b, layer] * meetings[layer]
                value = evidence(float(count[b]), expected)
                if value >= least:
                    pair[filled], other[filled] = a, b
                    met[filled], weight[filled] = count[b], value
                    filled += 1
            count[b] = 0
    return filled, accounts


@njit(boolean[::1](_I32, _I32, int64), cache=True, nogil=True)
def first_of_both(pair: I32, other: I32, accounts: int) -> NDArray[np.bool_]:
    """Return which pairs have two accounts that no pair chosen before has."""
    chosen = np.zeros(pair.shape[0], np.bool_)
    used = np.zeros(accounts, np.bool_)
    for i in range(pair.shape[0]):
        if not used[pair[i]] and not used[other[i]]:
            chosen[i] = used[pair[i]] = used[other[i]] = True
    return chosen


@njit(int64(_I64, _I32, _I64, int64, _I32), cache=True, nogil=True)
def common_events(of_account: I64, their_events: I32, time: I64, episode: int, who: I32) -> int:
    """Return how many events all accounts `who` share, those of one episode being one (2, 3)."""
    at = of_account[who].copy()
    count, last, opened = 0, np.int64(0), False
    while True:
        top = np.int32(-1)
        for i in range(who.shape[0]):
            if at[i] == of_account[who[i] + 1]:
                return count
            top = max(top, their_events[at[i]])
        same = True
        for i in range(who.shape[0]):
            while at[i] < of_account[who[i] + 1] and their_events[at[i]] < top:
                at[i] += 1
            if at[i] == of_account[who[i] + 1]:
                return count
            same = same and their_events[at[i]] == top
        if same:
            if not opened or time[top] - last >= episode:
                count += 1
            opened = True
            last = time[top]
            for i in range(who.shape[0]):
                at[i] += 1


@njit(
    types.Tuple((_F64, _I32))(
        _I32, _I32, _I64, _I32, _I64, boolean[::1], _I64, _I32, _I64, int64, _F64_2, _F64
    ),
    cache=True,
    nogil=True,
)
def triples(
    pair: I32,
    other: I32,
    near: I64,
    their_near: I32,
    near_pair: I64,
    listed: NDArray[np.bool_],
    of_account: I64,
    their_events: I32,
    time: I64,
    episode: int,
    share: F64,
    meetings: F64,
) -> tuple[F64, I32]:
    """Return each pair's most surprising triple: log of its Poisson tail, and the third account (3).

    Parameters
    ----------
    pair, other
        int32, shape (pairs,): pairs that pass step 2, ordered.
    near, their_near, near_pair
        int64 (accounts + 1,), int32, int64: accounts of larger number that each account is
        paired with, ascending, and the number of that pair.
    listed
        bool, shape (pairs,): pairs whose triples are looked at.
    of_account, their_events, time, episode, share
        See `pairs`.
    meetings
        float64, shape (layers,): sum of n (n - 1) (n - 2) over the events of the layer.

    Returns
    -------
    tuple
        float64 and int32, shape (pairs,); 0 and -1 where there is no triple with two common
        events.
    """
    best = np.zeros(pair.shape[0], np.float64)
    third = np.full(pair.shape[0], -1, np.int32)
    who = np.empty(3, np.int32)
    for k in range(pair.shape[0]):
        if not listed[k]:
            continue
        a, b = pair[k], other[k]
        i, j = near[a], near[b]
        while i < near[a + 1] and j < near[b + 1]:
            if their_near[i] < their_near[j]:
                i += 1
            elif their_near[i] > their_near[j]:
                j += 1
            else:
                c = their_near[i]
                if listed[near_pair[i]] and listed[near_pair[j]]:
                    who[0], who[1], who[2] = a, b, c
                    met = common_events(of_account, their_events, time, episode, who)
                    if met >= 2:
                        expected = 0.0
                        for layer in range(meetings.shape[0]):
                            expected += (
                                share[a, layer]
                                * share[b, layer]
                                * share[c, layer]
                                * meetings[layer]
                            )
                        value = log_poisson_tail(met, expected)
                        if value < best[k]:
                            best[k], third[k] = value, c
                i += 1
                j += 1
    return best, third
