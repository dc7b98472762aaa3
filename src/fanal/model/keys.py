"""Keys of accounts and posts: one text each, unique in the world.

``x:123``, ``bsky:did:...``, ``mastodon:https://...`` (the uri, never an id local to one server),
``telegram:channel123``, and ``file:<sha8>:<row>`` for a post whose source gives no id: such a
post is never merged with another.
"""

from __future__ import annotations

from typing import Final

#: What a source is called when nobody said where it comes from.
UNKNOWN_PLATFORM: Final = "other"
TELEGRAM: Final = "telegram"
#: Hex digits of the file's hash in the key of a post without an id.
FILE_DIGITS: Final = 8


def account_key(platform: str, account_id: str) -> str:
    """Return the key of an account from the platform's own id.

    Parameters
    ----------
    platform
        ``x``, ``bsky``, ``mastodon``, ``telegram``, ... or ``other``.
    account_id
        The platform's own id, which never changes hands.

    Examples
    --------
    >>> account_key("x", "123")
    'x:123'
    """
    return f"{platform}:{account_id}"


def handle_key(platform: str, handle: str) -> str:
    """Return the key of an account known by its handle only; case and ``@`` do not matter.

    Examples
    --------
    >>> handle_key("x", "@Some_One")
    'x:@some_one'
    """
    return f"{platform}:@{handle.removeprefix('@').casefold()}"


def post_key(platform: str, post_id: str) -> str:
    """Return the key of a post from the platform's own id.

    Examples
    --------
    >>> post_key("telegram", "channel1/22")
    'telegram:channel1/22'
    """
    return f"{platform}:{post_id}"


def file_post_key(sha256: str, row: int) -> str:
    """Return the key of a post without an id: the file's hash and the row, from 1.

    Examples
    --------
    >>> file_post_key("0123456789abcdef", 7)
    'file:01234567:7'
    """
    return f"file:{sha256[:FILE_DIGITS]}:{row}"


def telegram_id(native: str, *, of_channel: bool = False) -> str:
    """Return a Telegram account's id as Telegram Desktop writes it.

    Parameters
    ----------
    native
        As a program gives it: ``channel123``, or ``-100123`` for a channel.
    of_channel
        Whether a bare number is known to be a channel's.

    Examples
    --------
    >>> telegram_id("-1001400000001"), telegram_id("1400000001", of_channel=True)
    ('channel1400000001', 'channel1400000001')
    """
    if native.startswith("-100") and native[4:].isdigit():
        return f"channel{native[4:]}"
    return f"channel{native}" if of_channel and native.isdigit() else native


def platform_of(key: str) -> str:
    """Return what stands before the first colon of a key.

    Examples
    --------
    >>> platform_of("mastodon:https://example.org/1")
    'mastodon'
    """
    return key.partition(":")[0]
