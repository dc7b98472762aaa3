"""A day's rows into a state of all accounts: who changed, without looking at those who did not.

1. New rows become records, by partition.
2. Some partitions are renewed: the longest waiting, one in `TURNS`, and those to which much was
   appended. Renewing drops days older than a year, and looks at every account of the partition.
3. What all accounts say together (prior, mis-located networks) is brought up to date by them.
4. The accounts with new rows, and those of renewed partitions, are estimated again.
5. New records go to one log, a batch a partition; renewed partitions to files of their own; then
   the manifest is replaced. A stop before leaves the state as it was.

Records are merged as unions of days: the order of updates cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.rows import rows_of
from fanal.about.state.changes import CHANGES, changes
from fanal.about.state.evidence import (
    Votes,
    home_counts,
    prior_of,
    quarantined,
    summed,
    votes_of,
)
from fanal.about.state.folder import alone, commit, read_manifest
from fanal.about.state.held import Held, Told, batch_of, held_of, nothing_told
from fanal.about.state.opened import Opened, empty_held, one_batch, opened, split
from fanal.about.state.records import (
    Records,
    day_of_number,
    merged,
    number_of,
    records_of,
    rows_from,
    store_country,
    union_of,
)
from fanal.about.state.telling import World, stores_of, told_now
from fanal.about.weights import WeightsFile, read_weights
from fanal.errors import AnalysisError
from fanal.store.faults import plain_faults

#: Every partition is renewed once in so many updates.
TURNS: Final = 32
#: A partition to which this share of its accounts was appended is renewed before its turn.
_APPENDED: Final = 0.25
_THREADS: Final = 2


def update(  # noqa: PLR0913 - one for each thing that may be said
    folder: Path,
    days: pa.Table | None,
    accounts: pa.Table | None = None,
    *,
    as_of: date | None = None,
    everything: bool = False,
    weights: WeightsFile | None = None,
    partitions: int | None = None,
    told: Callable[[pa.Table], None] | None = None,
    disagreeing: NDArray[np.uint64] | None = None,
) -> pa.Table:
    """Take day rows into a state and return whose estimate changed.

    Parameters
    ----------
    folder
        Of the state; made when it is not there.
    days
        Table `DAYS`; None: nothing new, the state is only brought to `as_of`.
    accounts
        Table `ACCOUNTS`: kept; what is given again replaces what was.
    as_of
        The day of the estimates; when None the last day of `days`. It never goes back.
    everything
        Whether every account is estimated again and every partition renewed.
    weights
        Those that Fanal comes with when None.
    partitions
        Of a new state: a power of two; by the number of accounts when None.
    told
        Called with the changes before they count: if it raises, the state is as it was.
    disagreeing
        Networks on which a second database says another country; kept.

    Returns
    -------
    pyarrow.Table
        `CHANGES`, by partition and account: who has another country or refusal than was last
        told, or a probability that moved by .01 or more.

    Raises
    ------
    AnalysisError
        The rows cannot be read, or are too many at once.
    StoreError
        The folder holds no state, or another command is changing it.

    Notes
    -----
    O(rows of the accounts with new rows + accounts / `TURNS`), and a look at every partition.
    """
    with plain_faults(folder), alone(folder):
        state, new = _opened(folder, days, as_of, partitions)
        if accounts is not None:
            state.write_settings(accounts)
        if disagreeing is not None:
            found_now = set(disagreeing.tolist())
            state.manifest.disputed = sorted(found_now.union(state.manifest.disputed))
        found = _changed(state, new, weights or read_weights(), everything=everything)
        if told is not None:
            told(found)
        commit(folder, state.manifest)
    return found


def _opened(
    folder: Path, days: pa.Table | None, as_of: date | None, partitions: int | None
) -> tuple[Opened, Records]:
    """Return the state and the new rows as records (1)."""
    known = read_manifest(folder)
    end = _end_of(days, as_of, known.as_of)
    rows = None if days is None else rows_of(days, day_of_number(end))
    state = opened(folder, 0 if rows is None else len(rows.accounts), partitions)
    manifest = state.manifest
    manifest.as_of = end
    new = empty_held().records
    if rows is not None:
        have = set(manifest.clients)
        manifest.clients += [name for name in rows.clients if name not in have]
        if len(manifest.clients) > 30_000:
            raise AnalysisError("more than 30,000 names of clients.", hint="Log fewer of them.")
        new = records_of(rows, manifest.clients)
    return state, new


def compact(folder: Path, *, as_of: date | None = None) -> pa.Table:
    """Renew every partition: nothing older than a year stays, every account is estimated again.

    Parameters and result are those of `update`.
    """
    return update(folder, None, as_of=as_of, everything=True)


def _end_of(days: pa.Table | None, as_of: date | None, known: int) -> int:
    """Return the last day that counts, as a number: never before what the state knows."""
    if as_of is not None:
        return max(number_of(as_of), known)
    if days is None or "day" not in days.column_names or not len(days):
        return max(known, 0)
    last = pc.max(days["day"]).as_py()
    return known if last is None else max(number_of(last), known)


@dataclass(frozen=True, slots=True)
class _Part:
    """One partition's share of a change."""

    number: int
    held: list[Held]
    new: Records
    renewed: bool

    def records(self, end: int) -> Records:
        """Return the records of the accounts that are looked at."""
        parts = [*(held.records for held in self.held), self.new]
        names = union_of(parts) if self.renewed else self.new.accounts
        return merged(parts, names, end)


def told_before(held: Sequence[Held], names: pa.Array) -> Told:
    """Return what was last told of some accounts, of what a partition holds in order."""
    found = nothing_told(len(names))
    for one in held:
        if len(one.records.accounts):
            place = pc.index_in(names, one.records.accounts).fill_null(-1).to_numpy()
            found = found.where(one.told.at(place), place >= 0)
    return found


def _changed(
    state: Opened,
    new: Records,
    weights: WeightsFile,
    *,
    everything: bool,
) -> pa.Table:
    manifest, end = state.manifest, state.manifest.as_of
    if new.data.size >= 2**31:
        raise AnalysisError("too many day rows at once.", hint="Give them in several updates.")
    whole = one_batch(
        pa.Table.from_batches([batch_of(Held(new, nothing_told(len(new.accounts))))]),
        batch_of(empty_held()).schema,
    )
    pieces = [held_of(piece).records for piece in split(whole, state.partitions)]
    chosen = _to_renew(state, [len(piece.accounts) for piece in pieces], everything=everything)
    with_store = any(store_country(name) >= 0 for name in manifest.clients)

    def part(number: int) -> _Part:
        return _Part(number, state.held(number), pieces[number], number in chosen)

    # 3. what all say together, by the partitions that are renewed
    def counted(number: int) -> tuple[Votes, NDArray[np.int64]]:
        rows = rows_from(part(number).records(end), manifest.clients, end)
        return votes_of(rows, stores_of(rows), state.settings(number)), home_counts(rows)

    homes, networks = state.homes(), state.networks()
    with ThreadPoolExecutor(_THREADS) as threads:
        for number, (votes, counts) in zip(chosen, threads.map(counted, chosen), strict=True):
            homes[number] = counts
            networks = summed([(1, networks), (-1, state.votes(number)), (1, votes)])
            state.write_votes(number, votes)
    away = np.union1d(quarantined(networks), np.array(manifest.disputed, np.uint64))
    world = World(weights.chosen(with_store=with_store), prior_of(homes), away, with_store)

    # 4. estimates
    empty = batch_of(empty_held())

    def estimated(number: int) -> tuple[pa.RecordBatch, pa.Table]:
        own = part(number)
        records = own.records(end)
        before = told_before(own.held, records.accounts)
        rows = rows_from(records, manifest.clients, end)
        after = told_now(rows, world, state.settings(number), before)
        differs, table = changes(records.accounts, before, after)
        told = before.where(after, differs)
        if number in chosen:  # written here, so that few are in memory at once
            state.write_base(number, Held(records, told))
            return empty, table
        return batch_of(Held(own.new, told)), table

    looked_at = [n for n in range(state.partitions) if n in chosen or len(pieces[n].accounts)]
    logs, tables = [empty] * state.partitions, [CHANGES.empty_table()]
    with ThreadPoolExecutor(_THREADS) as threads:
        for number, found in zip(looked_at, threads.map(estimated, looked_at), strict=True):
            logs[number] = found[0]
            tables.append(found[1])
    state.write_log(logs)
    state.write_sums(networks, homes)
    state.drop_logs()
    return pa.concat_tables(tables)


def _to_renew(state: Opened, new: Sequence[int], *, everything: bool) -> dict[int, None]:
    """Return the partitions to renew, in order (2)."""
    manifest, count = state.manifest, state.partitions
    if everything:
        return dict.fromkeys(range(count))
    waiting = sorted(range(count), key=lambda n: (manifest.renewed[n], n))
    chosen = set(waiting[: -(-count // TURNS)])
    chosen |= {
        n
        for n in range(count)
        if manifest.pending[n] + new[n] > _APPENDED * manifest.accounts[n]
    }
    return dict.fromkeys(sorted(chosen))
