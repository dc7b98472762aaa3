"""How many cards another method or other lists change by themselves, and which way.

1. Every account that was ever looked at is looked at again, by the days up to the same last one.
2. Of both memories, as it is and looked at again, the cards are made by the same rules, as they would
   be were every preview over: what differs, differs by lists or method alone.
3. A held country stays held as the rules say: this is what the next looks will bring, not a fresh start.

What others will see of it comes with each account's own turn, over three months.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
import pyarrow as pa

from fanal.about.memory import SHOWN, Policy, differs, with_columns
from fanal.about.publish import candidates, would_show
from fanal.about.publishing import Source

#: Accounts at a time: some 2 million day rows.
_AT_A_TIME: Final = 5_000
_PER: Final = 100_000


def recomputed(
    source: Source, held: pa.Table, cells: pa.Table, policy: Policy
) -> dict[str, Any]:
    """Return what cards change by looking again at the same days.

    Parameters
    ----------
    source
        Day rows of all accounts, with the lists and the method of today.
    held, cells, policy
        As for `fanal.about.publish.publish`.

    Returns
    -------
    dict
        ``accounts`` looked at again; ``candidates``: other country or none; ``cards``: others, ``per_100000`` of those looked at; ``ways``: accounts by "before -> after".
    """
    seen = held["evidence_on"].is_valid()
    again = _again(source, held.filter(seen), policy)
    rows = np.flatnonzero(seen.to_numpy())
    order = np.arange(held.num_rows)
    order[rows] = held.num_rows + np.arange(rows.size)
    other = pa.concat_tables([held, again]).take(pa.array(order))
    was, now = (would_show(one, cells, policy) for one in (held, other))
    changed = np.zeros(held.num_rows, bool)
    for name in SHOWN:
        changed |= differs(was[name], now[name])
    some = pa.array(changed)
    ways = Counter(map(_way, was.filter(some).to_pylist(), now.filter(some).to_pylist()))
    cards = int(changed.sum())
    return {
        "accounts": int(rows.size),
        "candidates": int(differs(held["country"], other["country"]).sum()),
        "cards": cards,
        "per_100000": round(_PER * cards / max(rows.size, 1)),
        "ways": dict(sorted(ways.items())),
    }


def _again(source: Source, held: pa.Table, policy: Policy) -> pa.Table:
    """Return the memory of accounts as another look at the same days leaves it (1)."""
    tables = [held.slice(0, 0)]
    for start in range(0, held.num_rows, _AT_A_TIME):
        some = held.slice(start, _AT_A_TIME).combine_chunks()
        names, last = (some[name].combine_chunks() for name in ("account", "evidence_on"))
        estimates, days = source.told(names, last)
        tables.append(with_columns(some, **candidates(some, estimates, days, last, policy)))
    return pa.concat_tables(tables)


def _way(was: dict[str, Any], now: dict[str, Any]) -> str:
    """Return which way a card changed, without saying where."""
    before, after = was["state"], now["state"]
    if before != after:
        return f"{before} -> {after}"
    if was["label"] != now["label"]:
        return f"{before} -> another {after}"
    return "channel or dates"
