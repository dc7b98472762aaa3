"""Pseudonyms of a case: the same in it, of no use in another one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

#: Characters of a pseudonym: 50 bits, so that 200,000 accounts share one in 50,000 cases.
LENGTH = 10


def under_key(key: bytes) -> Callable[[str], str]:
    """Return text -> ``A-xxxxxxxxxx``, which nobody undoes without the key."""

    def pseudonym(text: str) -> str:
        digest = hmac.new(key, text.encode(), hashlib.sha256).digest()
        return "A-" + base64.b32encode(digest).decode()[:LENGTH].lower()

    return pseudonym
