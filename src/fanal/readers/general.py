"""General readers step back for whatever a reader of one shape knows."""

from __future__ import annotations

from typing import Final

from fanal.readers.base import Head

#: Readers whose columns are guessed.
GENERAL: Final = frozenset({"table", "jsonl"})


def known_elsewhere(head: Head) -> bool:
    """Tell whether a reader of one shape takes a file for its own."""
    from fanal.readers import READERS  # which is made of the readers that ask

    return any(reader.sniff(head) > 0 for reader in READERS if reader.name not in GENERAL)
