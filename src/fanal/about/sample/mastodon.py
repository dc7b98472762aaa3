"""One look at a Mastodon server: what is new since the last becomes day rows.

1. Read tokens, log-ins and sessions (mastodon_sql.py) into memory.
2. A server whose addresses are not those of accounts is recognised, and nothing is written.
3. Each connection becomes a day row; the addresses are gone when this is done.
4. Time zone, language and age of the accounts.

Mastodon keeps no history of connections: it has to be looked at every 12 hours, and what it
overwrote in between is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from fanal.about.connections import DayRows, Settings
from fanal.about.networks import Networks
from fanal.about.reading.base import Cells, Tally
from fanal.about.reading.texts import without_addresses
from fanal.about.sample import mastodon_sql as sql
from fanal.about.sample.folder import State, append, read_state
from fanal.about.sample.hollow import refuse_hollow
from fanal.about.sample.postgres import Postgres, connected
from fanal.model.days import ACCOUNTS
from fanal.store.schema import arrow_schema

if TYPE_CHECKING:
    from fanal.about.ip.table import IpTable

#: Tokens are read again from this long before the last look: nothing falls between two.
OVERLAP_S: Final = 86_400
#: Log-ins and sessions whose rows came in later than those with higher ids.
OVERLAP_IDS: Final = 1_000
_ROW: Final = pa.schema(
    [
        ("account", pa.string()),
        ("time", pa.int64()),
        ("ip", pa.string()),
        ("client", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one look brought.

    Parameters
    ----------
    day_rows
        Rows written, each (account, day, country, kind, network, client) once.
    accounts
        Accounts of the server.
    tally
        What became of each connection read.
    """

    day_rows: int
    accounts: int
    tally: Tally


def sample(url: str, folder: Path, table: IpTable, secret: bytes, *, now_us: int) -> Sample:
    """Look at a server once, and append what is new to a folder.

    Parameters
    ----------
    url
        See `postgres.connected`.
    folder
        Made when it is not there.
    table, secret
        As for `about.connections.day_batches`.
    now_us
        The present; also names the file.

    Raises
    ------
    ReaderError
        The server refuses, or its addresses are not those of accounts; nothing is written.
    StoreError
        The folder cannot be written, or holds something else.
    """
    before = read_state(folder)
    with connected(url) as server:
        # 1. connections
        found = _Found(server, before)
        accounts = _accounts(server)
    # 2. addresses of accounts?
    refuse_hollow(found.rows, table)
    # 3. day rows
    tally = Tally()
    batches = _day_rows(found.rows, table, secret, now_us, tally)
    stamp = np.datetime_as_string(np.datetime64(now_us, "us"), unit="us").replace(":", "")
    rows = append(folder, batches, accounts, found.state(before, now_us), f"{stamp}Z")
    return Sample(day_rows=rows, accounts=len(accounts), tally=tally)


class _Found:
    """Connections of a server since a state, in memory."""

    def __init__(self, server: Postgres, before: State) -> None:
        since = max(before.tokens_until_s - OVERLAP_S, 0)
        self.login = max(before.login - OVERLAP_IDS, 0)
        self.session = max(before.session - OVERLAP_IDS, 0)
        tables = [_page(rows) for rows in server.pages(sql.TOKENS, since=since)]
        for rows in server.pages(sql.LOGINS, self.login):
            tables.append(_page(rows))
            self.login = int(rows[-1][0])
        for rows in server.pages(sql.SESSIONS, self.session):
            tables.append(_page(rows))
            self.session = int(rows[-1][0])
        self.rows = pa.Table.from_batches(tables, _ROW)

    def state(self, before: State, now_us: int) -> State:
        return State(
            login=max(before.login, self.login),
            session=max(before.session, self.session),
            tokens_until_s=now_us // 1_000_000,
        )


def _page(rows: list[list[Any]]) -> pa.RecordBatch:
    _, accounts, times, addresses, clients = zip(*rows, strict=True)
    columns = [map(str, accounts), times, addresses, clients]
    arrays = [
        pa.array(list(column), field.type) for column, field in zip(columns, _ROW, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=_ROW)


def _day_rows(
    rows: pa.Table, table: IpTable, secret: bytes, now_us: int, tally: Tally
) -> Iterator[pa.RecordBatch]:
    settings = Settings(time_unit="s", now_us=now_us)
    made = DayRows("the server", table, Networks(secret), settings, tally)
    first = 1
    for batch in rows.to_batches():
        lines = np.arange(first, first + len(batch), dtype=np.int64)
        columns = dict(zip(_ROW.names, batch.columns, strict=True))
        yield made.of(Cells(columns=columns, lines=lines))
        first += len(batch)


def _accounts(server: Postgres) -> pa.Table:
    # 4. accounts
    schema = arrow_schema(ACCOUNTS)
    pages = [_accounts_page(rows, schema) for rows in server.pages(sql.USERS)]
    return pa.Table.from_batches(pages, schema)


def _accounts_page(rows: list[list[Any]], schema: pa.Schema) -> pa.RecordBatch:
    _, accounts, zones, locales, made = zip(*rows, strict=True)
    texts = [
        without_addresses(pa.array([value or None for value in column], pa.string()))
        for column in (map(str, accounts), zones, locales)
    ]
    seconds = [None if one is None else int(one) * 1_000_000 for one in made]
    times = pa.array(seconds, schema.field("signed_up_at").type)
    return pa.RecordBatch.from_arrays([*texts, times], schema=schema)
