"""Links, sessions and form tokens: who may open the holder's page or the operator's.

1. A token is what it says (purpose, role, account, expiry, number) and an HMAC-SHA256 of that, under
   a key derived from the server's secret for this one purpose: a link is never taken for a session.
2. A link opens one session: the store remembers its number until it expires.
3. A session lives in a cookie that no script reads and that no other site's page sends along.
4. A form carries a token bound to the session, or to the cookie of the page before it.

Tokens are compared in constant time. Nothing here is logged: a link is a key.

References
----------
RFC 2104 (HMAC); RFC 6265bis (cookies, SameSite).
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final, Literal

Purpose = Literal["link", "session"]
Role = Literal["holder", "operator"]

#: How long a link and a session last.
LINK_S: Final = 3 * 86_400
SESSION_S: Final = 3_600
#: Characters of a token; longer ones are not looked at.
LONGEST: Final = 1_024
_VERSION: Final = "1"
_PURPOSES: Final[tuple[Purpose, ...]] = ("link", "session")
_ROLES: Final[tuple[Role, ...]] = ("holder", "operator")
_FORM: Final = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token says.

    Parameters
    ----------
    purpose
        ``link`` (opens one session) or ``session``.
    role
        ``holder`` of `account`, or ``operator``.
    account
        The account's key; empty for the operator.
    expires
        Unix seconds; from then on the token is nothing.
    number
        Drawn for this token alone.
    """

    purpose: Purpose
    role: Role
    account: str
    expires: int
    number: str


def new_token(
    secret: bytes, *, purpose: Purpose, role: Role, account: str, now: float, lasts_s: int
) -> str:
    """Return a token as text: letters, digits, ``-``, ``_`` and one ``.``.

    Parameters
    ----------
    secret
        The server's secret.
    account
        The account's key; empty for the operator.
    now
        Unix seconds.
    lasts_s
        Seconds that it is good for.

    Raises
    ------
    ValueError
        A holder without an account, an operator with one, or an account too long for a token.
    """
    if (role == "holder") != bool(account):
        raise ValueError("a holder has an account, the operator none")
    number = secrets.token_urlsafe(12)
    told = "\n".join((_VERSION, purpose, role, str(int(now) + lasts_s), number, account))
    body = told.encode("utf-8")
    text = f"{_text(body)}.{_text(_signature(secret, purpose, body))}"
    if len(text) > LONGEST:
        raise ValueError(f"the account's key makes a token of over {LONGEST} characters")
    return text


def read_token(secret: bytes, text: str, *, purpose: Purpose, now: float) -> Token | None:
    """Return what a token says; None when it is not ours, of another purpose, or expired."""
    body, signature = _parts(text)
    if not hmac.compare_digest(_signature(secret, purpose, body), signature):
        return None
    told = body.decode("utf-8").split("\n", 5)
    token = Token(
        purpose=_PURPOSES[_PURPOSES.index(told[1])],
        role=_ROLES[_ROLES.index(told[2])],
        account=told[5],
        expires=int(told[3]),
        number=told[4],
    )
    return token if now < token.expires else None


def holder_link(
    secret: bytes, base_url: str, *, account: str, now: float, lasts_s: int = LINK_S
) -> str:
    """Return the address that opens the holder's page of an account, once."""
    token = new_token(
        secret, purpose="link", role="holder", account=account, now=now, lasts_s=lasts_s
    )
    return f"{base_url.rstrip('/')}/holder/enter?link={token}"


def operator_link(secret: bytes, base_url: str, *, now: float, lasts_s: int = 900) -> str:
    """Return the address that opens the operator's page, once."""
    token = new_token(
        secret, purpose="link", role="operator", account="", now=now, lasts_s=lasts_s
    )
    return f"{base_url.rstrip('/')}/operator/enter?link={token}"


def form_token(secret: bytes, cookie: str, action: str) -> str:
    """Return what a form to `action` carries, on a page shown under `cookie`."""
    body = f"{action}\n{cookie}".encode()
    return _text(_signature(secret, _FORM, body))


def is_form_token(secret: bytes, text: str, cookie: str, action: str) -> bool:
    """Return whether a form came from our own page, shown under this cookie."""
    told = text.encode("utf-8", "replace")
    return hmac.compare_digest(form_token(secret, cookie, action).encode("ascii"), told)


def _signature(secret: bytes, purpose: str, body: bytes) -> bytes:
    key = hmac.digest(secret, f"fanal web {purpose} {_VERSION}".encode("ascii"), "sha256")
    return hmac.digest(key, body, "sha256")


def _parts(text: str) -> tuple[bytes, bytes]:
    """Return body and signature of a token; empty ones of what is none."""
    if len(text) > LONGEST or text.count(".") != 1 or not text.isascii():
        return b"", b""
    body, signature = text.split(".")
    try:
        return _bytes(body), _bytes(signature)
    except ValueError:
        return b"", b""


def _text(body: bytes) -> str:
    return urlsafe_b64encode(body).decode("ascii").rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
