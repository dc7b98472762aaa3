"""One JSON object out of bytes, mended where its characters are broken."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from fanal.readers.base import Rows
from fanal.readers.x_twarc import mend

_ANY: Final = msgspec.json.Decoder()


def object_of(raw: bytes | str, number: int, name: str, rows: Rows) -> Any:
    """Return what JSON text holds; None, and the text rejected, when it is no object.

    Parameters
    ----------
    raw
        The text; NUL becomes U+FFFD, halves of surrogate pairs too.
    number, name
        Line and file, for positions.
    rows
        Takes the reject, and the note on mended text.
    """
    try:
        one = _ANY.decode(_without_nul(raw))
    except (msgspec.DecodeError, UnicodeError):
        one = _mended(_bytes(raw), number, rows)
    except RecursionError:
        rows.reject(f"{name}:{number}", None, "nested too deep", _bytes(raw))
        return None
    if one.__class__ is not dict and one.__class__ is not list:
        rows.reject(f"{name}:{number}", None, "not a JSON object", _bytes(raw))
        return None
    return one


def _without_nul(raw: bytes | str) -> bytes | str:
    if isinstance(raw, str):
        return raw.replace("\\u0000", "\\ufffd") if "\\u0000" in raw else raw
    return raw.replace(b"\\u0000", b"\\ufffd") if b"\\u0000" in raw else raw


def _bytes(raw: bytes | str) -> bytes:
    return raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else raw


def _mended(raw: bytes, number: int, rows: Rows) -> Any:
    mended = mend(bytes(_bytes(_without_nul(raw))))
    try:
        one = _ANY.decode(mended)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if mended != raw:
        sentence = f"Line {number} holds broken characters: such text was mended."
        rows.note(sentence, once="mended")
    return one
