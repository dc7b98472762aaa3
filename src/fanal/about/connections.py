"""Connection logs in, day rows out: (account, day, country, kind, network, client).

1. Read a batch of rows (`about/reading`); rows that are no records are counted.
2. Time: to the day, UTC. Times ahead of the clock by more than an hour are rejected, times after
   the day asked for are skipped.
3. Account: a text that holds no address.
4. Address: to country, kind and keyed network, and is gone with the batch. Where the log gives
   country, kind and network instead, they are taken; private and reserved addresses say nothing.
5. Client: a short name that holds no address.

Of a row that cannot be used its position, column and reason are kept, never a value. Nothing is
written here; who writes day rows (`store/days.py`) never sees an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fanal.about.networks import Networks
from fanal.about.places import ACCOUNTS_ONE, GivenPlaces, LookedUp, Place
from fanal.about.reading.base import Cells, Tally
from fanal.about.reading.columns import CONNECTION, require, resolved
from fanal.about.reading.files import cells
from fanal.about.reading.texts import absent, holding_addresses, mapped, text_column
from fanal.about.reading.times import Times
from fanal.model.time import PLAUSIBLE_FROM_US, PLAUSIBLE_UNTIL_US

if TYPE_CHECKING:
    from fanal.about.ip.table import IpTable

_DAY_US: Final = 86_400_000_000
#: A server's clock may be ahead of ours by this much.
SKEW_US: Final = 3_600_000_000
#: A longer client is a user agent, which tells a person from others: it is not kept.
CLIENT_LETTERS: Final = 60
OTHER_CLIENT: Final = "other"

_WORD: Final = pa.dictionary(pa.int32(), pa.string())
#: Batches of day rows: the columns of `model.days.DAYS`, words as dictionaries.
BATCH_SCHEMA: Final = pa.schema(
    [
        ("account", pa.string()),
        ("day", pa.date32()),
        ("country", _WORD),
        ("kind", _WORD),
        ("network", pa.uint64()),
        ("client", _WORD),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How logs are read.

    Parameters
    ----------
    columns
        Field (account, time, ip, country, kind, network, client) -> column, where the usual
        names do not fit.
    time_unit, time_zone
        Of numbers, and of times that name no zone.
    now_us
        The present; later times are rejected. None: only times after 2100 are.
    until_us
        Times from here on are skipped. None: all are taken.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    time_unit: str = ""
    time_zone: str = ""
    now_us: int | None = None
    until_us: int | None = None


def day_batches(
    paths: Sequence[Path], table: IpTable, secret: bytes, settings: Settings, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield day rows of some logs, not yet counted once, as batches of `BATCH_SCHEMA`.

    Parameters
    ----------
    paths
        CSV, JSON lines (also .gz, .zst) or Parquet.
    table
        From addresses to countries and kinds.
    secret
        Key of the numbers of networks.
    tally
        Takes what becomes of each row; complete when the last batch is out.

    Raises
    ------
    ReaderError
        A log cannot be read, lacks a column, or its times need a zone; or nearly all that it
        holds are addresses of no account. No message holds a value.

    Notes
    -----
    O(rows); memory for one batch (8 MB of text or 262,144 rows), some 200 MB.
    """
    networks = Networks(secret)
    for path in paths:
        rows = DayRows(path.name, table, networks, settings, tally)
        # 1. rows
        for some in cells(path, rows.choose, tally):
            if len(some.lines):
                yield rows.of(some)
        rows.refuse_if_hollow()


class DayRows:
    """Makes day rows of the rows of one log; parameters as for `day_batches`."""

    def __init__(
        self, name: str, table: IpTable, networks: Networks, settings: Settings, tally: Tally
    ) -> None:
        self._name, self._settings, self._tally = name, settings, tally
        self._times = Times(name, settings.time_unit, settings.time_zone)
        self._looked_up = LookedUp(table, networks, tally)
        self._given = GivenPlaces(networks)
        self._met: set[str] = set()

    def choose(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return field -> column of a log whose columns are `names`; ReaderError when one lacks."""
        found = resolved(names, CONNECTION, self._settings.columns, self._name)
        require(found, ("account", "time"), names, self._name)
        if "ip" not in found:
            require(found, ("country",), names, self._name)
        return found

    def refuse_if_hollow(self) -> None:
        """Raise ReaderError when the addresses met cannot be those of accounts."""
        self._looked_up.refuse_if_hollow(self._name, len(self._met))

    def of(self, some: Cells) -> pa.RecordBatch:
        """Return the day rows of some rows of the log, as a batch of `BATCH_SCHEMA`."""
        rows = _Rows(self._name, some.lines, self._tally)
        days = self._days(some, rows)
        accounts = self._accounts(some, rows)
        place = self._place(some, rows)
        client = self._clients(some)
        kept = rows.kept()
        columns = [accounts, days, place.country, place.kind, place.network, client]
        if not kept.all():
            mask = pa.array(kept)
            columns = [column.filter(mask) for column in columns]
        self._tally.kept += int(kept.sum())
        return pa.RecordBatch.from_arrays(columns, schema=BATCH_SCHEMA)

    def _days(self, some: Cells, rows: _Rows) -> pa.Array:
        # 2. time
        times, read = self._times.microseconds(some.columns["time"])
        rows.reject(~read, "time", "not a time")
        odd = (times < PLAUSIBLE_FROM_US) | (times >= PLAUSIBLE_UNTIL_US)
        rows.reject(odd, "time", "before 1995 or after 2100")
        if self._settings.now_us is not None:
            late = times > self._settings.now_us + SKEW_US
            rows.reject(late, "time", "in the future")
            times = np.minimum(times, self._settings.now_us)
        if self._settings.until_us is not None:
            rows.skip(times >= self._settings.until_us, "later than the day asked for")
        days = np.where(rows.kept(), times // _DAY_US, 0).astype(np.int32)
        return pa.array(days).cast(pa.date32())

    def _accounts(self, some: Cells, rows: _Rows) -> pa.Array:
        # 3. account
        accounts, bad = text_column(some.columns["account"])
        rows.reject(bad, "account", "not text in UTF-8")
        rows.reject(absent(accounts), "account", "no account")
        rows.reject(
            holding_addresses(accounts), "account", "an address where the account should be"
        )
        if len(self._met) < ACCOUNTS_ONE:
            self._met.update(pc.unique(accounts).slice(0, ACCOUNTS_ONE).to_pylist())
        return accounts.cast(pa.string())

    def _place(self, some: Cells, rows: _Rows) -> Place:
        # 4. address, or what the log says itself
        given = self._given.of(some, rows.reject) if "country" in some.columns else None
        if "ip" not in some.columns:
            assert given is not None
            rows.skip(given.says_nothing, "no country")
            return given.place
        found = self._looked_up.of(some.columns["ip"])
        empty = found.absent if given is None else found.absent & given.says_nothing
        rows.reject(empty, "ip", "no address")
        rows.reject(found.unreadable, "ip", "not an address")
        rows.skip(found.not_public, "private or reserved address")
        return found.place if given is None else found.or_given(given.place)

    def _clients(self, some: Cells) -> pa.Array:
        # 5. client
        if "client" not in some.columns:
            return pa.nulls(len(some.lines), _WORD)
        return mapped(text_column(some.columns["client"])[0], client_name)


def client_name(text: str) -> str | None:
    """Return a client's name as it may be kept: short, and no address."""
    text = " ".join(text.split())
    if not text:
        return None
    held = bool(holding_addresses(pa.array([text]))[0])
    return OTHER_CLIENT if held or len(text) > CLIENT_LETTERS else text


class _Rows:
    """What is still kept of one batch; the first reason to leave a row out is the one told."""

    def __init__(self, file: str, lines: NDArray[np.int64], tally: Tally) -> None:
        self._file, self._lines, self._tally = file, lines, tally
        self._kept = np.ones(len(lines), bool)

    def kept(self) -> NDArray[np.bool_]:
        return self._kept

    def reject(self, mask: NDArray[np.bool_], column: str, reason: str) -> None:
        fresh = mask & self._kept
        if fresh.any():
            self._tally.reject(self._file, column, reason, self._lines[fresh])
            self._kept &= ~mask

    def skip(self, mask: NDArray[np.bool_], kind: str) -> None:
        self._tally.skip(kind, int((mask & self._kept).sum()))
        self._kept &= ~mask
