"""An account's day rows as a few bytes, and back: records that can be merged in any order.

1. A record is a list of tracks in order: a country reached plainly from a network, plainly from
   an unknown one, behind a proxy; a client. Each track is a set of days.
2. Days of a track: the first (2 bytes), then gaps or bits, whichever is shorter.
3. Merging is the union of the tracks' days; days older than `AGES` before the day of the merge
   fall out. What falls out once would fall out later: order cannot matter.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import int16, int32, int64, types, uint8, uint64, void
from numpy.typing import NDArray

from fanal.kernels.compiled import njit
from fanal.kernels.day_bits import AGES, WORDS, ones

#: Kinds of tracks, the two low bits of a track's head.
NETWORK: Final = 0
PLAIN: Final = 1
PROXY: Final = 2
CLIENT: Final = 3
#: The longest track: head, network, first day, length, bits.
_TRACK: Final = 64
_FIRST: Final = 16

_I64 = int64[::1]
_I16 = int16[::1]
_BYTES = uint8[::1]
_READ = types.Array(uint8, 1, "C", readonly=True)
_HEADS = int64[::1]
_NETS = uint64[::1]
_BITS = uint64[:, ::1]


@njit(int64(_BYTES, int64, int64), cache=True, nogil=True)
def _put(out: NDArray[np.uint8], at: int, value: int) -> int:
    """Write a number, seven bits a byte; return the place behind it."""
    while value >= 128:
        out[at] = uint8((value & 127) | 128)
        value >>= 7
        at += 1
    out[at] = uint8(value)
    return at + 1


@njit(types.UniTuple(int64, 2)(_READ, int64), cache=True, nogil=True)
def _get(data: NDArray[np.uint8], at: int) -> tuple[int, int]:
    """Return a number and the place behind it."""
    value, shift = int64(0), int64(0)
    while True:
        byte = int64(data[at])
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


@njit(int64(int64, _HEADS, _NETS, _BITS, int64, uint64, int64), cache=True, nogil=True)
def _track(
    n: int,
    heads: NDArray[np.int64],
    nets: NDArray[np.uint64],
    bits: NDArray[np.uint64],
    head: int,
    net: int,
    hint: int,
) -> int:
    """Return the place of a track; looked for from `hint` on, round; a new one's is `n`."""
    for i in range(hint, n):
        if heads[i] == head and nets[i] == net:
            return i
    for i in range(min(hint, n)):
        if heads[i] == head and nets[i] == net:
            return i
    heads[n], nets[n] = head, net
    bits[n, :] = uint64(0)
    return n


@njit(
    int64(int64, _HEADS, _NETS, _BITS, int64, _BYTES, int64),
    cache=True,
    nogil=True,
)
def _written(
    n: int,
    heads: NDArray[np.int64],
    nets: NDArray[np.uint64],
    bits: NDArray[np.uint64],
    end: int,
    out: NDArray[np.uint8],
    at: int,
) -> int:
    """Write the tracks of one account in order (1, 2); return the place behind them."""
    order = np.arange(n)
    for i in range(1, n):
        j, one = i, order[i]
        while j > 0:
            two = order[j - 1]
            if heads[two] < heads[one] or (heads[two] == heads[one] and nets[two] <= nets[one]):
                break
            order[j] = two
            j -= 1
        order[j] = one
    ages = np.empty(AGES, np.int64)
    for i in order:
        days = 0
        for w in range(WORDS):
            word = bits[i, w]
            while word != uint64(0):
                lowest = word & (~word + uint64(1))
                ages[days] = (w << 6) + ones(lowest - uint64(1))
                word ^= lowest
                days += 1
        if days == 0:
            continue
        at = _put(out, at, heads[i])
        if heads[i] & 3 == NETWORK:
            for k in range(8):
                out[at + k] = uint8((nets[i] >> uint64(8 * k)) & uint64(255))
            at += 8
        first = end - ages[days - 1]
        out[at], out[at + 1] = uint8(first & 255), uint8((first >> 8) & 255)
        at += 2
        gaps = 0
        for k in range(days - 1):
            gaps += 1 if ages[k + 1] - ages[k] <= 128 else 2
        span = ages[days - 1] - ages[0]
        size = (span + 7) >> 3
        if gaps <= size:
            at = _put(out, at, gaps << 1)
            for k in range(days - 1, 0, -1):
                at = _put(out, at, ages[k] - ages[k - 1] - 1)
            continue
        at = _put(out, at, (size << 1) | 1)
        out[at : at + size] = uint8(0)
        for k in range(days - 1):
            bit = ages[days - 1] - ages[k] - 1
            out[at + (bit >> 3)] |= uint8(1 << (bit & 7))
        at += size
    return at


@njit(types.Tuple((_HEADS, _NETS, _BITS))(_HEADS, _NETS, _BITS), cache=True, nogil=True)
def _longer(
    heads: NDArray[np.int64], nets: NDArray[np.uint64], bits: NDArray[np.uint64]
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint64]]:
    """Return room for twice as many tracks."""
    n = heads.shape[0]
    more = np.zeros((2 * n, WORDS), np.uint64)
    more[:n] = bits
    return np.append(heads, heads), np.append(nets, nets), more


@njit(void(_BITS, int64, int64, int64), cache=True, nogil=True)
def _set(bits: NDArray[np.uint64], track: int, end: int, day: int) -> None:
    """Set a day's bit; days out of the year fall out (3)."""
    age = end - day
    if 0 <= age < AGES:
        bits[track, age >> 6] |= uint64(1) << uint64(age & 63)


@njit(
    int64(
        _I64, types.Array(int32, 1, "C"), _I16, _BYTES, _NETS, types.Array(int32, 1, "C"), int64,
        _BYTES, _I64,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def record_rows(
    start: NDArray[np.int64],
    day: NDArray[np.int32],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    network: NDArray[np.uint64],
    client: NDArray[np.int32],
    end: int,
    out: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> int:
    """Write the records of day rows.

    Parameters
    ----------
    start
        int64, shape (accounts + 1,): where each account's rows begin.
    day
        int32, shape (rows,): days since 1970-01-01.
    country
        int16: code of two letters, -1 unknown.
    proxy, network, client
        1 behind a proxy; 0 unknown; number of the client, -1 unknown.
    end
        The last day that counts.
    out, ends
        Filled: bytes; int64, shape (accounts,), where each record ends.

    Returns
    -------
    int
        Bytes filled, -1 when there was not room. O(rows x tracks of an account).
    """
    heads = np.empty(_FIRST, np.int64)
    nets = np.empty(_FIRST, np.uint64)
    bits = np.zeros((_FIRST, WORDS), np.uint64)
    at = 0
    for account in range(start.shape[0] - 1):
        n, track = 0, 0
        for row in range(start[account], start[account + 1]):
            for side in range(2):
                net = uint64(0)
                if side == 0:
                    if country[row] < 0:
                        continue
                    kind = PROXY if proxy[row] != 0 else PLAIN
                    if kind == PLAIN and network[row] != uint64(0):
                        kind, net = NETWORK, network[row]
                    head = (int64(country[row]) << 2) | kind
                else:
                    if client[row] < 0:
                        continue
                    head = (int64(client[row]) << 2) | CLIENT
                if n == heads.shape[0]:
                    heads, nets, bits = _longer(heads, nets, bits)
                track = _track(n, heads, nets, bits, head, net, track)
                n = max(n, track + 1)
                _set(bits, track, end, int64(day[row]))
        if at + n * _TRACK > out.shape[0]:
            return -1
        at = _written(n, heads, nets, bits, end, out, at)
        ends[account] = at
    return at


@njit(
    int64(_I64, _I64, _I64, _READ, int64, _BYTES, _I64),
    cache=True,
    nogil=True,
)
def merge_records(
    start: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    data: NDArray[np.uint8],
    end: int,
    out: NDArray[np.uint8],
    ends: NDArray[np.int64],
) -> int:
    """Write, for each account, the union of its records (3).

    Parameters
    ----------
    start
        int64, shape (accounts + 1,): where each account's pieces begin.
    low, high
        int64, shape (pieces,): where a piece begins and ends in `data`.
    data
        uint8: records.
    end, out, ends
        As in `record_rows`.

    Returns
    -------
    int
        Bytes filled, -1 when there was not room. O(bytes + tracks squared of an account).
    """
    heads = np.empty(_FIRST, np.int64)
    nets = np.empty(_FIRST, np.uint64)
    bits = np.zeros((_FIRST, WORDS), np.uint64)
    at = 0
    for account in range(start.shape[0] - 1):
        n = 0
        for piece in range(start[account], start[account + 1]):
            place, track = low[piece], 0
            while place < high[piece]:
                head, place = _get(data, place)
                net = uint64(0)
                if head & 3 == NETWORK:
                    for k in range(8):
                        net |= uint64(data[place + k]) << uint64(8 * k)
                    place += 8
                if n == heads.shape[0]:
                    heads, nets, bits = _longer(heads, nets, bits)
                track = _track(n, heads, nets, bits, head, net, track)
                n = max(n, track + 1)
                day = int64(data[place]) | (int64(data[place + 1]) << 8)
                size, place = _get(data, place + 2)
                stop = place + (size >> 1)
                _set(bits, track, end, day)
                if size & 1:
                    for k in range(place, stop):
                        for b in range(8):
                            if (int64(data[k]) >> b) & 1:
                                _set(bits, track, end, day + 1 + ((k - place) << 3) + b)
                    place = stop
                while place < stop:
                    gap, place = _get(data, place)
                    day += gap + 1
                    _set(bits, track, end, day)
        if at + n * _TRACK > out.shape[0]:
            return -1
        at = _written(n, heads, nets, bits, end, out, at)
        ends[account] = at
    return at


@njit(
    int64(
        _I64, _READ, int64, _I16, _I16, _I16, _I64, _I16, _I16, _BYTES, _I16, _NETS, _I16,
    ),
    cache=True,
    nogil=True,
)  # fmt: skip
def rows_again(
    ends: NDArray[np.int64],
    data: NDArray[np.uint8],
    end: int,
    number: NDArray[np.int16],
    rank: NDArray[np.int16],
    store_of: NDArray[np.int16],
    start: NDArray[np.int64],
    age: NDArray[np.int16],
    country: NDArray[np.int16],
    proxy: NDArray[np.uint8],
    store: NDArray[np.int16],
    network: NDArray[np.uint64],
    client: NDArray[np.int16],
) -> int:
    """Fill day rows as the estimate takes them, from merged records.

    Parameters
    ----------
    ends, data
        As `merge_records` fills them.
    end
        The day of the estimate: as in the merge.
    number
        int16: country number by code of two letters, -1 none.
    rank, store_of
        int16, by number of client: place among the clients in order; its store's country or -1.
    start
        int64, shape (accounts + 1,): filled, also when there was not room.
    age, country, proxy, store, network, client
        As `about.rows.Rows` has them: filled.

    Returns
    -------
    int
        Rows, more than there is room for when there was not. O(rows).
    """
    filled, place = 0, int64(0)
    start[0] = 0
    for account in range(ends.shape[0]):
        while place < ends[account]:
            head, place = _get(data, place)
            net = uint64(0)
            kind, code = head & 3, head >> 2
            if kind == NETWORK:
                for k in range(8):
                    net |= uint64(data[place + k]) << uint64(8 * k)
                place += 8
            day = int64(data[place]) | (int64(data[place + 1]) << 8)
            size, place = _get(data, place + 2)
            stop = place + (size >> 1)
            first, bit, bits = day, int64(0), (stop - place) << 3
            while True:
                if filled < age.shape[0]:
                    age[filled] = end - day
                    country[filled] = number[code] if kind != CLIENT else -1
                    proxy[filled] = 1 if kind == PROXY else 0
                    store[filled] = store_of[code] if kind == CLIENT else -1
                    network[filled] = net
                    client[filled] = rank[code] if kind == CLIENT else -1
                filled += 1
                if size & 1:
                    while bit < bits and not (int64(data[place + (bit >> 3)]) >> (bit & 7)) & 1:
                        bit += 1
                    bit += 1
                    day = first + bit
                    if bit > bits:
                        place = stop
                        break
                elif place >= stop:
                    break
                else:
                    gap, place = _get(data, place)
                    day += gap + 1
        start[account + 1] = filled
    return filled
