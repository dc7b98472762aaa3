"""How often two accounts would meet by their habits alone, for many links at once.

Steps 1 to 3 of coordination/habits.py: chances, the share h of other chances on which they would
meet, and chances times h; by the clock and by age.
"""

from __future__ import annotations

import numpy as np
from numba import boolean, float64, int32, int64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]

_I32 = int32[::1]
_I64 = int64[::1]
DAY_US = 86_400_000_000
HALF_DAY_US = DAY_US // 2
CLOCK, AGE = 0, 1
#: Age says something of an object while at most this part of its accounts is linked to the two.
MOST = 0.75


@njit(int64(_I32, int64), cache=True, nogil=True)
def _distinct(posts: I32, size: int) -> int:
    some = np.sort(posts[:size])
    count = 0
    for k in range(size):
        count += k == 0 or some[k] != some[k - 1]
    return count


@njit(int64(_I64, _I64, _I32, int64, int64, int64, int64, _I64, _I64), cache=True, nogil=True)
def _in_common(
    of_account: I64,
    starts: I64,
    object_of: I32,
    a: int,
    b: int,
    first: int,
    last: int,
    one: I64,
    other: I64,
) -> int:
    """Fill rows of either account on objects in common; return their numbers, packed."""
    i, j, n, m = starts[a], starts[b], 0, 0
    while i < starts[a + 1] and j < starts[b + 1]:
        left, right = object_of[of_account[i]], object_of[of_account[j]]
        if left < right or left < first:
            i += 1
        elif right < left:
            j += 1
        elif left >= last:
            break
        else:
            while i < starts[a + 1] and object_of[of_account[i]] == left:
                one[n] = of_account[i]
                n, i = n + 1, i + 1
            while j < starts[b + 1] and object_of[of_account[j]] == left:
                other[m] = of_account[j]
                m, j = m + 1, j + 1
    return n << 32 | m


@njit(
    float64(_I64, _I64, int64, int64, _I32, _I64, _I32, _I64, int64, int64),
    cache=True, nogil=True,
)  # fmt: skip
def _expected(
    one: I64,
    other: I64,
    n: int,
    m: int,
    object_of: I32,
    time: I64,
    post: I32,
    born: I64,
    window: int,
    habit: int,
) -> float:
    """Return chances x h of one pair (2, 3)."""
    tried, meets, chances, seen = 0, 0, 0, -1
    mine, theirs = np.empty(n, np.int32), np.empty(n, np.int32)
    for i in range(n):
        for j in range(m):
            same = object_of[one[i]] == object_of[other[j]]
            apart = time[one[i]] - time[other[j]]
            if habit == CLOCK:
                near = abs(apart) <= HALF_DAY_US
                apart = (apart + HALF_DAY_US) % DAY_US - HALF_DAY_US
            else:
                near = same
                apart -= born[object_of[one[i]]] - born[object_of[other[j]]]
            if near and same and object_of[one[i]] != seen:
                seen = object_of[one[i]]
                mine[chances], theirs[chances] = post[one[i]], post[other[j]]
                chances += 1
            if not near:
                tried += 1
                meets += abs(apart) <= window
    if tried == 0 or chances == 0:
        return 0.0
    least = min(_distinct(mine, chances), _distinct(theirs, chances))
    return float(least) * meets / tried


@njit(
    int64(_I64, int64, _I32, boolean[::1], _I64, _I64, _I64, _I32, int64),
    cache=True,
    nogil=True,
)
def _telling(
    rows: I64,
    size: int,
    object_of: I32,
    unnamed: NDArray[np.bool_],
    accounts_on: I64,
    linked: I64,
    linked_starts: I64,
    near_of: I32,
    link: int,
) -> int:
    """Keep the rows whose object's age says something of the two (1); return how many."""
    kept, known, tells = 0, -1, False
    for k in range(size):
        thing = object_of[rows[k]]
        if thing != known:
            near = 0
            for at in range(linked_starts[thing], linked_starts[thing + 1]):
                near += near_of[linked[at]] == link
            known, tells = thing, unnamed[thing] and near < MOST * accounts_on[thing]
        if tells:
            rows[kept] = rows[k]
            kept += 1
    return kept


@njit(
    void(int64, int64, _I64, _I64, _I64, int64, _I64, _I64, _I64, _I64, _I32, _I64, _I32, _I64,
         boolean[::1], _I64, _I64, _I64, _I32, _I64, float64[::1], float64[::1]),
    cache=True, nogil=True,
)  # fmt: skip
def expected_by_habit(
    begin: int,
    end: int,
    pair: I64,
    partner: I64,
    layer: I64,
    window: int,
    layer_starts: I64,
    of_account: I64,
    starts: I64,
    born: I64,
    object_of: I32,
    time: I64,
    post: I32,
    accounts_on: I64,
    unnamed: NDArray[np.bool_],
    others: I64,
    others_starts: I64,
    linked: I64,
    near_of: I32,
    linked_starts: I64,
    clock: NDArray[np.float64],
    age: NDArray[np.float64],
) -> None:
    """Fill how often links would meet by habit.

    Parameters
    ----------
    begin, end
        Links to visit.
    pair, partner, layer
        int64, shape (links,): their accounts; the layer they rest on, -1: all.
    window
        Microseconds.
    layer_starts
        int64, shape (layers + 1,): first object of each layer.
    of_account, starts
        Rows by account, ascending, and where each account's begin.
    born
        int64, shape (objects,): time of each object's first action.
    object_of, time, post
        As in `Ordered`.
    accounts_on, unnamed
        Shape (objects,): accounts that act on each; whether its source is unknown.
    others, others_starts
        Who each account is linked to.
    linked, linked_starts
        Linked accounts on each object.
    near_of
        int32, shape (accounts,), -1: scratch.
    clock, age
        float64, shape (links,): filled.
    """
    for k in range(begin, end):
        a, b = pair[k], partner[k]
        first = 0 if layer[k] < 0 else layer_starts[layer[k]]
        last = born.shape[0] if layer[k] < 0 else layer_starts[layer[k] + 1]
        one = np.empty(starts[a + 1] - starts[a], np.int64)
        other = np.empty(starts[b + 1] - starts[b], np.int64)
        both = _in_common(of_account, starts, object_of, a, b, first, last, one, other)
        n, m = both >> 32, both & 0xFFFFFFFF
        clock[k] = _expected(one, other, n, m, object_of, time, post, born, window, CLOCK)
        for account in (a, b):
            for at in range(others_starts[account], others_starts[account + 1]):
                near_of[others[at]] = k
        n = _telling(one, n, object_of, unnamed, accounts_on, linked, linked_starts, near_of, k)
        m = _telling(
            other, m, object_of, unnamed, accounts_on, linked, linked_starts, near_of, k
        )
        age[k] = _expected(one, other, n, m, object_of, time, post, born, window, AGE)
