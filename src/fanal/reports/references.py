"""The sources of the methods, as BibTeX (`references.bib`); docs/methods/ says what each is for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from types import MappingProxyType


@cache
def sources() -> MappingProxyType[str, str]:
    """Return key -> entry of each source."""
    file = resources.files("fanal.reports").joinpath("references.bib")
    entries = file.read_text(encoding="utf-8").strip().split("\n\n")
    return MappingProxyType(
        {re.split("[{,]", entry, maxsplit=2)[1]: entry for entry in entries}
    )


def bibtex(version: str, year: int, keys: Iterable[str]) -> str:
    """Return Fanal and some of `sources` as BibTeX.

    Parameters
    ----------
    version
        Of Fanal.
    year
        Of the result.
    keys
        Of `sources`.
    """
    own = (
        f"@software{{fanal,\n  author = {{{{The Fanal developers}}}},\n"
        "  title = {{Fanal: which accounts act together beyond chance}},\n"
        f"  version = {{{version}}},\n  year = {{{year}}}\n}}"
    )
    return "\n\n".join([own, *(sources()[key] for key in keys)])
