"""Keyed numbers of networks: which accounts share one can be seen, which one it is cannot.

A network is the /16 of an IPv4 address or the /32 of an IPv6 address; its number is BLAKE2b, 8
bytes, under the server's secret. Without the secret all 65,536 prefixes of IPv4 stand equal; with
it they are read off in a tenth of a second: it is kept like a password, or thrown away.

References
----------
Aumasson, Neves, Wilcox-O'Hearn, Winnerlein 2013, BLAKE2, RFC 7693.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]
#: Prefixes of IPv6 remembered; the table of IPv4 is whole.
_REMEMBERED = 1_000_000


class Networks:
    """Numbers of networks under one secret.

    Parameters
    ----------
    secret
        At least 16 bytes; of longer ones, BLAKE2b takes the first 64.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("a secret of at least 16 bytes was expected")
        self._secret = secret[:64]
        self._ipv4: Numbers | None = None
        self._ipv6: dict[int, int] = {}

    def of(
        self, family: NDArray[np.uint8], high: Numbers, low: Numbers
    ) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the number of each address's network, uint64 (n,), and which have one.

        Parameters
        ----------
        family, high, low
            As `fanal.kernels.ip_text.read_addresses` returns them.
        """
        numbers = np.zeros(len(family), np.uint64)
        four, six = family == 4, family == 6
        if four.any():
            numbers[four] = self._table()[low[four] >> np.uint64(16)]
        if six.any():
            numbers[six] = self._of_ipv6(high[six] >> np.uint64(32))
        return numbers, four | six

    def of_text(self, text: str) -> int:
        """Return the number of a network that the log itself gives, under any name."""
        return self._number(b"given", text.encode("utf-8", "replace"))

    def _table(self) -> Numbers:
        if self._ipv4 is None:
            prefixes = (prefix.to_bytes(2, "big") for prefix in range(65_536))
            self._ipv4 = np.array([self._number(b"ipv4", one) for one in prefixes], np.uint64)
        return self._ipv4

    def _of_ipv6(self, prefixes: Numbers) -> Numbers:
        distinct, place = np.unique(prefixes, return_inverse=True)
        if len(self._ipv6) > _REMEMBERED:
            self._ipv6.clear()
        for prefix in distinct.tolist():
            if prefix not in self._ipv6:
                self._ipv6[prefix] = self._number(b"ipv6", prefix.to_bytes(4, "big"))
        found = np.array([self._ipv6[prefix] for prefix in distinct.tolist()], np.uint64)
        return found[place]

    def _number(self, kind: bytes, data: bytes) -> int:
        digest = hashlib.blake2b(data, digest_size=8, key=self._secret, person=kind)
        return int.from_bytes(digest.digest(), "big")
