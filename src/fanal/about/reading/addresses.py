"""The addresses of a log: read from text, in memory only.

What is not an address by the letter is looked at again: spaces around it, a port or a prefix
length behind it, brackets. A list of addresses (X-Forwarded-For) is none: which of them is the
account's, only who runs the proxies knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from fanal.about.ip.layer import Addresses
    from fanal.about.ip.table import IpTable

_DRESSED = re.compile(
    r"\s*(?:\[(?P<bracketed>[0-9A-Fa-f:.]+)\](?::\d{1,5})?"
    r"|(?P<four>\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}"
    r"|(?P<whole>[0-9A-Fa-f:.]+)(?:/(?:32|128))?)\s*"
)


def addresses_of(column: pa.Array, table: IpTable) -> Addresses:
    """Return the addresses of a column of text; family 0 where there is none."""
    found = table.read(column)
    odd = np.flatnonzero((found.family == 0) & column.is_valid().to_numpy(zero_copy_only=False))
    if odd.size:
        bare = [_bare(text) for text in column.take(pa.array(odd)).to_pylist()]
        again = table.read(pa.array(bare, pa.string()))
        found.family[odd], found.high[odd], found.low[odd] = again.family, again.high, again.low
    return found


def _bare(text: str) -> str | None:
    found = _DRESSED.fullmatch(text)
    if found is None:
        return None
    return found["bracketed"] or found["four"] or found["whole"]
