"""What a partition's files hold: records, and what was last told of each account."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fanal.about.state.records import Records
from fanal.store.placing import placed

SCHEMA: Final = pa.schema(
    [
        ("account", pa.string()),
        ("record", pa.binary()),
        ("country", pa.int16()),  # code of two letters, -1 none
        ("probability", pa.float64()),
        ("refusal", pa.int8()),  # place in REFUSALS; -1: nothing told yet
        ("day", pa.int32()),  # of the estimate that gave country and probability
    ]
)
_WRITE: Final = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", 1))


@dataclass(frozen=True, slots=True)
class Told:
    """What was last told of accounts: arrays as the columns of `SCHEMA`."""

    country: NDArray[np.int16]
    probability: NDArray[np.float64]
    refusal: NDArray[np.int8]
    day: NDArray[np.int32]

    def where(self, other: Told, chosen: NDArray[np.bool_]) -> Told:
        """Return what `other` tells where chosen, else this."""
        return Told(
            np.where(chosen, other.country, self.country),
            np.where(chosen, other.probability, self.probability),
            np.where(chosen, other.refusal, self.refusal),
            np.where(chosen, other.day, self.day),
        )

    def at(self, place: NDArray[np.int64]) -> Told:
        """Return what was told of accounts by place."""
        return Told(
            self.country[place], self.probability[place], self.refusal[place], self.day[place]
        )


def nothing_told(accounts: int) -> Told:
    """Return what is told of accounts never estimated."""
    return Told(
        np.full(accounts, -1, np.int16), np.zeros(accounts),
        np.full(accounts, -1, np.int8), np.full(accounts, -1, np.int32),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """Records of some accounts and what was told of them."""

    records: Records
    told: Told


def batch_of(held: Held) -> pa.RecordBatch:
    """Return what is held as a batch of `SCHEMA`."""
    records, told = held.records, held.told
    offsets = np.concatenate([[0], records.ends]).astype(np.int32)
    record = pa.Array.from_buffers(
        pa.binary(),
        len(records.accounts),
        [None, pa.py_buffer(offsets), pa.py_buffer(records.data)],
    )
    columns = [
        records.accounts, record, pa.array(told.country), pa.array(told.probability),
        pa.array(told.refusal), pa.array(told.day),
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def held_of(batch: pa.RecordBatch) -> Held:
    """Return what a batch of `SCHEMA` holds."""
    record = batch.column(1)
    _, offsets, data = record.buffers()
    at = np.frombuffer(offsets, np.int32, len(record) + 1, record.offset * 4).astype(np.int64)
    size = int(at[-1])
    found = np.frombuffer(data, np.uint8, size) if size else np.empty(0, np.uint8)
    told = Told(*(batch.column(number).to_numpy() for number in range(2, 6)))
    return Held(Records(batch.column(0), at[1:] - at[0], found[int(at[0]) :]), told)


def write_batches(
    path: Path, batches: list[pa.RecordBatch], schema: pa.Schema = SCHEMA
) -> None:
    """Write batches to a file that is whole or absent; one of logs has one for each partition."""
    with (
        placed(path) as temporary,
        pa.OSFile(str(temporary), "wb") as file,
        pa.ipc.new_file(file, schema, options=_WRITE) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch)


class Batches:
    """A file of batches, read one by one."""

    def __init__(self, path: Path) -> None:
        self._file = pa.ipc.open_file(pa.memory_map(str(path)))

    def __len__(self) -> int:
        """Return how many batches there are."""
        return int(self._file.num_record_batches)

    def get(self, number: int) -> pa.RecordBatch:
        """Return one batch."""
        return self._file.get_batch(number)
