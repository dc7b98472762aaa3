"""Write the tables of about/: countries.tsv (region, coordinates) and zones.tsv (time zones).

    PYTHONPATH=src python tools/countries.py /usr/share/zoneinfo

Coordinates and zones are those of the tz database (public domain): a country's point is that of
its first zone, a zone's country is that of zone.tab (zone1970.tab gives Asia/Tokyo to Australia too). Regions are ours: sub-regions of the United Nations' M49 list, cut so that each
code stands in exactly one; the version is in the head of the file.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "src" / "fanal" / "about"
VERSION = "1"
REGIONS = {
    "Northern Europe": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",
    "Western Europe": "AT BE CH DE FR LI LU MC NL",
    "Southern Europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
    "Eastern Europe": "BG BY CZ HU MD PL RO RU SK UA",
    "Northern Africa": "DZ EG EH LY MA SD TN",
    "Western Africa": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
    "Middle Africa": "AO CD CF CG CM GA GQ ST TD",
    "Eastern Africa": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW",
    "Southern Africa": "BW LS NA SZ ZA",
    "Northern America": "BM CA GL PM US",
    "Central America": "BZ CR GT HN MX NI PA SV",
    "Caribbean": "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC "
    "VG VI",
    "South America": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
    "Central Asia": "KG KZ TJ TM UZ",
    "Eastern Asia": "CN HK JP KP KR MN MO TW",
    "South-eastern Asia": "BN ID KH LA MM MY PH SG TH TL VN",
    "Southern Asia": "AF BD BT IN IR LK MV NP PK",
    "Western Asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "Oceania": "AS AU CC CK CX FJ FM GU HM KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU "
    "WF WS",
    "Antarctica": "AQ",
}
#: Codes without a zone of their own.
POINTS = {"BV": (-54.4, 3.4), "HM": (-53.1, 73.5), "XK": (42.7, 21.2)}


def degrees(text: str) -> float:
    """Return +DDMM[SS] or +DDDMM[SS] as degrees."""
    whole, rest = (3, text[3:]) if len(text) in {5, 7} else (4, text[4:])
    value = int(text[1:whole]) + int(rest[:2]) / 60
    return round(-value if text[0] == "-" else value, 1)


def main(folder: Path) -> None:
    """Write both tables from a folder with zone.tab, zone1970.tab and tzdata.zi."""
    points = dict(POINTS)
    zones: dict[str, set[str]] = defaultdict(set)
    for name in ("zone.tab", "zone1970.tab"):
        for line in (folder / name).read_text("utf-8").splitlines():
            if line.startswith("#"):
                continue
            codes, place, zone = line.split("\t")[:3]
            if name == "zone.tab" or zone not in zones:
                zones[zone] |= set(codes.split(","))
            cut = re.match(r"([+-]\d+)([+-]\d+)", place)
            assert cut is not None
            if name == "zone.tab":
                points.setdefault(codes, (degrees(cut[1]), degrees(cut[2])))
    for line in (folder / "tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, link = line.split()
            if link not in zones and target in zones:
                zones[link] = zones[target]
    rows = sorted((code, region) for region, codes in REGIONS.items() for code in codes.split())
    text = [
        f"# code, region, latitude, longitude; regions version {VERSION}, by tools/countries.py"
    ]
    text += [f"{code}\t{region}\t{points[code][0]}\t{points[code][1]}" for code, region in rows]
    (OUT / "countries.tsv").write_text("\n".join(text) + "\n", "utf-8")
    text = ["# time zone, countries where it is kept; tz database, by tools/countries.py"]
    text += [f"{zone}\t{','.join(sorted(codes))}" for zone, codes in sorted(zones.items())]
    (OUT / "zones.tsv").write_text("\n".join(text) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
