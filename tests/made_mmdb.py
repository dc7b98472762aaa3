"""A writer of MaxMind DB files, for tests and for a peer's bench: the format's version 2.0.

Tree of records of 32 bits, one node a bit of the address; IPv4 lies under ::/96.
"""

from __future__ import annotations

import struct
import sys
from bisect import bisect_right
from pathlib import Path
from typing import Any

EMPTY = -1
#: Types of whole numbers: 16, 32 and 64 bits.
SHORT, WORD, LONG = 5, 6, 9


def encoded(value: Any) -> bytes:
    """Return a value in the format's own types: map, text, bool, list; (type, number), see SHORT."""
    if isinstance(value, dict):
        inner = b"".join(encoded(key) + encoded(one) for key, one in value.items())
        return bytes([7 << 5 | len(value)]) + inner
    if isinstance(value, str):
        return bytes([2 << 5 | len(value.encode())]) + value.encode()
    if isinstance(value, bool):
        return bytes([value, 14 - 7])
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(encoded(one) for one in value)
    kind, number = value
    size = {SHORT: 2, WORD: 4, LONG: 8}[kind]
    control = bytes([size, LONG - 7]) if kind == LONG else bytes([kind << 5 | size])
    return control + int(number).to_bytes(size, "big")


def tree(starts: list[int], codes: list[int], bits: int) -> list[list[Any]]:
    """Return nodes [left, right]; a child is a node's number, or (code,) of a leaf."""
    nodes: list[list[Any]] = []

    def child(at: int, size: int, k: int) -> Any:
        after = starts[k + 1] if k + 1 < len(starts) else 1 << bits
        if after >= at + (1 << size):
            return (codes[k],)
        number, middle = len(nodes), at + (1 << (size - 1))
        nodes.append([])
        left = child(at, size - 1, k)
        nodes[number] = [left, child(middle, size - 1, bisect_right(starts, middle) - 1)]
        return number

    top = child(0, bits, 0)
    return nodes if isinstance(top, int) else [[top, top]]


def write_mmdb(
    path: Path,
    records: list[dict[str, Any]],
    ipv4: dict[int, int],
    ipv6: dict[int, int],
    built: int = 1_780_000_000,
) -> None:
    """Write a database.

    Parameters
    ----------
    path
        Of the file.
    records
        What is known of an address.
    ipv4, ipv6
        Start -> number of the record from there on, EMPTY for none; IPv6 from 2**32 on.
    built
        Seconds since 1970, above 0.
    """
    changes = (
        {0: EMPTY, 1 << 32: EMPTY} | ipv4 | {one: row for one, row in ipv6.items() if one >> 32}
    )
    starts = sorted(changes)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 2000))
    nodes = tree(starts, [changes[one] for one in starts], 128)
    data, places = b"", []
    for record in records:
        places.append(len(data))
        data += encoded(record)

    def number(one: Any) -> int:
        if isinstance(one, int):
            return one
        return len(nodes) if one[0] == EMPTY else len(nodes) + 16 + places[one[0]]

    body = b"".join(struct.pack(">II", number(left), number(right)) for left, right in nodes)
    about = {
        "node_count": (WORD, len(nodes)), "record_size": (SHORT, 32), "ip_version": (SHORT, 6),
        "database_type": "made", "languages": ["en"], "build_epoch": (LONG, built),
        "binary_format_major_version": (SHORT, 2), "binary_format_minor_version": (SHORT, 0), "description": {"en": "made for a test"},
    }  # fmt: skip
    path.write_bytes(body + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + encoded(about))
