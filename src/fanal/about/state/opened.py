"""A state as it is opened for one change: what it holds by partition, and the files it writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.state.evidence import VOTES, Votes, summed, votes_from
from fanal.about.state.folder import Manifest, read_manifest, votes_name
from fanal.about.state.held import Batches, Held, batch_of, held_of, nothing_told, write_batches
from fanal.about.state.records import Records, partition_numbers
from fanal.store.placing import placed

#: Settings of the holders, as far as the estimate asks for them.
SETTINGS = pa.schema(
    [("account", pa.string()), ("time_zone", pa.string()), ("locale", pa.string())]
)
_LETTERS = 26 * 26
#: Accounts of a partition, about, when a state begins.
_EACH = 50_000
_MOST = 4096


@dataclass(slots=True)
class Opened:
    """A state, and its manifest as it will be after the change under way."""

    folder: Path
    manifest: Manifest

    @property
    def partitions(self) -> int:
        """How many partitions there are."""
        return len(self.manifest.bases)

    def held(self, partition: int) -> list[Held]:
        """Return what a partition holds: its file, then what was appended, in order."""
        found = []
        base = self.manifest.bases[partition]
        if base:
            found.append(held_of(Batches(self.folder / base).get(0)))
        for name, change in self.manifest.logs:
            if change > self.manifest.renewed[partition]:
                found.append(held_of(Batches(self.folder / name).get(partition)))
        return found

    def settings(self, partition: int) -> pa.Table | None:
        """Return the settings of a partition's holders, None where none were ever given."""
        name = self.manifest.files.get("accounts", "")
        if not name:
            return None
        return pa.Table.from_batches([Batches(self.folder / name).get(partition)])

    def votes(self, partition: int) -> Votes:
        """Return the votes that a partition has cast."""
        base = self.manifest.bases[partition]
        return (
            votes_from(Batches(self.folder / votes_name(base)).get(0)) if base else summed([])
        )

    def networks(self) -> Votes:
        """Return the votes of all partitions."""
        name = self.manifest.files.get("networks", "")
        return votes_from(Batches(self.folder / name).get(0)) if name else summed([])

    def homes(self) -> NDArray[np.int64]:
        """Return int64, shape (partitions, 676): accounts mostly in each country."""
        name = self.manifest.files.get("homes", "")
        if not name:
            return np.zeros((self.partitions, _LETTERS), np.int64)
        found: NDArray[np.int64] = np.load(self.folder / name)
        return found

    def write_votes(self, partition: int, votes: Votes) -> None:
        """Write the votes of a partition that will be written anew."""
        path = self.folder / votes_name(self._base(partition))
        write_batches(path, [votes.batch()], VOTES)

    def _base(self, partition: int) -> str:
        return f"base-{partition:05}-{self.manifest.change:06}.arrow"

    def write_base(self, partition: int, held: Held) -> None:
        """Write a partition anew, after its votes; what was appended to it is in it."""
        manifest, name = self.manifest, self._base(partition)
        write_batches(self.folder / name, [batch_of(held)])
        manifest.bases[partition], manifest.renewed[partition] = name, manifest.change
        manifest.accounts[partition] = len(held.records.accounts)
        manifest.pending[partition] = 0

    def write_log(self, batches: list[pa.RecordBatch]) -> None:
        """Append batches, one a partition."""
        if any(len(batch) for batch in batches):
            name = f"log-{self.manifest.change:06}.arrow"
            write_batches(self.folder / name, batches)
            self.manifest.logs.append((name, self.manifest.change))
            for partition, batch in enumerate(batches):
                self.manifest.pending[partition] += len(batch)

    def write_sums(self, networks: Votes, homes: NDArray[np.int64]) -> None:
        """Write what all partitions say together."""
        change = self.manifest.change
        self.manifest.files["networks"] = f"networks-{change:06}.arrow"
        write_batches(self.folder / f"networks-{change:06}.arrow", [networks.batch()], VOTES)
        self.manifest.files["homes"] = f"homes-{change:06}.npy"
        with (
            placed(self.folder / f"homes-{change:06}.npy") as temporary,
            temporary.open("wb") as file,
        ):
            np.save(file, homes)

    def write_settings(self, accounts: pa.Table, without: Sequence[str] = ()) -> None:
        """Take in settings: they replace those of the same accounts; some accounts' go."""
        given = accounts.select(SETTINGS.names).cast(SETTINGS).combine_chunks()
        given = given.filter(
            pc.invert(pc.is_in(given["account"], pa.array(without, pa.string())))
        )
        pieces = split(one_batch(given, SETTINGS), self.partitions)
        batches = []
        for partition, piece in enumerate(pieces):
            old = self.settings(partition)
            if old is not None:
                gone = pa.concat_arrays([piece.column(0), pa.array(without, pa.string())])
                stays = old.filter(pc.invert(pc.is_in(old["account"], gone)))
                both = pa.concat_tables([pa.Table.from_batches([piece]), stays])
                batches.append(one_batch(both, SETTINGS))
            else:
                batches.append(piece)
        name = f"accounts-{self.manifest.change:06}.arrow"
        write_batches(self.folder / name, batches, SETTINGS)
        self.manifest.files["accounts"] = name

    def drop_logs(self) -> None:
        """Take logs from the manifest that every partition has in its file."""
        oldest = min(self.manifest.renewed, default=0)
        self.manifest.logs = [one for one in self.manifest.logs if one[1] > oldest]


def opened(folder: Path, accounts: int, partitions: int | None = None) -> Opened:
    """Open a state for a change; a new one gets as many partitions as its accounts ask for."""
    manifest = read_manifest(folder)
    if not manifest.bases:
        count = partitions or 1
        while partitions is None and count * _EACH < accounts and count < _MOST:
            count *= 2
        manifest = replace(
            manifest, bases=[""] * count, renewed=[0] * count, accounts=[0] * count,
            pending=[0] * count,
        )  # fmt: skip
    manifest.change += 1
    return Opened(folder, manifest)


def split(batch: pa.RecordBatch, partitions: int) -> list[pa.RecordBatch]:
    """Return the rows of each partition, in their order; the first column is the account."""
    place = partition_numbers(batch.column(0), partitions)
    order = np.argsort(place, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=partitions))])
    sorted_batch = batch.take(pa.array(order))
    return [sorted_batch.slice(int(low), int(high - low)) for low, high in pairwise(ends)]


def one_batch(table: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    """Return a table as one batch."""
    batches = table.combine_chunks().to_batches()
    if batches:
        return batches[0]
    return pa.RecordBatch.from_arrays([pa.array([], one.type) for one in schema], schema=schema)


def empty_held() -> Held:
    """Return what a partition without accounts holds."""
    records = Records(pa.array([], pa.string()), np.empty(0, np.int64), np.empty(0, np.uint8))
    return Held(records, nothing_told(0))
