"""Two more looks at an account's day rows: the networks it sits on, the clients it uses.

1. A row sets one bit: (account, network or client, age). Order, duplicates and bursts cannot matter.
2. Counted are distinct days; results in order of what they count, then of network or client.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import boolean, float64, int16, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.day_bits import AGES, WORDS, below, ones

#: Networks and clients of one account that are told apart; later ones are left out.
_NETWORKS: Final = 128
_CLIENTS: Final = 16

_I64 = int64[::1]
_I16 = int16[::1]
_NETWORK = types.Array(uint64, 1, "C", readonly=True)


@njit(
    int64(
        _I64, _I16, _I16, uint8[::1], _NETWORK, float64, int64, _I64, uint64[::1], _I16, _I64,
        _I64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def seats(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    network: NDArray[np.uint64],
    least_share: float,
    least_days: int,
    seat_account: NDArray[np.int64],
    seat_network: NDArray[np.uint64],
    seat_country: NDArray[np.int16],
    seat_days: NDArray[np.int64],
    plain_days: NDArray[np.int64],
) -> int:
    """Fill the networks on which each account spends a share of its plain days.

    Parameters
    ----------
    start, age, country, proxy
        As in `kernels.home.features`.
    network
        uint64, shape (rows,); 0 unknown.
    least_share, least_days
        Below either an account does not sit on a network.
    seat_account, seat_network, seat_country, seat_days
        Filled, room for ``accounts / least_share`` rows: the country is the database's, of the
        latest day there.
    plain_days
        int64, shape (accounts,): filled with the days on any network, behind no proxy.

    Returns
    -------
    int
        Rows filled. O(rows x networks of an account).
    """
    bits = np.zeros((_NETWORKS, WORDS), np.uint64)
    any_day = np.zeros(WORDS, np.uint64)
    name = np.zeros(_NETWORKS, np.uint64)
    latest = np.zeros(_NETWORKS, np.int64)
    filled = 0
    for account in range(start.shape[0] - 1):
        n = 0
        any_day[:] = uint64(0)
        for row in range(start[account], start[account + 1]):
            a = int64(age[row])
            if a < 0 or a >= AGES or proxy[row] != 0 or country[row] < 0:
                continue
            bit = uint64(1) << uint64(a & 63)
            any_day[a >> 6] |= bit
            if network[row] == uint64(0):
                continue
            at = 0
            while at < n and name[at] != network[row]:
                at += 1
            if at == _NETWORKS:
                continue
            # the latest day's country; of one day the smallest number
            mark = a * 65536 + int64(country[row])
            if at == n:
                name[n] = network[row]
                bits[n, :] = uint64(0)
                latest[n] = mark
                n += 1
            bits[at, a >> 6] |= bit
            latest[at] = min(latest[at], mark)
        total = 0
        for w in range(WORDS):
            total += ones(any_day[w])
        plain_days[account] = total
        for i in range(n):
            days = 0
            for w in range(WORDS):
                days += ones(bits[i, w])
            if days < least_days or days < least_share * total:
                continue
            if filled == seat_account.shape[0]:
                return filled
            seat_account[filled] = account
            seat_network[filled] = name[i]
            seat_country[filled] = latest[i] % 65536
            seat_days[filled] = days
            filled += 1
    return filled


@njit(void(_I64, _I16, _I16, int64, _I16, _I64, _I64), cache=True, nogil=True)
def channels(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    client: NDArray[np.int16],
    last_days: int,
    main: NDArray[np.int16],
    main_days: NDArray[np.int64],
    all_days: NDArray[np.int64],
) -> None:
    """Fill the client that each account used on most of its last days.

    Parameters
    ----------
    start, age
        As in `kernels.home.features`.
    client
        int16, shape (rows,): number of the client, -1 unknown; smaller numbers win ties.
    last_days
        Ages below this count; at most 128.
    main, main_days, all_days
        Shape (accounts,): filled with the client, its days, and the sum of days over clients; -1
        where no client is known.
    """
    bits = np.zeros((_CLIENTS, 2), np.uint64)
    name = np.zeros(_CLIENTS, np.int16)
    for account in range(start.shape[0] - 1):
        n = 0
        for row in range(start[account], start[account + 1]):
            a = int64(age[row])
            if a < 0 or a >= last_days or client[row] < 0:
                continue
            at = 0
            while at < n and name[at] != client[row]:
                at += 1
            if at == _CLIENTS:
                continue
            if at == n:
                name[n] = client[row]
                bits[n, :] = uint64(0)
                n += 1
            bits[at, a >> 6] |= uint64(1) << uint64(a & 63)
        main[account], main_days[account], all_days[account] = -1, 0, 0
        for i in range(n):
            days = ones(bits[i, 0]) + ones(bits[i, 1])
            all_days[account] += days
            if days > main_days[account] or (
                days == main_days[account] and name[i] < main[account]
            ):
                main[account], main_days[account] = name[i], days


@njit(void(_I64, _I64, float64, float64[::1]), cache=True, nogil=True)
def binomial_tails(
    seen: NDArray[np.int64], of: NDArray[np.int64], rate: float, p: NDArray[np.float64]
) -> None:
    """Fill p with the chance of `seen` or more among `of` draws of probability `rate`.

    Parameters
    ----------
    seen, of
        int64, shape (n,): 0 <= seen <= of.
    rate
        Within 0 .. 1, ends excluded.
    p
        float64, shape (n,): filled. O(sum of `of`); summed from the smallest term on.
    """
    odds = rate / (1.0 - rate)
    for i in range(seen.shape[0]):
        n, k = of[i], seen[i]
        if k <= 0:
            p[i] = 1.0
            continue
        # log of the term at n, then downwards to k
        log_term = n * np.log(rate)
        total = np.exp(log_term)
        for j in range(n, k, -1):
            log_term += np.log(j / (n - j + 1.0)) - np.log(odds)
            total += np.exp(log_term)
        p[i] = min(1.0, total)


@njit(void(_I64, _I16, _I16, uint8[::1], int64, _I16), cache=True, nogil=True)
def most_seen(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    countries: int,
    most: NDArray[np.int16],
) -> None:
    """Fill the country of most plain days of each account; -1 without any.

    Parameters
    ----------
    start, age, country, proxy
        As in `kernels.home.features`.
    countries
        How many there are.
    most
        int16, shape (accounts,): filled; of equals the smallest number.
    """
    bits = np.zeros((countries, WORDS), np.uint64)
    days = np.zeros(countries, np.int64)
    for account in range(start.shape[0] - 1):
        best = int64(-1)
        for row in range(start[account], start[account + 1]):
            a, c = int64(age[row]), int64(country[row])
            if a < 0 or a >= AGES or c < 0 or proxy[row] != 0:
                continue
            bit = uint64(1) << uint64(a & 63)
            if bits[c, a >> 6] & bit != uint64(0):
                continue
            bits[c, a >> 6] |= bit
            days[c] += 1
            if best < 0 or days[c] > days[best] or (days[c] == days[best] and c < best):
                best = c
        for row in range(start[account], start[account + 1]):
            c = int64(country[row])
            if c >= 0 and days[c] != 0:
                days[c] = 0
                bits[c, :] = uint64(0)
        most[account] = best


@njit(void(_I64, _I16, uint8[::1], int64, float64, boolean[::1]), cache=True, nogil=True)
def behind_proxies(
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    last_days: int,
    least_share: float,
    behind: NDArray[np.bool_],
) -> None:
    """Fill whether a share of each account's last days were behind a proxy.

    Parameters
    ----------
    start, age, proxy
        As in `kernels.home.features`.
    last_days
        Ages below this count; of an account without such a day, all of the year.
    least_share
        Of the days.
    behind
        bool, shape (accounts,): filled; False without a day.
    """
    bits = np.zeros((2, WORDS), np.uint64)
    for account in range(start.shape[0] - 1):
        bits[:, :] = uint64(0)
        for row in range(start[account], start[account + 1]):
            a = int64(age[row])
            if a < 0 or a >= AGES:
                continue
            bit = uint64(1) << uint64(a & 63)
            bits[0, a >> 6] |= bit
            if proxy[row] != 0:
                bits[1, a >> 6] |= bit
        hidden, days = 0, 0
        for until in (last_days, AGES):
            for w in range(WORDS):
                mask = below(w, until)
                days += ones(bits[0, w] & mask)
                hidden += ones(bits[1, w] & mask)
            if days > 0:
                break
        behind[account] = days > 0 and hidden >= least_share * days
