"""Networks from which many accounts were made at once: more than their country's sign-ups explain.

1. An account's sign-up networks: those of its day rows on the day it was made (UTC) and the next.
   A network's country is that of most of these rows.
2. A network's share is taken among the accounts made from networks of its country: when a whole
   country comes, after an election or a ban elsewhere, none of its networks stands out.
3. Windows of 1, 7 and 28 days that begin on a day with a sign-up there, with `LEAST` of them or
   more. p = Fisher's exact tail (1922): given how many accounts the network and the window have,
   the chance of as many in both, were the days dealt out anew among the country's accounts.
4. The database may have the network in the wrong country, and a VPN has its users elsewhere: p is
   also taken against another country, the one with the largest share of its year in that window
   among those from which as many accounts came then. The larger p counts.
5. The smallest p of a network times the windows that could have been looked at (Bonferroni).
   Benjamini-Hochberg over the networks with `LEAST` sign-ups; q <= `RATE` stands out.

A school, a conference, a workshop and a telephone operator look the same. A network that is alone
in its country cannot be compared with anything, and is counted apart.

References
----------
Fisher (1922), doi:10.2307/2340521. Benjamini, Hochberg (1995),
doi:10.1111/j.2517-6161.1995.tb02031.x.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import codes
from fanal.about.rows import Rows
from fanal.kernels.day_bits import AGES
from fanal.kernels.fdr import q_values
from fanal.kernels.hypergeometric import hypergeometric_tails

WINDOWS: Final = (1, 7, 28)
LEAST: Final = 5
RATE: Final = 0.01
#: Fewer sign-ups in the year are no rhythm.
LEAST_RIVAL: Final = 50
_UNKNOWN: Final = -(1 << 30)
_I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A network that stands out, in the window where it does most.

    Parameters
    ----------
    network
        Its keyed number, as in the day rows.
    country
        ISO code, None where the database knows none.
    first, days
        Begin and length of the window.
    accounts, expected
        Accounts made there in the window; as many as the country's days explain.
    all_accounts
        Accounts made there in the year.
    country_accounts, country_all
        Accounts made from networks of the country: in the window, in the year.
    p, q
        Corrected for windows (5), and for networks too.
    """

    network: int
    country: str | None
    first: date
    days: int
    accounts: int
    expected: float
    all_accounts: int
    country_accounts: int
    country_all: int
    p: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUps:
    """What was looked at and what stands out.

    Parameters
    ----------
    known
        Accounts whose sign-up lies in the year.
    seen
        Those of them with a network on that day or the next.
    tested, alone, too_few
        Networks tested; alone in their country; with fewer than `LEAST` sign-ups.
    waves
        Networks that stand out, smallest q first.
    """

    known: int
    seen: int
    tested: int
    alone: int
    too_few: int
    waves: tuple[Wave, ...]


def sign_ups(rows: Rows, accounts: pa.Table | None) -> SignUps | None:
    """Return the networks from which many accounts were made at once; None without times.

    Parameters
    ----------
    rows
        As `rows_of` returns them.
    accounts
        Table `ACCOUNTS` of model/days.py; None, or `signed_up_at` null throughout: no answer.

    Notes
    -----
    O(rows) + O(windows x terms of a tail).
    """
    made = _ages(rows, accounts)
    if made is None:
        return None
    # 1. one seat an account and network
    owner, network, country = _seats(rows, made)
    names, place = np.unique(network, return_inverse=True)
    home = _most(place, country, names.size)
    key = np.unique(place.astype(np.int64) * made.size + owner)
    place, owner = key // made.size, key % made.size
    held = np.bincount(place, minlength=names.size)
    beside = np.bincount(home + 1, minlength=len(codes()) + 1)[home + 1]
    tested = (held >= LEAST) & (beside > 1)
    # 2-4.
    found = _tested(np.flatnonzero(tested), place, made[owner], owner, home)
    # 5.
    span = int(made[owner].max() - made[owner].min()) + 1 if owner.size else 0
    p = np.minimum(found.p * span * len(WINDOWS), 1.0)
    q = q_values(p, float(p.size)) if p.size else p
    waves = [
        found.wave(n, int(names[found.network[n]]), rows.as_of, float(p[n]), float(q[n]))
        for n in np.lexsort((names[found.network], p, q))
        if q[n] <= RATE
    ]
    return SignUps(
        known=int(np.count_nonzero(made != _UNKNOWN)),
        seen=int(np.unique(owner).size),
        tested=int(tested.sum()),
        alone=int(((held >= LEAST) & (beside <= 1)).sum()),
        too_few=int((held < LEAST).sum()),
        waves=tuple(waves),
    )


def _ages(rows: Rows, accounts: pa.Table | None) -> _I64 | None:
    """Return how many days before `as_of` each account was made; None when nobody knows."""
    if accounts is None or "signed_up_at" not in accounts.column_names:
        return None
    day = accounts["signed_up_at"].cast(pa.date32(), safe=False).cast(pa.int32())
    if day.null_count == len(day):
        return None
    place = pc.index_in(rows.accounts, accounts["account"].combine_chunks())
    told = day.combine_chunks().take(place)
    end = (rows.as_of - date(1970, 1, 1)).days
    age = end - told.cast(pa.int64()).fill_null(end - _UNKNOWN).to_numpy()
    return np.where((age >= 0) & (age < AGES), age, _UNKNOWN)


def _seats(rows: Rows, made: _I64) -> tuple[_I64, NDArray[np.uint64], NDArray[np.int16]]:
    """Return account, network and country of the rows of the day of sign-up and the next (1)."""
    owner = np.repeat(np.arange(made.size), np.diff(rows.start))
    since = made[owner] - rows.age
    there = (since >= 0) & (since <= 1) & (rows.age >= 0) & (rows.network != 0)
    return owner[there], rows.network[there], rows.country[there]


def _most(place: NDArray[np.int64], country: NDArray[np.int16], size: int) -> _I64:
    """Return the country of most rows of each network, -1 unknown (1)."""
    width = len(codes()) + 1
    key, count = np.unique(place * width + country + 1, return_counts=True)
    order = np.lexsort((-key, count))
    found = np.full(size, -1)
    found[key[order] // width] = key[order] % width - 1
    return found


@dataclass(frozen=True, slots=True)
class _Best:
    """The window of each tested network with the smallest tail."""

    network: _I64
    home: _I64
    begin: _I64
    length: _I64
    counts: _I64  # (networks, 4): in both, of the network, of the window, in all
    p: NDArray[np.float64]

    def wave(self, n: int, name: int, as_of: date, p: float, q: float) -> Wave:
        """Return one network as it is told."""
        both, kind, drawn, of = (int(one) for one in self.counts[n])
        place = int(self.home[n])
        return Wave(
            network=name,
            country=codes()[place] if place >= 0 else None,
            first=as_of + timedelta(days=int(self.begin[n])),
            days=int(self.length[n]),
            accounts=both,
            expected=float(f"{kind * drawn / of:.6g}"),
            all_accounts=kind,
            country_accounts=drawn,
            country_all=of,
            p=float(f"{p:.6g}"),
            q=float(f"{q:.6g}"),
        )


class _Rhythms:
    """When accounts were made from each country: how many in any window."""

    def __init__(self, home: _I64, day: _I64, owner: _I64) -> None:
        _, first = np.unique((home + 1) * (int(owner.max()) + 1) + owner, return_index=True)
        self._first_day = int(day.min())
        span = int(day.max()) - self._first_day + 1
        rank = home[first] + 1
        made = np.bincount(
            rank * span + day[first] - self._first_day, minlength=(len(codes()) + 1) * span
        ).reshape(-1, span)
        padded = np.pad(made, ((0, 0), (1, max(WINDOWS))))
        self._until = padded.cumsum(axis=1)
        self.of = made.sum(axis=1)
        self._rivals = np.flatnonzero(self.of >= LEAST_RIVAL) - 1

    def within(self, country: _I64, begin: _I64, length: _I64) -> _I64:
        """Return accounts made in each window from each country (its number, -1 unknown)."""
        at = begin - self._first_day
        return np.asarray(self._until[country + 1, at + length] - self._until[country + 1, at])

    def rival(self, own: int, both: _I64, begin: _I64, length: _I64) -> tuple[_I64, _I64]:
        """Return what came in each window, and in the year, from the country to compare with (4).

        Both 0 where no other country had as many as the network.
        """
        others = self._rivals[self._rivals != own]
        if not others.size:
            return np.zeros_like(both), np.zeros_like(both)
        came = self.within(others[:, None], begin, length)
        share = np.where(came >= both, came / self.of[others + 1][:, None], 0.0)
        most = share.argmax(axis=0)
        there = share[most, np.arange(both.size)] > 0
        return (
            np.where(there, came[most, np.arange(both.size)], 0),
            np.where(there, self.of[others[most] + 1], 0),
        )


def _tested(networks: _I64, place: _I64, age: _I64, owner: _I64, home: _I64) -> _Best:
    """Return the window of each network where it stands out most (2, 3, 4)."""
    if not networks.size:
        none = np.empty(0, np.int64)
        return _Best(none, none, none, none, none.reshape(0, 4), np.empty(0))
    day = -age
    rhythms = _Rhythms(home[place], day, owner)
    order = np.lexsort((day, place))
    ends = np.searchsorted(place[order], np.stack([networks, networks + 1], axis=1))
    found = [
        _best_window(day[order[low:high]], int(home[network]), rhythms)
        for network, (low, high) in zip(networks.tolist(), ends.tolist(), strict=True)
    ]
    numbers = np.array([one[:6] for one in found], np.int64)
    tails = np.array([one[6] for one in found], np.float64)
    return _Best(networks, home[networks], numbers[:, 0], numbers[:, 1], numbers[:, 2:], tails)


def _best_window(
    own: _I64, home: int, rhythms: _Rhythms
) -> tuple[int, int, int, int, int, int, float]:
    """Return begin, length, the four counts and the tail of the window with the smallest tail."""
    starts = np.unique(own)
    begin = np.tile(starts, len(WINDOWS))
    length = np.repeat(WINDOWS, starts.size)
    both = np.searchsorted(own, begin + length) - np.searchsorted(own, begin)
    kind = np.full(begin.size, own.size)
    country = np.full(begin.size, home)
    drawn = rhythms.within(country, begin, length)
    of = rhythms.of[country + 1]
    came, year = rhythms.rival(home, both, begin, length)
    against = np.where(year > 0, _tails(both, kind, came + both, year + kind), 0.0)
    p = np.maximum(_tails(both, kind, drawn, of), against)
    n = int(np.argmin(p))
    return (
        int(begin[n]), int(length[n]), int(both[n]), own.size, int(drawn[n]), int(of[n]), float(p[n])
    )  # fmt: skip


def _tails(both: _I64, kind: _I64, drawn: _I64, of: _I64) -> NDArray[np.float64]:
    """Return Fisher's tail of each window; 1 where there are too few, or no more than expected (3)."""
    p = np.ones(both.size)
    tried = np.flatnonzero((both >= LEAST) & (both * of > kind * drawn))
    tails = np.empty(tried.size)
    hypergeometric_tails(both[tried], kind[tried], drawn[tried], of[tried], tails)
    p[tried] = tails
    return p
