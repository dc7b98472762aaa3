"""From day rows to what each candidate country has for it, and to probabilities.

1. A row sets one bit: (account, country, behind a proxy or not, age in days). Order, duplicates and
   bursts cannot matter.
2. Candidates of an account: the countries of its rows, and its store's country. What is behind no
   row is one alternative more, *elsewhere*.
3. Each candidate gets `FEATURES` numbers, from bits and sums in order of age.
4. Probability = softmax of features x weights over the candidates and elsewhere.

Arrays in, arrays out. Ages are days before the day of the estimate, 0 .. AGES - 1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import boolean, float64, int16, int64, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.day_bits import AGES, SLOTS, WORDS, below, collect, ones, share_of

#: Names of the features, in order; the last ones are of *elsewhere* alone.
NAMES: Final = (
    "log share of plain days, half-life 90 d",
    "share of plain days of the last 60 d",
    "share of its months with a plain day here",
    "share of its ten-day spans with a plain day here",
    "is the store's country",
    "share of proxy days, half-life 90 d",
    "log share x proxy share",
    "months x proxy share",
    "store x proxy share",
    "share of proxy days x proxy share",
    "log prior",
    "log prior x proxy share",
    "share of plain days, unweighted",
    "share of its plain days at the week-end, times log days",
    "log plain days here",
    "share of its plain days shared with a near country",
    "log ten-day spans with a plain day here",
    "share of plain days with a far country on the same day",
    "no plain day here",
    "elsewhere",
    "elsewhere x proxy share",
    "elsewhere x log days",
    "elsewhere, store known",
)
FEATURES: Final = len(NAMES)
_ELSEWHERE: Final = 19

#: What is counted of an account. The last four are filled by `homes` alone.
FACTS: Final = (
    "days", "plain_days", "proxy_days_180", "days_180", "youngest", "countries_90", "far_days",
    "store", "days_90", "candidates_left_out", "best_days", "second_days", "second_months",
    "common_months",
)  # fmt: skip

_I64 = int64[::1]
_I16 = int16[::1]
_F64 = float64[::1]


@njit(
    void(
        int64, uint64[:, :, ::1], _I16, boolean[:, ::1], int64, _F64, uint8[::1], _F64, float64,
        float64[:, ::1], _I64, uint64[::1],
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def _describe(
    n: int,
    bits: NDArray[np.uint64],
    candidate: NDArray[np.int16],
    far: NDArray[np.bool_],
    with_store: int,
    weight: NDArray[np.float64],
    weekend: NDArray[np.uint8],
    prior: NDArray[np.float64],
    unseen_share: float,
    x: NDArray[np.float64],
    facts: NDArray[np.int64],
    months: NDArray[np.uint64],
) -> None:
    """Fill the features of one account's candidates and of elsewhere, row n (3)."""
    x[: n + 1, :] = 0.0
    one = np.zeros(WORDS, np.uint64)
    two = np.zeros(WORDS, np.uint64)
    hidden = np.zeros(WORDS, np.uint64)
    wide = np.zeros(WORDS, np.uint64)
    plain = np.zeros(n)
    flagged = np.zeros(n)
    days = np.zeros(n, np.int64)
    recent = np.zeros(n, np.int64)
    ends = np.zeros(n, np.int64)
    months[:n] = uint64(0)
    spans = np.zeros(n, np.uint64)
    for i in range(n):
        for w in range(WORDS):
            both = bits[i, 0, w]
            two[w] |= one[w] & both
            one[w] |= both
            hidden[w] |= bits[i, 1, w]
            for f in range(2):
                word = bits[i, f, w]
                base = w << 6
                while word != uint64(0):
                    lowest = word & (~word + uint64(1))
                    a = base + ones(lowest - uint64(1))
                    word ^= lowest
                    if f == 1:
                        flagged[i] += weight[a]
                        continue
                    plain[i] += weight[a]
                    days[i] += 1
                    ends[i] += int64(weekend[a])
                    if a < 60:
                        recent[i] += 1
                    months[i] |= uint64(1) << uint64(a // 30)
                    spans[i] |= uint64(1) << uint64(a // 10)
    total_plain, total_flagged = 0.0, 0.0
    total_days, total_recent = 0, 0
    all_months, all_spans = uint64(0), uint64(0)
    for i in range(n):
        total_plain += plain[i]
        total_flagged += flagged[i]
        total_days += days[i]
        total_recent += recent[i]
        all_months |= months[i]
        all_spans |= spans[i]
        for j in range(i):
            if far[candidate[i], candidate[j]]:
                for w in range(WORDS):
                    wide[w] |= bits[i, 0, w] & bits[j, 0, w]
    # facts of the account
    active, hidden_days, days_180, hidden_180, days_90 = 0, 0, 0, 0, 0
    youngest = AGES
    for w in range(WORDS):
        seen = one[w] | hidden[w]
        active += ones(seen)
        hidden_days += ones(hidden[w])
        if seen != uint64(0) and youngest == AGES:
            youngest = (w << 6) + ones((seen & (~seen + uint64(1))) - uint64(1))
        mask = below(w, 180)
        days_180 += ones(seen & mask)
        hidden_180 += ones(hidden[w] & mask)
        days_90 += ones(seen & below(w, 90))
    far_days = 0
    for w in range(WORDS):
        far_days += ones(wide[w])
    countries_90 = 0
    for i in range(n):
        near = uint64(0)
        for w in range(2):
            near |= bits[i, 0, w] & below(w, 90)
        if near != uint64(0):
            countries_90 += 1
    facts[0] = active
    facts[1] = total_days
    facts[2] = hidden_180
    facts[3] = days_180
    facts[4] = youngest
    facts[5] = countries_90
    facts[6] = far_days
    facts[8] = days_90
    # features
    total = total_plain + total_flagged
    share = total_flagged / total if total > 0.0 else 0.0
    log_days = np.log1p(float64(total_days))
    store = facts[7]
    seen_prior = 0.0
    for i in range(n):
        c = candidate[i]
        lift = np.log((plain[i] + 0.1) / (total_plain + 0.1 * n))
        month = share_of(ones(months[i]), ones(all_months))
        is_store = 1.0 if with_store != 0 and c == store else 0.0
        exits = flagged[i] / total_flagged if total_flagged > 0.0 else 0.0
        log_prior = np.log(prior[c])
        seen_prior += prior[c]
        beside, wide_days = 0, 0
        for w in range(WORDS):
            beside += ones(bits[i, 0, w] & two[w])
            # `wide` days of a candidate are days shared: at most `beside`
            wide_days += ones(bits[i, 0, w] & two[w] & wide[w])
        x[i, 0] = lift
        x[i, 1] = share_of(recent[i], total_recent)
        x[i, 2] = month
        x[i, 3] = share_of(ones(spans[i]), ones(all_spans))
        x[i, 4] = is_store
        x[i, 5] = exits
        x[i, 6] = lift * share
        x[i, 7] = month * share
        x[i, 8] = is_store * share
        x[i, 9] = exits * share
        x[i, 10] = log_prior
        x[i, 11] = log_prior * share
        x[i, 12] = share_of(days[i], total_days)
        x[i, 13] = share_of(ends[i], days[i]) * np.log1p(float64(days[i]))
        x[i, 14] = np.log1p(float64(days[i]))
        x[i, 15] = share_of(beside - wide_days, days[i])
        x[i, 16] = np.log1p(float64(ones(spans[i])))
        x[i, 17] = share_of(wide_days, days[i])
        x[i, 18] = 1.0 if days[i] == 0 else 0.0
    rest = np.log(max(1.0 - seen_prior, unseen_share))
    x[n, 10] = rest
    x[n, 11] = rest * share
    x[n, _ELSEWHERE] = 1.0
    x[n, _ELSEWHERE + 1] = share
    x[n, _ELSEWHERE + 2] = log_days
    x[n, _ELSEWHERE + 3] = 1.0 if with_store != 0 and store >= 0 else 0.0


_ROWS = (_I64, _I16, _I16, uint8[::1], _I16, int64)
_WORLD = (boolean[:, ::1], _F64, uint8[::1], _F64, float64)


@njit(
    int64(*_ROWS, *_WORLD, float64[:, ::1], _I16, _I64, int64[:, ::1]), cache=True, nogil=True
)
def features(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    store: NDArray[np.int16],
    with_store: int,
    far: NDArray[np.bool_],
    weight: NDArray[np.float64],
    weekend: NDArray[np.uint8],
    prior: NDArray[np.float64],
    unseen_share: float,
    x: NDArray[np.float64],
    candidates: NDArray[np.int16],
    ends: NDArray[np.int64],
    facts: NDArray[np.int64],
) -> int:
    """Fill the features of all candidates of all accounts, one after another.

    Parameters
    ----------
    start
        int64, shape (accounts + 1,): where each account's rows begin.
    age, country, proxy, store
        Of each row: days ago; country number or -1; 1 behind a proxy; store's country or -1.
    with_store
        1 when the store's country counts, else 0.
    far
        bool, shape (countries, countries).
    weight, weekend
        float64 and uint8, shape (AGES,): of each age.
    prior, unseen_share
        float64, shape (countries,): share of accounts at home there; the least for elsewhere.
    x, candidates
        float64, shape (room, FEATURES); int16, shape (room,): filled; elsewhere is -1, last.
    ends
        int64, shape (accounts,): filled with where each account's candidates end.
    facts
        int64, shape (accounts, len(FACTS)): filled.

    Returns
    -------
    int
        Rows filled; -1 when there was not room. O(rows + candidates x days).
    """
    bits = np.zeros((SLOTS, 2, WORDS), np.uint64)
    slot = np.full(far.shape[0], -1, np.int16)
    months = np.zeros(SLOTS, np.uint64)
    candidate = np.zeros(SLOTS, np.int16)
    own = np.zeros((SLOTS + 1, FEATURES))
    filled = 0
    for account in range(start.shape[0] - 1):
        n = collect(
            start[account], start[account + 1], age, country, proxy, store, with_store,
            bits, slot, candidate, facts[account],
        )  # fmt: skip
        _describe(
            n, bits, candidate, far, with_store, weight, weekend, prior, unseen_share, own,
            facts[account], months,
        )  # fmt: skip
        if filled + n + 1 > x.shape[0]:
            return -1
        x[filled : filled + n + 1, :] = own[: n + 1, :]
        candidates[filled : filled + n] = candidate[:n]
        candidates[filled + n] = -1
        filled += n + 1
        ends[account] = filled
    return filled


@njit(
    void(*_ROWS, *_WORLD, _F64, _F64, _I16, _F64, _I16, int64[:, ::1]),
    cache=True,
    nogil=True,
)
def homes(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    store: NDArray[np.int16],
    with_store: int,
    far: NDArray[np.bool_],
    weight: NDArray[np.float64],
    weekend: NDArray[np.uint8],
    prior: NDArray[np.float64],
    unseen_share: float,
    weights: NDArray[np.float64],
    temperature: NDArray[np.float64],
    best: NDArray[np.int16],
    best_p: NDArray[np.float64],
    second: NDArray[np.int16],
    facts: NDArray[np.int64],
) -> None:
    """Fill each account's most probable country and what to say beside it (4).

    Parameters
    ----------
    start, age, country, proxy, store, with_store, far, weight, weekend, prior, unseen_share
        As in `features`.
    weights
        float64, shape (FEATURES,).
    temperature
        float64, shape (2,): log-odds are divided by ``t0 + t1 / sqrt(1 + plain days)``.
    best, best_p
        int16, float64, shape (accounts,): filled; -1 and 0 where no country is a candidate.
    second
        int16: filled with the country that has the most plain days besides `best`, else -1.
    facts
        As in `features`.

    Notes
    -----
    O(rows + candidates x days); no memory that grows with the accounts but the outputs.
    """
    bits = np.zeros((SLOTS, 2, WORDS), np.uint64)
    slot = np.full(far.shape[0], -1, np.int16)
    months = np.zeros(SLOTS, np.uint64)
    candidate = np.zeros(SLOTS, np.int16)
    x = np.zeros((SLOTS + 1, FEATURES))
    score = np.zeros(SLOTS + 1)
    for account in range(start.shape[0] - 1):
        n = collect(
            start[account], start[account + 1], age, country, proxy, store, with_store,
            bits, slot, candidate, facts[account],
        )  # fmt: skip
        _describe(
            n, bits, candidate, far, with_store, weight, weekend, prior, unseen_share, x,
            facts[account], months,
        )  # fmt: skip
        heat = temperature[0] + temperature[1] / np.sqrt(1.0 + facts[account, 1])
        top = -1.0e300
        for i in range(n + 1):
            value = 0.0
            for k in range(FEATURES):
                value += weights[k] * x[i, k]
            score[i] = value / heat
            top = max(top, score[i])
        total = 0.0
        for i in range(n + 1):
            score[i] = np.exp(score[i] - top)
            total += score[i]
        at, other = -1, -1
        for i in range(n):
            if at < 0 or score[i] > score[at]:
                at = i
        for i in range(n):
            if i != at and x[i, 12] > 0.0 and (other < 0 or x[i, 12] > x[other, 12]):
                other = i
        best[account], best_p[account], second[account] = -1, 0.0, -1
        own = facts[account]
        if at >= 0:
            best[account] = candidate[at]
            best_p[account] = score[at] / total
            own[10] = int64(np.rint(x[at, 12] * own[1]))
        if other >= 0:
            second[account] = candidate[other]
            own[11] = int64(np.rint(x[other, 12] * own[1]))
            own[12] = ones(months[other])
            own[13] = ones(months[other] & months[at])
