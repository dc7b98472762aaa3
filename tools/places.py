"""Write the table of country names that cards are read with: src/fanal/model/places.tsv.

    python -m pip install babel && PYTHONPATH=src python tools/places.py

Names come from CLDR (English and French), formal names that platforms use from the list below. A
name that two countries share is left out and listed as ambiguous.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel import Locale, __version__

from fanal.model.places import plain_name

TABLE = Path(__file__).resolve().parents[1] / "src" / "fanal" / "model" / "places.tsv"
#: Names that ISO 3166, X and other platforms use and CLDR does not.
FORMAL = {
    "BN": ["Brunei Darussalam"], "BO": ["Bolivia, Plurinational State of"],
    "CD": ["Congo, the Democratic Republic of the", "Democratic Republic of the Congo",
           "DR Congo", "DRC"],
    "CG": ["Republic of the Congo"], "CI": ["Ivory Coast"], "CV": ["Cabo Verde"],
    "CZ": ["Czech Republic"], "FK": ["Falkland Islands (Malvinas)"],
    "FM": ["Micronesia, Federated States of"],
    "GB": ["United Kingdom of Great Britain and Northern Ireland", "Great Britain", "UK"],
    "HK": ["Hong Kong"], "IR": ["Iran, Islamic Republic of", "Islamic Republic of Iran"],
    "KP": ["Korea, Democratic People's Republic of", "Democratic People's Republic of Korea",
           "DPRK"],
    "KR": ["Korea, Republic of", "Republic of Korea"],
    "LA": ["Lao People's Democratic Republic"], "LY": ["Libyan Arab Jamahiriya"],
    "MD": ["Moldova, Republic of", "Republic of Moldova"],
    "MK": ["Macedonia, the former Yugoslav Republic of", "Macedonia"], "MM": ["Burma"],
    "MF": ["Saint Martin (French part)"], "MO": ["Macau", "Macao"], "NL": ["Holland"],
    "PS": ["Palestine, State of", "State of Palestine", "Palestine"],
    "RU": ["Russian Federation"], "SY": ["Syrian Arab Republic"], "SZ": ["Swaziland"],
    "TL": ["East Timor"], "TR": ["Turkey"], "TW": ["Taiwan, Province of China"],
    "TZ": ["Tanzania, United Republic of", "United Republic of Tanzania"],
    "US": ["United States of America", "USA"], "VA": ["Holy See"],
    "VE": ["Venezuela, Bolivarian Republic of"], "VG": ["Virgin Islands, British"],
    "VI": ["Virgin Islands, U.S."], "VN": ["Viet Nam"],
}  # fmt: skip
#: Names that mean more than one country, whatever CLDR makes of them.
AMBIGUOUS = ("Korea", "Congo", "Virgin Islands", "Corée", "Îles Vierges", "Saint Martin")
#: CLDR's codes that ISO 3166-1 has not (Kosovo's XK is in wide use and stays).
NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def main() -> None:
    """Write the table."""
    names: dict[str, list[str]] = defaultdict(list)
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in NOT_ISO:
                names[code].append(name)
    for code, more in FORMAL.items():
        names[code].extend(more)
    owners: dict[str, set[str]] = defaultdict(set)
    for code, given in names.items():
        for name in given:
            owners[plain_name(name)].add(code)
    shared = {name for name, codes in owners.items() if len(codes) > 1}
    shared.update(map(plain_name, AMBIGUOUS))
    head = f"# Names of countries: CLDR as in babel {__version__}, by tools/places.py"
    lines = [head, *(_line(code, names[code], shared) for code in sorted(names))]
    lines.append("\t".join(("?", *sorted(shared))))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(code: str, names: list[str], shared: set[str]) -> str:
    own = {plain_name(name): name for name in reversed(names)}
    return "\t".join(
        (code, *(name for plain, name in reversed(own.items()) if plain not in shared))
    )


if __name__ == "__main__":
    main()
