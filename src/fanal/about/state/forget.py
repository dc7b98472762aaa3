"""Accounts out of a state: nothing of them stays in any of its files.

1. The partitions that hold them are written anew without them, what was appended included.
2. So are all logs, without those partitions; and the table of settings.
3. Votes and the prior are counted anew for these partitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from fanal.about.state.evidence import home_counts, summed, votes_of
from fanal.about.state.folder import alone, commit, require_state
from fanal.about.state.held import Batches, Held, batch_of, write_batches
from fanal.about.state.opened import SETTINGS, Opened, empty_held, opened
from fanal.about.state.records import merged, partition_numbers, rows_from, union_of
from fanal.about.state.telling import stores_of
from fanal.about.state.update import told_before
from fanal.store.faults import plain_faults


def forget(folder: Path, accounts: Sequence[str]) -> int:
    """Remove accounts from a state and return how many of them it held.

    Parameters
    ----------
    folder
        Of a state.
    accounts
        Keys; those that it does not hold are no error.

    Raises
    ------
    StoreError
        There is no state, or somebody else changed it meanwhile.

    Notes
    -----
    O(accounts of the partitions concerned + bytes of all logs).
    """
    require_state(folder)
    with alone(folder):
        return forget_in_held(folder, accounts)


def forget_in_held(folder: Path, accounts: Sequence[str]) -> int:
    """Remove accounts, as `forget`, from a state that the caller holds (`alone`)."""
    require_state(folder)
    with plain_faults(folder):
        return _forgotten(opened(folder, 0), pa.array(sorted(set(accounts)), pa.string()))


def _forgotten(state: Opened, gone: pa.Array) -> int:
    touched = sorted(set(partition_numbers(gone, state.partitions).tolist()))
    networks, homes, held_before = state.networks(), state.homes(), 0
    for partition in touched:
        held, count = _without(state, partition, gone)
        held_before += count
        rows = rows_from(held.records, state.manifest.clients, state.manifest.as_of)
        settings = state.settings(partition)
        votes = votes_of(rows, stores_of(rows), settings)
        networks = summed([(1, networks), (-1, state.votes(partition)), (1, votes)])
        homes[partition] = home_counts(rows)
        state.write_votes(partition, votes)
        state.write_base(partition, held)
    _rewrite_logs(state, set(touched))
    state.write_sums(networks, homes)
    if state.manifest.files.get("accounts"):
        state.write_settings(SETTINGS.empty_table(), gone.to_pylist())
    state.drop_logs()
    commit(state.folder, state.manifest)
    return held_before


def _without(state: Opened, partition: int, gone: pa.Array) -> tuple[Held, int]:
    """Return what a partition holds without some accounts, and how many of them it held (1)."""
    held = state.held(partition)
    names = union_of([one.records for one in held])
    away = pc.is_in(names, gone)
    stays = names.filter(pc.invert(away))
    records = merged([one.records for one in held], stays, state.manifest.as_of)
    return Held(records, told_before(held, stays)), len(names) - len(stays)


def _rewrite_logs(state: Opened, touched: set[int]) -> None:
    """Write all logs again, empty for the partitions that have all in their files now (2)."""
    manifest, logs = state.manifest, []
    for number, (name, change) in enumerate(manifest.logs):
        file = Batches(state.folder / name)
        batches = [
            batch_of(empty_held()) if partition in touched else file.get(partition)
            for partition in range(state.partitions)
        ]
        fresh = f"log-{manifest.change:06}-{number:03}.arrow"
        write_batches(state.folder / fresh, batches)
        logs.append((fresh, change))
    manifest.logs = logs
