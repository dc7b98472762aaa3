"""Where a sampler writes: day rows, one file a sample; accounts; how far each table was read.

Each file is whole or absent. The state is written last: after a stop in between, the next sample
reads again what it missed, and a day counts once however often it was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fanal.about.connections import BATCH_SCHEMA
from fanal.errors import StoreError
from fanal.store.days import write_days
from fanal.store.faults import plain_faults
from fanal.store.placing import placed

ACCOUNTS_FILE = "accounts.parquet"
STATE_FILE = "state.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a server was read: ids of log-ins and sessions, and when tokens were used."""

    login: int = 0
    session: int = 0
    tokens_until_s: int = 0


def day_files(folder: Path) -> list[Path]:
    """Return the files of day rows in a folder, in the order of their samples."""
    return sorted(folder.glob("days-*.parquet"))


def read_state(folder: Path) -> State:
    """Return how far the server was read; of a new folder, not at all.

    Raises
    ------
    StoreError
        What the folder holds is no state.
    """
    path = folder / STATE_FILE
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return State()
    except (OSError, ValueError) as error:
        raise _no_state(path) from error
    if not isinstance(held, dict) or held.pop("format", None) != _FORMAT:
        raise _no_state(path)
    try:
        return State(**held)
    except TypeError as error:
        raise _no_state(path) from error


def append(
    folder: Path,
    batches: Iterable[pa.RecordBatch],
    accounts: pa.Table,
    state: State,
    stamp: str,
) -> int:
    """Write one sample into a folder and return how many day rows it has.

    Parameters
    ----------
    stamp
        Part of the file's name; later samples have later ones.
    """
    with plain_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with placed(folder / f"days-{stamp}.parquet") as temporary:
            rows = write_days(batches, temporary, BATCH_SCHEMA, threads=1, memory="500MB")
        with placed(folder / ACCOUNTS_FILE) as temporary:
            pq.write_table(accounts, temporary, compression="zstd")
        with placed(folder / STATE_FILE) as temporary:
            text = json.dumps({"format": _FORMAT, **asdict(state)}, indent=2) + "\n"
            temporary.write_text(text, encoding="utf-8")
    return rows


def _no_state(path: Path) -> StoreError:
    return StoreError(
        f"{path}: no state of a sampler",
        hint="Name another folder; or delete this file, and what is known is read again.",
    )
