"""Networks whose accounts contradict the database: what it says of them is not believed.

1. An account sits on a network when at least a fifth of its plain days, and three of them, are
   there. It may sit on several.
2. Its own evidence: time zone, locale, country of the app store. Each that says anything agrees or
   not with the country that the database gives the network. The majority is the account's one
   vote; a tie is none. Who is behind a proxy on half of the days has none (about/shield.py).
3. Hypothesis: at most `TOLERATED` of the accounts there disagree by themselves (they moved, they
   travel, they chose another language). p = the binomial tail of the votes against.
4. Networks with fewer than `LEAST_VOTES` are not tested. Benjamini-Hochberg over those tested: of
   the networks quarantined, a share of `RATE` is expected to be wrongly so.
5. Networks on which two databases disagree can be named besides: they are quarantined untested.

Mis-located providers are found so, and VPN exits that the list has not. On a small platform few
networks have eight votes: there it finds little, and says how many were too small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.countries import codes, locale_country, zones
from fanal.about.rows import Rows, encoded
from fanal.about.shield import hidden
from fanal.kernels.day_rows import binomial_tails, seats
from fanal.kernels.fdr import q_values
from fanal.model.interval import wilson

SEAT_SHARE: Final = 0.2
SEAT_DAYS: Final = 3
TOLERATED: Final = 0.3
LEAST_VOTES: Final = 8
RATE: Final = 0.01

NETWORKS: Final = pa.schema(
    [
        ("network", pa.uint64()),
        ("accounts", pa.int64()),
        ("votes", pa.int64()),
        ("against", pa.int64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
        ("p", pa.float64()),
        ("q", pa.float64()),
        ("quarantined", pa.bool_()),
        ("reason", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What was found.

    Parameters
    ----------
    networks
        Table `NETWORKS`: those tested, and those named by the caller; in order of q, network.
    withheld
        bool, shape (accounts,): accounts that sit on a quarantined network.
    too_small
        Networks with accounts, but too few votes to be tested.
    """

    networks: pa.Table
    withheld: NDArray[np.bool_]
    too_small: int


def quarantine(
    rows: Rows,
    stores: NDArray[np.int64],
    accounts: pa.Table | None = None,
    *,
    disagreeing: NDArray[np.uint64] | None = None,
    rate: float = RATE,
) -> Quarantine:
    """Return the networks whose accounts contradict the database.

    Parameters
    ----------
    rows
        As `rows_of` returns them.
    stores
        int64, shape (accounts,): number of each account's latest store country, -1 without one.
    accounts
        Table `ACCOUNTS` of model/days.py; without it only app stores vote.
    disagreeing
        Networks on which a second database says another country (5).
    rate
        The false discovery rate (4).

    Notes
    -----
    O(rows x networks of an account) + O(votes).
    """
    owner, network, country = seats_of(rows)
    agrees, disagrees = own_evidence(rows, stores, accounts, owner, country)
    vote = np.where(hidden(rows)[owner], 0, np.sign(agrees - disagrees))
    names, place = np.unique(network, return_inverse=True)
    sitting = np.bincount(place, minlength=names.size)
    votes = np.bincount(place[vote != 0], minlength=names.size)
    against = np.bincount(place[vote < 0], minlength=names.size)
    tested = votes >= LEAST_VOTES
    p = np.ones(names.size)
    p[tested] = _tails(against[tested], votes[tested])
    q = np.ones(names.size)
    q[tested] = q_values(p[tested], float(tested.sum()))
    contradicted = tested & (q <= rate)
    named = np.isin(names, disagreeing) if disagreeing is not None else tested & False
    found = contradicted | named
    withheld = np.zeros(rows.start.size - 1, bool)
    withheld[owner[found[place]]] = True
    table = _table(names, sitting, votes, against, p, q, contradicted, named)
    told = table.filter(pa.array(tested | named))
    told = told.sort_by([("q", "ascending"), ("network", "ascending")])
    return Quarantine(told, withheld, int((~tested & ~named).sum()))


def seats_of(
    rows: Rows,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.int16]]:
    """Return account, network and the database's country of each seat (1)."""
    accounts = rows.start.size - 1
    room = accounts * round(2 / SEAT_SHARE)
    owner = np.empty(room, np.int64)
    network = np.empty(room, np.uint64)
    country = np.empty(room, np.int16)
    filled = seats(
        rows.start, rows.age, rows.country, rows.proxy, rows.network, SEAT_SHARE, SEAT_DAYS,
        owner, network, country, np.empty(room, np.int64), np.empty(accounts, np.int64),
    )  # fmt: skip
    return owner[:filled], network[:filled], country[:filled]


def sitting_on(rows: Rows, networks: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return bool, shape (accounts,): who sits on one of some networks (1)."""
    found = np.zeros(rows.start.size - 1, bool)
    if networks.size:
        owner, network, _ = seats_of(rows)
        found[owner[np.isin(network, networks)]] = True
    return found


def own_evidence(
    rows: Rows,
    stores: NDArray[np.int64],
    accounts: pa.Table | None,
    owner: NDArray[np.int64],
    country: NDArray[np.int16],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how much of an account's own evidence agrees with a country, and how much does not.

    Parameters
    ----------
    rows, stores, accounts
        As for `quarantine`.
    owner, country
        Accounts by number and the countries asked about, shape (n,); below 0 nothing agrees.

    Returns
    -------
    tuple
        Two int64 arrays, shape (n,), 0 .. 3 each: time zone, locale, store (2).
    """
    store = stores[owner]
    told = [np.where(store < 0, 0, np.where(store == country, 1, -1))]
    if accounts is not None:
        place = _positions(rows, accounts)[owner]
        kept = zones()
        told.append(
            _agreement(accounts["time_zone"], lambda word: kept.get(word, frozenset()))[
                place, country
            ]
        )
        told.append(_agreement(accounts["locale"], _in_locale)[place, country])
    each = np.stack(told)
    return (each > 0).sum(axis=0), (each < 0).sum(axis=0)


def _agreement(
    column: pa.ChunkedArray, places_of: Callable[[str], frozenset[int]]
) -> NDArray[np.int64]:
    """Return 1, -1 or 0 by row of the second table (one more: absent) and country."""
    words, indices = encoded(column)
    by_word = np.zeros((len(words) + 1, len(codes())), np.int64)
    for number, word in enumerate(words):
        places = places_of(word)
        if places:
            by_word[number] = -1
            by_word[number, list(places)] = 1
    return np.asarray(by_word[np.append(indices, -1)])


def _in_locale(tag: str) -> frozenset[int]:
    country = locale_country(tag)
    return frozenset({country}) if country >= 0 else frozenset()


def _positions(rows: Rows, accounts: pa.Table) -> NDArray[np.int64]:
    """Return each account's row in the second table; the one behind the last where absent."""
    found = pc.index_in(rows.accounts, accounts["account"].combine_chunks())
    return np.asarray(found.fill_null(accounts.num_rows).to_numpy(), np.int64)


def _tails(against: NDArray[np.int64], votes: NDArray[np.int64]) -> NDArray[np.float64]:
    p = np.empty(votes.size)
    binomial_tails(against.astype(np.int64), votes.astype(np.int64), TOLERATED, p)
    return p


def _table(
    names: NDArray[np.uint64],
    sitting: NDArray[np.int64],
    votes: NDArray[np.int64],
    against: NDArray[np.int64],
    p: NDArray[np.float64],
    q: NDArray[np.float64],
    *found: NDArray[np.bool_],
) -> pa.Table:
    bounds = [wilson(int(a), int(n)) for a, n in zip(against, votes, strict=True)]
    contradicted, named = found
    reasons = np.where(
        contradicted, "its accounts contradict the database",
        np.where(named, "two databases disagree", ""),
    )  # fmt: skip
    return pa.Table.from_arrays(
        [
            pa.array(names), pa.array(sitting), pa.array(votes), pa.array(against),
            pa.array([low for low, _ in bounds]), pa.array([high for _, high in bounds]),
            pa.array(p), pa.array(q), pa.array(contradicted | named), pa.array(reasons),
        ],
        schema=NETWORKS,
    )  # fmt: skip
