"""What the operator brings in place of what is shipped, or beside it.

- A database, .mmdb: MaxMind's form (`country.iso_code`, `traits.is_anonymous_vpn`, ...), IPinfo
  Lite's and ip-location-db's (`country_code`). Needs the extra `fanal[about]`.
- A database, .csv: first address, last address, country; other columns are not looked at.
- A list of addresses or networks, one a line: text, or the first column of a CSV. What follows
  `#` is not read.

Of ranges around one address the row that comes last stands. EU, AP, ZZ, ... are no countries.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fanal.about.ip.layer import read_column
from fanal.about.ip.ranges import Ranges, steps_of
from fanal.about.ip.sources import Source
from fanal.about.ip.special import CODES, KINDS, row_of
from fanal.errors import ReaderError

_UNSTATED = "not stated in the file; as its publisher says"
_NO_COUNTRY = frozenset(("EU", "AP", "ZZ", "XX", "A1", "A2", "O1"))
#: MaxMind's marks of a network; the first that is set names the kind.
_TRAITS = {
    "is_tor_exit_node": "tor", "is_anonymous_vpn": "vpn", "is_residential_proxy":
    "residential_proxy", "is_public_proxy": "proxy", "is_hosting_provider": "hosting",
    "is_anonymous": "hosting_or_vpn", "is_satellite_provider": "satellite",
}  # fmt: skip
#: What the reader of MaxMind's format raises on a damaged file, beside its own error.
_DAMAGED = (
    ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
Row = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Brought:
    """What one file says: countries, kinds (either may say nothing), and how much of each."""

    countries: Ranges
    kinds: Ranges
    source: Source
    kind_source: Source


def read_database(path: Path) -> Brought:
    """Return what a database of countries says; .mmdb at some 30,000 networks a second.

    Raises
    ------
    ReaderError
        When the file cannot be read, or no row of it is a range with a country.
    """
    suffix = path.suffix.lower()
    if suffix == ".mmdb":
        return _read_mmdb(path)
    if suffix == ".csv":
        return _read_csv(path)
    raise ReaderError(f"{path.name}: a database is a .mmdb or a .csv.")


def read_list(path: Path, kind: str) -> Brought:
    """Return a list of networks of one kind.

    Raises
    ------
    ReaderError
        When the file cannot be read, or a line is neither address nor network.
    """
    rows: dict[int, list[Row]] = {4: [], 6: []}
    for number, text in _lines(path):
        try:
            row = row_of(text, CODES[kind])
        except ValueError:
            raise ReaderError(
                f"{path.name}:{number}: an address or a network (CIDR) was expected."
            ) from None
        rows[6 if ":" in text else 4].append(row)
    if not rows[4] and not rows[6]:
        raise ReaderError(f"{path.name}: no address and no network in it.")
    return _brought(path, "", ("",), {4: [], 6: []}, rows)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(file, 1):
                text = re.split(r"[#,;\s]", line.strip().strip('"'), maxsplit=1)[0].strip('"')
                if text:
                    yield number, text
    except (OSError, UnicodeDecodeError) as error:
        raise ReaderError(f"{path.name} cannot be read as text.") from error


def _read_csv(path: Path) -> Brought:
    """Read first address, last address, country; a first row without addresses is the header."""
    import pyarrow as pa

    columns: tuple[list[str], list[str], list[str]] = ([], [], [])
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in csv.reader(file):
                for column, cell in zip(columns, [*cells, "", "", ""][:3], strict=True):
                    column.append(cell.strip())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReaderError(f"{path.name} cannot be read as CSV.") from error
    first, last = (read_column(pa.array(column, pa.large_string())) for column in columns[:2])
    fine = (first.family != 0) & (first.family == last.family)
    fine &= (first.high < last.high) | ((first.high == last.high) & (first.low <= last.low))
    wrong = np.flatnonzero(~fine)
    if not fine.any() or any(row > 0 for row in wrong.tolist()):
        row = next((row + 1 for row in wrong.tolist() if row > 0), 1)
        raise ReaderError(f"{path.name}:{row}: first address, last address, country expected.")
    names, codes = _coded(columns[2][int(not fine[0]) :])
    rows: dict[int, list[Row]] = {4: [], 6: []}
    for row, code in zip(np.flatnonzero(fine).tolist(), codes, strict=True):
        begin, end = (int(one.high[row]) << 64 | int(one.low[row]) for one in (first, last))
        rows[int(first.family[row])].append((begin, end, code))
    return _brought(path, "", names, rows, {4: [], 6: []})


def _coded(words: list[str]) -> tuple[tuple[str, ...], list[int]]:
    """Return the names of the countries and the code of each row; 0 for no country."""
    upper = [word.upper() for word in words]
    known = {
        word
        for word in set(upper)
        if re.fullmatch(r"[A-Z]{2}", word) and word not in _NO_COUNTRY
    }
    names = ("", *sorted(known))
    places = {name: code for code, name in enumerate(names)}
    return names, [places.get(word, 0) for word in upper]


def _read_mmdb(path: Path) -> Brought:
    try:
        import maxminddb
    except ImportError:
        raise ReaderError(
            f"{path.name}: to read .mmdb an extra is needed.",
            hint="python -m pip install 'fanal[about]'",
        ) from None
    words: list[str] = []
    ends: list[tuple[int, int, int]] = []
    kinds: dict[int, list[Row]] = {4: [], 6: []}
    try:
        # in Python: the C extension writes past its memory on some damaged files
        with maxminddb.open_database(path, maxminddb.MODE_MMAP) as database:
            day = datetime.fromtimestamp(database.metadata().build_epoch, UTC).date()
            for network, record in database:
                first, last = int(network.network_address), int(network.broadcast_address)
                words.append(_country(record))
                ends.append((first, last, network.version))
                if (kind := _kind(record)) != 0:
                    kinds[network.version].append((first, last, kind))
    except (maxminddb.InvalidDatabaseError, *_DAMAGED) as error:
        raise ReaderError(f"{path.name} is no whole MaxMind database.") from error
    names, codes = _coded(words)
    rows: dict[int, list[Row]] = {4: [], 6: []}
    for (first, last, version), code in zip(ends, codes, strict=True):
        rows[version].append((first, last, code))
    return _brought(path, day.isoformat(), names, rows, kinds)


def _country(record: Any) -> str:
    """Return the country of a record in any of the known forms; empty when there is none."""
    if not isinstance(record, dict):
        return ""
    country = record.get("country_code") or record.get("country")
    if isinstance(country, dict):
        country = country.get("iso_code")
    return country if isinstance(country, str) else ""


def _kind(record: Any) -> int:
    traits = record.get("traits") if isinstance(record, dict) else None
    if not isinstance(traits, dict):
        return 0
    return next(
        (CODES[kind] for trait, kind in _TRAITS.items() if traits.get(trait) is True), 0
    )


def _brought(
    path: Path,
    date: str,
    names: tuple[str, ...],
    rows: dict[int, list[Row]],
    kinds: dict[int, list[Row]],
) -> Brought:
    said = []
    for answers, found, called in (("country", rows, names), ("kind", kinds, KINDS)):
        ipv4, ipv6 = steps_of(found[4], 4), steps_of(found[6], 6)
        source = Source(
            name=path.name, answers=answers, licence=_UNSTATED, date=date,
            networks=len(found[4]), networks_ipv6=len(found[6]), addresses=ipv4.covered_ipv4(),
        )  # fmt: skip
        said.append((Ranges(called, ipv4, ipv6), source))
    (countries, source), (by_kind, kind_source) = said
    return Brought(countries=countries, kinds=by_kind, source=source, kind_source=kind_source)
