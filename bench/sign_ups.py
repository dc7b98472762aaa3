"""Networks from which many accounts are made at once: planted waves, and none, on made-up worlds.

The reference world (docs/reference-world.md), 20,000 accounts, 40 worlds, seeds 9801 and on (the
method was written while looking at seeds 1 to 4). Each account is made on a day drawn for it (the
number of sign-ups doubles over the year); of one of the ten greatest countries four in ten come
within three days, as after a ban elsewhere: an innocent moment, in every world. The wave: accounts
made within some days from the network of an account drawn at random, listed as a proxy or not.

1. Found: the wave's network stands out. 2. False: another network does. A world without a wave
counts for the false ones only. Wilson intervals of 95 %.

No peer. Real sign-ups: none were at hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from fanal.about.rows import rows_of
from fanal.about.sign_ups import sign_ups
from fanal.about.simulate import simulate
from fanal.about.world import reference_world
from fanal.model.interval import wilson
from measure import Measure, table

ACCOUNTS = 20_000
WORLDS = 40
FIRST_SEED = 9801
#: Accounts and days of the waves; the first is the one with a target.
WAVES = ((30, 5), (30, 1), (30, 21), (15, 5), (10, 5))
_US = 86_400_000_000


def young(seed: int) -> tuple[pa.Table, pa.Table, Any, np.random.Generator]:
    """Return rows of each account's first two days, its sign-up, the last day, a generator."""
    made = simulate(reference_world(), ACCOUNTS, seed)
    generator = np.random.default_rng([seed, 0x51])
    names = made.accounts["account"].to_pylist()
    day = made.days["day"].cast(pa.int32()).to_numpy()
    account = np.searchsorted(names, made.days["account"].to_numpy(zero_copy_only=False))
    first, last = int(day.min()), int(day.max())
    span = last - first
    drawn = last - span * (np.sqrt(1 + 3 * generator.random(len(names))) - 1)
    of = made.truth["country"].to_numpy(zero_copy_only=False)
    great, count = np.unique(of.astype(str), return_counts=True)
    chosen = generator.choice(great[np.argsort(-count)[:10]])
    event = first + generator.integers(60, span - 30)
    moved = (of == chosen) & (generator.random(len(names)) < 0.4)
    drawn = np.where(moved, event + generator.integers(0, 3, len(names)), drawn).astype(
        np.int64
    )
    kept = day >= drawn[account]
    begin = np.full(len(names), 1 << 30)
    np.minimum.at(begin, account[kept], day[kept])
    rows = made.days.filter(pa.array(kept & (day <= begin[account] + 1)))
    there = begin < 1 << 30
    holders = pa.table(
        {
            "account": pa.array(names).filter(pa.array(there)),
            "signed_up_at": pa.array(
                begin[there].astype(np.int64) * _US, pa.timestamp("us", "UTC")
            ),
        }
    )
    return rows, holders, made.as_of, generator


def planted(
    rows: pa.Table, holders: pa.Table, wave: tuple[int, int], generator: np.random.Generator
) -> tuple[pa.Table, pa.Table, int]:
    """Return the tables with a wave, and its network."""
    accounts, days = wave
    model = rows.slice(int(generator.integers(0, rows.num_rows)), 1).to_pylist()[0]
    all_days = rows["day"].cast(pa.int32()).to_numpy()
    begin = int(generator.integers(np.quantile(all_days, 0.3), all_days.max() - days))
    when = begin + generator.integers(0, days, accounts)
    names = [f"wave:{n}" for n in range(accounts)]
    more = pa.table(
        {
            **{name: [model[name]] * accounts for name in rows.column_names},
            "account": names,
            "day": pa.array(when.astype(np.int32)).cast(pa.date32()),
        },
        schema=rows.schema,
    )
    new = pa.table({"account": names, "signed_up_at": pa.array(when * _US)}).cast(
        holders.schema
    )
    return pa.concat_tables([rows, more]), pa.concat_tables([holders, new]), model["network"]


def main() -> list[Measure]:
    found, false = dict.fromkeys(WAVES, 0), dict.fromkeys((None, *WAVES), 0)
    tested = []
    for seed in range(FIRST_SEED, FIRST_SEED + WORLDS):
        rows, holders, as_of, generator = young(seed)
        for wave in false:
            if wave is None:
                some, who, network = rows, holders, -1
            else:
                some, who, network = planted(rows, holders, wave, generator)
            told = sign_ups(rows_of(some, as_of), who)
            assert told is not None
            out = {one.network for one in told.waves}
            if wave is not None:
                found[wave] += network in out
            false[wave] += bool(out - {network})
            tested.append(told.tested)
    measures = []
    for wave in WAVES:
        target = 0.9 if wave == WAVES[0] else None
        measures.append(
            _share(f"wave of {wave[0]} accounts in {wave[1]} d found", found[wave], target)
        )
    for wave in false:
        name = "no wave" if wave is None else f"wave of {wave[0]} in {wave[1]} d"
        target = 0.05 if wave in {None, WAVES[0]} else None
        measures.append(
            _share(f"worlds with a false network, {name}", false[wave], target, lower=True)
        )
    note = f"{min(tested)} to {max(tested)} of a world; {ACCOUNTS:,} accounts"
    return [*measures, Measure("networks tested", float(np.median(tested)), "", note=note)]


def _share(name: str, count: int, target: float | None, *, lower: bool = False) -> Measure:
    low, high = wilson(count, WORLDS)
    note = f"{count} of {WORLDS} worlds; {low:.3f} to {high:.3f}"
    return Measure(name, count / WORLDS, "", target, lower, note)


if __name__ == "__main__":
    print(table(main()))
