"""JSON decoded into typed shapes; what does not fit is rejected with the field at fault."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from fanal.readers.base import Rows
from fanal.readers.x_twarc import mend

T = TypeVar("T")


class Typed(Generic[T]):
    """Decodes records of one shape.

    Parameters
    ----------
    shape
        A `msgspec.Struct`; keys that it does not name are not decoded.
    """

    def __init__(self, shape: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(shape)

    def of(self, raw: bytes, where: str, rows: Rows, why: str = "") -> T | None:
        """Return one record; None, and the record rejected, when it is no such shape.

        Parameters
        ----------
        raw
            The record; NUL becomes U+FFFD, halves of surrogate pairs and bytes that are no UTF-8
            are mended with a note.
        where
            Its position, ``file:line``.
        rows
            Takes the reject, and the note.
        why
            The reason said when a field does not fit; empty: the decoder's words.
        """
        if b"\\u0000" in raw:
            raw = raw.replace(b"\\u0000", b"\\ufffd")
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError as error:
            self._unfit(raw, where, rows, error, why)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._mended(raw, where, rows, why)
        except RecursionError:
            rows.reject(where, None, "nested too deep", raw)
        return None

    def _mended(self, raw: bytes, where: str, rows: Rows, why: str) -> T | None:
        mended = mend(raw)
        try:
            one = self._decoder.decode(mended)
        except msgspec.ValidationError as error:
            self._unfit(raw, where, rows, error, why)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            rows.reject(where, None, "not JSON", raw)
        else:
            if mended != raw:
                line = where.rpartition(":")[2]
                sentence = f"Line {line} holds broken characters: such text was mended."
                rows.note(sentence, once="mended")
            return one
        return None

    def _unfit(self, raw: bytes, where: str, rows: Rows, error: Exception, why: str) -> None:
        reason, _, path = str(error).partition(" - at ")
        column = path.strip("`").removeprefix("$").lstrip(".") or None
        rows.reject(where, column, why or reason[:120], raw)
