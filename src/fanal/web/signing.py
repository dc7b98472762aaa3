"""How a card can be checked later: a signature for programs, a short code for people.

1. A card's content is an object of texts, whole numbers and nulls; its bytes are those of RFC 8785
   (keys sorted, no blanks, UTF-8). The quarter in which it was served is part of it.
2. The signature is Ed25519 (RFC 8032) of these bytes, without the field `signature`. The public key
   stands at /.well-known/fanal.json.
3. The short code on the page is HMAC-SHA256 under the server's secret, cut to 80 bits, of what a
   person can copy from a screenshot: handle, place, quarter. Only the server can check it.

Nothing is stored: a code is checked by making it again. Who changes the secret voids old codes.

References
----------
S. Josefsson, I. Liusvaara (2017), RFC 8032; A. Rundgren et al. (2020), RFC 8785; RFC 4648 (base32).
"""

from __future__ import annotations

import hmac
import json
from base64 import b32encode, b64encode
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALGORITHM: Final = "Ed25519"
#: Bytes of a short code: 16 characters of base32.
CODE_BYTES: Final = 10
_PURPOSE: Final = b"fanal card code 1"
#: Digits that base32 has not, as the letters they are taken for.
_ALIKE: Final = str.maketrans(
    "018", "OIB", "-\u2010\u2011\u2012\u2013\u2014\u2212 \t\u00a0\u202f"
)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a card's content (1); it holds no floats."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def quarter_of(day: date) -> str:
    """Return the quarter of a day.

    Examples
    --------
    >>> quarter_of(date(2026, 11, 22))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


class Signer:
    """Signs cards and makes their codes.

    Parameters
    ----------
    key
        32 bytes: the private key (Ed25519).
    secret
        The server's secret.
    """

    def __init__(self, key: bytes, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self._code_key = hmac.digest(secret, _PURPOSE, "sha256")
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = sha256(self.public).hexdigest()[:16]

    def signed(self, content: Mapping[str, Any]) -> bytes:
        """Return the content with its signature, as JSON in the same form (2)."""
        value = b64encode(self._key.sign(canonical(content))).decode("ascii")
        signature = {"algorithm": ALGORITHM, "key": self.name, "value": value}
        return canonical({**content, "signature": signature})

    def code(self, handle: str, place: str | None, quarter: str) -> str:
        """Return the code of what was shown (3): ``ABCD-EFGH-IJKL-MNOP``.

        Parameters
        ----------
        handle
            Upper and lower case are the same.
        place
            ISO code or region, None when nothing was disclosed.
        """
        told = canonical({"handle": handle.lower(), "place": place, "quarter": quarter})
        text = b32encode(hmac.digest(self._code_key, told, "sha256")[:CODE_BYTES]).decode(
            "ascii"
        )
        return "-".join(text[at : at + 4] for at in range(0, len(text), 4))

    def is_code(self, code: str, handle: str, place: str | None, quarter: str) -> bool:
        """Return whether a code, as somebody copied it, is that of what was shown."""
        copied = code.upper().translate(_ALIKE)
        made = self.code(handle, place, quarter).replace("-", "")
        return hmac.compare_digest(copied.encode("utf-8", "replace"), made.encode("ascii"))
