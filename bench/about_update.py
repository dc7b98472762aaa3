"""A day's rows into a state of many accounts: minutes, peak memory, bytes an account.

1. A state on disk: records of accounts of the reference world (a year of day rows each), with the
   settings of their holders, over and over under other names. Nobody in it exists.
2. New day rows, one for each of 2 % of the accounts, drawn from all; so all partitions have some.
3. `fanal about update` on them, a process of its own; then the same rows again.

1 million accounts here, 50 million in `about_update_large`. No peer. Excluded: making the state.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from about_ingest import timed
from fanal.about.simulate import simulate
from fanal.about.state.evidence import Votes
from fanal.about.state.folder import commit
from fanal.about.state.held import SCHEMA, Batches, held_of, write_batches
from fanal.about.state.opened import SETTINGS, Opened, opened
from fanal.about.state.records import partition_numbers
from fanal.about.state.update import update
from fanal.about.world import reference_world
from measure import Measure, table

ACCOUNTS = 1_000_000
#: Targets for 50 million accounts and 1 million rows; a smaller run has its share of the time.
FULL, TARGET_MIN, TARGET_GB = 50_000_000, 10.0, 8.0
_SAMPLE = 10_000
_CHUNK = 1_000_000


def main(accounts: int = ACCOUNTS, turns: int = 2) -> list[Measure]:
    """Measure an update, and the same ones again."""
    rows = accounts // 50
    with tempfile.TemporaryDirectory(dir=Path.home()) as name:
        folder = Path(name)
        state, days = folder / "state", folder / "new.parquet"
        make_state(folder / "sample", state, accounts, days, rows)
        # clones repeat records, which compresses: bytes an account are those of the sample
        each = {kind: size / _SAMPLE for kind, size in sizes(folder / "sample").items()}
        before = sizes(state)
        runs = []
        for turn in range(turns):
            out = folder / f"changes-{turn}.parquet"
            words = ("update", str(state), str(days), "-o", str(out))
            seconds, peak, said = timed(folder, "about_update", *words)
            print(f"update {turn}: {seconds:.1f} s, {peak:.2f} GB, {said}", flush=True)
            runs.append((seconds, peak, pq.read_metadata(out).num_rows))
        after = sizes(state)
    title = f"{rows / 1e6:g} M rows into {accounts / 1e6:g} M accounts"
    size = sum(after.values()) / 1e9
    told = f"accounts {each['accounts']:.0f}, base {each['base']:.0f}; {size:.3g} GB on disk"
    share = accounts / FULL
    log = (after["log"] - before.get("log", 0)) / turns / rows
    return [
        *(
            Measure(f"{title}{', again' * bool(turn)}", seconds / 60, "min", TARGET_MIN * share,
                    note=f"{changed:,} changes; 1 in 32 partitions renewed whole")
            for turn, (seconds, _, changed) in enumerate(runs)
        ),
        Measure(f"{title}, peak memory", max(run[1] for run in runs), "GB", TARGET_GB),
        Measure("state, bytes an account", each["base"] + each["accounts"], "B", note=told),
        Measure("log, bytes a new row", log, "B"),
    ]  # fmt: skip


def sizes(state: Path) -> dict[str, int]:
    """Return bytes on disk by what the files hold."""
    found: dict[str, int] = {}
    for path in state.iterdir():
        kind = path.stem.split("-")[0]
        found[kind] = found.get(kind, 0) + path.stat().st_size
    return found


def make_state(sample: Path, folder: Path, accounts: int, days: Path, rows: int) -> None:
    """Write the state (1) and the file of new day rows (2)."""
    generator = np.random.default_rng(50)
    made = simulate(reference_world(), _SAMPLE, 9901)
    update(sample, made.days, made.accounts, partitions=1)
    folder.mkdir()
    one = opened(sample, 0)
    state = opened(folder, accounts)
    state.manifest.clients, state.manifest.as_of = one.manifest.clients, one.manifest.as_of
    clones(one, state, accounts, generator)
    commit(folder, state.manifest)
    last = made.days.filter(pc.equal(made.days["day"], pa.scalar(made.as_of)))
    drawn = last.take(pa.array(generator.integers(0, len(last), rows)))
    drawn = drawn.set_column(0, "account", names(generator.integers(0, accounts, rows)))
    tomorrow = pa.array([made.as_of + timedelta(days=1)] * rows, pa.date32())
    pq.write_table(drawn.set_column(1, "day", tomorrow), days)


def clones(one: Opened, state: Opened, accounts: int, generator: np.random.Generator) -> None:
    """Fill every partition with the sample's accounts under other names."""
    held = Batches(one.folder / one.manifest.bases[0]).get(0)
    settings, votes = one.settings(0), one.votes(0)
    assert settings is not None
    known = settings.take(pc.index_in(held.column(0), settings["account"].combine_chunks()))
    place = np.concatenate(
        [
            partition_numbers(
                names(np.arange(low, min(low + _CHUNK, accounts))), state.partitions
            )
            for low in range(0, accounts, _CHUNK)
        ]
    ).astype(np.uint16)
    order = np.argsort(place, kind="stable").astype(np.uint32)
    ends = np.concatenate([[0], np.cumsum(np.bincount(place, minlength=state.partitions))])
    settled = []
    for number in range(state.partitions):
        own = names(order[ends[number] : ends[number + 1]])
        drawn = pa.array(generator.integers(0, len(held), len(own)))
        whole = held.take(drawn)
        batch = pa.RecordBatch.from_arrays([own, *whole.columns[1:]], schema=SCHEMA)
        state.write_votes(number, votes)
        state.write_base(number, held_of(batch))
        mine = known.take(drawn).combine_chunks().to_batches()[0]
        settled.append(pa.RecordBatch.from_arrays([own, *mine.columns[1:]], schema=SETTINGS))
    state.manifest.change += 1
    state.manifest.files["accounts"] = "accounts-000001.arrow"
    write_batches(state.folder / "accounts-000001.arrow", settled, SETTINGS)
    homes = np.repeat(one.homes(), state.partitions, axis=0)
    times = state.partitions
    total = Votes(votes.network, votes.votes * times, votes.against * times)
    state.write_sums(total, homes)


def names(numbers: np.ndarray) -> pa.Array:
    """Return keys of accounts, in the order of their numbers."""
    text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise("u", text, "")


if __name__ == "__main__":
    print(table(main()))
