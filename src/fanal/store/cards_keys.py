"""Keys of accounts: what is written about one account dies with its key.

1. Each account has 32 random bytes, its salt. Its key is an HMAC-SHA256 of the salt under the
   server's secret: neither the database nor the secret alone opens anything.
2. Bodies are JSON, compressed, encrypted with AES-256-GCM under the key, bound to their purpose.
3. An account's pseudonym in the audit is an HMAC under its key: without the key nobody can say whose
   entries are whose, nor that some belong together with an account.
4. An account that asked to be forgotten leaves a mark, an HMAC of its name under the secret.

References
----------
NIST SP 800-38D (GCM); RFC 2104 (HMAC).
"""

from __future__ import annotations

import hmac
import json
import secrets
import zlib
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fanal.errors import StoreError

_NONCE_BYTES: Final = 12
_SHORT: Final = 16


class Keys:
    """Keys under one secret.

    Parameters
    ----------
    secret
        The server's, 32 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._root = hmac.digest(secret, b"fanal cards 1", "sha256")

    def secret_is(self) -> bytes:
        """Return what tells this secret from another, and nothing else."""
        return hmac.digest(self._root, b"secret is", "sha256")[:_SHORT]

    def mark(self, account: str) -> bytes:
        """Return what a forgotten account is known by (4)."""
        return hmac.digest(self._root, b"forgotten " + account.encode(), "sha256")[:_SHORT]

    def key(self, salt: bytes) -> bytes:
        """Return the key of the account with this salt (1)."""
        return hmac.digest(self._root, b"account " + salt, "sha256")


def new_salt() -> bytes:
    """Return the salt of a new account (1)."""
    return secrets.token_bytes(32)


def subject_of(key: bytes) -> bytes:
    """Return the pseudonym in the audit (3)."""
    return hmac.digest(key, b"subject", "sha256")[:_SHORT]


def sealed(key: bytes, purpose: str, value: Any) -> bytes:
    """Return a value of JSON, encrypted (2)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, zlib.compress(text, 1), purpose.encode())


def opened(key: bytes, purpose: str, body: bytes) -> Any:
    """Return the value of an encrypted body.

    Raises
    ------
    StoreError
        The body was changed, or is another account's.
    """
    nonce, text = bytes(body[:_NONCE_BYTES]), bytes(body[_NONCE_BYTES:])
    try:
        return json.loads(zlib.decompress(AESGCM(key).decrypt(nonce, text, purpose.encode())))
    except (InvalidTag, zlib.error, ValueError):
        raise StoreError(
            f"the cards' database holds a record ({purpose}) that is not as it was written.",
            hint="Put back a copy of the database.",
        ) from None
