"""What all accounts say together: where most live (the prior), which networks are mis-located.

Both are sums over accounts, kept as sums over partitions: when a partition is renewed its old
share goes and its new one comes. The tests are those of about/quarantine.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.countries import codes
from fanal.about.features import _AT_FIRST, home_countries
from fanal.about.quarantine import (
    LEAST_VOTES,
    RATE,
    TOLERATED,
    own_evidence,
    seats_of,
)
from fanal.about.rows import Rows
from fanal.about.shield import hidden
from fanal.about.state.records import country_numbers, letters
from fanal.kernels.day_rows import binomial_tails
from fanal.kernels.fdr import q_values

VOTES = pa.schema([("network", pa.uint64()), ("votes", pa.int64()), ("against", pa.int64())])
_LETTERS = 26 * 26


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes on networks, each network once, in order: accounts that vote, those against."""

    network: NDArray[np.uint64]
    votes: NDArray[np.int64]
    against: NDArray[np.int64]

    def batch(self) -> pa.RecordBatch:
        """Return the votes as a batch of `VOTES`."""
        return pa.RecordBatch.from_arrays(
            [pa.array(self.network), pa.array(self.votes), pa.array(self.against)], schema=VOTES
        )


def votes_from(batch: pa.RecordBatch) -> Votes:
    """Return the votes of a batch."""
    return Votes(*(column.to_numpy() for column in batch.columns))


def summed(parts: list[tuple[int, Votes]]) -> Votes:
    """Return the sum of votes, each part with its sign; networks without a vote go."""
    network = np.concatenate([np.empty(0, np.uint64), *(part.network for _, part in parts)])
    names, place = np.unique(network, return_inverse=True)
    totals = []
    for name in ("votes", "against"):
        values = [np.empty(0, np.int64), *(sign * getattr(part, name) for sign, part in parts)]
        total = np.zeros(names.size, np.int64)
        np.add.at(total, place, np.concatenate(values))
        totals.append(total)
    there = totals[0] != 0
    return Votes(names[there], totals[0][there], totals[1][there])


def votes_of(rows: Rows, stores: NDArray[np.int64], accounts: pa.Table | None) -> Votes:
    """Return the votes of some accounts, as steps 1 and 2 of about/quarantine.py count them."""
    owner, network, country = seats_of(rows)
    agrees, disagrees = own_evidence(rows, stores, accounts, owner, country)
    vote = np.where(hidden(rows)[owner], 0, np.sign(agrees - disagrees))
    cast = vote != 0
    one = Votes(network[cast], np.ones(int(cast.sum()), np.int64), (vote[cast] < 0).astype(int))
    return summed([(1, one)])


def quarantined(votes: Votes) -> NDArray[np.uint64]:
    """Return the networks that their accounts contradict (steps 3 and 4 of the quarantine)."""
    tested = votes.votes >= LEAST_VOTES
    p = np.empty(int(tested.sum()))
    binomial_tails(votes.against[tested], votes.votes[tested], TOLERATED, p)
    found: NDArray[np.uint64] = votes.network[tested][q_values(p, float(p.size)) <= RATE]
    return found


def home_counts(rows: Rows) -> NDArray[np.int64]:
    """Return int64, shape (676,): accounts that do not hide, by the country of most plain days."""
    return np.bincount(letters()[home_countries(rows)], minlength=_LETTERS).astype(np.int64)


def prior_of(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the prior as `home_prior` does, of counts by partition and country."""
    known = country_numbers() >= 0
    by_number = np.zeros(len(codes()))
    by_number[country_numbers()[known]] = counts.sum(axis=0)[known]
    prior = by_number + _AT_FIRST
    return np.asarray(prior / prior.sum())
