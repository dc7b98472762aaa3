"""Shared interest: what two accounts are expected to do together because they follow the same.

A stratum is a set of objects of one layer that one interest explains. Within it accounts meet as
under the null model of a pair (kernels/null_model.py), with the stratum's own totals.

1. Actions of an object that lie apart, no two of them within the window; objects on which
   accounts meet at all delays.
2. Co-actions by stratum and the two ages.
3. What accounts do in strata; pairs of actions by stratum and the two ages, without those that
   one account makes with itself.
4. Expected co-actions of two accounts in a stratum: objects of the one times objects of the other
   times co-actions for each pair of actions, or the same summed over pairs of ages, whichever is
   larger; times (1 - 1/objects) of either: an account's interest is what its *other* actions
   there show, so that one action in a stratum shows none.
5. What exceeds the pair null's own share there, lambda P_s/P, is added to the pair null's
   intensity, spread over surprises as the stratum's co-actions are; then the tail
   (kernels/compound.py), exact only where it can matter.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numba import boolean, float64, int32, int64, types, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.compound import log_chernoff, log_panjer

_F64 = float64[::1]
_F64_2 = float64[:, ::1]
_F64_3 = float64[:, :, ::1]
_I32 = int32[::1]
_I64 = int64[::1]

Entries: TypeAlias = tuple[
    NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]
]
Interests: TypeAlias = tuple[
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]
Totals: TypeAlias = tuple[
    NDArray[np.int32],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.float64],
]


@njit(types.UniTuple(boolean[::1], 2)(_I64, _I64, _I32, int64, float64), cache=True, nogil=True)
def apart(
    starts: NDArray[np.int64],
    time: NDArray[np.int64],
    before: NDArray[np.int32],
    window: int,
    most: float,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return rows no two of which meet, and the objects on which accounts meet at all delays (1).

    Parameters
    ----------
    starts
        int64, shape (objects + 1,): where each object's rows start.
    time, before
        Shape (rows,): microseconds, ascending within an object; an account's earlier row on the
        object, -1 where there is none (only those count).
    window
        Microseconds.
    most
        Largest share of an object's pairs of accounts that may meet within the window.

    Returns
    -------
    tuple
        bool, shape (rows,): of each object the first action, then each that comes more than a
        window after the last one kept. bool, shape (objects,): two of its rows are kept, and no
        more than `most` of its pairs of accounts meet. O(rows).
    """
    kept = np.zeros(time.shape[0], np.bool_)
    tells = np.zeros(starts.shape[0] - 1, np.bool_)
    for o in range(starts.shape[0] - 1):
        last, accounts, rows, near, met, back = np.int64(0), 0, 0, 0, 0, starts[o]
        for row in range(starts[o], starts[o + 1]):
            if before[row] >= 0:
                continue
            while time[row] - time[back] > window:
                near -= before[back] < 0
                back += 1
            met += near
            near += 1
            accounts += 1
            if rows == 0 or time[row] - last > window:
                kept[row] = True
                last = time[row]
                rows += 1
        tells[o] = rows >= 2 and met <= most * (accounts * (accounts - 1) / 2)
    return kept, tells


@njit(void(int64, _I32, _I32, _I32, _I32, int64[:, :, ::1]), cache=True, nogil=True)
def count_by_age(
    filled: int,
    early: NDArray[np.int32],
    late: NDArray[np.int32],
    stratum: NDArray[np.int32],
    age: NDArray[np.int32],
    co_actions: NDArray[np.int64],
) -> None:
    """Add a buffer of co-actions to the counts of their strata (2).

    Parameters
    ----------
    filled, early, late
        The buffer of `kernels.co_actions.co_actions`.
    stratum, age
        int32, shape (rows,): stratum (-1: none, not counted) and age bin.
    co_actions
        int64, shape (strata, ages, ages): raised at both orders of the two ages, so by two where
        they are equal.
    """
    for k in range(filled):
        i, j = early[k], late[k]
        s = stratum[i]
        if s >= 0:
            co_actions[s, age[i], age[j]] += 1
            co_actions[s, age[j], age[i]] += 1


_INTERESTS = types.Tuple((_I64, _I32, _F64, _F64_2, _F64, _F64_3))


@njit(
    _INTERESTS(_I32, _I64, _I32, _I32, _I32, boolean[::1], int64, int64),
    cache=True,
    nogil=True,
)
def interests(
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
    stratum: NDArray[np.int32],
    age: NDArray[np.int32],
    before: NDArray[np.int32],
    wanted: NDArray[np.bool_],
    strata: int,
    ages: int,
) -> Interests:
    """Return what accounts do in strata, and the strata's pairs of actions (3).

    Parameters
    ----------
    order, starts
        Rows grouped by account, see `sorting.group_by`.
    stratum, age, before
        int32, shape (rows,): stratum (-1: none), age bin, an account's earlier row on the object.
    wanted
        bool, shape (accounts,): accounts whose entries are returned; all of them count.
    strata, ages
        How many of each.

    Returns
    -------
    tuple
        Entries of the wanted accounts, by account, then stratum: where each account starts,
        int64 (accounts + 1,); stratum, int32; distinct objects, float64; distinct actions by
        age, float64 (entries, ages). Then by stratum: pairs of an object of one account and an
        object of another, float64 (strata,); pairs of actions of two accounts by their ages,
        float64 (strata, ages, ages). O(rows + strata).
    """
    room = 0
    for a in range(wanted.shape[0]):
        if wanted[a]:
            room += starts[a + 1] - starts[a]
    entries, at = np.zeros(wanted.shape[0] + 1, np.int64), 0
    one, many, aged = np.empty(room, np.int32), np.empty(room), np.empty((room, ages))
    objects, mine = np.zeros(strata), np.zeros((strata, ages))
    seen, touched = np.full(strata, -1, np.int64), np.empty(strata, np.int32)
    total, totals = np.zeros(strata), np.zeros((strata, ages))
    pairs, meetings = np.zeros(strata), np.zeros((strata, ages, ages))
    for a in range(wanted.shape[0]):
        met = 0
        for k in range(starts[a], starts[a + 1]):
            row = order[k]
            s = stratum[row]
            if s < 0:
                continue
            if seen[s] != a:
                seen[s] = a
                touched[met] = s
                met += 1
                objects[s] = 0.0
                mine[s, :] = 0.0
            objects[s] += before[row] < 0
            mine[s, age[row]] += before[row] < 0 or age[before[row]] != age[row]
        for s in touched[:met]:
            total[s] += objects[s]
            pairs[s] -= objects[s] * objects[s]
            for i in range(ages):
                totals[s, i] += mine[s, i]
                for j in range(ages if mine[s, i] > 0.0 else 0):
                    meetings[s, i, j] -= mine[s, i] * mine[s, j]
        if wanted[a]:
            for s in np.sort(touched[:met]):
                one[at], many[at], aged[at] = s, objects[s], mine[s]
                at += 1
        entries[a + 1] = at
    for s in range(strata):
        pairs[s] += total[s] * total[s]
        for i in range(ages):
            for j in range(ages):
                meetings[s, i, j] += totals[s, i] * totals[s, j]
    return entries, one[:at].copy(), many[:at].copy(), aged[:at].copy(), pairs, meetings


@njit(float64(_F64, _F64, _F64_2), cache=True, nogil=True)
def _by_age(
    one: NDArray[np.float64], other: NDArray[np.float64], rate: NDArray[np.float64]
) -> float:
    total = 0.0
    for i in range(one.shape[0]):
        if one[i] > 0.0:
            for j in range(other.shape[0]):
                total += one[i] * other[j] * rate[i, j]
    return total


_ENTRIES = types.Tuple((_I64, _I32, _F64, _F64_2))
_STRATA = types.Tuple((_I32, _F64, _F64, _F64_3, _I64, _I32, _F64))


@njit(
    void(
        int64,
        int64,
        _I64,
        _I64,
        _I64,
        _F64_2,
        _F64_2,
        _ENTRIES,
        _STRATA,
        float64,
        _F64,
        _F64,
        _F64,
        _I64,
        _F64,
    ),
    cache=True,
    nogil=True,
)
def shared_interest(
    first: int,
    stop: int,
    pair: NDArray[np.int64],
    other: NDArray[np.int64],
    surprise: NDArray[np.int64],
    rates: NDArray[np.float64],
    laws: NDArray[np.float64],
    entries: Entries,
    strata: Totals,
    enough: float,
    known: NDArray[np.float64],
    bound: NDArray[np.float64],
    expected: NDArray[np.float64],
    most: NDArray[np.int64],
    log_p: NDArray[np.float64],
) -> None:
    """Fill in what shared interest and the pair null together make of pairs (4, 5).

    Parameters
    ----------
    first, stop
        Pairs to visit.
    pair, other, surprise
        int64, shape (pairs,): the two accounts, and their counted surprise (lattice units).
    rates, laws
        float64, shapes (pairs, layers) and (layers, size): the pair null's; a layer with rate 0
        is not used for the pair, nor are its strata.
    entries
        What accounts do in strata, sorted by account, then stratum: where each account starts,
        int64 (accounts + 1,); stratum, int32; distinct objects, float64; the same by age,
        float64 (entries, ages).
    strata
        Layer, int32; share of the layer's co-actions, float64; co-actions for each pair of
        actions, float64; the same by the two ages, float64 (strata, ages, ages); where each
        one's surprises start, int64 (strata + 1,); surprise, int32, and its probability, float64.
    enough
        A tail whose Chernoff bound (logarithm) is at most this is left at the bound.
    known, bound
        float64, shape (pairs,): logarithms of what another division gave for the tail, and of
        its Chernoff bound, which is replaced by this one's; -inf and NaN for none. What cannot
        exceed `known` is left at the bound; the same bound is the same mixture.
    expected, most, log_p
        float64, int64, float64, shape (pairs,), filled: expected co-actions; the stratum that
        explains most beyond the pair null, -1 for none; logarithm of the tail, -inf where
        nothing is beyond the pair null, whose tail is known.
    """
    starts, stratum, objects, by_age = entries
    layer, share, rate, rate_by_age, unit_starts, unit, probability = strata
    intensity = np.zeros(laws.shape[1])
    for k in range(first, stop):
        intensity[:] = 0.0
        expected[k], most[k], largest = 0.0, -1, 0.0
        for one in range(laws.shape[0]):
            expected[k] += rates[k, one]
            for at in range(laws.shape[1]):
                intensity[at] += rates[k, one] * laws[one, at]
        i, j = starts[pair[k]], starts[other[k]]
        while i < starts[pair[k] + 1] and j < starts[other[k] + 1]:
            if stratum[i] < stratum[j]:
                i += 1
                continue
            if stratum[i] > stratum[j]:
                j += 1
                continue
            s = stratum[i]
            null = rates[k, layer[s]]
            there = objects[i] * objects[j] * rate[s]
            there = max(there, _by_age(by_age[i], by_age[j], rate_by_age[s]))
            there *= (1.0 - 1.0 / objects[i]) * (1.0 - 1.0 / objects[j])
            more = there - null * share[s]
            if null > 0.0 and more > 0.0:
                expected[k] += more
                for at in range(unit_starts[s], unit_starts[s + 1]):
                    intensity[unit[at]] += more * probability[at]
                if more > largest:
                    largest, most[k] = more, s
            i += 1
            j += 1
        if largest == 0.0:
            log_p[k] = -np.inf
            continue
        before, bound[k] = bound[k], log_chernoff(intensity, surprise[k])
        if bound[k] == before:
            log_p[k] = known[k]
        elif bound[k] <= max(enough, known[k]) or bound[k] == 0.0:
            log_p[k] = bound[k]
        else:
            log_p[k] = min(log_panjer(intensity, surprise[k]), bound[k])
