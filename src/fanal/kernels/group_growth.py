"""Growth of a group from a pair of accounts, and the events that it rests on.

A touched event has a member of the group in it. Arrays of all accounts or events that the
kernels write to are handed in and left as they were, all zero.

1. Add the account that is in more touched events than its activity explains, the largest
   evidence first, when it shares an event with enough of the members; until none is left.
2. Prune: test each member against the others and leave out the worst while it falls short.
3. Joint events: those with two members or more. A member counts in one event of an episode, the
   one with the most members, so that a session, or a post that is met in two layers, counts once.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int32, int64, types, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.groups import evidence

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

_I32 = int32[::1]
_I32_2 = int32[:, ::1]
_I64 = int64[::1]
_F64 = float64[::1]
_F64_2 = float64[:, ::1]
#: Starts of each account's events, these; starts of each event's accounts, these; times, layers.
_WORLD = (_I64, _I32, _I64, _I32, _I64, _I32)


@njit(
    void(int64, int64, _I64, _I32, _I64, _I32, _I32, _F64, _I32, _I32, _I32_2, _I64),
    cache=True,
    nogil=True,
)
def _enter(
    c: int,
    sign: int,
    of_account: I64,
    their_events: I32,
    of_event: I64,
    their_accounts: I32,
    layer: I32,
    size: F64,
    joined: I32,
    together: I32,
    found: I32,
    seen: I64,
) -> None:
    """Let account `c` in (`sign` 1) or out (-1): joined, together, size by layer.

    `found` lists who is met once, and who twice; `seen` says how many they are.
    """
    for i in range(of_account[c], of_account[c + 1]):
        e = their_events[i]
        turned = joined[e] == 0 if sign > 0 else joined[e] == 1
        joined[e] += sign
        if not turned:
            continue
        size[layer[e]] += sign * (of_event[e + 1] - of_event[e])
        for j in range(of_event[e], of_event[e + 1]):
            b = their_accounts[j]
            if sign > 0 and together[b] < 2:
                found[together[b], seen[together[b]]] = b
                seen[together[b]] += 1
            together[b] += sign


@njit(float64(int64, _F64_2, _F64), cache=True, nogil=True, inline="always")
def _expected(c: int, share: F64, size: F64) -> float:
    """Return in how many touched events the parts of `c` in the layers would have it."""
    expected = 0.0
    for one in range(size.shape[0]):
        expected += share[c, one] * size[one]
    return expected


@njit(int64(int64, _I64, _I32, _I64, _I32, int64, int64), cache=True, nogil=True)
def _episodes(
    c: int, of_account: I64, their_events: I32, time: I64, joined: I32, least: int, episode: int
) -> int:
    """Return in how many episodes `c` is in an event with at least `least` of the members."""
    count, last = 0, np.int64(0)
    for i in range(of_account[c], of_account[c + 1]):
        e = their_events[i]
        if joined[e] >= least:
            if count == 0 or time[e] - last >= episode:
                count += 1
            last = time[e]
    return count


@njit(int64(int64, _I64, _I32, _I64, _I32, _I32, _I32), cache=True, nogil=True)
def _met(
    c: int,
    of_account: I64,
    their_events: I32,
    of_event: I64,
    their_accounts: I32,
    joined: I32,
    member: I32,
) -> int:
    """Return how many of the others in the group share an event with `c`."""
    count = 0
    for i in range(of_account[c], of_account[c + 1]):
        e = their_events[i]
        if joined[e] > 0:
            for j in range(of_event[e], of_event[e + 1]):
                b = their_accounts[j]
                if member[b] == 1 and b != c:
                    member[b] = 2
                    count += 1
    for i in range(of_account[c], of_account[c + 1]):
        e = their_events[i]
        if joined[e] > 0:
            for j in range(of_event[e], of_event[e + 1]):
                if member[their_accounts[j]] == 2:
                    member[their_accounts[j]] = 1
    return count


@njit(
    types.Tuple((_I32, _F64))(
        int64, int64, *_WORLD, _F64_2, int64, float64, float64, int64, _I32, _I32, _I32, _I32_2
    ),
    cache=True,
    nogil=True,
)
def grow(
    a: int,
    b: int,
    of_account: I64,
    their_events: I32,
    of_event: I64,
    their_accounts: I32,
    time: I64,
    layer: I32,
    share: F64,
    episode: int,
    bar: float,
    breadth: float,
    most: int,
    joined: I32,
    together: I32,
    member: I32,
    found: I32,
) -> tuple[I32, F64]:
    """Return the group that grows from two accounts, and what each member contributes (1, 2).

    Parameters
    ----------
    a, b
        The two accounts.
    of_account, their_events, of_event, their_accounts, time
        See `groups.pairs`.
    layer
        int32, shape (events,).
    share
        float64, shape (accounts, layers): the account's part of the layer's actions.
    episode
        Microseconds: events of an account closer than this are one.
    bar
        Nats: the least evidence with which an account joins and stays.
    breadth
        The share of the other members that an account must share an event with, 0 to 1.
    most
        The most members.
    joined, together, member, found
        int32, shapes (events,), (accounts,) twice, (2, accounts): scratch, all zero (`found`:
        any).

    Returns
    -------
    tuple
        Members, ascending, int32; and the evidence of each against the others, nats, float64.
    """
    members = np.empty(most, np.int32)
    size = np.zeros(share.shape[1], np.float64)
    seen = np.zeros(2, np.int64)
    k = 0
    for c in (a, b):
        _enter(
            c, 1, of_account, their_events, of_event, their_accounts, layer, size,
            joined, together, found, seen,
        )  # fmt: skip
        member[c] = 1
        members[k] = c
        k += 1
    # 1. add
    open_ = np.empty(1024, np.int32)
    values = np.empty(1024, np.float64)
    growing = True
    while growing and k < most:
        growing = False
        n = 0
        for i in range(seen[1]):
            c = found[1, i]
            if member[c] != 0:
                continue
            expected = _expected(c, share, size)
            value = evidence(float(together[c]), expected)
            if value >= bar:
                if n == open_.shape[0]:
                    open_ = np.concatenate((open_, np.empty(n, np.int32)))
                    values = np.concatenate((values, np.empty(n, np.float64)))
                open_[n], values[n] = c, value
                n += 1
        by_number = np.argsort(open_[:n], kind="mergesort")
        order = by_number[np.argsort(-values[:n][by_number], kind="mergesort")]
        for i in range(n):
            c = open_[order[i]]
            expected = _expected(c, share, size)
            count = _episodes(c, of_account, their_events, time, joined, 1, episode)
            if count < 2 or evidence(float(count), expected) < bar:
                continue
            met = _met(c, of_account, their_events, of_event, their_accounts, joined, member)
            if met < breadth * k:
                continue
            _enter(
                c, 1, of_account, their_events, of_event, their_accounts, layer, size,
                joined, together, found, seen,
            )  # fmt: skip
            member[c] = 1
            members[k] = c
            k += 1
            growing = True
            break
    # 2. prune
    value = np.empty(most, np.float64)
    while k > 0:
        worst = 0
        for i in range(k):
            c = members[i]
            expected = _expected(c, share, size)
            for j in range(of_account[c], of_account[c + 1]):
                e = their_events[j]
                if joined[e] == 1:
                    expected -= share[c, layer[e]] * (of_event[e + 1] - of_event[e])
            count = _episodes(c, of_account, their_events, time, joined, 2, episode)
            value[i] = evidence(float(count), max(expected, 1e-300)) if count >= 2 else 0.0
            met = _met(c, of_account, their_events, of_event, their_accounts, joined, member)
            if met < breadth * (k - 1):
                value[i] = -1.0
            if value[i] < value[worst]:
                worst = i
        if value[worst] >= bar:
            break
        c = members[worst]
        _enter(
            c, -1, of_account, their_events, of_event, their_accounts, layer, size,
            joined, together, found, seen,
        )  # fmt: skip
        member[c] = 0
        k -= 1
        members[worst] = members[k]
    # leave the scratch as it was
    for i in range(k):
        c = members[i]
        member[c] = 0
        for j in range(of_account[c], of_account[c + 1]):
            joined[their_events[j]] = 0
    for i in range(seen[0]):
        together[found[0, i]] = 0
    order = np.argsort(members[:k], kind="mergesort")
    return members[:k][order], value[:k][order]


@njit(
    types.UniTuple(_I32, 2)(_I32, _I64, _I32, _I64, _I32, _I64, int64, _I32),
    cache=True,
    nogil=True,
)
def joint_events(
    members: I32,
    of_account: I64,
    their_events: I32,
    of_event: I64,
    their_accounts: I32,
    time: I64,
    episode: int,
    joined: I32,
) -> tuple[I32, I32]:
    """Return the joint events of a group and how many members count in each (3).

    Parameters
    ----------
    members
        int32, shape (k,): ascending.
    of_account, their_events, of_event, their_accounts, time, episode
        See `groups.pairs`.
    joined
        int32, shape (events,): scratch, all zero.

    Returns
    -------
    tuple
        int32: events, by members falling, then number; int32: members that count, 2 or more.
    """
    k = members.shape[0]
    offset = np.zeros(k + 1, np.int64)
    for i in range(k):
        offset[i + 1] = offset[i] + of_account[members[i] + 1] - of_account[members[i]]
    joint = np.empty(offset[k], np.int32)
    n = 0
    for i in range(k):
        for j in range(of_account[members[i]], of_account[members[i] + 1]):
            e = their_events[j]
            joined[e] += 1
            if joined[e] == 2:
                joint[n] = e
                n += 1
    joint = np.sort(joint[:n])
    joint = joint[np.argsort(-joined[joint], kind="mergesort")]
    counted_at = np.empty(offset[k], np.int64)
    filled = np.zeros(k, np.int64)
    counts = np.zeros(n, np.int32)
    fresh = np.empty(k, np.int64)
    for m in range(n):
        e = joint[m]
        here = 0
        for j in range(of_event[e], of_event[e + 1]):
            i = np.searchsorted(members, their_accounts[j])
            if i == k or members[i] != their_accounts[j]:
                continue
            free = True
            for t in range(offset[i], offset[i] + filled[i]):
                if abs(counted_at[t] - time[e]) < episode:
                    free = False
                    break
            if free:
                fresh[here] = i
                here += 1
        if here >= 2:
            counts[m] = here
            for j in range(here):
                counted_at[offset[fresh[j]] + filled[fresh[j]]] = time[e]
                filled[fresh[j]] += 1
    for i in range(k):
        for j in range(of_account[members[i]], of_account[members[i] + 1]):
            joined[their_events[j]] = 0
    kept = counts > 0
    return joint[kept], counts[kept]
