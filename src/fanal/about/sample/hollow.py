"""Whether the addresses that a server keeps can be those of its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from fanal.about.places import ACCOUNTS_ONE
from fanal.errors import ReaderError

if TYPE_CHECKING:
    from fanal.about.ip.table import IpTable

#: So many accounts do not share one address for 9 in 10 of them by chance.
ACCOUNTS_MOST: Final = 20
MOST: Final = 0.9
_HINT: Final = "Nothing was written. docs/about/mastodon.md says how to tell which it is."


def refuse_hollow(rows: pa.Table, table: IpTable) -> None:
    """Raise ReaderError when a server anonymises addresses, or sees a proxy's in their place.

    Parameters
    ----------
    rows
        Columns account and ip, text.

    Raises
    ------
    ReaderError
        No address is of the public network; or one is that of all accounts (5 or more), or of
        9 in 10 of them (20 or more). The message holds no address.
    """
    from fanal.about.ip.special import NOT_PUBLIC

    if not len(rows):
        return
    found = table.read(rows["ip"])
    kinds = np.array(table.kind_names)[table.places(found).kind]
    if np.isin(kinds, sorted(NOT_PUBLIC)).all():
        raise ReaderError(
            f"none of the {len(rows):,} addresses that this server keeps is of the public network: "
            "it anonymises them, or sees only the proxy in front of it",
            hint=_HINT,
        )
    accounts, share = _commonest(rows, np.stack([found.high, found.low], axis=1))
    one = share == 1 and accounts >= ACCOUNTS_ONE
    if one or (share >= MOST and accounts >= ACCOUNTS_MOST):
        which = "all" if one else f"{share:.0%} of the"
        raise ReaderError(
            f"{which} {accounts:,} accounts come from one address: this server anonymises, or sees "
            "only the proxy in front of it",
            hint=_HINT,
        )


def _commonest(rows: pa.Table, addresses: np.ndarray) -> tuple[int, float]:
    """Return the number of accounts, and the share of them that one address has."""
    encoded = rows["account"].combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    account = encoded.indices.to_numpy()
    _, place = np.unique(addresses, axis=0, return_inverse=True)
    pairs = np.unique(np.stack([place.ravel(), account], axis=1), axis=0)
    accounts = len(encoded.dictionary)
    return accounts, float(np.bincount(pairs[:, 0]).max()) / accounts
