"""The cards' database: writing a publication, reading it, one card, and who waits meanwhile.

1. A first publication of 200,000 made-up accounts: all shown, each with key, entry of the audit,
   evidence (some 1 KB of JSON) and handle. In life a 60th of that comes on a day.
2. The day after: a 60th of the accounts looked at, their cards changed; read, then written.
3. Meanwhile another thread asks for cards, one after the other: the longest wait is told.
4. Cards of accounts in random order, of one thread.

``python bench/about_cards.py 20000`` takes fewer accounts. Client and server share the machine; the
server of PostgreSQL runs with ``fsync=off`` in its folder. Excluded: computing what is published.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.store.cards import Cards, open_cards
from fanal.store.cards_publishing import After
from fanal.store.cards_tables import CELLS, HELD
from measure import Measure, table
from postgres_server import reason_without, running

ACCOUNTS, SECRET, ON = 200_000, b"s" * 32, date(2026, 3, 1)
_ASKED = 5_000


def held_of(first: int, count: int, label: str) -> pa.Table:
    """Return memories of accounts that are shown in a country."""
    columns = {
        "account": pa.array([f"1{number:017d}" for number in range(first, first + count)]),
        "number": pa.array(np.ones(count, np.int32)),
        "next_on": pa.array([ON + timedelta(days=30)] * count),
        "shield": pa.array(np.zeros(count, bool)),
        "created": pa.array(np.full(count, 2019, np.int16)),
        "evidence_on": pa.array([ON - timedelta(days=20)] * count),
    } | {
        name: pa.array([word] * count)
        for name, word in {
            "country": label, "channel": "web", "state": "country", "label": label,
            "shown_channel": "web",
        }.items()
    }  # fmt: skip
    arrays = [columns.get(one.name, pa.nulls(count, one.type)) for one in HELD]
    return pa.Table.from_arrays(arrays, schema=HELD)


def evidence_of(held: pa.Table) -> dict[str, Any]:
    """Return what each card rests on: a year of two countries."""
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    return {
        account: {
            "days": number % 365,
            "countries": [{"country": "FR", "plain_days": 200, "first_on": "2025-03-01"}] * 2,
            "months": [{"month": one, "country": "FR", "plain_days": number % 28} for one in months],
            "clients": [{"client": "web", "days": number % 200}],
        }
        for number, account in enumerate(held["account"].to_pylist())
    }  # fmt: skip


def measured(where: str, name: str, accounts: int) -> list[Measure]:
    """Return what was measured on one database."""
    cards = open_cards(where, SECRET)
    try:
        return [*_publications(cards, name, accounts), _looks(cards, name, accounts)]
    finally:
        cards.close()


def _publications(cards: Cards, name: str, accounts: int) -> list[Measure]:
    cells = CELLS.empty_table()
    held = held_of(0, accounts, "FR")
    handles = pa.table({"account": held["account"],
                        "handle": pa.array([f"Name{one}" for one in range(accounts)])})  # fmt: skip
    after = After(on=ON, held=held, cells=cells, evidence=evidence_of(held), handles=handles)
    begun = time.perf_counter()
    assert cards.commit(cards.read(ON), after)
    first = time.perf_counter() - begun
    changed = accounts // 60
    some = held_of(0, changed, "DE")
    begun = time.perf_counter()
    before = cards.read(ON)
    read = time.perf_counter() - begun
    held = pa.concat_tables([some, before.held.slice(changed)])
    after = After(on=ON, held=held, cells=cells, evidence=evidence_of(some), handles=handles)
    waits: list[float] = []
    stop = threading.Event()
    other = threading.Thread(target=_ask, args=(cards, accounts, waits, stop))
    other.start()
    begun = time.perf_counter()
    assert cards.commit(before, after)
    write = time.perf_counter() - begun
    stop.set()
    other.join()
    return [
        Measure(f"{name}: {accounts:,} new cards written", accounts / first, "accounts/s",
                lower_is_better=False, note=f"{first:.0f} s"),
        Measure(f"{name}: {accounts:,} accounts read", read),
        Measure(f"{name}: {changed:,} of them changed, written", write,
                note=f"{changed / write:,.0f} accounts/s"),
        Measure(f"{name}: longest wait of a reader meanwhile", 1000 * max(waits), "ms",
                note=f"{len(waits):,} cards asked for"),
    ]  # fmt: skip


def _ask(cards: Cards, accounts: int, waits: list[float], stop: threading.Event) -> None:
    draw = np.random.default_rng(5)
    while not stop.is_set():
        handle = f"name{draw.integers(accounts)}"
        begun = time.perf_counter()
        assert cards.card(handle=handle) is not None
        waits.append(time.perf_counter() - begun)


def _looks(cards: Cards, name: str, accounts: int) -> Measure:
    asked = [f"name{one}" for one in np.random.default_rng(6).integers(accounts, size=_ASKED)]
    begun = time.perf_counter()
    for handle in asked:
        assert cards.card(handle=handle) is not None
    seconds = time.perf_counter() - begun
    return Measure(f"{name}: one card", 1e6 * seconds / _ASKED, "us")


def main(accounts: int = ACCOUNTS) -> list[Measure]:
    """Measure SQLite, and PostgreSQL where a server is installed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cards.sqlite"
        found = measured(str(path), "SQLite", accounts)
        size = path.stat().st_size / accounts
        found.append(Measure("SQLite: bytes an account", size, "bytes"))
    if reason := reason_without():
        return [*found, Measure("PostgreSQL", None, note=reason)]
    with running() as url:
        return found + measured(url, "PostgreSQL", accounts)


if __name__ == "__main__":
    print(table(main(*map(int, sys.argv[1:]))))
