"""Which reader a file is for; or a sentence on what it looks like and what would help.

1. A format asked for by name decides.
2. Else the reader that is surest of the first bytes.
3. Else an error that names what the file looks like.
"""

from __future__ import annotations

import re
from typing import Final

from fanal.errors import ReaderError
from fanal.readers import READERS
from fanal.readers.base import Head, Reader
from fanal.readers.shapes import known_json

#: Below this no reader is sure enough.
_SURE: Final = 0.3

#: Control characters but tabs, line ends and escapes.
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b"))

#: First bytes of files that are no exports, and what would help.
_BINARY: Final = (
    (b"PK\x03\x04", "an office document or a zip", "Save the sheet as CSV, or unpack the zip."),
    (b"SQLite format 3", "an SQLite database", "Export the table of posts as CSV."),
    (b"%PDF", "a PDF", "Fanal reads exports of posts, not documents."),
    (b"\x89PNG", "a picture", "Fanal reads exports of posts, not pictures."),
    (b"\xff\xd8\xff", "a picture", "Fanal reads exports of posts, not pictures."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save the sheet as CSV."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it and add what it holds."),
    (b"Rar!", "a RAR archive", "Unpack it and add what it holds."),
    (b"BZh", "a bzip2 file", "Unpack it, or pack it again as .gz or .zst."),
    (b"\xfd7zXZ", "an xz file", "Unpack it, or pack it again as .gz or .zst."),
    (b"RDX", "an R data file", "Save the table as Parquet or CSV."),
    (b"OBJ\x01", "an Avro file", "Save the table as Parquet or CSV."),
)

_NO_TABLE: Final = (
    "A table needs a first line with the names of its columns, among them account, time and text; "
    "when they have other names, say which: --mapping M.toml (docs/readers.md)."
)
_AS_TABLE: Final = "Turn it into CSV or flat JSON lines with account, time and text for now."


def recognise(head: Head, format: str | None = None) -> Reader:  # noqa: A002
    """Return the reader for a file that begins like `head`.

    Parameters
    ----------
    head
        Name and first bytes.
    format
        Name of a reader; None: found by looking.

    Raises
    ------
    ReaderError
        No such format, an empty file, or nothing known; the hint says what would help.
    """
    # 1. by name
    if format is not None:
        return _named(format)
    # 2. by looking
    if not head.data.strip():
        raise ReaderError(f"{head.name}: the file is empty", hint="Fetch or export it again.")
    reader = max(READERS, key=lambda reader: reader.sniff(head))
    if reader.sniff(head) >= _SURE:
        return reader
    # 3. in words
    looks, hint = _looks_like(head)
    raise ReaderError(
        f"{head.name}: not an export that Fanal reads; it looks like {looks}", hint=hint
    )


def _named(name: str) -> Reader:
    for reader in READERS:
        if reader.name == name:
            return reader
    known = ", ".join(reader.name for reader in READERS)
    raise ReaderError(f"no such format: {name!r}", hint=f"Formats are {known}.")


def _looks_like(head: Head) -> tuple[str, str]:
    data = head.data
    for magic, looks, hint in _BINARY:
        if data.startswith(magic):
            return looks, hint
    if data[257:262] == b"ustar":
        return "a tar archive", "Unpack it and add what it holds."
    return _text_or_binary(data, data.lstrip())


def _text_or_binary(data: bytes, start: bytes) -> tuple[str, str]:
    if start[:1] in {b"{", b"["}:
        return _json_looks(start)
    if re.match(rb"<!doctype html|<html|<head", start, re.IGNORECASE):
        return "a web page", "Download the file itself, not the page that shows it."
    if start.startswith(b"<"):
        return "XML", "Export it as CSV or JSON lines."
    if _is_binary(data) and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary data", "Export it as CSV, Parquet or JSON lines."
    return _text_looks(start)


def _is_binary(data: bytes) -> bool:
    """Return whether more than one byte in a hundred is a control character no text holds."""
    controls = len(data) - len(data.translate(None, delete=_CONTROLS))
    return controls > len(data) // 100


def _json_looks(start: bytes) -> tuple[str, str]:
    known = known_json(start)
    if known:
        return known, f"Fanal does not read that shape yet. {_AS_TABLE}"
    if start.startswith(b"["):
        return (
            "one JSON list",
            "Turn it into JSON lines, one object a line: jq -c '.[]' FILE > FILE.jsonl",
        )
    if re.match(rb"\{\s*\n", start):
        return (
            "JSON spread over several lines",
            "Turn it into JSON lines, one object a line: jq -c . FILE > FILE.jsonl",
        )
    keys = re.findall(rb'"([^"\\]{1,60})"\s*:', start.split(b"\n", 1)[0][:4096])[:20]
    found = ", ".join(key.decode("utf-8", "replace") for key in keys)
    return (
        f"JSON with the keys {found}" if found else "JSON",
        "Name the keys that hold account, time and text: --format jsonl --mapping M.toml (docs/readers.md).",
    )


def _text_looks(start: bytes) -> tuple[str, str]:
    first = start.split(b"\n", 1)[0][:300].decode("utf-8", "replace").strip()
    return (
        f"text that begins with {first[:120]!r}",
        _NO_TABLE,
    )
